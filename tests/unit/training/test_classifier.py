"""Training: it learns, and goes on where it was stopped."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from karyodesk.training.classifier import Recipe, _direction_targets, _Run, train  # noqa: E402
from karyodesk.training.dataset import UNKNOWN, UP, Examples, _save  # noqa: E402


@pytest.fixture
def folder(tmp_path):
    """Two types that differ in where their one band lies, half of them of unknown direction."""
    rng = np.random.default_rng(0)
    pictures = np.zeros((96, 192, 40), np.uint8)
    label = np.arange(96) % 2
    pictures[:, 60:130, 10:30] = 90
    pictures[label == 0, 65:75, 10:30] = 250
    pictures[label == 1, 92:99, 10:30] = 250
    pictures += rng.integers(0, 5, pictures.shape).astype(np.uint8)
    direction = np.where(np.arange(96) % 4 < 2, UP, UNKNOWN)
    part = np.where(np.arange(96) < 80, 0, 2)
    zeros = np.zeros(96, np.int8)
    whole = Examples(
        pictures, label.astype(np.int8), direction.astype(np.int8), zeros, part.astype(np.int8), np.full(96, "c")
    )
    _save([whole], tmp_path / "examples.npz")
    return tmp_path


def test_training_goes_on_where_it_was_stopped_and_ends_the_same(folder, tmp_path):
    recipe = Recipe(epochs=2, batch=16)
    straight = list(train(folder, tmp_path / "straight", recipe, "cpu"))
    stopped = train(folder, tmp_path / "stopped", recipe, "cpu")
    assert next(stopped) == straight[0]
    stopped.close()
    assert list(train(folder, tmp_path / "stopped", recipe, "cpu")) == ["resumed after epoch 1", straight[1]]


def test_directions_count_where_they_are_known_and_later_where_the_network_is_sure():
    run = _Run(None, None, torch.tensor([0.0, 3.0, -3.0, 0.0]), epoch=0)
    known = torch.tensor([True, False, False, False])
    turned = torch.tensor([True, True, False, False])
    _, weight = _direction_targets(run, torch.arange(4), known, turned)
    assert weight.tolist() == [1, 0, 0, 0]
    run.epoch = 5
    target, weight = _direction_targets(run, torch.arange(4), known, turned)
    assert target[0] == 1
    assert target[1] > 0.9
    assert target[2] > 0.9
    assert weight[1] > 0.9
    assert weight[3] == 0
