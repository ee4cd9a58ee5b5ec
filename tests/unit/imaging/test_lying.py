"""Straightening nothing: the body is turned upright and stays as bent as it is."""

import numpy as np
import pytest

from karyodesk.imaging.axis import medial_axis
from karyodesk.imaging.body import Body, crop_body
from karyodesk.imaging.lying import as_it_lies, lie_of
from karyodesk.imaging.straighten import sample
from tests.unit.imaging.shapes import along, arc, mask_along


def lying(body):
    return as_it_lies(body, medial_axis(body))


@pytest.mark.parametrize("angle", [0, 20, 45, 70, 90, 120, 160])
def test_a_straight_body_stands_upright_whatever_its_angle(angle):
    direction = np.array([np.cos(np.radians(angle)), np.sin(np.radians(angle))])
    mask = mask_along([130 - 60 * direction, 130 + 60 * direction])
    course = lying(crop_body(mask))
    assert course.length == pytest.approx(136, abs=3)
    upright = sample(mask.astype(np.float32), course.sections(136, 20, 41))
    assert upright[20:-20, 14:27].min() > 0.9
    assert upright[:, [0, -1]].max() < 0.1


def test_pixels_are_neither_stretched_nor_squeezed():
    body = along([(40, 60), (190, 170)])
    course = lying(body)
    xs, ys = course.sections(round(course.length) + 1, 10, 21)
    across = np.hypot(np.diff(xs, axis=1), np.diff(ys, axis=1))
    down = np.hypot(np.diff(xs, axis=0), np.diff(ys, axis=0))
    assert across == pytest.approx(1, abs=1e-3)
    assert down == pytest.approx(1, abs=0.01)


def test_a_bent_body_is_shorter_than_its_axis_and_stays_bent():
    body = along(arc(70, 130))
    course = lying(body)
    assert course.length < 0.95 * medial_axis(body).length
    ground = np.pad(body.mask, 60).astype(np.float32)
    lies = sample(ground, course.sections(120, 40, 81), body.x0 - 60, body.y0 - 60)
    middle = (lies * np.arange(81)).sum(1) / lies.sum(1)
    assert np.ptp(middle) > 20


@pytest.mark.parametrize("points", [[(60, 200), (130, 20)], [(20, 100), (200, 110)], arc(70, 100)])
def test_it_begins_where_the_medial_axis_begins(points):
    body = along(points)
    axis = medial_axis(body)
    xs, ys = as_it_lies(body, axis).sections(50, 8, 9)
    ends = np.stack([xs[[0, -1], 4], ys[[0, -1], 4]], 1)
    assert np.linalg.norm(ends[0] - axis.line[0]) < np.linalg.norm(ends[1] - axis.line[0])


def test_a_speck_far_away_changes_nothing():
    mask = mask_along([(60, 60), (180, 100)])
    speck = mask.copy()
    speck[220:223, 20:23] = True
    axis = medial_axis(crop_body(mask))
    plain, specked = (as_it_lies(crop_body(one), axis) for one in (mask, speck))
    assert specked.length == plain.length
    assert np.array_equal(specked.sections(50, 8, 9), plain.sections(50, 8, 9))


def test_a_bar_fills_its_box_and_a_bow_does_not():
    bar = Body(np.ones((90, 15), bool), 3, 4)
    assert lie_of(bar, medial_axis(bar)).fill == pytest.approx(1)
    bow = along(arc(70, 130))
    assert lie_of(bow, medial_axis(bow)).fill < 0.6
