"""What is asked of the network is what lies on the canvas."""

import numpy as np
import pytest

from karyodesk.imaging.scale import WORKING_WIDTH
from karyodesk.recognition.instances import POINT_STEP
from karyodesk.training.segmenter.canvas import SIDE
from karyodesk.training.segmenter.targets import PIXELS, POINTS, targets

from ...imaging.drawings import in_picture, ribbon
from .cells import at_points, canvas_of

FREE = ribbon([(40, 30), (60, 130)], 12, (SIDE, SIDE)), ribbon([(200, 200), (256, 230)], 12, (SIDE, SIDE))
CROSS = ribbon([(100, 100), (200, 180)], 12, (SIDE, SIDE)), ribbon([(100, 180), (200, 100)], 12, (SIDE, SIDE))
NARROW = ribbon([(150, 30), (220, 40)], 5, (SIDE, SIDE))


def asked(canvas, seed=0):
    return targets(canvas, np.random.default_rng(seed))


def test_cores_lie_inside_and_every_chromosome_has_one():
    masks = (*FREE, *CROSS, NARROW)
    truth = asked(canvas_of(*masks))
    assert not truth.core[~at_points(np.any(masks, 0))].any()
    assert min(np.count_nonzero(truth.owned & at_points(mask)) for mask in masks) >= 5


def test_the_rim_is_no_core():
    truth = asked(canvas_of(FREE[0]))
    rim = FREE[0] & ~ribbon([(40, 30), (60, 130)], 7, (SIDE, SIDE))
    assert at_points(rim).any()
    assert not truth.core[at_points(rim)].any()
    assert (truth.weight == 1).all()


def test_reach_leads_to_the_ends():
    canvas = canvas_of(*FREE)
    truth = asked(canvas)
    for body in canvas.bodies:
        row, column = np.nonzero(truth.owned & at_points(in_picture(body, (SIDE, SIDE))))
        x, y = column * POINT_STEP + 2, row * POINT_STEP + 2
        left, up, right, down = truth.reach[:, row, column] * WORKING_WIDTH
        boxes = np.stack([x - left, y - up, x + right, y + down], 1)
        assert boxes == pytest.approx(np.tile(body.bbox, (len(row), 1)), abs=1e-3)


def test_where_chromosomes_cross_no_point_is_anyones_nor_has_weight():
    truth = asked(canvas_of(*CROSS))
    middle = 140 // POINT_STEP, 150 // POINT_STEP
    assert truth.core[middle] == 1
    assert truth.weight[middle] == 0
    assert not truth.owned[middle]
    assert np.array_equal(truth.weight == 0, (truth.core == 1) & ~truth.owned)


def test_what_is_open_has_no_weight_but_for_the_cores_on_it():
    canvas = canvas_of(FREE[0])
    canvas.open[:128] = True
    truth = asked(canvas)
    assert np.array_equal(truth.weight == 0, at_points(canvas.open) & (truth.core == 0))
    assert np.array_equal(truth.open, np.where(canvas.open[::2, ::2], 255, 0))


def test_every_chromosome_is_asked_for_at_points_of_its_own():
    canvas = canvas_of(*FREE, *CROSS)
    truth = asked(canvas)
    whole = [in_picture(body, (SIDE, SIDE)) for body in canvas.bodies]
    owners = []
    for (row, column), mask in zip(truth.asked, truth.masks, strict=True):
        assert truth.owned[row, column]
        (owner,) = (number for number, one in enumerate(whole) if at_points(one)[row, column])
        assert mask == pytest.approx(255 * whole[owner].reshape(PIXELS, 2, PIXELS, 2).mean((1, 3)), abs=1)
        owners.append(owner)
    assert set(owners) == set(range(4))


def test_chromatin_is_that_of_all_known_chromosomes_and_crossings_what_two_share():
    truth = asked(canvas_of(*CROSS))
    for said, mask in ((truth.chromatin, CROSS[0] | CROSS[1]), (truth.crossing, CROSS[0] & CROSS[1])):
        assert said == pytest.approx(255 * mask.reshape(PIXELS, 2, PIXELS, 2).mean((1, 3)), abs=1)


def test_which_points_are_asked_is_drawn():
    canvas = canvas_of(*FREE, *CROSS)
    assert np.array_equal(asked(canvas, 1).asked, asked(canvas, 1).asked)
    assert not np.array_equal(asked(canvas, 1).asked, asked(canvas, 2).asked)


def test_an_empty_canvas_asks_for_nothing():
    truth = asked(canvas_of())
    assert truth.asked.shape == (0, 2)
    assert truth.masks.shape == (0, PIXELS, PIXELS)
    assert truth.core.shape == (POINTS, POINTS)
    assert not truth.core.any()
    assert not truth.owned.any()
