"""The shipped segmenter on drawn, simulated and real metaphases."""

import csv
from dataclasses import replace
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from karyodesk.domain.errors import PictureError
from karyodesk.imaging import scale
from karyodesk.imaging.body import crop_body
from karyodesk.imaging.boxes import box_iou, reported_box
from karyodesk.imaging.chromatin import chromatin_mask, chromosome_width
from karyodesk.imaging.density import Density, optical_density
from karyodesk.imaging.scale import WORKING_WIDTH
from karyodesk.iscn.karyotype import parse
from karyodesk.recognition.segmenter import LEAST, MOST, Segmenter, padded
from karyodesk.simulate import Style, simulate_cell

from ..imaging.drawings import FREE, SHAPE, WIDTH, agreement, density_of, in_picture, ribbon

DATA = Path(__file__).parents[4] / "shared" / "data" / "metaphases"


@pytest.fixture(scope="module")
def segmenter():
    return Segmenter()


@cache
def simulated(seed=3, **style):
    """A cell whose chromosomes lie free."""
    return simulate_cell(parse("46,XY"), seed, Style(**{"touching": 0.0, "overlapping": 0.0, "dirt": 0.3, **style}))


def agreements(found, masks):
    """For each mask, how far the one body that is its own agrees with it."""
    placed = [in_picture(body, masks[0].shape) for body in found.bodies]
    table = np.array([[agreement(mask, body) for body in placed] for mask in masks])
    rows, columns = linear_sum_assignment(-table)
    best = np.zeros(len(masks))
    best[rows] = table[rows, columns]
    return best


def masks_of(cell):
    return [chromosome.full_mask(*cell.pixels.shape) for chromosome in cell.chromosomes]


@pytest.mark.parametrize("bright", [False, True])
def test_free_chromosomes_dark_or_bright_are_found_with_their_outlines(segmenter, bright):
    cell = simulated()
    found = segmenter.find(optical_density(255 - cell.pixels if bright else cell.pixels))
    assert agreements(found, masks_of(cell)).min() > 0.8
    assert len(found.bodies) <= len(cell.chromosomes) + 2


def test_width_is_measured(segmenter):
    # At the foot of the blurred rim, so a little wider than drawn.
    assert segmenter.find(density_of(*FREE)).width == pytest.approx(WIDTH + 3, abs=1.5)


def test_crossing_belongs_to_both(segmenter):
    cross = ribbon([(130, 120), (270, 230)]), ribbon([(130, 230), (270, 120)])
    found = segmenter.find(density_of(FREE[0], FREE[1], FREE[4], *cross))
    assert agreements(found, cross).min() > 0.5
    assert len([body for body in found.bodies if in_picture(body)[175, 200]]) == 2


def test_most_chromosomes_that_lie_across_others_are_found(segmenter):
    cell = simulated(1, overlapping=0.4, nuclei=0)
    crossing = [mask for mask in masks_of(cell) if np.count_nonzero(cell.depth[mask] > 1) > 50]
    assert (agreements(segmenter.find(optical_density(cell.pixels)), crossing) > 0.5).mean() > 0.7


def test_empty_density_has_no_bodies(segmenter):
    found = segmenter.find(Density(np.zeros(SHAPE, np.float32), False, 0.01))
    assert (found.bodies, found.rejected, found.width) == ((), (), 0.0)


def test_nucleus_is_rejected_and_named(segmenter):
    cell = simulated(nuclei=1)
    found = segmenter.find(optical_density(cell.pixels))
    (nucleus,) = (np.array([other.bbox], float) for other in cell.others if other.kind == "nucleus")
    named = np.array([body.bbox for body in found.rejected if body.kind == "nucleus"], float)
    assert box_iou(nucleus, named).max() > 0.8
    taken = np.array([body.bbox for body in found.bodies], float)
    assert box_iou(nucleus, taken).max() < 0.3


def test_chromosome_cut_by_the_border_is_rejected_and_named(segmenter):
    cell = simulated()
    _, top, _, bottom = cell.chromosomes[0].bbox
    middle = (top + bottom) // 2
    mask = masks_of(cell)[0][middle:]
    found = segmenter.find(optical_density(np.ascontiguousarray(cell.pixels[middle:])))
    assert agreements(found, [mask])[0] < 0.1
    named = np.array([body.bbox for body in found.rejected if body.kind == "cut by the border"], float)
    assert box_iou(np.array([crop_body(mask).bbox], float), named).max() > 0.7


def test_same_picture_gives_the_same_bodies_with_any_number_of_threads(segmenter):
    density = optical_density(simulated().pixels)
    first, second = segmenter.find(density), Segmenter(threads=1).find(density)
    assert [body.bbox for body in first.bodies] == [body.bbox for body in second.bodies]
    assert all(np.array_equal(a.mask, b.mask) for a, b in zip(first.bodies, second.bodies, strict=True))


NUCLEI = 240


