"""Outlines are had where a body fills a box, and are kept as they are."""

import csv
from dataclasses import replace

import cv2
import numpy as np
import pytest

from karyodesk.imaging.body import crop_body
from karyodesk.imaging.boxes import reported_box
from karyodesk.imaging.chromatin import chromatin_mask, chromosome_width
from karyodesk.imaging.density import optical_density
from karyodesk.imaging.scale import WORKING_WIDTH
from karyodesk.iscn.karyotype import parse
from karyodesk.simulate import Style, simulate_cell
from karyodesk.simulate.write import write_cells
from karyodesk.training.dataset import part_of
from karyodesk.training.segmenter.outlined import _described_bodies, build, load, match, outline, read, write
from karyodesk.training.sources import MetaphaseSource, TruthBox, metaphases

from ...imaging.drawings import agreement, in_picture
from ...recognition.ellipses import POINTS, Ellipse, maps_of
from .cells import FREE, SHAPE, chromosome, outlined


def test_density_is_kept_as_far_as_it_matters():
    cell = outlined()
    assert cell.density.min() == pytest.approx(0, abs=0.01)
    assert cell.density.max() == pytest.approx(1, abs=0.01)


def test_a_cell_is_read_as_written(tmp_path):
    cell = outlined(unknown=(1, 4))
    write(cell, tmp_path / "c1.npz")
    back = read(tmp_path / "c1.npz")
    assert back.cell == "c1"
    assert np.array_equal(back.grey, cell.grey)
    assert np.array_equal(back.boxes, cell.boxes)
    assert [body is None for body in back.bodies] == [False, True, False, False, True, False]
    for one, other in zip(back.bodies, cell.bodies, strict=True):
        assert one is None or (one.bbox == other.bbox and np.array_equal(one.mask, other.mask))


@pytest.mark.parametrize("masks", [(), FREE[:2]])
def test_a_cell_without_any_outline_is_read_as_written(tmp_path, masks):
    write(
        outlined(masks, unknown=(0, 1)) if masks else replace(outlined(), bodies=(), boxes=np.zeros((0, 4))),
        tmp_path / "c1.npz",
    )
    back = read(tmp_path / "c1.npz")
    assert back.bodies == (None,) * len(masks)
    assert back.boxes.shape == (len(masks), 4)


def test_cells_are_loaded_in_the_order_of_their_names(tmp_path):
    for cell in ("c", "a", "b"):
        write(outlined(cell=cell), tmp_path / f"{cell}.npz")
    (tmp_path / "d.part").write_bytes(b"half written")
    assert [cell.cell for cell in load(tmp_path)] == ["a", "b", "c"]


def test_an_empty_folder_is_said_to_be_one(tmp_path):
    with pytest.raises(FileNotFoundError):
        load(tmp_path)


def boxes_of(*masks):
    return outlined(masks).boxes.astype(float)


def test_every_box_gets_its_own_body():
    bodies = [crop_body(mask) for mask in FREE]
    assert match(bodies[::-1], boxes_of(*FREE), SHAPE) == tuple(bodies)


def test_what_fits_no_box_is_nobodys():
    bodies = [crop_body(FREE[0] | FREE[1]), crop_body(FREE[2])]
    assert match(bodies, boxes_of(*FREE[:3]), SHAPE) == (None, None, bodies[1])
    assert match([], boxes_of(*FREE[:2]), SHAPE) == (None, None)
    assert match(bodies, np.zeros((0, 4)), SHAPE) == ()


def test_no_body_serves_two_boxes():
    body = crop_body(FREE[0])
    (box,) = boxes_of(FREE[0])
    assert match([body], np.stack([box + 3, box]), SHAPE) == (None, body)


def test_of_two_bodies_that_are_nearly_the_same_the_better_is_kept():
    right, longer = crop_body(FREE[0]), crop_body(chromosome((40, 30), (64, 150)))
    (box,) = boxes_of(FREE[0])
    longer_box = box + np.array([0, 0, 4, 30])
    assert match([longer, right], np.stack([longer_box, box]), SHAPE).count(None) == 1


