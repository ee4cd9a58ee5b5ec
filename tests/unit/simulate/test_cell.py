import numpy as np
import pytest

from karyodesk.domain.errors import KaryotypeError
from karyodesk.iscn.karyotype import parse
from karyodesk.simulate.cell import simulate_cell
from karyodesk.simulate.style import Style


@pytest.fixture(scope="module")
def cell():
    return simulate_cell(parse("47,XY,+21"), 11)


def test_a_cell_holds_the_karyotype(cell):
    assert tuple(one.label for one in cell.chromosomes) == parse("47,XY,+21").labels
    assert sum(one.label == "21" for one in cell.chromosomes) == 3


def test_the_picture_is_grey_and_dark_on_light(cell):
    assert cell.pixels.dtype == np.uint8
    assert cell.pixels.ndim == 2
    assert 450 < min(cell.pixels.shape) <= max(cell.pixels.shape) < 1200
    inside, outside = cell.pixels[cell.depth > 0], cell.pixels[cell.depth == 0]
    assert np.median(inside) + 60 < np.median(outside)


def test_masks_fill_their_boxes_within_the_picture(cell):
    height, width = cell.pixels.shape
    for one in cell.chromosomes:
        x0, y0, x1, y1 = one.bbox
        assert 0 <= x0 < x1 <= width
        assert 0 <= y0 < y1 <= height
        assert one.mask.shape == (y1 - y0, x1 - x0)
        assert one.mask.any(axis=0)[[0, -1]].all()
        assert one.mask.any(axis=1)[[0, -1]].all()
        assert one.full_mask(height, width).sum() == one.mask.sum()


def test_overlapping_masks_both_hold_the_crossing(cell):
    assert cell.depth.max() >= 2
    assert cell.depth.sum() == sum(one.mask.sum() for one in cell.chromosomes)
    assert np.median(cell.pixels[cell.depth == 2]) < np.median(cell.pixels[cell.depth == 1])


def test_outlines_have_the_box_of_the_mask(cell):
    for one in cell.chromosomes:
        assert one.outline.bbox == one.bbox


def test_direction_is_read_from_the_ends_of_the_axis(cell):
    directions = {one.upside_down for one in cell.chromosomes}
    assert directions == {True, False}
    for one in cell.chromosomes:
        assert one.upside_down == (one.axis[0, 1] > one.axis[-1, 1])


def test_the_centromere_lies_on_the_chromosome_nearer_the_short_arm(cell):
    for one in cell.chromosomes:
        x, y = one.centromere_point
        x0, y0 = one.bbox[:2]
        assert one.mask[round(y) - y0, round(x) - x0]
        assert one.centromere < 0.55


def test_the_same_seed_gives_the_same_picture(cell):
    again = simulate_cell(parse("47,XY,+21"), 11)
    assert np.array_equal(cell.pixels, again.pixels)
    assert not np.array_equal(cell.pixels.shape, simulate_cell(parse("47,XY,+21"), 12).pixels.shape)


def test_an_inverted_cell_is_bright_on_dark():
    cell = simulate_cell(parse("46,XX"), 1, Style(inverted=True, nuclei=0))
    assert np.median(cell.pixels[cell.depth > 0]) > np.median(cell.pixels[cell.depth == 0]) + 50


def test_magnification_scales_the_picture():
    small, large = (simulate_cell(parse("46,XX"), 1, Style(width=width)).pixels.size for width in (10, 20))
    assert 2.5 < large / small < 5.5


def test_triploid_cells_and_markers_can_be_simulated():
    assert len(simulate_cell(parse("69,XXY"), 1).chromosomes) == 69
    assert simulate_cell(parse("47,XX,+mar"), 1).chromosomes[-1].label == "mar"


def test_cells_too_large_are_refused():
    with pytest.raises(KaryotypeError, match="too large"):
        simulate_cell(parse("138<6n>,XXXXXX"), 1)
