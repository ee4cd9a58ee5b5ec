"""What the research data holds: metaphases with maps of classes, and what of a map is surely one chromosome."""

import csv

import cv2
import numpy as np
import pytest

from karyodesk.training.sources import ClassMapSource, class_maps

from ..imaging.drawings import SHAPE, in_picture, ribbon

OVERLAP = 255
ONE, OTHER = ribbon([(40, 40), (40, 120)]), ribbon([(90, 40), (90, 120)])
TOUCHING = ribbon([(57, 40), (57, 120)])
ACROSS = ribbon([(10, 80), (130, 80)])


def write_cells(folder, slides, complete="1"):
    with open(folder / "cells.csv", "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["cell", "slide", "width", "map_count_matches_iscn"])
        writer.writerows((f"{slide}-{n}", slide, 300, complete) for slide in slides for n in (1, 2))


def test_a_slide_is_wholly_for_training_or_not_and_always_the_same(tmp_path):
    slides = [f"s{n:03d}" for n in range(200)]
    write_cells(tmp_path, slides)
    sources = class_maps(tmp_path)
    split = {slide: {one.split for one in sources if one.cell.startswith(slide)} for slide in slides}
    assert all(len(parts) == 1 for parts in split.values())
    assert 70 < sum(parts == {"train"} for parts in split.values()) < 130
    assert set.union(*split.values()) == {"train", "val"}
    # Whatever else there is: a slide that has trained the segmenter must not be the one that measures it.
    write_cells(tmp_path, ["A02", "A01", "V13"])
    assert [one.split for one in class_maps(tmp_path)] == ["val", "val", "train", "train", "val", "val"]


@pytest.mark.parametrize(("stored", "complete"), [("1", True), ("0", False)])
def test_a_source_names_its_files_and_whether_its_map_is_complete(tmp_path, stored, complete):
    write_cells(tmp_path, ["A01"], stored)
    first, second = class_maps(tmp_path)
    assert (first.cell, second.cell) == ("A01-1", "A01-2")
    assert first.image == tmp_path / "images" / "A01-1.webp"
    assert first.classes == tmp_path / "class_maps" / "A01-1.png"
    assert first.complete is second.complete is complete


def source(folder, *painted):
    """A source whose map holds these masks, each with its class; where two cross it says so."""
    classes = np.zeros(SHAPE, np.uint8)
    for number, mask in painted:
        classes[mask] = np.where(classes[mask] > 0, OVERLAP, number)
    cv2.imwrite(str(folder / "map.png"), classes)
    return ClassMapSource("m1", "train", folder / "picture.png", folder / "map.png", True)


def full(bodies):
    return [in_picture(body, SHAPE) for body in bodies]


def same(bodies, *masks):
    """Whether these are the bodies, whatever their order."""
    found = full(bodies)
    return len(found) == len(masks) and all(any(np.array_equal(one, mask) for one in found) for mask in masks)


def test_a_map_is_read_as_stored(tmp_path):
    classes = source(tmp_path, (1, ONE), (24, ACROSS)).class_map()
    assert set(np.unique(classes)) == {0, 1, 24, OVERLAP}
    assert np.array_equal(classes == OVERLAP, ONE & ACROSS)


@pytest.mark.parametrize("number", [1, 22, 23])
def test_two_separate_bodies_of_a_type_are_clear(tmp_path, number):
    clear, unclear = source(tmp_path, (number, ONE), (number, OTHER)).bodies()
    assert same(clear, ONE, OTHER)
    assert unclear == []


def test_a_touching_pair_is_unclear(tmp_path):
    clear, unclear = source(tmp_path, (5, ONE), (5, TOUCHING)).bodies()
    assert clear == []
    assert same(unclear, ONE | TOUCHING)


def test_neighbours_of_two_types_do_not_touch(tmp_path):
    homologues = ribbon([(200, 40), (200, 120)]), ribbon([(250, 40), (250, 120)])
    clear, unclear = source(tmp_path, (5, ONE), (6, TOUCHING & ~ONE), (5, homologues[0]), (6, homologues[1])).bodies()
    assert same(clear, ONE, TOUCHING & ~ONE, *homologues)
    assert unclear == []


def test_a_type_in_three_pieces_is_unclear(tmp_path):
    pieces = ONE & ~ribbon([(20, 80), (60, 80)], 10)
    clear, unclear = source(tmp_path, (5, pieces), (5, OTHER)).bodies()
    assert clear == []
    assert len(unclear) == 3
    assert np.array_equal(np.any(full(unclear), 0), pieces | OTHER)


def test_one_x_beside_one_y_is_clear_and_nothing_else_that_stands_alone(tmp_path):
    clear, unclear = source(tmp_path, (23, ONE), (24, OTHER)).bodies()
    assert same(clear, ONE, OTHER)
    assert unclear == []
    for alone in (22, 23, 24):
        clear, unclear = source(tmp_path, (alone, ONE)).bodies()
        assert clear == []
        assert same(unclear, ONE)


def test_an_overlap_belongs_to_both(tmp_path):
    homologues = ribbon([(200, 40), (200, 120)]), ribbon([(250, 40), (250, 120)])
    clear, unclear = source(tmp_path, (3, ONE), (9, ACROSS), (3, homologues[0]), (9, homologues[1])).bodies()
    assert same(clear, ONE, ACROSS, *homologues)
    assert unclear == []


def test_homologues_that_cross_are_unclear(tmp_path):
    clear, unclear = source(tmp_path, (3, ONE), (3, ACROSS)).bodies()
    assert clear == []
    assert same(unclear, ONE | ACROSS)


def test_stray_pixels_are_no_body(tmp_path):
    stray = np.zeros((2, *SHAPE), bool)
    stray[0, 200:206, 200:206] = stray[1, 220:226, 220:226] = True
    clear, unclear = source(tmp_path, (3, ONE), (3, OTHER), (3, stray[0]), (24, stray[1])).bodies()
    assert same(clear, ONE, OTHER)
    assert unclear == []


def test_files_that_cannot_be_read_are_named(tmp_path):
    one = ClassMapSource("m1", "train", tmp_path / "picture.png", tmp_path / "map.png", True)
    with pytest.raises(ValueError, match=r"picture\.png"):
        one.pixels()
    with pytest.raises(ValueError, match=r"map\.png"):
        one.bodies()
