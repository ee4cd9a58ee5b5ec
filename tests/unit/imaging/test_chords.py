"""Crossing sections: rows are chords of the mask, in order, and end where the mask ends."""

import numpy as np
import pytest

from karyodesk.imaging.axis import medial_axis
from karyodesk.imaging.body import Body, crop_body
from karyodesk.imaging.chords import crossing_sections
from karyodesk.imaging.straighten import OUTSIDE, cross_sections, sample
from tests.unit.imaging.shapes import FOLD, S, U, along, arc, graded, mask_along


def crossing(body):
    return crossing_sections(body, medial_axis(body))


def test_the_rows_of_a_bar_lie_straight_across_it():
    bar = Body(np.ones((120, 16), bool), 40, 30)
    course = crossing(bar)
    assert course.length == pytest.approx(119, abs=2)
    xs, ys = (places[10:-10] for places in course.sections(120, 7, 15))
    assert ys == pytest.approx(np.repeat(np.linspace(30, 149, 120)[10:-10, None], 15, 1), abs=1)
    assert xs == pytest.approx(np.repeat(np.arange(-7, 8)[None] + 47.5, 100, 0), abs=0.6)


def test_left_stays_left_of_an_upright_body():
    xs, _ = crossing(along([(130, 30), (130, 180)])).sections(50, 6, 13)
    xs = xs[5:-5]
    assert (np.diff(xs, axis=1) > 0).all()


@pytest.mark.parametrize("points", [arc(70, 130), arc(40, 170), S, U, FOLD[:2]])
def test_a_bent_body_comes_out_straight_with_its_bands_in_order(points):
    course = crossing(along(points))
    at = course.sections(160, 5, 11)
    place = sample(graded(points), at)[12:-12]
    way = place if place[0, 5] < place[-1, 5] else place[::-1]
    assert np.corrcoef(way[:, 5], np.arange(len(way)))[0, 1] > 0.99
    assert np.abs(way - way[:, 5:6]).max() < 0.06
    assert sample(mask_along(points).astype(np.float32), at)[6:-6].min() > 0.4


def test_it_is_as_long_as_the_line_that_was_drawn():
    for radius, degrees in ((70, 130), (50, 90), (45, 170)):
        drawn = radius * np.radians(degrees) + 16
        assert crossing(along(arc(radius, degrees))).length == pytest.approx(drawn, rel=0.05)


def test_a_row_ends_where_its_chord_ends():
    """The other arm of a U lies within reach of every row and is not shown."""
    body = along(U)
    axis = medial_axis(body)
    mask = mask_along(U).astype(np.float32)
    shown = sample(mask, crossing_sections(body, axis).sections(200, 44, 89))
    beside = sample(mask, cross_sections(axis.line, 200, 44, 89))
    assert beside[20:60].sum(1).min() > 30
    assert shown[20:60].sum(1).max() < 19


def test_rows_do_not_cross_within_the_body():
    for points in (FOLD, arc(14, 200, (130, 130)), S):
        xs, ys = crossing(along(points)).sections(400, 6, 13)
        tangent = np.stack([np.diff(xs[:, 6]), np.diff(ys[:, 6])], -1)
        for column in (0, 12):
            step = np.stack([np.diff(xs[:, column]), np.diff(ys[:, column])], -1)
            own = (xs[1:, column] != OUTSIDE) & (xs[:-1, column] != OUTSIDE)
            assert ((step * tangent).sum(-1)[own] > -0.05).all()


@pytest.mark.parametrize("side", [-1, 1])
def test_rows_lean_with_a_waist_that_lies_askew(side):
    mask = mask_along([(130, 30), (130, 220)], 24)
    ys, xs = np.nonzero(mask)
    waist = 5 * np.exp(-(((ys - 125 - side * 0.5 * (xs - 130)) / 8) ** 2))
    mask[ys, xs] = np.abs(xs - 130) < 12 - waist
    xs, ys = (places[20:-20] for places in crossing(crop_body(mask)).sections(201, 10, 21))
    slope = side * (ys[:, 15] - ys[:, 5]) / (xs[:, 15] - xs[:, 5])
    assert slope[70:90].max() > 0.05
    assert np.abs(slope[:40]).max() < 0.02


def test_the_tips_of_two_chromatids_are_shown_whole():
    """A medial axis ends in the notch between them, or runs into one of them."""
    mask = np.zeros((200, 60), bool)
    mask[20:180, 20:28] = mask[20:180, 32:40] = mask[30:170, 20:40] = True
    body = crop_body(mask)
    course = crossing(body)
    assert course.length == pytest.approx(159, abs=10)
    shown = sample(mask.astype(np.float32), course.sections(160, 9, 19))
    assert shown[9:12, :5].min(0).max() > 0.9
    assert shown[9:12, -5:].min(0).max() > 0.9


def test_near_a_round_tip_rows_stay_level():
    _, ys = crossing(along([(130, 40), (130, 200)])).sections(176, 6, 13)
    shown = np.ma.masked_equal(ys[2:16], OUTSIDE)
    assert shown.ptp(axis=1).max() < 0.1
