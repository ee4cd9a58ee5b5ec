"""The network, its augmentation and its export."""

import numpy as np
import onnxruntime
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")

from karyodesk.recognition.reading import OUTPUTS  # noqa: E402
from karyodesk.training.augment import augment, turn  # noqa: E402
from karyodesk.training.export import write_onnx  # noqa: E402
from karyodesk.training.networks import FEATURES, ExtendedResNet, SiameseNetwork  # noqa: E402


def pictures(n=4):
    generator = torch.Generator().manual_seed(1)
    batch = torch.zeros(n, 1, 192, 40)
    batch[:, :, 40:150, 10:30] = 0.2 + 0.8 * torch.rand(n, 1, 110, 20, generator=generator)
    return batch


NETWORKS = pytest.mark.parametrize("make", [ExtendedResNet, SiameseNetwork])


@NETWORKS
def test_outputs_have_their_shapes(make):
    outputs = make().eval()(pictures())
    assert [tuple(value.shape) for value in outputs] == [(4, 24), (4, 24), (4, FEATURES), (4, 12, 160), (4,)]


@NETWORKS
def test_onnx_says_what_torch_says_whatever_the_batch(make, tmp_path):
    torch.manual_seed(0)
    network = make().train()
    for _ in range(3):  # batch statistics other than those of a new network
        network(pictures())
    write_onnx(network, tmp_path / "net.onnx")
    session = onnxruntime.InferenceSession(tmp_path / "net.onnx", providers=["CPUExecutionProvider"])
    with torch.no_grad():
        expected = network.eval()(pictures(5))
    for name, value in zip(OUTPUTS, expected, strict=True):
        (found,) = session.run([name], {"pictures": pictures(5).numpy()})
        assert np.abs(found - value.numpy()).max() < 1e-3


def test_embeddings_are_of_length_1_and_are_the_feature_vectors():
    network = SiameseNetwork().eval()
    with torch.no_grad():
        embeddings, outputs = network.embedding(pictures()), network(pictures())
    assert torch.allclose(embeddings.norm(dim=1), torch.ones(4), atol=1e-5)
    assert torch.allclose(embeddings, outputs.feature, atol=1e-6)


def test_the_perceptron_is_told_length_and_area():
    torch.manual_seed(0)
    network = SiameseNetwork().eval()
    # Embeddings that are always the same leave length and area alone to tell two pictures apart.
    torch.nn.init.zeros_(network.embed[1].weight)
    long, short = torch.zeros(1, 1, 192, 40), torch.zeros(1, 1, 192, 40)
    long[:, :, 20:170, 10:30] = short[:, :, 80:110, 10:30] = 0.5
    with torch.no_grad():
        assert not torch.allclose(network(long).types, network(short).types)
        assert torch.allclose(network(long).types, network(long * 0.9).types)


def test_augmentation_keeps_range_and_ground_and_repeats_with_its_seed():
    one = augment(pictures(), torch.Generator().manual_seed(2))
    two = augment(pictures(), torch.Generator().manual_seed(2))
    other = augment(pictures(), torch.Generator().manual_seed(3))
    assert torch.equal(one, two)
    assert not torch.equal(one, other)
    assert 0 <= float(one.min()) <= float(one.max()) <= 1
    assert float(one[:, :, :10].max()) == 0


def test_only_the_chosen_are_turned():
    batch = pictures(2)
    turned = turn(batch, torch.tensor([True, False]))
    assert torch.equal(turned[0], batch[0].flip(1, 2))
    assert torch.equal(turned[1], batch[1])
