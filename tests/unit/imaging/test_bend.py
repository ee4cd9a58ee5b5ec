"""The projection vector: a body with one bend is cut there and comes out straight."""

import numpy as np
import pytest

from karyodesk.imaging.axis import medial_axis
from karyodesk.imaging.bend import projection_vector
from karyodesk.imaging.body import Body, crop_body
from karyodesk.imaging.lying import as_it_lies
from karyodesk.imaging.straighten import OUTSIDE, sample
from tests.unit.imaging.shapes import FOLD, HAIRPIN, ODD, U, along, arc, graded, mask_along


def straightened(points, rows=200, width=16):
    """How far along the line each pixel of the straightened picture lies, and whether it lies in the body."""
    body = along(points, width)
    course = projection_vector(body, medial_axis(body))
    at = course.sections(rows, 12, 25)
    return course, sample(graded(points), at), sample(mask_along(points, width).astype(np.float32), at)


def turned(points, degrees):
    angle = np.radians(degrees)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return (np.array(points) - 130) @ turn.T + 130


@pytest.mark.parametrize("degrees", range(0, 360, 25))
def test_a_hairpin_is_opened_whatever_its_angle(degrees):
    points = turned(HAIRPIN, degrees)
    course, place, inside = straightened(points)
    # Each arm is measured straight from its tip to the middle of the bend.
    assert course.length == pytest.approx(2 * (90 + 25 + 8), rel=0.04)
    way = place.mean(1, where=inside > 0.5)[8:-8]
    assert abs(np.corrcoef(way, np.arange(len(way)))[0, 1]) > 0.99
    # The arms stand upright; the bend itself stays a bend.
    assert inside[15:70, 12].min() > 0.5
    assert inside[-70:-15, 12].min() > 0.5


def test_two_straight_arms_become_one_straight_body():
    course, place, inside = straightened(FOLD)
    assert course.length == pytest.approx(2 * np.hypot(70, 140) + 16, rel=0.07)
    assert inside[3:-3, 12].min() > 0.5
    assert inside[:, [0, -1]].mean() < 0.05
    assert np.corrcoef(place[10:-10, 12], np.arange(180))[0, 1] > 0.998


def test_each_arm_shows_no_pixel_of_the_other():
    _, place, _ = straightened(U, rows=240)
    first = place[0, 12] < 0.5
    assert ((place[:90] < 0.5) == first).all(where=place[:90] != 0)
    assert ((place[-90:] > 0.5) == first).all(where=place[-90:] != 0)


def test_a_row_beyond_the_cut_is_filled_from_its_other_half():
    points = FOLD
    body = along(points)
    xs, ys = projection_vector(body, medial_axis(body)).sections(240, 12, 25)
    mirrored = (xs == xs[:, ::-1]) & (ys == ys[:, ::-1]) & (xs != OUTSIDE)
    assert mirrored[:, :12].any()
    assert not mirrored[:80].any(where=np.arange(25) != 12)
    rows = mirrored[:, :12].any(1)
    assert rows[80:160].any()
    # So far as a body reaches, and no further.
    assert not mirrored[:, [0, -1]].any()


def test_what_fills_its_box_is_only_turned():
    body = Body(np.ones((100, 16), bool), 30, 20)
    axis = medial_axis(body)
    ours, plain = projection_vector(body, axis), as_it_lies(body, axis)
    assert ours.length == plain.length
    assert np.array_equal(ours.sections(90, 10, 21), plain.sections(90, 10, 21))


def test_a_disc_is_only_turned():
    disc = ODD["disc"]
    axis = medial_axis(disc)
    assert projection_vector(disc, axis).length == as_it_lies(disc, axis).length


def test_it_begins_where_the_medial_axis_begins():
    for points in (FOLD, HAIRPIN, turned(HAIRPIN, 180), turned(HAIRPIN, 77), arc(60, 150)):
        body = along(points)
        axis = medial_axis(body)
        xs, ys = projection_vector(body, axis).sections(100, 8, 9)
        assert np.hypot(xs[0, 4] - axis.line[0, 0], ys[0, 4] - axis.line[0, 1]) < 14


def test_what_is_filled_comes_from_the_same_row():
    """Every pixel shown is one of the picture: nothing is computed from several."""
    body = along(FOLD)
    xs, ys = projection_vector(body, medial_axis(body)).sections(200, 12, 25)
    shown = xs != OUTSIDE
    reach = np.hypot(xs - xs[:, 12:13], ys - ys[:, 12:13])
    assert np.abs(reach - np.abs(np.linspace(-12, 12, 25)))[shown].max() < 0.01


def test_a_body_of_two_pieces_is_unrolled_over_both():
    mask = mask_along(HAIRPIN)
    mask[100:108] = False
    body = crop_body(mask)
    assert medial_axis(body).length < 180
    assert projection_vector(body, medial_axis(body)).length > 240
