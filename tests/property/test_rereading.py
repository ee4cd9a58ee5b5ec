"""Whatever the bands say in a second look, no body is lost or doubled."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.recognition.cells import (
    OVERLAP,
    Namer,
    agree,
    block,
    cut_of,
    joined_as,
    look,
    named_as,
    read_as,
    segmentation,
)

PROBABILITY = st.floats(0.02, 1.0)


@st.composite
def cells(draw):
    """Rows of bodies with narrow and wide gaps, how probable each is, which are asked about, and doubts by shape."""
    bodies = []
    for row in range(draw(st.integers(1, 3))):
        x = 5
        for length, gap in draw(st.lists(st.tuples(st.integers(14, 50), st.sampled_from([2, 6, 10, 40])), max_size=4)):
            bodies.append(block(x, 10 + 40 * row, length))
            x += length + gap
    count = len(bodies)
    each = st.lists(PROBABILITY, min_size=count, max_size=count)
    asked = draw(st.lists(st.booleans(), min_size=count, max_size=count))
    doubts = [draw(cuts(bodies, place)) for place in range(count) if draw(st.integers(0, 3)) == 0]
    chains = [(first, first + 1) for first in range(count - 1) if bodies[first].y0 == bodies[first + 1].y0]
    doubts += [draw(joins(bodies, places)) for places in chains if draw(st.integers(0, 3)) == 0]
    return bodies, draw(each), asked, draw(st.permutations(doubts)), draw(st.integers(0, 2**32 - 1))


@st.composite
def cuts(draw, bodies, place):
    """A doubt whether a body is two."""
    x0, y0, x1, _ = bodies[place].bbox
    edges = draw(st.lists(st.integers(x0 + 4, x1 - 4), min_size=1, max_size=2, unique=True))
    return cut_of(place, *((block(x0, y0, edge - x0), block(edge, y0, x1 - edge)) for edge in edges))


@st.composite
def joins(draw, bodies, places):
    """A doubt whether two are one."""
    (x0, y0, _, _), (_, _, x1, _) = (bodies[place].bbox for place in places)
    more = draw(st.lists(st.sampled_from([0, 1, 30]), min_size=1, max_size=2, unique=True))
    return joined_as(places, *(block(x0, y0, x1 - x0 + further) for further in more))


class Chance(Namer):
    """Reads bodies by chance, the same ones always alike."""

    def __init__(self, seed):
        super().__init__()
        self.seed = seed

    def __call__(self, bodies):
        self.given.append(tuple(bodies))
        return read_as(bodies, [np.random.default_rng([self.seed, *body.bbox]).uniform(0.02, 1) for body in bodies])


def places_of(body, bodies):
    return [place for place, other in enumerate(bodies) if other is body]


def looked_at(cell):
    bodies, probabilities, asked, doubts, seed = cell
    namer = Chance(seed)
    found, named = look(segmentation(bodies, *doubts), named_as(bodies, probabilities), asked, namer)
    return found, named, namer


@given(cells())
def test_no_body_is_lost_or_doubled(cell):
    bodies, probabilities, *_ = cell
    found, named, namer = looked_at(cell)
    assert agree(found, named)
    again = [doubt for doubt in found.doubts if not places_of(found.bodies[doubt.bodies[0]], bodies)]
    pieces = [piece for doubt in again for pieces, _ in doubt.readings for piece in pieces]
    for body, probability in zip(bodies, probabilities, strict=True):
        still, gone = places_of(body, found.bodies), places_of(body, pieces)
        assert len(still) + len(gone) == 1
        if still:
            assert named.probability[still[0]] == pytest.approx(probability)
    new = [body for body in found.bodies if not places_of(body, bodies)]
    assert len(pieces) == sum(len(places_of(piece, bodies)) for piece in pieces)
    assert len(new) == len(again) == len({doubt.bodies for doubt in again})
    given_to_name = [body for bodies in namer.given for body in bodies]
    assert all(len(places_of(body, given_to_name)) == 1 for body in new)
    assert len(namer.given) <= 1


@given(cells())
def test_what_stays_comes_in_its_order_and_what_is_new_after(cell):
    found, _, _ = looked_at(cell)
    before = [places_of(body, cell[0]) for body in found.bodies]
    old = [place for (place,) in filter(None, before)]
    assert old == sorted(old)
    assert all(before[: len(old)])


@given(cells())
def test_every_doubt_is_about_bodies_that_are_there_and_worth_a_question(cell):
    bodies = cell[0]
    found, _, _ = looked_at(cell)
    first = [doubt.readings[0][1] for doubt in found.doubts]
    assert first == sorted(first, reverse=True)
    concerned = Counter((doubt.kind, doubt.bodies) for doubt in found.doubts)
    assert set(concerned.values()) <= {1}
    for doubt in found.doubts:
        shares = [share for _, share in doubt.readings]
        assert shares == sorted(shares, reverse=True)
        assert set(doubt.bodies) <= set(range(len(found.bodies)))
        new = not places_of(found.bodies[doubt.bodies[0]], bodies)
        if new:
            assert (doubt.kind, len(doubt.bodies), len(doubt.readings)) == (OVERLAP, 1, 1)
            assert shares[0] <= 0.2 + 1e-9
        else:
            assert min(shares) >= 0.52
            assert doubt.kind is OVERLAP or max(shares) < 0.8
        # What there would be lies where the bodies lie.
        boxes = np.array([found.bodies[place].bbox for place in doubt.bodies])
        for instead, _ in doubt.readings:
            assert min(body.x0 for body in instead) == boxes[:, 0].min()
            assert {body.y0 for body in instead} == set(boxes[:, 1].tolist())


@given(cells())
def test_a_second_look_is_the_same_on_every_run(cell):
    def told(found, named, _namer):
        readings = [
            (doubt.kind, doubt.bodies, [([body.bbox for body in bodies], share) for bodies, share in doubt.readings])
            for doubt in found.doubts
        ]
        return [body.bbox for body in found.bodies], named.scores.costs.tolist(), readings

    assert told(*looked_at(cell)) == told(*looked_at(cell))
