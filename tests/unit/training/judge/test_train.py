"""The judge learns what it is shown, and goes on where it was stopped."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")

from karyodesk.training.dataset import PARTS  # noqa: E402
from karyodesk.training.judge.dataset import Judged  # noqa: E402
from karyodesk.training.judge.export import write_onnx  # noqa: E402
from karyodesk.training.judge.network import JudgeNetwork  # noqa: E402
from karyodesk.training.judge.train import judged_by, train  # noqa: E402
from karyodesk.training.run import Recipe, read_mean  # noqa: E402


def candidates(n=48):
    """Half of them are bars, the others halves of a bar."""
    pictures = np.zeros((n, 3, 112, 64), np.uint8)
    pictures[:, 0, 20:92, 28:36] = pictures[::2, 1, 20:92, 28:36] = 160
    pictures[1::2, 1, 20:56, 28:36] = 160
    one = (np.arange(n) % 2 == 0).astype(np.float32)
    part = np.where(np.arange(n) < n // 2, PARTS.index("train"), PARTS.index("val")).astype(np.int8)
    return Judged(pictures, one, np.ones(n, np.float32), part)


def test_wholes_are_told_from_halves_after_some_steps(tmp_path):
    lines = list(train(candidates(), tmp_path, Recipe(30, batch=24, rate=2e-3)))
    assert lines[-1].startswith("step 30 of 30: loss ")
    assert float(lines[-1].split("val ")[1]) > 0.95


def test_training_goes_on_from_its_checkpoint(tmp_path):
    list(train(candidates(), tmp_path, Recipe(1, batch=8)))
    before = read_mean(tmp_path / "checkpoint.pt")
    again = list(train(candidates(), tmp_path, Recipe(2, batch=8)))
    assert again[0] == "resumed after step 1"
    after = read_mean(tmp_path / "checkpoint.pt")
    assert any(not torch.equal(before[name], after[name]) for name in before)


def test_it_starts_from_a_shipped_file(tmp_path):
    network = JudgeNetwork()
    write_onnx(network, tmp_path / "judge.onnx")
    list(train(candidates(), tmp_path, Recipe(1, batch=8, rate=0.0), tmp_path / "judge.onnx"))
    started = read_mean(tmp_path / "checkpoint.pt")
    assert all(torch.equal(started[name], network.state_dict()[name]) for name in ("head.1.weight", "head.3.bias"))


def test_no_candidates_are_judged_as_none(tmp_path):
    list(train(candidates(), tmp_path, Recipe(1, batch=8)))
    assert judged_by(tmp_path / "checkpoint.pt", np.zeros((0, 3, 112, 64), np.uint8)).shape == (0,)
