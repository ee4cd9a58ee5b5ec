"""Several looks at one picture, on chromosomes that are ellipses."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from karyodesk.imaging.body import mask_iou, shared_pixels
from karyodesk.imaging.scale import WORKING_WIDTH, working_scale
from karyodesk.recognition.instances import PIXEL_STEP, Instance, Sightings
from karyodesk.recognition.views import View, agreed, returned

from .ellipses import Ellipse

SHAPE = (241, 330)
"""Of the picture in pixels; odd sides show what is half a pixel off."""
WIDTH = 17.0
PLAIN = View(1.0, mirrored=False)


def seen(ellipse: Ellipse, score: float = 0.9, view: View = PLAIN) -> tuple[Instance, object]:
    """An ellipse given in shares of the picture's height as a view shows it, and the scale of the view."""
    scale = working_scale(SHAPE, WIDTH, view.zoom)
    height, width = round(scale.down * SHAPE[0]), round(scale.across * SHAPE[1])
    rows, columns = -(-height // PIXEL_STEP), -(-width // PIXEL_STEP)
    y, x = np.mgrid[:rows, :columns] + 0.5
    if view.mirrored:
        x = width / PIXEL_STEP - x
    unit = height / PIXEL_STEP
    depth = ellipse.depth(x / unit, y / unit)
    inside = np.argwhere(depth > -1)
    top, left = inside.min(0)
    bottom, right = inside.max(0) + 1
    return Instance((10 * depth[top:bottom, left:right]).astype(np.float32), int(left), int(top), score), scale


def at_working(one: Instance, scale, view: View) -> Instance:
    (back,) = returned(Sightings([one], []), scale, view, working_scale(SHAPE, WIDTH))
    return back


CHROMOSOME = Ellipse(0.5, 0.45, 0.25, 0.05, 0.6)
OTHER = Ellipse(0.5, 0.45, 0.25, 0.05, -0.9)
FAR = Ellipse(1.0, 0.6, 0.2, 0.05, 1.5)


@pytest.mark.parametrize("zoom", [0.6, 0.85, 1.0, 1.2, 1.7])
@pytest.mark.parametrize("mirrored", [False, True])
def test_what_any_view_shows_lies_where_the_working_scale_shows_it(zoom, mirrored):
    view = View(zoom, mirrored)
    here = seen(CHROMOSOME)[0]
    back = at_working(*seen(CHROMOSOME, 0.7, view), view)
    assert mask_iou(back.body, here.body) > 0.9
    centres = [np.argwhere(one.body.mask).mean(0) + np.array([one.body.y0, one.body.x0]) for one in (here, back)]
    assert centres[0] == pytest.approx(centres[1], abs=0.15)
    assert back.score == 0.7


@given(x=st.floats(0, 1.4), y=st.floats(0, 1), angle=st.floats(0, 3.1), zoom=st.floats(0.5, 2), mirrored=st.booleans())
def test_what_a_view_shows_stays_within_the_picture(x, y, angle, zoom, mirrored):
    view = View(zoom, mirrored)
    one, scale = seen(Ellipse(x, y, 0.3, 0.06, angle), 0.9, view)
    grid = working_scale(SHAPE, WIDTH)
    for back in returned(Sightings([one], []), scale, view, grid):
        height, width = back.logits.shape
        assert back.x0 >= 0
        assert back.y0 >= 0
        assert back.x0 + width <= -(-round(grid.across * SHAPE[1]) // PIXEL_STEP)
        assert back.y0 + height <= -(-round(grid.down * SHAPE[0]) // PIXEL_STEP)


def test_a_density_is_shown_mirrored_or_as_it_is():
    density = np.arange(6, dtype=np.float32).reshape(2, 3)
    assert View(1.2, mirrored=True).shown(density).tolist() == [[2, 1, 0], [5, 4, 3]]
    assert View(1.2, mirrored=False).shown(density) is density


def test_what_every_look_sees_is_seen_once_as_surely_as_in_the_mean():
    together = agreed([[seen(CHROMOSOME, score)[0]] for score in (0.7, 0.8, 0.9)])
    (one,) = together.chosen
    assert together.rivals == []
    # The mean of the logits 0.847, 1.386 and 2.197.
    assert one.score == pytest.approx(0.8142, abs=0.001)
    assert mask_iou(one.body, seen(CHROMOSOME)[0].body) == 1


def test_what_one_look_alone_sees_is_less_sure_and_what_it_hardly_sees_is_forgotten():
    sure, faint = seen(FAR, 0.9)[0], seen(OTHER, 0.3)[0]
    together = agreed([[seen(CHROMOSOME)[0]], [seen(CHROMOSOME)[0], sure, faint], [seen(CHROMOSOME)[0]]])
    assert [one.score for one in together.chosen] == [pytest.approx(0.9)]
    (rival,) = together.rivals
    assert shared_pixels(rival.body, sure.body) == sure.area
    assert 0.3 < rival.score < 0.5


def test_masks_that_differ_a_little_are_averaged():
    wide, narrow = (Ellipse(0.5, 0.45, 0.25, short, 0.6) for short in (0.06, 0.045))
    (one,) = agreed([[seen(wide)[0]], [seen(narrow)[0]]]).chosen
    assert seen(narrow)[0].area < one.area < seen(wide)[0].area


def test_chromosomes_that_cross_stay_two():
    looks = [[seen(CHROMOSOME, 0.9)[0], seen(OTHER, 0.8)[0]], [seen(OTHER, 0.85)[0], seen(CHROMOSOME, 0.8)[0]]]
    assert len(agreed(looks).chosen) == 2


def test_the_surest_stand_first_and_what_contradicts_a_surer_one_is_its_rival():
    half = Ellipse(0.4, 0.38, 0.11, 0.05, 0.6)
    together = agreed([[seen(CHROMOSOME, 0.8)[0], seen(FAR, 0.9)[0], seen(half, 0.6)[0]]])
    assert [one.score for one in together.chosen] == [pytest.approx(0.9), pytest.approx(0.8)]
    assert [one.score for one in together.rivals] == [pytest.approx(0.6)]


def test_a_look_that_sees_nothing_makes_all_less_sure():
    nothing = agreed([[], []])
    assert nothing.chosen == nothing.rivals == []
    (rival,) = agreed([[], [seen(CHROMOSOME, 0.6)[0]]]).rivals
    assert rival.score < 0.4


def test_the_working_scale_is_that_of_the_plain_view():
    assert working_scale(SHAPE, WIDTH, 2.0).across == pytest.approx(2 * WORKING_WIDTH / WIDTH, rel=0.01)
