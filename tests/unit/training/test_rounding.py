"""A rounded network says nearly what it says as it was trained, in a file of a third of the size."""

import json

import numpy as np
import onnxruntime
import pytest

torch = pytest.importorskip("torch")
onnx = pytest.importorskip("onnx")

from karyodesk.recognition.judge import GIVEN, TOLD  # noqa: E402
from karyodesk.recognition.models import MANIFEST, ROUNDED, load_file  # noqa: E402
from karyodesk.training.export import enter  # noqa: E402
from karyodesk.training.judge import export as judge_export  # noqa: E402
from karyodesk.training.judge.network import JudgeNetwork  # noqa: E402
from karyodesk.training.rounding import round_one  # noqa: E402


@pytest.fixture
def batches():
    return [np.random.default_rng(number).random((16, 3, 112, 64), dtype=np.float32) for number in range(3)]


@pytest.fixture
def folder(tmp_path, batches):
    torch.manual_seed(0)
    network = JudgeNetwork()
    with torch.no_grad():
        for batch in batches:
            network.train()(torch.from_numpy(batch))
    judge_export.write_onnx(network.eval(), tmp_path / "judge.onnx")
    enter(tmp_path, "judge", "judge.onnx", "1", "judge.md")
    return tmp_path


def told(data, pictures):
    return onnxruntime.InferenceSession(data).run([TOLD], {GIVEN: pictures})[0]


def test_it_says_nearly_the_same(folder, batches):
    round_one("judge", folder, batches)
    exact, rounded = load_file("judge", folder), load_file("judge", folder, rounded=True)
    assert rounded.sha256 != exact.sha256
    assert len(rounded.data) < len(exact.data) / 2
    pictures = np.random.default_rng(9).random((16, 3, 112, 64), dtype=np.float32)
    expected = told(exact.data, pictures)
    assert np.abs(told(rounded.data, pictures) - expected).max() < 0.1 * np.ptp(expected) + 0.02


def test_every_convolution_of_the_judge_is_rounded(folder, batches):
    round_one("judge", folder, batches)
    weights = [one for one in onnx.load(folder / "judge.int8.onnx").graph.initializer if len(one.dims) == 4]
    convolutions = [node for node in onnx.load(folder / "judge.onnx").graph.node if node.op_type == "Conv"]
    assert [one.data_type for one in weights] == [onnx.TensorProto.INT8] * len(convolutions)


def test_the_same_batches_make_the_same_file(folder, batches):
    round_one("judge", folder, batches)
    first = (folder / "judge.int8.onnx").read_bytes()
    round_one("judge", folder, batches)
    assert (folder / "judge.int8.onnx").read_bytes() == first


def test_a_new_network_has_no_rounded_file_of_the_old_one(folder, batches):
    round_one("judge", folder, batches)
    assert ROUNDED in json.loads((folder / MANIFEST).read_text())["models"]["judge"]
    enter(folder, "judge", "judge.onnx", "2", "judge.md")
    assert load_file("judge", folder, rounded=True).data == (folder / "judge.onnx").read_bytes()
