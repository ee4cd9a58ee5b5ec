"""The medial axis of bodies of known shape."""

import cv2
import numpy as np
import pytest

from karyodesk.imaging.axis import medial_axis
from karyodesk.imaging.body import crop_body


def tube(points, width=16, size=260):
    """A body of constant width along a line of points, its ends round."""
    canvas = np.zeros((size, size), np.uint8)
    line = np.round(np.array(points) * 16).astype(np.int32)
    cv2.polylines(canvas, [line], False, 1, width, cv2.LINE_8, 4)
    return crop_body(canvas.astype(bool))


def arc(radius, degrees, centre=(130, 40)):
    angles = np.radians(np.linspace(0, degrees, 60))
    return [(centre[0] + radius * np.cos(a), centre[1] + radius * np.sin(a)) for a in angles]


@pytest.mark.parametrize("angle", [0, 20, 45, 70, 90, 120, 160])
def test_a_straight_body_keeps_its_length_and_width_at_any_angle(angle):
    direction = np.array([np.cos(np.radians(angle)), np.sin(np.radians(angle))])
    middle = np.array([130, 130])
    axis = medial_axis(tube([middle - 60 * direction, middle + 60 * direction]))
    assert axis.length == pytest.approx(120 + 16, abs=5)
    assert axis.width == pytest.approx(16, abs=2)


def test_a_bent_body_is_as_long_as_its_arc():
    axis = medial_axis(tube(arc(70, 130)))
    assert axis.length == pytest.approx(70 * np.radians(130) + 16, rel=0.06)


def test_the_axis_of_an_arc_stays_in_its_middle():
    axis = medial_axis(tube(arc(70, 130)))
    inner = axis.line[10:-10]
    radius = np.linalg.norm(inner - (130, 40), axis=1)
    assert np.abs(radius - 70).max() < 2.5


def test_the_axis_runs_from_top_to_bottom():
    axis = medial_axis(tube([(60, 200), (130, 20)]))
    assert axis.line[0, 1] < axis.line[-1, 1]


def test_a_level_axis_runs_from_left_to_right():
    body = crop_body(np.ones((9, 80), bool), 10, 10)
    axis = medial_axis(body)
    assert axis.line[0, 0] < axis.line[-1, 0]


def test_a_stubby_body_gets_its_principal_axis():
    axis = medial_axis(tube([(100, 100), (112, 100)], width=14))
    assert abs(axis.line[0, 1] - axis.line[-1, 1]) < 3
    assert axis.length == pytest.approx(26, abs=3)


def test_points_lie_a_pixel_apart():
    axis = medial_axis(tube(arc(70, 130)))
    steps = np.linalg.norm(np.diff(axis.line, axis=0), axis=1)
    assert np.abs(steps - 1).max() < 0.1


@pytest.mark.parametrize("mask", [np.ones((1, 1), bool), np.ones((2, 3), bool), np.eye(5, dtype=bool)])
def test_the_smallest_bodies_have_an_axis(mask):
    axis = medial_axis(crop_body(mask, 3, 4))
    assert len(axis.line) >= 2
    assert np.isfinite(axis.line).all()


def test_a_stray_piece_does_not_take_the_axis():
    whole = tube([(40, 60), (40, 200)])
    mask = np.pad(whole.mask, ((40, 0), (0, 30)))
    mask[5:15, -8:-4] = True
    assert medial_axis(crop_body(mask)).length == pytest.approx(medial_axis(whole).length, abs=2)
