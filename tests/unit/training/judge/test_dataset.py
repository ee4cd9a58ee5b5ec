"""What the judge learns from: candidates with what the boxes say of them."""

from hashlib import sha256

import cv2
import numpy as np
import pytest

from karyodesk.imaging.boxes import reported_box
from karyodesk.imaging.density import Density, optical_density
from karyodesk.iscn.karyotype import parse
from karyodesk.recognition.segmenter import Segmenter
from karyodesk.simulate import simulate_cell
from karyodesk.training.dataset import PARTS
from karyodesk.training.judge.dataset import (
    Judged,
    _judged,
    _learnt_from,
    _otherwise,
    _save,
    build,
    judged,
    judged_class_map,
    judged_simulated,
    load,
)  # fmt: skip
from karyodesk.training.sources import ClassMapSource, MetaphaseSource, TruthBox
from karyodesk.training.truth import NONE, UNCLEAR

from ..segmenter.cells import painted


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


def test_a_map_of_classes_tells_what_is_one_but_where_it_is_open(cell, tmp_path):
    picture, classes = tmp_path / "picture.png", tmp_path / "map.png"
    cv2.imwrite(str(picture), cell.pixels)
    cv2.imwrite(str(classes), painted(cell))
    mapped = ClassMapSource("m1", "train", picture, classes, True)
    clear = judged_class_map(mapped, 1)
    assert clear.one[clear.clear].mean() > 0.5
    assert set(clear.part.tolist()) == {PARTS.index("train")}
    single = painted(cell)
    for number in range(1, 25):
        count, bodies = cv2.connectedComponents((single == number).astype(np.uint8))
        # One alone of two may be two that touch.
        single[bodies == count - 1] = 0
    cv2.imwrite(str(classes), single)
    open_ = judged_class_map(mapped, 1)
    assert len(open_.one) > 5
    assert open_.one[open_.clear].max() == 0


def test_simulated_metaphases_are_learnt_from():
    made = judged_simulated(0)
    assert made.one[made.clear].mean() > 0.5
    assert set(made.part.tolist()) == {PARTS.index("train")}


def test_another_look_sees_the_same_metaphase_otherwise(cell, tmp_path):
    first, second, again = (judged(source(tmp_path, cell), look) for look in (0, 1, 1))
    assert np.array_equal(second.pictures, again.pictures)
    assert second.one[second.clear].mean() > 0.5
    assert {picture.tobytes() for picture in first.pictures}.isdisjoint(
        picture.tobytes() for picture in second.pictures
    )


@pytest.mark.parametrize("seed", range(8))
def test_boxes_are_turned_with_their_metaphase(seed):
    values = np.zeros((90, 150), np.float32)
    boxes = np.array([[20, 10, 60, 30], [100, 40, 120, 85]])
    for x0, y0, x1, y1 in boxes:
        values[y0:y1, x0:x1] = 0.5
    density, turned = _otherwise(Density(values, False, 0.01), boxes, np.random.default_rng(seed))
    inside = np.zeros(density.values.shape, bool)
    for x0, y0, x1, y1 in turned.astype(int):
        inside[y0:y1, x0:x1] = True
    assert inside.sum() == 40 * 20 + 20 * 45
    # What regrading adds, noise and blur, is less than an edge a few pixels off would be.
    assert np.corrcoef(inside.ravel(), density.values.ravel())[0, 1] > 0.75


def test_a_picture_without_chromosomes_gives_none(tmp_path):
    path = tmp_path / "blank.png"
    cv2.imwrite(str(path), np.random.default_rng(0).normal(200, 2, (300, 300)).astype(np.uint8))
    assert len(judged(MetaphaseSource("c2", "p1", "val", path, ())).one) == 0


def test_what_is_seen_in_the_bands_of_an_empty_ground_is_none(tmp_path):
    path = tmp_path / "bands.png"
    cv2.imwrite(str(path), np.tile(np.linspace(150, 220, 300), (300, 1)).astype(np.uint8))
    assert not judged(MetaphaseSource("c2", "p1", "val", path, ())).one.any()
    assert Segmenter().find(optical_density(cv2.imread(str(path), cv2.IMREAD_GRAYSCALE))).bodies == ()


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
    _listed(folder, "val")
    assert list(build(tmp_path, out, 1)) == ["metaphases: 1 of 1"]
    made = (out / "metaphases-00000.npz").stat().st_mtime_ns
    assert list(build(tmp_path, out, 1)) == ["metaphases: 1 of 1"]
    assert (out / "metaphases-00000.npz").stat().st_mtime_ns == made
    assert len(load(out).one) > 10


def test_what_is_learnt_from_is_looked_at_oftener_and_what_chooses_once(cell, tmp_path):
    folder = tmp_path / "metaphases"
    folder.mkdir()
    cv2.imwrite(str(folder / "c1.png"), cell.pixels)
    for split, times in (("train", 2), ("val", 1)):
        _listed(folder, split)
        assert list(build(tmp_path, tmp_path / split, 1, looks=2)) == [f"metaphases: {times} of {times}"]


def test_a_build_takes_the_fluorescent_ones_that_train_and_simulated_ones(cell, tmp_path):
    folder, mapped = tmp_path / "metaphases", tmp_path / "dapi"
    for made in (folder, mapped / "images", mapped / "class_maps"):
        made.mkdir(parents=True)
    cv2.imwrite(str(folder / "c1.png"), cell.pixels)
    _listed(folder, "val")
    # By their names the first slide trains and the second does not.
    slides = [next(f"s{n}" for n in range(99) if (sha256(f"s{n}".encode()).digest()[0] % 2) == odd) for odd in (1, 0)]
    rows = [f"{slide}-1,{slide},1" for slide in slides]
    (mapped / "cells.csv").write_text("\n".join(["cell,slide,map_count_matches_iscn", *rows]))
    cv2.imwrite(str(mapped / "images" / f"{slides[0]}-1.webp"), cell.pixels)
    cv2.imwrite(str(mapped / "class_maps" / f"{slides[0]}-1.png"), painted(cell))
    lines = ["metaphases: 1 of 1", "dapi: 1 of 1", "simulated: 1 of 1"]
    assert list(build(tmp_path, tmp_path / "out", 1, simulations=1)) == lines


def _listed(folder, split):
    """The lists of a folder with one metaphase, c1.png."""
    (folder / "cells.csv").write_text(f"cell,patient,split,image\nc1,p1,{split},c1.png\n")
    (folder / "boxes.csv").write_text("cell,x0,y0,x1,y1,class\nc1,10,10,40,60,7\n")
