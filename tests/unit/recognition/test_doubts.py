"""Other readings of the same chromatin: what may be cut, what may be joined, and how likely."""

from itertools import pairwise

import numpy as np
import pytest

from karyodesk.domain.cell import DoubtKind
from karyodesk.imaging.body import crop_body
from karyodesk.recognition.doubts import doubts
from karyodesk.recognition.instances import Instance, Sightings, sightings

from ..imaging.drawings import in_picture
from .ellipses import PIXELS, Ellipse, maps_of

CROSS = Ellipse(48, 40, 35, 6, 0.8), Ellipse(48, 40, 35, 6, -0.8)
LONG = Ellipse(48, 20, 40, 6)
ENDS = Ellipse(28, 20, 19, 5.5), Ellipse(68, 20, 19, 5.5)
ELSEWHERE = Ellipse(48, 65, 30, 6)


def instance(mask, score):
    """A sighting of a (height, width) mask."""
    body = crop_body(mask)
    return Instance(np.where(body.mask, np.float32(2), np.float32(-2)), body.x0, body.y0, score)


def seen(*masks_or_ellipses, score):
    """A sighting of the union of these."""
    masks = [one.mask(PIXELS) if isinstance(one, Ellipse) else one for one in masks_or_ellipses]
    return instance(np.any(masks, 0), score)


def bar(x0, x1, y0=20, y1=32):
    mask = np.zeros(PIXELS, bool)
    mask[y0:y1, x0:x1] = True
    return mask


def full(one):
    return in_picture(one.body, PIXELS)


def test_where_nothing_contradicts_there_is_no_doubt():
    crossing = sightings(maps_of(*CROSS))
    assert len(crossing.chosen) == 2
    assert doubts(crossing) == []
    assert doubts(Sightings([], [])) == []
    apart = Sightings([seen(LONG, score=0.9)], [seen(ELSEWHERE, score=0.8), seen(CROSS[0], score=0.8)])
    assert doubts(apart) == []


def test_two_rivals_within_one_body_may_be_what_it_is():
    whole, one, other = seen(*CROSS, score=0.6), seen(CROSS[0], score=0.9), seen(CROSS[1], score=0.7)
    (doubt,) = doubts(Sightings([seen(ELSEWHERE, score=0.95), whole], [other, one]))
    assert (doubt.kind, doubt.chosen) == (DoubtKind.OVERLAP, (1,))
    ((pair, likely),) = [reading for reading in doubt.readings if set(reading[0]) == {one, other}]
    assert len(pair) == 2
    assert likely == pytest.approx(0.8 / (0.8 + 0.6))


def test_a_rival_within_one_body_leaves_another_chromosome():
    whole, one = seen(*CROSS, score=0.6), seen(CROSS[0], score=0.9)
    (doubt,) = doubts(Sightings([whole], [one]))
    assert (doubt.kind, doubt.chosen) == (DoubtKind.OVERLAP, (0,))
    (((part, rest), likely),) = doubt.readings
    assert part is one
    assert np.array_equal(full(rest), full(whole) & ~full(one))
    assert rest.score == one.score
    assert likely == pytest.approx(0.9 / (0.9 + 0.6))


@pytest.mark.parametrize("x0", [16, 30, 40])
@pytest.mark.parametrize("y0", [19, 21, 23])
def test_what_a_rival_leaves_is_right_though_it_reaches_beyond(x0, y0):
    whole, rival = seen(bar(18, 62), score=0.6), seen(bar(x0, x0 + 24, y0, y0 + 10), score=0.6)
    (doubt,) = doubts(Sightings([whole], [rival]))
    (((part, rest), _),) = doubt.readings
    assert part is rival
    assert np.array_equal(full(rest), full(whole) & ~full(rival))


def test_crumbs_along_the_rim_of_a_rival_are_no_part_of_what_it_leaves():
    teeth = bar(20, 60, 18, 20)
    teeth[:, 22::4] = teeth[:, 39] = False
    whole, rival = seen(bar(20, 60) | teeth, score=0.6), seen(bar(20, 40), score=0.6)
    (doubt,) = doubts(Sightings([whole], [rival]))
    (((_, rest), _),) = doubt.readings
    left = full(rest)
    assert np.array_equal(left, (bar(20, 60) | teeth) & ~bar(20, 40) & (np.arange(left.shape[1]) >= 40))


@pytest.mark.parametrize("box", [(10, 34, 20, 32), (20, 44, 14, 26), (70, 94, 20, 32)])
def test_a_rival_that_lies_mostly_elsewhere_is_no_part(box):
    assert doubts(Sightings([seen(bar(20, 60), score=0.6)], [seen(bar(*box), score=0.9)])) == []


@pytest.mark.parametrize(("height", "asked"), [(10, 0), (11, 1)])
def test_what_is_left_is_a_chromosome_from_about_a_squared_width_on(height, asked):
    # A width is 6 pixels of a mask; a bar of 3 is left.
    whole, rival = seen(bar(20, 32, 20, 20 + height), score=0.6), seen(bar(20, 29, 20, 20 + height), score=0.9)
    assert len(doubts(Sightings([whole], [rival]))) == asked


