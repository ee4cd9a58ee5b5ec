"""A window shows the chromosome of a box, and what is outlined in it comes back to its place."""

import numpy as np
import pytest

from karyodesk.imaging.body import crop_body, mask_iou
from karyodesk.recognition.instances import PIXEL_STEP
from karyodesk.recognition.segmenter import LEAST, MOST
from karyodesk.training.segmenter.canvas import SIDE
from karyodesk.training.segmenter.windows import WINDOW, body_in, lessons, place_of, window_of

from ...imaging.drawings import ribbon
from .cells import canvas_of

HALF = WINDOW // PIXEL_STEP


def half_size(values):
    """(HALF, HALF) means of a (WINDOW, WINDOW) picture."""
    return values.reshape(HALF, PIXEL_STEP, HALF, PIXEL_STEP).mean((1, 3))


def line(*points, shape=(SIDE, SIDE)):
    return ribbon(points, 12, shape)


def boxes_of(*masks):
    return np.array([crop_body(mask).bbox for mask in masks], float)


@pytest.mark.parametrize(
    "points", [[(40, 30), (60, 130)], [(5, 5), (30, 5)], [(20, 128), (236, 128)], [(100, 250), (180, 250)]]
)
def test_what_is_outlined_in_a_window_comes_back_to_its_place(points):
    mask = line(*points)
    boxes = boxes_of(mask)
    window = window_of(mask.astype(np.float32), boxes, 0)
    found = body_in(half_size(window[0]) - 0.5, place_of(boxes[0]), mask.shape)
    assert mask_iou(found, crop_body(mask)) > 0.85
    assert found.bbox == pytest.approx(crop_body(mask).bbox, abs=2)


def test_a_large_box_is_shown_whole_and_a_small_one_at_the_working_scale():
    long, short = line((20, 128), (236, 128)), line((40, 30), (60, 60))
    factors = [place_of(box).factor for box in boxes_of(long, short)]
    assert factors[0] < 1 == factors[1]
    told = window_of(long.astype(np.float32), boxes_of(long), 0)[1]
    assert not told[:, [0, -1]].any()


def test_a_window_tells_its_box_from_those_of_the_others():
    masks = line((100, 100), (160, 100)), line((130, 80), (130, 140)), line((20, 230), (60, 230))
    density = np.sum(masks, axis=0) * np.float32(3) - 1
    boxes = boxes_of(*masks)
    seen, own, others = window_of(density, boxes, 0)
    place = place_of(boxes[0])
    x0, y0, x1, y1 = boxes[0] - [place.x0, place.y0] * 2
    inside = np.zeros((WINDOW, WINDOW), bool)
    inside[round(y0) : round(y1), round(x0) : round(x1)] = True
    assert np.array_equal(own > 0, inside)
    assert 0 < np.count_nonzero(others[inside]) < np.count_nonzero(inside)
    assert (seen.min(), seen.max()) == (LEAST, MOST)
    alone = window_of(density, boxes_of(masks[0]), 0)
    assert not alone[2].any()


def test_of_several_pieces_the_largest_is_the_body_and_nothing_is_none():
    place = place_of(np.array([60.0, 60, 100, 100]))
    logits = np.full((HALF, HALF), -1, np.float32)
    assert body_in(logits, place, (SIDE, SIDE)) is None
    logits[10:20, 10:14] = logits[30:36, 30:33] = 1
    found = body_in(logits, place, (SIDE, SIDE))
    assert found.bbox == pytest.approx((place.x0 + 20, place.y0 + 20, place.x0 + 28, place.y0 + 40), abs=1)


def test_a_body_ends_with_the_picture():
    place = place_of(np.array([0.0, 0, 40, 40]))
    found = body_in(np.ones((HALF, HALF), np.float32), place, (50, 30))
    assert found.bbox == (0, 0, 30, 50)
    assert body_in(np.ones((HALF, HALF), np.float32), place_of(np.array([300.0, 300, 340, 340])), (50, 30)) is None


def shown(canvas, seeds=10):
    return [one for seed in range(seeds) for one in lessons(canvas, np.random.default_rng(seed))]


def test_lessons_show_the_masks_of_whole_chromosomes():
    canvas = canvas_of(line((60, 60), (120, 120)), line((60, 120), (120, 60)), line((0, 200), (60, 200)))
    drawn = shown(canvas)
    assert 20 <= len(drawn) <= 24
    for one in drawn:
        mask = one.mask > 127
        inside = half_size(one.window[1]) > 0
        assert mask.any()
        assert np.count_nonzero(mask & inside) > 0.9 * np.count_nonzero(mask)
        assert half_size(one.window[0])[mask].min() > 0.4
        assert set(np.unique(one.weight.round(1))) >= {1.0, 4.0}
        assert (one.weight[half_size(one.window[0]) == 0] <= 1).all()


def test_chromosomes_that_lie_alone_are_shown_seldom():
    alone = canvas_of(line((60, 60), (120, 60)), line((60, 180), (120, 180)))
    assert 0 < len(shown(alone, 60)) < 60


def test_boxes_of_the_unknown_are_told_and_gaps_of_what_was_found_are_not_learnt():
    mask, other = line((60, 100), (160, 100)), line((110, 60), (110, 140))
    mask = mask & ~other
    canvas = canvas_of(mask, other, inexact=2)
    canvas.open[150:180, 100:140] = True
    drawn = shown(canvas)
    assert any((one.weight == 0)[20:60, 20:60].any() for one in drawn)
    assert all(one.window[2].any() for one in drawn)


def test_lessons_repeat_with_their_generator():
    canvas = canvas_of(line((60, 60), (120, 120)), line((60, 120), (120, 60)))
    first, again = (list(lessons(canvas, np.random.default_rng(3))) for _ in range(2))
    assert all(np.array_equal(one.window, other.window) for one, other in zip(first, again, strict=True))
