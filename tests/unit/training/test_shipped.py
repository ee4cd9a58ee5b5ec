"""A shipped file is a network that can learn on: it says what the file says, and a batch is levelled as it was."""

from typing import NamedTuple

import numpy as np
import onnxruntime
import pytest

torch = pytest.importorskip("torch")
onnx = pytest.importorskip("onnx")

from karyodesk.training import classifier, export, siamese  # noqa: E402
from karyodesk.training.judge import export as judge_export  # noqa: E402
from karyodesk.training.judge.network import JudgeNetwork  # noqa: E402
from karyodesk.training.networks import ExtendedResNet, SiameseNetwork  # noqa: E402
from karyodesk.training.segmenter import export as segmenter_export  # noqa: E402
from karyodesk.training.segmenter.network import SegmenterNetwork  # noqa: E402
from karyodesk.training.shipped import take_over, weights_of  # noqa: E402

from .bands import two_types  # noqa: E402


class Kind(NamedTuple):
    make: type
    write: object
    shape: tuple


KINDS = {
    "classifier": Kind(ExtendedResNet, export.write_onnx, (1, 192, 40)),
    "siamese": Kind(SiameseNetwork, export.write_onnx, (1, 192, 40)),
    "judge": Kind(JudgeNetwork, judge_export.write_onnx, (3, 112, 64)),
    "segmenter": Kind(SegmenterNetwork, segmenter_export.write_onnx, (1, 96, 96)),
}


def trained(kind):
    """A network with statistics and levels of its own, and what it is given."""
    torch.manual_seed(0)
    network, batch = kind.make(), torch.rand(12, *kind.shape)
    for name, value in network.named_parameters():
        if value.ndim == 1 and name.endswith("weight"):
            torch.nn.init.uniform_(value, 0.5, 1.5)
    with torch.no_grad():
        for _ in range(30):
            network.train()(batch)
    return network.eval(), batch


@pytest.fixture(params=KINDS)
def shipped(request, tmp_path):
    kind = KINDS[request.param]
    network, batch = trained(kind)
    path = tmp_path / f"{request.param}.onnx"
    kind.write(network, path)
    return kind, path, batch


def told(network, batch):
    with torch.no_grad():
        outputs = network(batch)
    return [value.numpy() for value in (outputs if isinstance(outputs, tuple) else (outputs,))]


def test_the_network_says_what_the_file_says(shipped):
    kind, path, batch = shipped
    network = kind.make()
    take_over(network, path, batch)
    session = onnxruntime.InferenceSession(path)
    expected = session.run(None, {session.get_inputs()[0].name: batch[:1].numpy()})
    for ours, theirs in zip(told(network, batch[:1]), expected, strict=True):
        assert ours == pytest.approx(theirs, abs=1e-3)


def test_a_batch_that_is_learnt_from_is_levelled_as_in_the_file(shipped):
    kind, path, batch = shipped
    network = kind.make()
    take_over(network, path, batch)
    expected = told(network, batch)
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.train()
    for ours, theirs in zip(told(network, batch), expected, strict=True):
        assert ours == pytest.approx(theirs, abs=1e-3)


def test_a_file_of_another_network_is_refused(tmp_path):
    network, _ = trained(KINDS["judge"])
    judge_export.write_onnx(network, tmp_path / "judge.onnx")
    with pytest.raises(ValueError, match="other layers"):
        take_over(ExtendedResNet(), tmp_path / "judge.onnx", torch.rand(2, 1, 192, 40))


def test_a_checkpoint_gives_its_averaged_weights(tmp_path):
    mean = JudgeNetwork().state_dict()
    torch.save({"mean": mean}, tmp_path / "checkpoint.pt")
    started = weights_of(tmp_path / "checkpoint.pt", JudgeNetwork, torch.rand(2, 3, 112, 64))
    assert all(torch.equal(started[name], mean[name]) for name in mean)


def first_layer(path):
    """The weights of the first convolution in an ONNX file."""
    graph = onnx.load(str(path)).graph
    name = next(node.input[1] for node in graph.node if node.op_type == "Conv")
    return next(onnx.numpy_helper.to_array(one) for one in graph.initializer if one.name == name)


def test_naming_goes_on_from_a_file(tmp_path):
    network, _ = trained(KINDS["classifier"])
    export.write_onnx(network, tmp_path / "classifier.onnx")
    recipe = classifier.Recipe(epochs=1, batch=16, rate=0.0)
    list(classifier.train(two_types(), tmp_path, recipe, "cpu", start=tmp_path / "classifier.onnx"))
    saved = torch.load(tmp_path / "checkpoint.pt", weights_only=True)["network"]
    assert np.array_equal(saved["trunk.stem.0.weight"].numpy(), first_layer(tmp_path / "classifier.onnx"))


def test_pairs_go_on_from_a_file(tmp_path):
    network, _ = trained(KINDS["siamese"])
    export.write_onnx(network, tmp_path / "siamese.onnx")
    recipe = siamese.Recipe(epochs=1, batches=1, rate=0.0, naming=classifier.Recipe(epochs=1, batch=16, frozen=1))
    list(siamese.train(two_types(), tmp_path, recipe, "cpu", tmp_path / "siamese.onnx"))
    saved = torch.load(tmp_path / "checkpoint.pt", weights_only=True)["network"]
    assert np.array_equal(saved["trunk.stem.0.weight"].numpy(), first_layer(tmp_path / "siamese.onnx"))
