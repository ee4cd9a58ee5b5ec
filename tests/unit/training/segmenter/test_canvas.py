"""Masks follow the picture wherever it is turned, and nothing is called known that is not."""

import numpy as np
import pytest

from karyodesk.training.segmenter.canvas import SIDE, Canvas, draw, interest, random_rotation, rotation

from ...imaging.drawings import agreement
from .cells import FREE, chromosome, covered, outlined


def drawn(seed, unknown=()):
    return draw(outlined(unknown=unknown), np.random.default_rng(seed))


def empty():
    return Canvas(np.zeros((SIDE, SIDE), np.float32))


@pytest.mark.parametrize("seed", range(6))
def test_masks_follow_the_picture(seed):
    canvas = drawn(seed)
    seen = (covered(canvas.bodies, (SIDE, SIDE)) > 0) | canvas.open
    assert canvas.bodies
    assert agreement(seen, canvas.density > 0.5) > 0.9


def test_canvases_differ_in_size_and_direction_and_repeat_with_their_seed():
    one, same, other = drawn(1), drawn(1), drawn(2)
    assert np.array_equal(one.density, same.density)
    assert one.zoom == same.zoom != other.zoom
    assert not np.array_equal(one.density, other.density)


@pytest.mark.parametrize("seed", range(3))
def test_where_there_is_a_box_alone_nothing_is_known(seed):
    canvas = drawn(seed, unknown=range(len(FREE)))
    assert canvas.bodies == []
    assert canvas.open[canvas.density > 0.5].all()


@pytest.mark.parametrize("seed", range(3))
def test_masks_of_a_boxed_cell_may_be_wrong_and_those_of_an_exact_one_not(seed):
    random = np.random.default_rng(seed), np.random.default_rng(seed)
    boxed, exact = (draw(outlined(exact=known), one) for known, one in zip((False, True), random, strict=True))
    assert boxed.inexact == len(boxed.bodies) == len(exact.bodies) > 0
    assert exact.inexact == 0


def test_canvases_are_drawn_more_often_about_chromosomes_that_lie_among_others():
    heap = [chromosome((20, 100 + shift), (60, 200 - shift)) for shift in (0, 20, 40)]
    cell = outlined((*heap, chromosome((380, 100), (385, 200))))
    random = np.random.default_rng(0)
    about_heap = [len(draw(cell, random).bodies) > 1 for _ in range(300)]
    assert 0.8 < np.mean(about_heap) < 0.92


def test_canvases_are_drawn_more_often_about_chromosomes_that_the_segmenter_misses_and_whose_outline_is_known():
    usual, hard, unknown = (
        interest(outlined()),
        interest(outlined(missed=(2, 5))),
        outlined(unknown=(5,), missed=(2, 5)),
    )
    assert [hard[place] > 5 * usual[place] for place in range(len(FREE))] == [
        place in (2, 5) for place in range(len(FREE))
    ]
    assert (interest(unknown) > 5 * usual).tolist() == [place == 2 for place in range(len(FREE))]


@pytest.mark.parametrize("mirrored", [False, True])
def test_a_rotation_turns_enlarges_and_mirrors(mirrored):
    turn = rotation(np.pi / 2, 2.0, mirrored)
    assert turn @ (0, 1) == pytest.approx((-2, 0))
    assert turn @ (1, 0) == pytest.approx((0, -2 if mirrored else 2))


def test_rotations_go_in_all_directions_and_half_of_them_keep_pixels_sharp():
    random = np.random.default_rng(0)
    turns = [random_rotation(1.5, random) for _ in range(400)]
    assert np.abs(np.linalg.det(turns)) == pytest.approx(1.5**2)
    assert 150 < sum(np.linalg.det(turn) < 0 for turn in turns) < 250
    assert 150 < sum(np.abs(turn).min() < 1e-9 for turn in turns) < 250


BAR = np.ones((10, 40), bool)


@pytest.mark.parametrize(("x0", "y0"), [(-20, 50), (SIDE - 20, 50), (50, -5), (50, SIDE - 5), (-8, -2)])
def test_a_chromosome_cut_by_the_edge_ends_with_it(x0, y0):
    canvas = empty()
    canvas.add(BAR, x0, y0)
    (body,) = canvas.bodies
    assert body.bbox == (max(0, x0), max(0, y0), min(SIDE, x0 + 40), min(SIDE, y0 + 10))
    assert not canvas.open.any()


@pytest.mark.parametrize(("x0", "y0"), [(-30, 50), (SIDE - 10, 50), (50, -8), (50, SIDE - 2)])
def test_what_the_edge_leaves_too_little_of_stays_open(x0, y0):
    canvas = empty()
    canvas.add(BAR, x0, y0)
    assert canvas.bodies == []
    left, top = max(0, x0), max(0, y0)
    assert canvas.open[top : y0 + 10, left : x0 + 40].all()
    assert np.count_nonzero(canvas.open) == (min(SIDE, x0 + 40) - left) * (min(SIDE, y0 + 10) - top)


@pytest.mark.parametrize(("x0", "y0"), [(-40, 50), (SIDE, 50), (50, -30), (50, SIDE + 90), (-90, -90)])
def test_what_lies_beyond_the_edge_is_nothing(x0, y0):
    canvas = empty()
    canvas.add(BAR, x0, y0)
    assert canvas.bodies == []
    assert not canvas.open.any()