def with_haze(density):
    """The density seen through fluorescence from out of focus, which joins what lies near."""
    haze = cv2.GaussianBlur(cv2.dilate(density.values, np.ones((41, 41))), (0, 0), 12)
    return replace(density, values=density.values + 0.35 * haze)


def with_nuclei(density):
    """The density with nuclei beside the cell that hold more chromatin than the cell."""
    values = cv2.copyMakeBorder(density.values, NUCLEI, 0, 0, 0, cv2.BORDER_CONSTANT, value=0.0)
    for y in range(60, NUCLEI, 120):
        cv2.line(values, (60, y), (values.shape[1] - 60, y), 1.4, 90)
    return replace(density, values=cv2.GaussianBlur(values, (0, 0), 1.0))


@pytest.mark.parametrize(("change", "lower"), [(with_haze, 0), (with_nuclei, NUCLEI)])
def test_a_width_wrongly_measured_at_first_is_put_right(segmenter, change, lower):
    cell = simulated(nuclei=0)
    density = change(optical_density(cell.pixels))
    first = chromosome_width(chromatin_mask(density.values, density.noise))
    assert first > 1.5 * cell.style.width
    found = segmenter.find(density)
    masks = [np.pad(mask, ((lower, 0), (0, 0))) for mask in masks_of(cell)]
    assert np.mean(agreements(found, masks) > 0.5) > 0.85
    assert found.width < 1.3 * cell.style.width


@pytest.mark.parametrize("width", [9.0, 18.0, 32.0])
def test_magnification_does_not_matter(segmenter, width):
    cell = simulate_cell(parse("46,XY"), 3, Style(width=width))
    found = segmenter.find(optical_density(cell.pixels))
    assert (agreements(found, masks_of(cell)) >= 0.5).mean() >= 0.85
    assert found.width == pytest.approx(width, rel=0.15)


@pytest.mark.parametrize(("room", "looks"), [(2.0, 3), (1.1, 2)])
def test_a_picture_is_looked_at_in_every_view_that_there_is_room_for(segmenter, monkeypatch, room, looks):
    cell = simulated()
    density = optical_density(cell.pixels)
    width = chromosome_width(chromatin_mask(density.values, density.noise))
    shown = []
    read = Segmenter.read

    def watched(self, working):
        shown.append(working.shape)
        return read(self, working)

    monkeypatch.setattr(Segmenter, "read", watched)
    monkeypatch.setattr(scale, "_MOST_PIXELS", room * density.values.size * (WORKING_WIDTH / width) ** 2)
    seen = segmenter.see(density.values, width)
    assert len(shown) == looks
    assert len(seen.chosen) >= 40


def test_a_picture_far_larger_than_a_metaphase_is_refused(segmenter):
    noise = np.random.default_rng(2).integers(0, 256, (1400, 1400)).astype(np.uint8)
    with pytest.raises(PictureError, match="Crop the picture"):
        segmenter.find(optical_density(noise))


def test_maps_cover_a_picture_of_any_size(segmenter):
    maps = segmenter.read(np.random.default_rng(0).normal(0, 1, (70, 130)).astype(np.float32))
    assert maps.core.shape == maps.quality.shape == maps.reach.shape[1:] == maps.kernels.shape[1:] == (24, 40)
    assert maps.features.shape[1:] == (48, 80)
    assert 0 <= min(maps.core.min(), maps.quality.min()) <= max(maps.core.max(), maps.quality.max()) <= 1
    assert maps.reach.min() >= 0


def test_a_density_is_held_within_limits_and_ground_added_to_whole_blocks():
    block = padded(np.full((33, 32), 7, np.float32))
    assert block.shape == (64, 32)
    assert (block[:33] == MOST).all()
    assert not block[33:].any()
    assert padded(np.full((32, 32), -7, np.float32)).max() == LEAST


@pytest.mark.real_data
@pytest.mark.skipif(not DATA.is_dir(), reason="the research data are not here")
def test_nearly_all_chromosomes_of_real_cells_are_found_and_little_else(segmenter):
    with open(DATA / "cells.csv", newline="") as file:
        cells = {row["cell"]: row["image"] for row in csv.DictReader(file) if row["split"] == "val"}
    chosen = dict(sorted(cells.items())[::100][:4])
    boxes = {cell: [] for cell in chosen}
    with open(DATA / "boxes.csv", newline="") as file:
        for row in csv.DictReader(file):
            if row["cell"] in chosen:
                boxes[row["cell"]].append([float(row[key]) for key in ("x0", "y0", "x1", "y1")])
    hits = wanted = said = 0
    for cell, image in chosen.items():
        density = optical_density(cv2.imread(str(DATA / image), cv2.IMREAD_GRAYSCALE))
        found = segmenter.find(density)
        mine = np.array([reported_box(body.bbox, found.width, density.values.shape) for body in found.bodies], float)
        table = box_iou(np.array(boxes[cell]), mine)
        rows, columns = linear_sum_assignment(-table)
        hits += (table[rows, columns] >= 0.5).sum()
        wanted, said = wanted + len(table), said + len(mine)
    assert hits / wanted > 0.93
    assert hits / said > 0.9
