import numpy as np
import pytest

from karyodesk.domain.errors import PictureError
from karyodesk.imaging.chromatin import chromosome_width
from karyodesk.imaging.scale import WORKING_WIDTH, Scale, at_working_scale, fits

from .drawings import FREE, agreement, in_picture, ribbon


@pytest.mark.parametrize("width", [16, 24, 40])
def test_a_chromosome_gets_the_working_width(width):
    drawn = ribbon([(60, 60), (70, 230)], width)
    working, scale = at_working_scale(drawn.astype(np.float32), width)
    assert working.shape == pytest.approx(np.array(drawn.shape) * WORKING_WIDTH / width, abs=0.5)
    assert chromosome_width(working > 0.5) == pytest.approx(WORKING_WIDTH, abs=1.5)
    assert (scale.down, scale.across) == pytest.approx(np.array(working.shape) / drawn.shape)


def test_values_are_kept():
    even = np.full((300, 400), 0.7, np.float32)
    assert at_working_scale(even, 17.0)[0] == pytest.approx(0.7)


def test_many_metaphases_are_refused():
    with pytest.raises(PictureError, match="Crop the picture"):
        at_working_scale(np.zeros((2000, 2000), np.float32), 5.0)
    assert not fits(np.zeros((2000, 2000), np.float32), 5.0)
    assert fits(np.zeros((2000, 2000), np.float32), 9.0)


@pytest.mark.parametrize("width", [7.0, 12.0, 20.0])
@pytest.mark.parametrize("step", [1, 2])
def test_a_body_comes_back_to_its_place(width, step):
    drawn = FREE[2]
    working, scale = at_working_scale(drawn.astype(np.float32), width)
    height, across = (side // step * step for side in working.shape)
    coarse = working[:height, :across].reshape(height // step, step, across // step, step).mean((1, 3))
    rows, columns = np.nonzero(coarse)
    top, left = rows.min(), columns.min()
    body = scale.full_body(coarse[top : rows.max() + 1, left : columns.max() + 1] - 0.5, left, top, step)
    assert agreement(in_picture(body), drawn) > 0.85
    assert np.argwhere(in_picture(body)).mean(0) == pytest.approx(np.argwhere(drawn).mean(0), abs=0.5)


def test_nowhere_above_nothing_is_no_body():
    assert Scale(0.5, 0.5, (100, 100)).full_body(np.full((10, 10), -1, np.float32), 3, 3, 2) is None


def test_what_lies_beyond_the_picture_is_no_body():
    assert Scale(0.5, 0.5, (100, 100)).full_body(np.ones((10, 10), np.float32), 26, 3, 2) is None


def test_a_body_ends_with_the_picture():
    body = Scale(0.5, 0.5, (100, 90)).full_body(np.ones((40, 40), np.float32), 5, 10, 2)
    assert body.bbox == (20, 40, 90, 100)


def test_a_box_is_enclosed_and_within_the_picture():
    scale = Scale(0.5, 0.25, (100, 80))
    assert scale.full_box((3, 3, 5.2, 5)) == (6, 12, 11, 20)
    assert scale.full_box((-2, -2, 60, 60)) == (0, 0, 80, 100)


def test_the_rim_is_not_drawn_in_by_what_is_far_outside():
    values = np.pad(np.ones((10, 10), np.float32), 1, constant_values=-np.inf)
    body = Scale(0.5, 0.5, (100, 100)).full_body(values, 5, 5, 2)
    assert np.count_nonzero(body.mask) == pytest.approx(40**2, rel=0.1)
