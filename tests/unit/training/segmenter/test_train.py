"""Training goes on where it was stopped, and starts from another run."""

import itertools

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from karyodesk.training.segmenter.network import SegmenterNetwork  # noqa: E402
from karyodesk.training.segmenter.outlined import write  # noqa: E402
from karyodesk.training.segmenter.targets import POINTS  # noqa: E402
from karyodesk.training.segmenter.train import Canvases, Recipe, read_mean, train  # noqa: E402

from .cells import outlined  # noqa: E402


@pytest.fixture
def folder(tmp_path):
    write(outlined(), tmp_path / "outlined.npz")
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


def test_canvases_differ_and_repeat_with_seed_and_step():
    def drawn(seed, step):
        return next(iter(Canvases([outlined()], seed, step))).density

    assert np.array_equal(drawn(0, 0), drawn(0, 0))
    assert not np.array_equal(drawn(0, 0), drawn(1, 0))
    assert not np.array_equal(drawn(0, 0), drawn(0, 5))


def test_every_canvas_has_something_to_learn_from():
    for one in itertools.islice(Canvases([outlined(), outlined(unknown=range(6))], 0, 0), 8):
        assert one.core.shape == (POINTS, POINTS)
        assert one.chromatin.any()
