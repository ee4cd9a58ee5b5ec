"""The exported file says what the network says, and the program reads it."""

import numpy as np
import onnxruntime
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")

from karyodesk.recognition.instances import FEATURES  # noqa: E402
from karyodesk.recognition.segmenter import Segmenter  # noqa: E402
from karyodesk.training.segmenter.export import export_segmenter, write_onnx  # noqa: E402
from karyodesk.training.segmenter.network import Outputs, SegmenterNetwork  # noqa: E402


@pytest.fixture(scope="module")
def network():
    torch.manual_seed(0)
    network = SegmenterNetwork().train()
    with torch.no_grad():
        for _ in range(3):  # batch statistics other than those of a new network
            network(torch.rand(2, 1, 128, 128))
    return network.eval()


def test_onnx_says_what_torch_says_whatever_the_size(network, tmp_path):
    write_onnx(network, tmp_path / "net.onnx")
    session = onnxruntime.InferenceSession(tmp_path / "net.onnx", providers=["CPUExecutionProvider"])
    for size in ((64, 96), (160, 32)):
        density = torch.rand(1, 1, *size, generator=torch.Generator().manual_seed(1))
        with torch.no_grad():
            expected = network(density)
        found = session.run(list(Outputs._fields), {"density": density.numpy()})
        for name, one, value in zip(Outputs._fields, found, expected, strict=True):
            assert one.shape == tuple(value.shape), name
            assert np.abs(one - value.numpy()).max() < 1e-3, name


def test_the_program_reads_what_was_exported(network, tmp_path):
    run, models = tmp_path / "run", tmp_path / "models"
    run.mkdir()
    torch.save({"mean": network.state_dict()}, run / "checkpoint.pt")
    line = export_segmenter(run, models, "3")
    segmenter = Segmenter(models, threads=1)
    assert segmenter.file.version == "3"
    assert f"{len(segmenter.file.data) / 1e6:.1f} MB" in line
    density = np.random.default_rng(0).random((64, 64), np.float32)
    with torch.no_grad():
        expected = network(torch.from_numpy(density)[None, None])
    maps = segmenter.read(density)
    assert maps.features == pytest.approx(expected.features[0, :FEATURES].numpy(), abs=1e-3)
    assert maps.core == pytest.approx(torch.sigmoid(expected.core[0, 0]).numpy(), abs=1e-3)