@pytest.mark.parametrize(("end", "asked"), [(60, 0), (53, 0), (51, 1), (40, 1)])
def test_a_rival_that_is_nearly_the_same_is_no_second_chromosome(end, asked):
    assert len(doubts(Sightings([seen(bar(20, 60), score=0.6)], [seen(bar(20, end), score=0.9)]))) == asked


@pytest.mark.parametrize("alike", [
    (CROSS[0].mask(PIXELS), Ellipse(48, 41, 34, 6, 0.82).mask(PIXELS)),
    # Together they cover the whole, but what they share is most of each.
    (bar(12, 70), bar(22, 82)),
])  # fmt: skip
def test_two_rivals_that_are_nearly_the_same_are_not_two_chromosomes(alike):
    whole = seen(*CROSS, score=0.6) if alike[0][40, 48] else seen(bar(10, 90), score=0.6)
    rivals = [seen(mask, score=score) for mask, score in zip(alike, (0.9, 0.8), strict=True)]
    (doubt,) = doubts(Sightings([whole], rivals))
    assert len(doubt.readings) == 2
    for (part, rest), _ in doubt.readings:
        assert part in rivals
        assert rest not in rivals


def test_two_rivals_that_leave_much_unexplained_are_not_all():
    parts = seen(bar(10, 30), score=0.9), seen(bar(60, 90), score=0.8)
    (doubt,) = doubts(Sightings([seen(bar(10, 90), score=0.6)], list(parts)))
    assert len(doubt.readings) == 2
    assert all(set(reading) != set(parts) for reading, _ in doubt.readings)
    covering = seen(bar(10, 48), score=0.9), seen(bar(50, 90), score=0.8)
    (doubt,) = doubts(Sightings([seen(bar(10, 90), score=0.6)], list(covering)))
    assert any(set(reading) == set(covering) for reading, _ in doubt.readings)


@pytest.mark.parametrize("cuts", [(48,), (30, 60)])
def test_several_within_one_rival_may_be_one(cuts):
    parts = [seen(bar(x0 + 1, x1), score=x0 / 100 + 0.3) for x0, x1 in pairwise((9, *cuts, 90))]
    rival = seen(bar(10, 90), score=0.6)
    chosen = [parts[0], seen(ELSEWHERE, score=0.8), *parts[1:]]
    (doubt,) = doubts(Sightings(chosen, [seen(bar(10, 90, 50, 80), score=0.4), rival]))
    assert (doubt.kind, doubt.chosen) == (DoubtKind.JOIN, (0, *range(2, len(parts) + 1)))
    (((joined,), likely),) = doubt.readings
    assert joined is rival
    assert likely == pytest.approx(0.6 / (0.6 + np.mean([one.score for one in parts])))


@pytest.mark.parametrize(
    "boxes",
    [
        [(10, 90)],  # alone
        [(10, 30), (60, 90)],  # much of the rival is neither
        [(10, 48), (50, 90, 26, 42)],  # the second lies mostly elsewhere
    ],
)
def test_what_does_not_make_up_a_rival_is_not_joined(boxes):
    chosen = [seen(bar(*box), score=0.6) for box in boxes]
    assert not [one for one in doubts(Sightings(chosen, [seen(bar(10, 90), score=0.9)])) if one.kind == DoubtKind.JOIN]


@pytest.mark.parametrize(("score", "asked"), [(0.29, 0), (0.31, 1)])
def test_readings_of_less_than_three_in_ten_are_not_worth_a_question(score, asked):
    long, halves = bar(10, 90), (bar(10, 48), bar(50, 90))
    cut = Sightings([seen(long, score=0.7)], [seen(halves[0], score=score)])
    joined = Sightings([seen(half, score=0.7) for half in halves], [seen(long, score=score)])
    assert len(doubts(cut)) == len(doubts(joined)) == asked


def test_readings_come_likeliest_first_and_the_unlikely_are_left_out():
    whole, one, other = seen(*CROSS, score=0.6), seen(CROSS[0], score=0.9), seen(CROSS[1], score=0.2)
    (doubt,) = doubts(Sightings([whole], [other, one]))
    (first, likely), (second, less) = doubt.readings
    assert first[0] is one
    assert set(second) == {one, other}
    assert (likely, less) == pytest.approx((0.9 / 1.5, 0.55 / 1.15))


def test_doubts_come_likeliest_first_whatever_their_kind():
    rows = [(4, 14), (20, 30), (36, 46), (52, 62)]
    cut = [seen(bar(10, 90, *rows[place]), score=0.8) for place in (0, 1)]
    halves = [seen(bar(*ends, *rows[place]), score=0.8) for place in (2, 3) for ends in ((10, 48), (50, 90))]
    parts = [seen(bar(10, 48, *rows[place]), score=score) for place, score in ((0, 0.5), (1, 0.7))]
    wholes = [seen(bar(10, 90, *rows[place]), score=score) for place, score in ((2, 0.6), (3, 0.4))]
    found = doubts(Sightings([*cut, *halves], [*parts, *wholes]))
    assert [one.chosen for one in found] == [(1,), (2, 3), (0,), (4, 5)]
    assert [one.readings[0][1] for one in found] == pytest.approx(
        [score / (score + 0.8) for score in (0.7, 0.6, 0.5, 0.4)]
    )
    kinds = [DoubtKind.OVERLAP, DoubtKind.JOIN, DoubtKind.OVERLAP, DoubtKind.JOIN]
    assert [one.kind for one in found] == kinds
