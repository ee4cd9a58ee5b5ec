"""The network, its augmentation and its export."""

import numpy as np
import onnxruntime
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")

from karyodesk.training.augment import augment, turn  # noqa: E402
from karyodesk.training.export import OUTPUTS, write_onnx  # noqa: E402
from karyodesk.training.networks import FEATURES, ExtendedResNet  # noqa: E402


def pictures(n=4):
    generator = torch.Generator().manual_seed(1)
    batch = torch.zeros(n, 1, 192, 40)
    batch[:, :, 40:150, 10:30] = 0.2 + 0.8 * torch.rand(n, 1, 110, 20, generator=generator)
    return batch


def test_outputs_have_their_shapes():
    outputs = ExtendedResNet().eval()(pictures())
    assert [tuple(value.shape) for value in outputs] == [(4, 24), (4, 24), (4, FEATURES), (4, 12, 160)]


def test_onnx_says_what_torch_says_whatever_the_batch(tmp_path):
    torch.manual_seed(0)
    network = ExtendedResNet().train()
    for _ in range(3):  # batch statistics other than those of a new network
        network(pictures())
    write_onnx(network, tmp_path / "net.onnx")
    session = onnxruntime.InferenceSession(tmp_path / "net.onnx", providers=["CPUExecutionProvider"])
    with torch.no_grad():
        expected = network.eval()(pictures(5))
    for name, value in zip(OUTPUTS, expected, strict=True):
        (found,) = session.run([name], {"pictures": pictures(5).numpy()})
        assert np.abs(found - value.numpy()).max() < 1e-3


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
