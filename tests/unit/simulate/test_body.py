from dataclasses import replace

import cv2
import numpy as np
import pytest

from karyodesk.simulate.banding import banding
from karyodesk.simulate.body import draw_body
from karyodesk.simulate.style import Style

STYLE = Style(bend=0.0)


def drawn(label="1", style=STYLE, seed=3):
    return draw_body(banding(label, style.level, np.random.default_rng(0)), style, np.random.default_rng(seed))


def walked(axis):
    return np.linalg.norm(np.diff(axis, axis=0), axis=1).sum()


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("label", ["1", "8", "13", "21", "Y", "mar"])
def test_a_body_is_one_piece_inside_its_frame(label, seed):
    body = drawn(label, Style(bend=1.0), seed)
    assert cv2.connectedComponents(body.mask.astype(np.uint8), connectivity=8)[0] == 2
    assert not body.mask[[0, -1]].any()
    assert not body.mask[:, [0, -1]].any()
    assert np.all(body.density[body.mask] > 0)


def test_size_follows_width_and_slenderness():
    body = drawn(style=replace(STYLE, width=20.0, slenderness=8.0))
    length = walked(body.axis)
    assert length == pytest.approx(160, rel=0.15)
    assert body.mask.sum() / length == pytest.approx(20, rel=0.12)


def test_the_axis_runs_from_tip_to_tip_within_the_mask():
    body = drawn("2", Style(bend=0.8))
    inner = np.round(body.axis[3:-3]).astype(int)
    assert body.mask[inner[:, 1], inner[:, 0]].all()


def test_a_bent_chromosome_is_as_long_as_a_straight_one():
    straight, bent = drawn(style=replace(STYLE, bend=0.0)), drawn(style=replace(STYLE, bend=1.5))
    ends = [np.linalg.norm(body.axis[-1] - body.axis[0]) / walked(body.axis) for body in (straight, bent)]
    assert ends[0] == pytest.approx(1, abs=1e-6)
    assert ends[1] < 0.97


def test_the_waist_is_at_the_centromere():
    body = drawn("3", replace(STYLE, width=30.0))
    distance = cv2.distanceTransform(body.mask.astype(np.uint8), cv2.DIST_L2, 5)
    points = np.round(body.axis).astype(int)
    half = distance[points[:, 1], points[:, 0]]
    middle = slice(len(half) // 6, -len(half) // 6)
    narrowest = np.argmin(half[middle]) + middle.start
    assert narrowest / len(half) == pytest.approx(body.centromere, abs=0.03)


def test_dark_bands_are_darker_than_pale_ones():
    profile = banding("9", 400, np.random.default_rng(0))
    body = draw_body(profile, STYLE, np.random.default_rng(1))
    points = np.round(body.axis).astype(int)
    along = body.density[points[:, 1], points[:, 0]][8:-8]
    stain = np.interp(np.linspace(0, 1, len(points)), np.linspace(0, 1, len(profile.stain)), profile.stain)[8:-8]
    assert np.corrcoef(along, stain)[0, 1] > 0.75
