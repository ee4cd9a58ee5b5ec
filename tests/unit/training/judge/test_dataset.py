"""What the judge learns from: candidates with what the boxes say of them."""

import cv2
import numpy as np
import pytest

from karyodesk.imaging.boxes import reported_box
from karyodesk.iscn.karyotype import parse
from karyodesk.simulate import simulate_cell
from karyodesk.training.dataset import PARTS
from karyodesk.training.judge.dataset import Judged, _judged, _learnt_from, _save, build, judged, load
from karyodesk.training.sources import MetaphaseSource, TruthBox
from karyodesk.training.truth import NONE, UNCLEAR


def source(folder, cell, wanted=lambda _number: True, name="c1"):
    """A metaphase file with the boxes of the chromosomes that are wanted."""
    path = folder / f"{name}.png"
    cv2.imwrite(str(path), cell.pixels)
    width, (height, across) = cell.style.width, cell.pixels.shape
    boxes = [
        TruthBox(reported_box(one.bbox, width, (height, across)), one.label)
        for number, one in enumerate(cell.chromosomes) if wanted(number)
    ]  # fmt: skip
    return MetaphaseSource(name, "p1", "val", path, tuple(boxes))


@pytest.fixture(scope="module")
def cell():
    return simulate_cell(parse("46,XX"), 7)


def test_what_has_a_box_is_one_and_what_has_none_is_not(cell, tmp_path):
    whole = judged(source(tmp_path, cell))
    assert whole.one[whole.clear].mean() > 0.5
    assert set(whole.part.tolist()) == {PARTS.index("val")}
    none = judged(source(tmp_path, cell, wanted=lambda _number: False))
    assert len(none.one) > 40
    assert none.one.max() == 0
    assert none.clear.all()


def test_the_same_metaphase_gives_the_same_candidates(cell, tmp_path):
    first, second = judged(source(tmp_path, cell)), judged(source(tmp_path, cell))
    assert np.array_equal(first.pictures, second.pictures)


def test_a_picture_without_chromosomes_gives_none(tmp_path):
    path = tmp_path / "blank.png"
    cv2.imwrite(str(path), np.tile(np.linspace(150, 220, 300), (300, 1)).astype(np.uint8))
    assert len(judged(MetaphaseSource("c2", "p1", "val", path, ())).one) == 0


def test_of_what_is_unclear_little_is_learnt_the_more_for_one_the_more_it_agrees_with_a_box():
    truth = np.array([3, NONE, UNCLEAR, UNCLEAR, UNCLEAR])
    made = _judged(np.full((5, 3, 2, 2), 0.5), truth, np.array([0.9, 0.1, 0.3, 0.55, 0.8]), 0)
    assert made.one.tolist() == pytest.approx([1, 0, 0, 0.5, 1])
    assert made.clear.tolist() == [True, True, False, False, False]
    assert set(made.pictures.ravel().tolist()) == {128}


def test_all_that_is_disputed_or_none_is_learnt_from_and_some_of_the_rest():
    truth = np.array([NONE] * 8 + [1] * 40 + [UNCLEAR] * 2)
    disputed = np.zeros(50, bool)
    disputed[8:12] = True
    learnt = _learnt_from(truth, disputed, np.random.default_rng(0))
    assert len(learnt) == len(set(learnt.tolist())) == 8 + 4 + 8 + 2
    assert {*range(12), 48, 49} <= set(learnt.tolist())
    assert len(_learnt_from(truth[8:], disputed[8:], np.random.default_rng(0))) == 4 + 6 + 2


def test_shards_are_read_back_as_written(tmp_path):
    def some(n, part):
        return _judged(np.full((n, 3, 4, 4), 0.2), np.arange(n), np.ones(n), part)

    _save([some(2, 0), some(0, 0)], tmp_path / "a.npz")
    _save([some(1, 2)], tmp_path / "b.npz")
    back = load(tmp_path)
    assert isinstance(back, Judged)
    assert back.part.tolist() == [0, 0, 2]
    assert back.only(back.part == 2).one.tolist() == [1]


def test_no_shards_is_said(tmp_path):
    with pytest.raises(FileNotFoundError, match="no candidates"):
        load(tmp_path)


def test_a_build_goes_on_where_it_was_stopped(cell, tmp_path):
    folder, out = tmp_path / "metaphases", tmp_path / "out"
    folder.mkdir()
    cv2.imwrite(str(folder / "c1.png"), cell.pixels)
    (folder / "cells.csv").write_text("cell,patient,split,image\nc1,p1,val,c1.png\n")
    (folder / "boxes.csv").write_text("cell,x0,y0,x1,y1,class\nc1,10,10,40,60,7\n")
    assert list(build(tmp_path, out, 1)) == ["metaphases: 1 of 1"]
    made = (out / "metaphases-00000.npz").stat().st_mtime_ns
    assert list(build(tmp_path, out, 1)) == ["metaphases: 1 of 1"]
    assert (out / "metaphases-00000.npz").stat().st_mtime_ns == made
    assert len(load(out).one) > 10
