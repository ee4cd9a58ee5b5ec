from pathlib import Path

import cv2
import numpy as np
import pytest

from karyodesk.imaging.measures import NAMES
from karyodesk.iscn.karyotype import parse
from karyodesk.simulate import simulate_cell
from karyodesk.training.fit_likeness import examples, fit, overlap
from karyodesk.training.sources import MetaphaseSource, TruthBox


def source(folder: Path):
    cell = simulate_cell(parse("46,XX"), 5)
    cv2.imwrite(str(folder / "cell.png"), cell.pixels)
    boxes = tuple(TruthBox(chromosome.bbox, "1") for chromosome in cell.chromosomes)
    return MetaphaseSource("cell", "patient", "train", folder / "cell.png", boxes)


def test_overlap_of_boxes():
    table = overlap([(0, 0, 10, 10), (20, 20, 30, 30)], [(0, 0, 10, 5), (20, 20, 30, 30), (50, 50, 60, 60)])
    assert table.tolist() == [[0.5, 0, 0], [0, 1, 0]]


def test_examples_of_a_cell_are_right_and_wrong(tmp_path):
    values, right = examples([source(tmp_path)])
    assert values.shape == (len(right), len(NAMES))
    assert right.min() == 0
    assert right.max() == 1


def test_no_pictures_give_no_examples():
    values, right = examples([])
    assert values.shape == (0, len(NAMES))
    assert right.shape == (0,)


def test_trees_are_those_of_the_library():
    ensemble = pytest.importorskip("sklearn.ensemble")
    rng = np.random.default_rng(0)
    values = rng.normal(0, 1, (2000, len(NAMES))).astype(np.float32).astype(float)
    right = np.clip(values[:, 0] * values[:, 3] + 0.5, 0, 1)
    trees = fit(values, right)
    assert np.corrcoef(trees(values), right)[0, 1] > 0.9
    assert ensemble is not None