def test_chromosomes_that_cross_do_not_contradict_each_other_but_their_union_does():
    cross = chromosome((100, 100), (200, 180)), chromosome((100, 180), (200, 100))
    one, other = (crop_body(mask) for mask in cross)
    assert match([one, crop_body(cross[0] | cross[1]), other], boxes_of(*cross), SHAPE) == (one, other)


def source(folder):
    """A simulated cell as a file with boxes as people draw them, and the cell itself."""
    cell = simulate_cell(parse("46,XY"), 5, Style(touching=0.0, overlapping=0.0, nuclei=0, dirt=0.3))
    path = folder / "cell.png"
    cv2.imwrite(str(path), cell.pixels)
    room = [reported_box(one.bbox, cell.style.width, cell.pixels.shape) for one in cell.chromosomes]
    boxes = tuple(TruthBox(box, one.label) for box, one in zip(room, cell.chromosomes, strict=True))
    return MetaphaseSource("s1", "p1", "val", path, boxes), cell


def test_free_chromosomes_are_outlined_at_the_working_scale(tmp_path):
    boxed, cell = source(tmp_path)
    found = outline(boxed, None)
    assert found.cell == "s1"
    density = optical_density(cell.pixels)
    assert chromosome_width(chromatin_mask(found.density, density.noise)) == pytest.approx(WORKING_WIDTH, rel=0.1)
    height, width = found.grey.shape
    good = []
    for body, truth in zip(found.bodies, cell.chromosomes, strict=True):
        full = truth.full_mask(*cell.pixels.shape).astype(np.float32)
        mask = cv2.resize(full, (width, height), interpolation=cv2.INTER_AREA) > 0.5
        good.append(body is not None and agreement(mask, in_picture(body, mask.shape)) > 0.75)
    assert np.mean(good) > 0.9


def test_a_picture_that_cannot_be_read_is_named(tmp_path):
    boxed, _ = source(tmp_path)
    boxed.image.write_bytes(b"no picture")
    with pytest.raises(ValueError, match="s1"):
        outline(boxed, None)


ROOM = np.array([-3, -3, 3, 3])


def test_a_box_asks_the_segmenter_for_its_chromosome_be_it_ever_so_faint():
    shape = tuple(4 * side for side in POINTS)
    seen = Ellipse(40, 30, 20, 6, 0.4), Ellipse(60, 34, 20, 5, -0.9)
    maps = maps_of(*seen)
    right = [Ellipse(2 * one.x + 0.5, 2 * one.y + 0.5, 2 * one.long, 2 * one.short, one.angle) for one in seen]
    boxes = np.array([one.box for one in right]) + ROOM
    bodies = _described_bodies(replace(maps, core=maps.core * np.float32(0.1)), boxes, shape)
    found = match(bodies, boxes, shape)
    for body, one in zip(found, right, strict=True):
        assert agreement(in_picture(body, shape), one.mask(shape)) > 0.95
    assert _described_bodies(maps, boxes + 50, shape) == []


@pytest.fixture
def data(tmp_path):
    """Metaphases of a patient to train on, of one kept apart, and of one of the split ``val``."""
    folder = tmp_path / "data"
    write_cells(parse("46,XX"), 3, folder, style=Style(width=10))
    with open(folder / "cells.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    parts = {part_of(f"p{n}", "train"): f"p{n}" for n in range(100)}
    for row, patient, split in zip(rows, (parts["train"], parts["label"], "p"), ("train", "train", "val"), strict=True):
        row.update(patient=patient, split=split)
    with open(folder / "cells.csv", "w", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return folder


def test_metaphases_for_training_are_outlined_once_and_no_others(data, tmp_path):
    (line,) = build(data, tmp_path / "out", 1, None)
    assert line.startswith("1 of 1 metaphases")
    (cell,) = load(tmp_path / "out")
    assert cell.cell == metaphases(data)[0].cell
    assert f"{len(cell.bodies) - cell.bodies.count(None)} of {len(cell.boxes)} boxes" in line
    assert list(build(data, tmp_path / "out", 1, None)) == []
