"""A candidate is shown upright in the middle of what lies around it."""

import cv2
import numpy as np
import pytest

from karyodesk.recognition.candidates import Candidate, contradictions
from karyodesk.recognition.instances import Instance
from karyodesk.recognition.surroundings import CHANNELS, HEIGHT, WIDTH, surroundings

SHAPE = (120, 160)


def mask_of(*line, wide=6):
    """(120, 160) bool in pixels of a mask: a bar along a line from x, y to x, y."""
    drawn = np.zeros(SHAPE, np.uint8)
    cv2.line(drawn, line[:2], line[2:], 1, wide)
    return drawn > 0


def seen(mask, own=True):
    logits = np.where(mask, 6, -6).astype(np.float32)
    row, column = np.nonzero(mask)
    top, left = max(0, row.min() - 3), max(0, column.min() - 3)
    instance = Instance(logits[top : row.max() + 4, left : column.max() + 4], int(left), int(top), 0.9)
    return Candidate(instance, instance.body, own)


def shown(working, candidates):
    return surroundings(working, candidates, contradictions(candidates), range(len(candidates)))


def density(*masks):
    """At the working scale, of which a pixel of a mask is two."""
    return np.kron(np.sum(masks, axis=0, dtype=np.float32), np.ones((2, 2), np.float32))


LYING, STANDING = mask_of(40, 60, 80, 60), mask_of(60, 40, 60, 80)
BESIDE = mask_of(40, 70, 80, 70)


def test_a_candidate_stands_upright_whatever_its_direction():
    lying = shown(density(LYING), [seen(LYING)])
    standing = shown(density(STANDING), [seen(STANDING)])
    assert lying.shape == (1, CHANNELS, HEIGHT, WIDTH)
    assert lying.dtype == np.float32
    row, column = np.nonzero(lying[0, 1] > 0.5)
    assert np.ptp(row) > 4 * np.ptp(column)
    assert (row.min() + row.max()) / 2 == pytest.approx(HEIGHT / 2, abs=1)
    assert (column.min() + column.max()) / 2 == pytest.approx(WIDTH / 2, abs=1)
    assert np.abs(lying - standing).mean() < 0.01


def test_a_chromosome_of_the_usual_width_is_eight_pixels_wide():
    picture = shown(density(STANDING), [seen(STANDING)])[0]
    wide = (picture[1, HEIGHT // 2] > 0.5).sum()
    assert wide == pytest.approx(8 * STANDING[60].sum() / 6, abs=1.5)


def test_density_is_measured_by_the_candidate_and_two_across_each_other_are_no_more_than_full():
    long, across = mask_of(60, 24, 60, 96), mask_of(40, 60, 80, 60, wide=2)
    for strength in (0.3, 1.0):
        picture = shown(strength * density(long, across), [seen(long)])[0]
        assert picture[0].max() == pytest.approx(1.0, abs=0.1)
        assert picture[0, HEIGHT // 2 - 24, WIDTH // 2] == pytest.approx(1 / 1.6, abs=0.01)
    assert shown(np.zeros((240, 320), np.float32), [seen(STANDING)])[0, 0].max() == 0


def test_neighbours_are_the_other_chromosomes_as_the_segmenter_has_them():
    candidates = [seen(LYING), seen(BESIDE), seen(mask_of(100, 20, 100, 100), own=False)]
    picture = shown(density(LYING, BESIDE), candidates)[0]
    beside = shown(density(LYING, BESIDE), candidates[1:])[0]
    assert (picture[2] > 0.5).sum() == pytest.approx((beside[1] > 0.5).sum(), rel=0.15)
    assert not (picture[2] * picture[1] > 0.5).any()


def test_what_contradicts_a_candidate_is_no_neighbour_of_it():
    half = seen(mask_of(40, 60, 60, 60), own=False)
    picture = shown(density(LYING), [seen(LYING), half])[1]
    assert picture[1].max() > 0.9
    assert picture[2].max() < 0.01
    # What the rest of the chromosome is, nothing says.
    assert ((picture[0] > 0.5) & (picture[1] < 0.5)).sum() > 100


def test_a_candidate_at_the_border_is_shown_with_empty_ground_beyond():
    edge = mask_of(0, 60, 30, 60)
    picture = shown(density(edge), [seen(edge)])[0]
    assert picture[1].max() > 0.9
    assert min(picture[0, :20].max(), picture[0, -20:].max()) == 0


def test_nothing_seen_is_no_picture():
    assert shown(np.zeros((40, 40), np.float32), []).shape == (0, CHANNELS, HEIGHT, WIDTH)
