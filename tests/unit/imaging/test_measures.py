import numpy as np
import pytest

from karyodesk.imaging.body import crop_body
from karyodesk.imaging.measures import NAMES, chromatin_of, measures

from .drawings import WIDTH, density_of, ribbon

ROD = ribbon([(100, 100), (250, 100)])
STEM = ribbon([(180, 100), (180, 220)])


def measured(mask, *others):
    """The measures of a mask by name, other chromatin lying about."""
    values = density_of(mask, *others).values
    chromatin = chromatin_of(values, np.logical_or.reduce([values > 0.28, mask, *others]), WIDTH)
    return dict(zip(NAMES, measures(crop_body(mask), chromatin), strict=True))


def test_free_rod_has_two_ends_and_no_cut():
    rod = measured(ROD)
    assert rod["chromatin cut through"] == 0
    assert rod["number of cuts"] == 0
    assert rod["concave turning"] < 0.3
    assert rod["third end"] < 0.5 * rod["second end"]


def test_lengths_are_in_widths():
    rod = measured(ROD)
    # The line drawn is a pixel wider than asked for.
    assert rod["mean width"] == pytest.approx(1.1, abs=0.1)
    assert rod["diameter"] == pytest.approx((150 + WIDTH) / WIDTH, rel=0.05)
    assert rod["log area"] == pytest.approx(np.log(np.count_nonzero(ROD) / WIDTH**2))


def test_t_has_a_third_end_and_concave_corners():
    rod, both = measured(ROD), measured(ROD | STEM)
    assert both["third end"] > rod["third end"] + 1
    assert both["second concave corner"] > rod["second concave corner"] + 0.5
    assert both["solidity"] < 0.7 * rod["solidity"]


def test_cut_end_is_seen_and_what_lies_ahead_of_it():
    half = ribbon([(100, 100), (170, 100)])
    values = measured(half, ROD & ~half)
    assert values["number of cuts"] == 1
    assert values["cut at the freer end"] == 0
    assert values["cut at the other end"] > 0.7
    assert values["chromatin ahead of the freer end"] == 0
    assert values["chromatin ahead of the other end"] == 3.0


def test_cut_along_a_side_is_seen():
    assert measured(ROD, STEM & ~ROD)["cut along the sides"] > 0.3


def test_hole_and_pieces_are_counted():
    ring = ribbon([(100, 100), (200, 100), (200, 200), (100, 200), (100, 100)])
    assert measured(ring)["area of holes"] > 10
    assert measured(ROD | ribbon([(100, 200), (250, 200)]))["number of pieces"] == 1


def test_measures_of_a_larger_picture_are_the_same():
    large = ribbon([(200, 200), (500, 200)], width=2 * WIDTH, shape=(600, 800))
    values = large.astype(np.float32)
    twice = dict(zip(NAMES, measures(crop_body(large), chromatin_of(values, large, 2 * WIDTH)), strict=True))
    once = measured(ROD)
    for name in ("log area", "mean width", "solidity", "diameter", "second end"):
        assert twice[name] == pytest.approx(once[name], rel=0.1), name
