from pathlib import Path

import cv2
import numpy as np
import pytest

from karyodesk.imaging.likeness import read_trees
from karyodesk.imaging.measures import NAMES
from karyodesk.iscn.karyotype import parse
from karyodesk.simulate import simulate_cell
from karyodesk.training.fit_likeness import examples, fit, fit_to_metaphases, overlap
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
    pytest.importorskip("sklearn")
    rng = np.random.default_rng(0)
    values = rng.normal(0, 1, (2000, len(NAMES))).astype(np.float32).astype(float)
    right = np.clip(values[:, 0] * values[:, 3] + 0.5, 0, 1)
    trees = fit(values, right)
    assert np.corrcoef(trees(values), right)[0, 1] > 0.9


def test_metaphases_of_the_training_split_are_fitted(tmp_path):
    pytest.importorskip("sklearn")
    one = source(tmp_path)
    (tmp_path / "cells.csv").write_text(
        "cell,patient,split,image\ncell,p,train,cell.png\nother,q,val,absent.png\n", encoding="utf-8"
    )
    rows = [",".join(["cell", *map(str, truth.box), truth.label]) for truth in one.boxes]
    (tmp_path / "boxes.csv").write_text("\n".join(["cell,x0,y0,x1,y1,class", *rows]), encoding="utf-8")
    said = fit_to_metaphases(tmp_path, 10, tmp_path / "trees.npz")
    assert said.endswith("of 1 metaphases.")
    assert read_trees(tmp_path / "trees.npz").measure.max() > 0
