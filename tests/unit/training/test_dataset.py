"""The training set: patients never cross, and what a body is stays with it."""

import cv2
import numpy as np
import pytest

from karyodesk.domain.errors import KaryoDeskError
from karyodesk.domain.labels import LABELS
from karyodesk.domain.straightening import Straightening
from karyodesk.imaging.body import Body, Segmentation
from karyodesk.imaging.boxes import reported_box
from karyodesk.iscn.karyotype import parse
from karyodesk.simulate import Style, simulate_cell
from karyodesk.training.dataset import (
    PARTS,
    SOURCES,
    UNKNOWN,
    UP,
    Examples,
    _concatenate,
    _examples,
    _save,
    _truths,
    build,
    decoded,
    load,
    part_of,
    simulated_examples,
    true_box_examples,
)
from karyodesk.training.sources import MetaphaseSource, TruthBox
from karyodesk.training.truth import NONE, UNCLEAR


def examples(n=3, label="7", direction=UP, technique=Straightening.MEDIAL_AXIS):
    pictures = np.full((n, 192, 40), 0.5, np.float32)
    return _examples(pictures, [label] * n, direction, "qband", "label", "q1", technique)


def test_val_is_never_trained_on():
    assert {part_of(f"p{n}", "val") for n in range(200)} == {"val"}


def test_one_patient_in_twelve_is_kept_from_the_network_the_same_ones_always():
    parts = [part_of(f"p{n:04d}", "train") for n in range(1200)]
    assert set(parts) == {"train", "label"}
    assert 60 < parts.count("label") < 150
    assert parts == [part_of(f"p{n:04d}", "train") for n in range(1200)]


def test_shards_are_read_back_as_written(tmp_path):
    _save([examples(2), examples(0), examples(1, "X", UNKNOWN)], tmp_path / "b.npz")
    _save([examples(1, "Y")], tmp_path / "a.npz")
    back = load(tmp_path)
    assert isinstance(back, Examples)
    assert back.label.tolist() == [23, 6, 6, 22]
    assert back.direction.tolist() == [UP, UP, UP, UNKNOWN]
    assert set(back.source) == {SOURCES.index("qband")}
    assert set(back.part) == {PARTS.index("label")}
    assert decoded(back.pictures).max() == pytest.approx(0.5, abs=0.01)


def test_what_is_no_chromosome_and_what_is_only_asked_about_is_told_apart(tmp_path):
    pictures = np.zeros((3, 192, 40), np.float32)
    found = np.array([True, True, False])
    _save([_examples(pictures, ["2", None, "X"], UNKNOWN, "qband", "train", "q", found=found)], tmp_path / "a.npz")
    back = load(tmp_path)
    assert back.label.tolist() == [1, NONE, 22]
    assert back.found.tolist() == [True, True, False]
    assert back.chromosomes().label.tolist() == [1]


def body(x0, y0, x1, y1):
    return Body(np.ones((y1 - y0, x1 - x0), bool), x0, y0)


def test_what_is_asked_about_is_no_chromosome_that_was_found_already():
    boxes = [TruthBox((0, 0, 30, 30), "1"), TruthBox((50, 0, 90, 12), "2")]
    segmentation = Segmentation((body(0, 0, 30, 30),), (), 0.0)
    asked = [body(0, 0, 30, 29), body(50, 0, 90, 12), body(50, 0, 60, 12)]
    assert _truths(segmentation, asked, boxes, (100, 100)).tolist() == [0, UNCLEAR, 1, NONE]


def test_a_shard_half_written_is_not_read(tmp_path):
    _save([examples()], tmp_path / "a.npz")
    (tmp_path / "b.part").write_bytes(b"half")
    assert len(load(tmp_path).label) == 3


def test_an_empty_folder_is_said_to_be_one(tmp_path):
    with pytest.raises(FileNotFoundError):
        load(tmp_path)


def test_concatenating_keeps_the_order():
    assert _concatenate([examples(1, "3"), examples(1, "1")]).label.tolist() == [2, 0]


@pytest.mark.parametrize("technique", Straightening)
def test_a_shard_says_how_its_examples_were_straightened(tmp_path, technique):
    _save([examples(technique=technique)], tmp_path / "a.npz")
    assert load(tmp_path).straightening is technique


def test_a_shard_from_before_there_was_a_choice_is_along_the_medial_axis(tmp_path):
    _save([examples()], tmp_path / "a.npz")
    with np.load(tmp_path / "a.npz") as arrays:
        np.savez(tmp_path / "a.npz", **{name: arrays[name] for name in arrays if name != "straightening"})
    assert load(tmp_path).straightening is Straightening.MEDIAL_AXIS


def test_examples_straightened_differently_are_not_mixed(tmp_path):
    _save([examples()], tmp_path / "a.npz")
    _save([examples(technique=Straightening.NONE)], tmp_path / "b.npz")
    with pytest.raises(KaryoDeskError, match="none, not by medial-axis"):
        load(tmp_path)


def test_a_folder_is_not_filled_up_with_examples_straightened_differently(tmp_path):
    _save([examples()], tmp_path / "a.npz")
    with pytest.raises(KaryoDeskError, match="choose another folder"):
        next(build(tmp_path, tmp_path, 1, technique=Straightening.CROSSING_SECTION))


def test_chromosomes_whose_boxes_are_known_bear_the_labels_of_their_boxes(tmp_path):
    cell = simulate_cell(parse("46,XX"), 5, Style(touching=0.0, overlapping=0.0, nuclei=0))
    cv2.imwrite(str(tmp_path / "cell.png"), cell.pixels)
    room = [reported_box(one.bbox, cell.style.width, cell.pixels.shape) for one in cell.chromosomes]
    boxes = tuple(TruthBox(box, one.label) for box, one in zip(room, cell.chromosomes, strict=True))
    source = MetaphaseSource("c1", "p1", "val", tmp_path / "cell.png", boxes)

    def teach(working, boxes):
        x0, y0, x1, y1 = (round(side) for side in boxes[3])
        return [Body(np.ones((y1 - y0 - 6, x1 - x0 - 6), bool), x0 + 3, y0 + 3)]

    made = true_box_examples(source, teach, Straightening.CROSSING_SECTION)
    assert [LABELS[label] for label in made.label] == [boxes[3].label]
    assert made.part.tolist() == [PARTS.index("val")]
    assert made.straightening is Straightening.CROSSING_SECTION
    assert made.pictures.max() > 0


def test_simulated_chromosomes_are_trained_on_alone_and_stand_with_the_short_arm_up():
    made = simulated_examples(1)
    assert {SOURCES[number] for number in made.source} == {"simulated"}
    assert {PARTS[number] for number in made.part} == {"train"}
    assert set(made.direction) == {UP}
    named = made.chromosomes()
    assert 35 <= len(named.label) <= 46
    alike, turned = zip(*pairs(named), strict=True)
    assert len(alike) >= 12
    # Homologues have the same bands the same way up; as they lie in the picture every other one is turned.
    assert np.mean(np.array(alike) > np.array(turned)) > 0.85


def pairs(examples):
    """How alike the bands of two homologues are, as they stand and with one of them turned."""
    pictures = decoded(examples.pictures)
    profiles = pictures.sum(2) / np.maximum((pictures > 0.03).sum(2), 1)
    for label in np.unique(examples.label):
        both = profiles[examples.label == label]
        if len(both) == 2:
            yield tuple(np.corrcoef(both[0], other)[0, 1] for other in (both[1], both[1, ::-1]))
