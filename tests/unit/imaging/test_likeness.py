import numpy as np
import pytest

from karyodesk.imaging.likeness import TREES_FILE, Trees, likeness, read_trees, write_trees
from karyodesk.imaging.measures import NAMES

# One tree: measure 2 up to 0.5 gives -1, above it measure 0 up to 3 gives 2, else 4; and one that is a leaf.
TREES = Trees(
    np.array([[2, 0, 0, 0, 0], [0, 0, 0, 0, 0]], np.uint8),
    np.array([[0.5, 0, 3, 0, 0], [0, 0, 0, 0, 0]], np.float32),
    np.array([[1, 1, 3, 3, 4], [0, 1, 2, 3, 4]], np.int16),
    np.array([[2, 1, 4, 3, 4], [0, 1, 2, 3, 4]], np.int16),
    np.array([[0, -1, 0, 2, 4], [0.25, 0, 0, 0, 0]], np.float32),
    10.0,
)


def test_every_row_follows_its_own_way_down():
    values = np.array([[0, 0, 0.5], [3, 0, 0.6], [3.1, 0, 0.6]])
    assert TREES(values).tolist() == [9.25, 12.25, 14.25]


def test_no_rows():
    assert TREES(np.empty((0, 3))).shape == (0,)


def test_trees_are_read_as_written(tmp_path):
    write_trees(TREES, tmp_path / "trees.npz")
    values = np.random.default_rng(0).normal(1, 2, (50, 3))
    assert np.array_equal(read_trees(tmp_path / "trees.npz")(values), TREES(values))


def test_trees_of_other_measures_are_refused(tmp_path):
    write_trees(TREES, tmp_path / "trees.npz")
    with np.load(tmp_path / "trees.npz") as stored:
        parts = {**stored, "names": np.array(["length"])}
    np.savez(tmp_path / "trees.npz", **parts)
    with pytest.raises(ValueError, match="other measures"):
        read_trees(tmp_path / "trees.npz")


def test_shipped_trees_ask_only_for_measures_there_are():
    assert read_trees(TREES_FILE).measure.max() < len(NAMES)


def test_likeness_is_a_share():
    values = np.random.default_rng(0).normal(0, 3, (200, len(NAMES)))
    assert likeness(values).min() >= 0
    assert likeness(values).max() <= 1
