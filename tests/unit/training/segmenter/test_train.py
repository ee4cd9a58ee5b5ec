"""Training goes on where it was stopped, and starts from another run."""

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")

from karyodesk.training.run import Recipe, read_mean  # noqa: E402
from karyodesk.training.segmenter.build import METAPHASES  # noqa: E402
from karyodesk.training.segmenter.export import write_onnx  # noqa: E402
from karyodesk.training.segmenter.network import SegmenterNetwork  # noqa: E402
from karyodesk.training.segmenter.outlined import write  # noqa: E402
from karyodesk.training.segmenter.train import train  # noqa: E402

from .cells import outlined  # noqa: E402


@pytest.fixture
def folder(tmp_path):
    (tmp_path / METAPHASES).mkdir()
    write(outlined(), tmp_path / METAPHASES / "c1.npz")
    return tmp_path


def test_training_goes_on_from_its_checkpoint_and_another_run_starts_from_it(folder, tmp_path):
    first, other = tmp_path / "first", tmp_path / "other"
    assert [line.split(":")[0] for line in train(folder, first, Recipe(1, batch=1))] == ["step 1 of 1"]
    before = read_mean(first / "checkpoint.pt")
    again = list(train(folder, first, Recipe(2, batch=1)))
    assert again[0] == "resumed after step 1"
    assert again[1].startswith("step 2 of 2: core ")
    mean = read_mean(first / "checkpoint.pt")
    assert any(not torch.equal(before[name], mean[name]) for name in before)
    network = SegmenterNetwork()
    network.load_state_dict(mean)
    list(train(folder, other, Recipe(1, batch=1, rate=0.0), start=first / "checkpoint.pt"))
    started = read_mean(other / "checkpoint.pt")
    assert all(torch.equal(started[name], mean[name]) for name, _ in network.named_parameters())


def test_a_run_starts_from_a_shipped_file(folder, tmp_path):
    network = SegmenterNetwork()
    write_onnx(network, tmp_path / "segmenter.onnx")
    list(train(folder, tmp_path / "run", Recipe(1, batch=2, rate=0.0), start=tmp_path / "segmenter.onnx"))
    started = read_mean(tmp_path / "run" / "checkpoint.pt")
    assert all(torch.equal(started[name], network.state_dict()[name]) for name in ("core.weight", "features.bias"))
