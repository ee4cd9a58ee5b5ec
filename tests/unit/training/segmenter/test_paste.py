"""Pasted chromosomes: densities add, masks are exact, and none is hidden."""

import cv2
import numpy as np
import pytest

from karyodesk.imaging.body import shared_pixels
from karyodesk.training.segmenter.canvas import SIDE, Canvas
from karyodesk.training.segmenter.paste import free_chromosomes, paste, stack

from ...imaging.drawings import agreement
from .cells import FREE, canvas_of, chromosome, covered, outlined

CROSS = chromosome((100, 100), (200, 180)), chromosome((100, 180), (200, 100))


def lifted(cell, most=100):
    return free_chromosomes([cell], most, np.random.default_rng(0))


def pasted(seed, times=3):
    random = np.random.default_rng(seed)
    canvas = Canvas(np.zeros((SIDE, SIDE), np.float32))
    free = lifted(outlined())
    for _ in range(times):
        paste(canvas, free, random)
    return canvas


def test_free_chromosomes_are_lifted_whole_with_empty_ground_around_them():
    found = lifted(outlined())
    assert len(found) == len(FREE)
    for one in found:
        assert agreement(one.density > 0.5, one.mask) > 0.9
        assert max(np.abs(side).max() for side in (one.density[0], one.density[-1], one.density[:, 0])) < 0.01


def test_what_touches_another_or_the_border_or_is_not_known_is_not_lifted():
    touching = chromosome((40, 30), (60, 130)), chromosome((56, 60), (110, 60))
    border = chromosome((200, 2), (200, 60))
    assert lifted(outlined((*touching, border))) == []
    assert len(lifted(outlined(unknown=(0, 1)))) == len(FREE) - 2


def test_a_body_that_may_hold_an_unknown_chromosome_too_is_not_lifted():
    # Two crossing chromosomes, one of them a box alone, seen as one body.
    cell = outlined((CROSS[0] | CROSS[1], CROSS[1]), unknown=[1])
    assert lifted(cell) == []
    assert len(lifted(outlined((CROSS[0] | CROSS[1],)))) == 1


def test_no_more_are_lifted_than_asked_for():
    assert len(lifted(outlined(), most=2)) == 2


@pytest.mark.parametrize("seed", range(4))
def test_densities_add_and_masks_are_exact(seed):
    canvas = pasted(seed)
    masks = [body.mask for body in canvas.bodies]
    assert len(masks) > 3
    count = covered(canvas.bodies, (SIDE, SIDE)) + canvas.open
    assert agreement(count > 0, canvas.density > 0.5) > 0.9
    rims = np.zeros((SIDE, SIDE), bool)
    for body in canvas.bodies:
        rim = cv2.morphologyEx(np.pad(body.mask, 3).astype(np.uint8), cv2.MORPH_GRADIENT, np.ones((7, 7), np.uint8))
        frame = np.zeros((SIDE + 6, SIDE + 6), bool)
        frame[body.y0 : body.y0 + rim.shape[0], body.x0 : body.x0 + rim.shape[1]] = rim
        rims |= frame[3:-3, 3:-3]
    clear = ~rims & ~cv2.dilate(canvas.open.astype(np.uint8), np.ones((7, 7), np.uint8)).astype(bool)
    assert canvas.density[clear] == pytest.approx(count[clear], abs=0.25)


def whole(body):
    x0, y0, x1, y1 = body.bbox
    return x0 > 0 and y0 > 0 and x1 < SIDE and y1 < SIDE


def test_chromosomes_cross_but_none_is_hidden():
    crossings = 0
    for seed in range(10):
        bodies = [body for body in pasted(seed, times=6).bodies if whole(body)]
        for number, body in enumerate(bodies):
            area = np.count_nonzero(body.mask)
            shared = [shared_pixels(body, other) for other in bodies[:number]]
            smaller = [min(area, np.count_nonzero(other.mask)) for other in bodies[:number]]
            assert all(s <= 0.4 * a for s, a in zip(shared, smaller, strict=True))
            assert sum(shared) <= 0.6 * area
            crossings += sum(s > 50 for s in shared)
    assert crossings > 20


def stacked(seed, rounds=4):
    return stack(lifted(outlined()), rounds, np.random.default_rng(seed))


@pytest.mark.parametrize("seed", range(3))
def test_a_stack_is_of_chromosomes_with_exact_masks_on_empty_ground(seed):
    canvas = stacked(seed)
    assert canvas.inexact == 0
    assert canvas.zoom == 1
    seen = (covered(canvas.bodies, (SIDE, SIDE)) > 0) | canvas.open
    assert agreement(seen, canvas.density > 0.5) > 0.9
    ground = canvas.density[cv2.dilate(seen.astype(np.uint8), np.ones((13, 13))) == 0]
    assert ground.mean() == pytest.approx(0, abs=0.01)
    assert 0.01 < ground.std() < 0.1


def test_more_rounds_stack_more_chromosomes():
    low, high = (np.mean([len(stacked(seed, rounds).bodies) for seed in range(8)]) for rounds in (1, 5))
    assert low >= 1
    assert high > 3 * low


def test_a_stack_repeats_with_its_seed():
    assert np.array_equal(stacked(1).density, stacked(1).density)
    assert not np.array_equal(stacked(1).density, stacked(2).density)


def test_what_was_there_before_stays_what_it_was():
    # Outlines that may be wrong come first; what is pasted is known exactly.
    canvas = canvas_of(*(np.roll(mask[:SIDE, :SIDE], 8, 0) for mask in FREE[:2]), inexact=2)
    before = list(canvas.bodies)
    paste(canvas, lifted(outlined()), np.random.default_rng(0))
    assert len(canvas.bodies) > 2
    assert canvas.bodies[: canvas.inexact] == before
