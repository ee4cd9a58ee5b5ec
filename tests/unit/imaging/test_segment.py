import csv
from pathlib import Path

import cv2
import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from karyodesk.domain.errors import PictureError
from karyodesk.imaging.body import Body
from karyodesk.imaging.density import Density, optical_density
from karyodesk.imaging.segment import find_bodies, reported_box
from karyodesk.iscn.karyotype import parse
from karyodesk.simulate import Style, simulate_cell

from .drawings import FREE, SHAPE, WIDTH, agreement, density_of, disc, in_picture, picture_of, ribbon

DATA = Path(__file__).parents[4] / "shared" / "data" / "metaphases"


def matched(bodies, masks, shape=SHAPE):
    """Share of the masks that one body each agrees with by half or more."""
    placed = [in_picture(body, shape) for body in bodies]
    table = np.array([[agreement(mask, body) for body in placed] for mask in masks])
    rows, columns = linear_sum_assignment(-table)
    return (table[rows, columns] >= 0.5).sum() / len(masks)


def test_free_chromosomes_are_found_with_their_outlines():
    found = find_bodies(density_of(*FREE))
    assert len(found.bodies) == len(FREE)
    placed = [in_picture(body) for body in found.bodies]
    assert min(max(agreement(mask, body) for body in placed) for mask in FREE) > 0.85


def test_width_is_measured():
    # At the foot of the blurred rim, so a little wider than drawn.
    assert find_bodies(density_of(*FREE)).width == pytest.approx(WIDTH + 3, abs=1.5)


def test_crossing_belongs_to_both():
    cross = ribbon([(130, 120), (270, 230)]), ribbon([(130, 230), (270, 120)])
    found = find_bodies(density_of(FREE[0], FREE[1], FREE[4], *cross))
    assert matched(found.bodies, cross) == 1
    middle = [body for body in found.bodies if in_picture(body)[175, 200]]
    assert len(middle) == 2


def test_bright_chromosomes_are_found_as_dark_ones():
    dark = picture_of(*FREE)
    assert matched(find_bodies(optical_density(dark)).bodies, FREE) == 1
    assert matched(find_bodies(optical_density(255 - dark)).bodies, FREE) == 1


def test_empty_density_has_no_bodies():
    found = find_bodies(Density(np.zeros(SHAPE, np.float32), False, 0.01))
    assert (found.bodies, found.rejected, found.width) == ((), (), 0.0)


def test_nucleus_is_rejected_and_named():
    found = find_bodies(density_of(*FREE[:2], FREE[4], disc(230, 150, 50)))
    assert matched(found.bodies, (*FREE[:2], FREE[4])) == 1
    assert [body.kind for body in found.rejected] == ["nucleus"]


def test_chromosome_cut_by_the_border_is_rejected_and_named():
    found = find_bodies(density_of(*FREE, ribbon([(220, 240), (220, 320)])))
    assert len(found.bodies) == len(FREE)
    assert [body.kind for body in found.rejected] == ["cut by the border"]


def test_same_picture_gives_the_same_bodies():
    density = optical_density(simulate_cell(parse("46,XX"), 1).pixels)
    first, second = find_bodies(density), find_bodies(density)
    assert [body.bbox for body in first.bodies] == [body.bbox for body in second.bodies]
    assert all(np.array_equal(a.mask, b.mask) for a, b in zip(first.bodies, second.bodies, strict=True))


@pytest.mark.parametrize("width", [9.0, 18.0, 32.0])
def test_magnification_does_not_matter(width):
    cell = simulate_cell(parse("46,XY"), 3, Style(width=width))
    found = find_bodies(optical_density(cell.pixels))
    masks = []
    for chromosome in cell.chromosomes:
        x0, y0, _, _ = chromosome.bbox
        masks.append(in_picture(Body(chromosome.mask, x0, y0), cell.pixels.shape))
    assert matched(found.bodies, masks, cell.pixels.shape) >= 0.8
    assert found.width == pytest.approx(width, rel=0.15)


def test_reported_box_leaves_room():
    body = Body(np.ones((40, 20), bool), 100, 50)
    assert reported_box(body.bbox, 16.0, SHAPE) == (96, 46, 124, 94)


def test_reported_box_stays_in_the_picture():
    body = Body(np.ones(SHAPE, bool), 0, 0)
    assert reported_box(body.bbox, 16.0, SHAPE) == (0, 0, SHAPE[1], SHAPE[0])


@pytest.mark.real_data
@pytest.mark.skipif(not DATA.is_dir(), reason="the research data are not here")
def test_four_of_five_chromosomes_of_real_cells_are_found():
    with open(DATA / "cells.csv", newline="") as file:
        cells = {row["cell"]: row["image"] for row in csv.DictReader(file) if row["split"] == "val"}
    chosen = dict(sorted(cells.items())[::100][:4])
    boxes = {cell: [] for cell in chosen}
    with open(DATA / "boxes.csv", newline="") as file:
        for row in csv.DictReader(file):
            if row["cell"] in chosen:
                boxes[row["cell"]].append([float(row[key]) for key in ("x0", "y0", "x1", "y1")])
    hits = wanted = 0
    for cell, image in chosen.items():
        density = optical_density(cv2.imread(str(DATA / image), cv2.IMREAD_GRAYSCALE))
        found = find_bodies(density)
        mine = np.array([reported_box(body.bbox, found.width, density.values.shape) for body in found.bodies], float)
        table = box_agreement(np.array(boxes[cell]), mine)
        rows, columns = linear_sum_assignment(-table)
        hits += (table[rows, columns] >= 0.5).sum()
        wanted += len(table)
    assert hits / wanted > 0.8


def box_agreement(first, second):
    low = np.maximum(first[:, None, :2], second[None, :, :2])
    high = np.minimum(first[:, None, 2:], second[None, :, 2:])
    both = np.clip(high - low, 0, None).prod(2)
    areas = [(boxes[:, 2:] - boxes[:, :2]).prod(1) for boxes in (first, second)]
    return both / (areas[0][:, None] + areas[1][None] - both)


def test_a_picture_far_larger_than_a_metaphase_is_refused():
    noise = np.random.default_rng(2).integers(0, 256, (1400, 1400)).astype(np.uint8)
    with pytest.raises(PictureError, match="Crop the picture"):
        find_bodies(optical_density(noise))
