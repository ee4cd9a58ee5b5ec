"""What is asked of the network is what lies on the canvas."""

import cv2
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
    assert truth.masks.shape == truth.unsure.shape == (0, PIXELS, PIXELS)
    assert truth.unsure.dtype == bool
    assert truth.core.shape == (POINTS, POINTS)
    assert not truth.core.any()
    assert not truth.owned.any()


def halved(mask):
    """(PIXELS, PIXELS) share of each pixel that a (SIDE, SIDE) mask covers."""
    return mask.reshape(PIXELS, 2, PIXELS, 2).mean((1, 3))


def unsure_of(truth, mask):
    """(PIXELS, PIXELS) bool: what is unsure of the chromosome of a (SIDE, SIDE) mask."""
    (place,) = (n for n, one in enumerate(truth.masks) if np.abs(one / 255 - halved(mask)).max() < 0.01)
    return truth.unsure[place]


OVER, UNDER = CROSS[0], CROSS[1] & ~CROSS[0]
HIDDEN = halved(CROSS[0] & CROSS[1])


def test_the_gap_that_one_outline_leaves_for_another_is_unsure():
    truth = asked(canvas_of(OVER, UNDER, *FREE, inexact=4))
    gap = unsure_of(truth, UNDER)
    assert np.count_nonzero(gap & (HIDDEN == 1)) > 0.7 * np.count_nonzero(HIDDEN == 1)
    # It lies within the other outline, and not in its own.
    assert (halved(OVER)[gap] > 0).all()
    assert (halved(UNDER)[gap] < 1).all()
    # Beside the crossing next to nothing is.
    near = cv2.dilate((HIDDEN > 0).astype(np.uint8), np.ones((7, 7))) > 0
    assert np.count_nonzero(gap & ~near) == 0


def test_a_chromosome_that_lies_over_another_has_next_to_nothing_unsure():
    truth = asked(canvas_of(OVER, UNDER, inexact=2))
    assert np.count_nonzero(unsure_of(truth, OVER)) < 0.2 * np.count_nonzero(HIDDEN)


def test_nothing_is_unsure_where_masks_are_exact():
    assert not asked(canvas_of(OVER, UNDER, *FREE)).unsure.any()


def test_a_pasted_chromosome_makes_nothing_unsure():
    # Of the one found in the picture and the one pasted, it may be either that has a gap.
    assert not asked(canvas_of(UNDER, OVER, inexact=1)).unsure.any()
    assert not asked(canvas_of(OVER, UNDER, inexact=1)).unsure.any()


@pytest.mark.parametrize("mask", [FREE[0], NARROW, ribbon([(60, 60), (100, 90), (60, 120)], 12, (SIDE, SIDE))])
def test_nothing_is_unsure_of_what_lies_free(mask):
    assert not asked(canvas_of(mask, FREE[1], inexact=2)).unsure.any()


def side_by_side(across, down):
    """Three straight outlines that leave no room between them and share nothing, in a direction."""
    aside = 12.5 / np.hypot(across, down)
    starts = [(round(60 + n * aside * down), round(110 - n * aside * across)) for n in range(3)]
    first, *others = (ribbon([(x, y), (x + across, y + down)], 12, (SIDE, SIDE)) for x, y in starts)
    return first, others[0] & ~first, others[1] & ~others[0]


@pytest.mark.parametrize(
    ("across", "down"), [(0, 90), (90, 0), (45, 80), (70, 60), (8, 90), (15, 90), (25, 90), (90, 15), (90, 8)]
)
def test_straight_neighbours_leave_each_other_next_to_nothing(across, down):
    masks = side_by_side(across, down)
    grown = cv2.dilate(masks[1].astype(np.uint8), np.ones((3, 3))) > 0
    assert min(np.count_nonzero(grown & mask) for mask in (masks[0], masks[2])) > 60
    truth = asked(canvas_of(*masks, inexact=3))
    assert len(truth.asked) == 3
    assert truth.unsure.sum((1, 2)).max() < 6
