"""Straightened views: derived from the original's own pixels, turned as asked."""

from dataclasses import replace

import numpy as np
import pytest

from karyodesk.domain.chromosome import Chromosome, Suggestion
from karyodesk.imaging.axis import medial_axis
from karyodesk.imaging.body import Body, outline_of
from karyodesk.imaging.picture import Picture
from karyodesk.imaging.views import SCALE, chromosome_view

BODY = Body(np.ones((80, 14), bool), 60, 50)


def picture(inverted=False):
    pixels = np.full((200, 160), 230, np.uint8)
    pixels[50:130, 60:74] = 120
    pixels[60:66, 60:74] = 40
    return Picture("cell.png", "0" * 64, 255 - pixels if inverted else pixels)


def chromosome(turned=False):
    axis = medial_axis(BODY)
    suggestion = Suggestion("4", 0.9, "4", (("4", 0.9),), turned, 0.9, False)
    return Chromosome(
        "c001", outline_of(BODY), tuple(map(tuple, axis.line)), axis.width, 0.3, suggestion, "4", 0, turned
    )


def darkest_row(view):
    inside = np.where(view.alpha > 128, view.pixels, 255).astype(float)
    middle = inside[:, inside.shape[1] // 2 - 4 : inside.shape[1] // 2 + 4].mean(1)
    return int(middle.argmin())


def test_a_view_shows_the_body_at_twice_the_resolution_with_a_rim():
    view = chromosome_view(picture(), chromosome())
    assert view.scale == SCALE
    assert view.pixels.shape == view.alpha.shape
    assert (view.alpha > 128).any(1).sum() == pytest.approx(80 * SCALE, abs=4)
    assert darkest_row(view) == pytest.approx((60 + 3 - 50) * SCALE + 6, abs=3)


def test_the_ground_is_white_and_the_outline_transparent_beyond():
    view = chromosome_view(picture(), chromosome())
    assert view.alpha[0, 0] == 0
    assert view.pixels[:, 0].min() > 240


def test_the_centromere_lies_at_its_share_of_the_body():
    view = chromosome_view(picture(), chromosome())
    assert view.centromere == pytest.approx(0.3 * 80 * SCALE + 6, abs=4)


def test_a_turned_chromosome_is_the_same_picture_upside_down():
    upright, turned = chromosome_view(picture(), chromosome()), chromosome_view(picture(), chromosome(turned=True))
    assert (turned.pixels == upright.pixels[::-1, ::-1]).all()
    assert turned.centromere == pytest.approx(len(upright.pixels) - upright.centromere)


def test_a_fluorescent_picture_is_shown_dark_on_white():
    view = chromosome_view(picture(inverted=True), chromosome())
    assert darkest_row(view) == pytest.approx(darkest_row(chromosome_view(picture(), chromosome())), abs=1)
    assert view.pixels[:, 0].min() > 230


def test_the_original_is_not_touched():
    shown = picture()
    before = shown.pixels.copy()
    chromosome_view(shown, replace(chromosome(), mirrored=True))
    assert (shown.pixels == before).all()
