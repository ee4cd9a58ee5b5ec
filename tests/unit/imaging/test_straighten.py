"""Straightening: a bent body of known bands comes out straight with the same bands."""

import numpy as np
import pytest

from karyodesk.imaging.straighten import cross_sections, sample


def test_a_bent_gradient_comes_out_straight():
    """A picture whose value is the angle around a centre gives rows of one value along an arc."""
    ys, xs = np.mgrid[:200, :200].astype(np.float32)
    picture = np.arctan2(ys - 20, xs - 100).astype(np.float32)
    angles = np.linspace(0.6, 2.4, 200)
    line = np.stack([100 + 90 * np.cos(angles), 20 + 90 * np.sin(angles)], 1)
    straight = sample(picture, cross_sections(line, 100, 8, 17))
    assert straight.shape == (100, 17)
    assert np.abs(straight - straight[:, 8:9]).max() < 0.03
    assert straight[:, 8] == pytest.approx(np.linspace(0.6, 2.4, 100), abs=0.02)


def test_left_stays_left_of_a_vertical_axis():
    picture = np.tile(np.arange(40, dtype=np.float32), (60, 1))
    line = np.stack([np.full(50, 20.0), np.arange(5.0, 55.0)], 1)
    straight = sample(picture, cross_sections(line, 50, 5, 11))
    assert straight[25] == pytest.approx(np.arange(15, 26), abs=0.01)


def test_outside_the_picture_there_is_nothing():
    line = np.stack([np.full(10, -50.0), np.arange(10.0)], 1)
    assert not sample(np.ones((20, 20), np.float32), cross_sections(line, 10, 3, 7)).any()


def test_the_corner_of_a_crop_is_taken_into_account():
    picture = np.random.default_rng(1).random((60, 60)).astype(np.float32)
    line = np.stack([np.full(20, 30.0), np.arange(20.0, 40.0)], 1)
    at = cross_sections(line, 20, 4, 9)
    assert sample(picture[10:50, 15:45], at, 15, 10) == pytest.approx(sample(picture, at), abs=1e-4)
