"""What holds of every technique of straightening, whatever the body."""

from functools import partial

import numpy as np
import pytest

from karyodesk.domain.straightening import Straightening
from karyodesk.imaging.axis import medial_axis
from karyodesk.imaging.straighten import OUTSIDE, cross_sections
from karyodesk.imaging.techniques import course
from tests.unit.imaging.shapes import ODD, along, arc

techniques = pytest.mark.parametrize("technique", Straightening)


def shown(way, rows=60, half=10.0, columns=21):
    xs, ys = way.sections(rows, half, columns)
    assert xs.shape == ys.shape == (rows, columns)
    assert xs.dtype == ys.dtype == np.float32
    return xs, ys


@techniques
@pytest.mark.parametrize("name", ODD)
def test_a_body_of_any_shape_is_straightened(name, technique):
    body = ODD[name]
    way = course(body, medial_axis(body), technique)
    assert np.isfinite(way.length)
    assert way.length >= 1 or technique is Straightening.MEDIAL_AXIS
    assert way.length < 3 * np.hypot(*body.mask.shape) + 2
    for places, low, high in zip(shown(way), body.bbox[:2], body.bbox[2:], strict=True):
        assert np.isfinite(places).all()
        near = (places > low - 40) & (places < high + 40)
        assert (near | (places == OUTSIDE)).all()
        assert near.any(1).all()


@techniques
@pytest.mark.parametrize("angle", [0, 30, 90, 145])
def test_a_straight_body_is_as_long_by_all_techniques(technique, angle):
    direction = np.array([np.cos(np.radians(angle)), np.sin(np.radians(angle))])
    body = along([130 - 60 * direction, 130 + 60 * direction])
    assert course(body, medial_axis(body), technique).length == pytest.approx(135, abs=4)


@techniques
@pytest.mark.parametrize("points", [arc(70, 110), arc(70, 110) * (1, -1) + (0, 200), [(20, 60), (200, 90)]])
def test_the_end_where_the_medial_axis_starts_comes_first(technique, points):
    body = along(points)
    axis = medial_axis(body)
    xs, ys = shown(course(body, axis, technique))
    first, last = (np.hypot(*(np.array([xs[row, 10], ys[row, 10]]) - axis.line[0])) for row in (0, -1))
    assert first < last


@techniques
def test_left_stays_left(technique):
    xs, _ = shown(course(along([(130, 30), (132, 200)]), medial_axis(along([(130, 30), (132, 200)])), technique))
    assert xs[30, 14] > xs[30, 6]


def test_the_medial_axis_is_what_it_was_before_there_was_a_choice():
    body = along(arc(70, 130))
    axis = medial_axis(body)
    way = course(body, axis, Straightening.MEDIAL_AXIS)
    assert way.length == axis.length
    assert np.array_equal(shown(way), partial(cross_sections, axis.line)(60, 10.0, 21))
