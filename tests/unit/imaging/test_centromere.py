"""The centromere is the waist near where the band tables expect it."""

import numpy as np
import pytest

from karyodesk.imaging.axis import medial_axis
from karyodesk.imaging.body import Body
from karyodesk.imaging.centromere import find_centromere


def waisted(waist, length=100, width=18, depth=6):
    """An upright body with a waist at a share of its length."""
    rows = np.arange(length)[:, None]
    narrowing = depth * np.exp(-(((rows - waist * length) / 4) ** 2) / 2)
    columns = np.abs(np.arange(width)[None] - (width - 1) / 2)
    return Body(columns < (width - narrowing) / 2, 5, 5)


@pytest.mark.parametrize(("waist", "expected"), [(0.3, 0.3), (0.3, 0.37), (0.6, 0.55)])
def test_the_waist_near_the_expected_place_is_found(waist, expected):
    body = waisted(waist)
    assert find_centromere(body, medial_axis(body), expected) == pytest.approx(waist, abs=0.04)


def test_without_a_waist_the_expected_place_stands():
    body = Body(np.ones((100, 18), bool), 5, 5)
    assert find_centromere(body, medial_axis(body), 0.4) == pytest.approx(0.4, abs=0.04)


def test_a_waist_far_from_the_expected_place_is_no_centromere():
    body = waisted(0.85)
    assert find_centromere(body, medial_axis(body), 0.3) < 0.5
