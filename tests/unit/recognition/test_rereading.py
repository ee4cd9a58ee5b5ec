"""The second look: what the bands say of other readings decides, and no body is lost on the way."""

from dataclasses import replace

import numpy as np
import pytest

from karyodesk.imaging.body import BodyDoubt
from karyodesk.recognition.classifier import Scores
from karyodesk.recognition.rereading import Named

from .cells import (
    ASKED,
    BOTH,
    CELL,
    HIGH,
    JOIN,
    LEFT,
    LOW,
    NOW,
    OVERLAP,
    PROBABLE,
    RIGHT,
    WIDTH,
    Namer,
    agree,
    block,
    cut_of,
    joined_as,
    look,
    named_as,
    odds,
    only,
    read_as,
    same,
    score,
    second_look,
    segmentation,
    spanning,
)


def test_what_is_surely_one_is_joined_and_may_be_cut_again():
    found, named = second_look(0.85)
    assert same(found.bodies[:2], (HIGH, LOW))
    whole = found.bodies[2]
    assert len(found.bodies) == 3
    assert whole.bbox == BOTH.bbox
    assert whole.mask[4:-4].all()
    assert agree(found, named)
    assert named.read.axes[2].length == 100
    assert named.probability == pytest.approx([0.95, 0.9, odds(0.85, NOW)])
    doubt = only(found)
    assert (doubt.kind, doubt.bodies) == (OVERLAP, (2,))
    ((pieces, share),) = doubt.readings
    assert same(pieces, (LEFT, RIGHT))
    assert share == pytest.approx(0.15)


def test_what_is_less_sure_is_a_question():
    found, named = second_look(0.55)
    assert same(found.bodies, CELL)
    assert agree(found, named)
    assert named.probability == pytest.approx(PROBABLE)
    doubt = only(found)
    assert (doubt.kind, doubt.bodies) == (JOIN, (1, 3))
    (((whole,), share),) = doubt.readings
    assert whole.bbox == BOTH.bbox
    assert share == pytest.approx(0.55)


def test_what_is_hardly_probable_is_not_asked():
    found, named = second_look(0.3)
    assert same(found.bodies, CELL)
    assert found.doubts == ()
    assert agree(found, named)


@pytest.mark.parametrize(
    ("probability", "bodies", "asked"), [(0.51, 4, 0), (0.53, 4, 1), (0.79, 4, 1), (0.81, 3, 1), (0.84, 3, 1)]
)
def test_where_the_limits_are(probability, bodies, asked):
    found, _ = second_look(probability)
    assert (len(found.bodies), len(found.doubts)) == (bodies, asked)


@pytest.mark.parametrize("probability", [0.3, 0.55, 0.85])
def test_the_rest_of_what_was_found_stays(probability):
    found, _ = second_look(probability)
    assert found.rejected == segmentation(()).rejected
    assert found.width == WIDTH


def test_only_pairs_with_a_body_in_question_are_looked_at():
    def never(_bodies):
        raise AssertionError("nothing is in question")

    before, named = segmentation(CELL), named_as(CELL, PROBABLE)
    for asked in ((False,) * 4, (True, False, True, False)):
        found, after = look(before, named, asked, never)
        assert found is before
        assert after is named


def test_an_empty_cell_stays_empty():
    before, named = segmentation(()), named_as((), ())
    found, after = look(before, named, (), Namer())
    assert found is before
    assert after is named


def test_everything_is_read_at_once():
    namer = Namer(0.01)
    cut = BodyDoubt(OVERLAP, (0,), (((block(10, 10, 30), block(42, 10, 38)), 0.4), ((HIGH, LOW), 0.35)))
    look(segmentation(CELL, cut), named_as(CELL, PROBABLE), ASKED, namer)
    ((*shape, joined),) = namer.given
    assert same(shape, (*cut.readings[0][0], *cut.readings[1][0]))
    assert joined.bbox == BOTH.bbox


# Three in a line: at most two of them are joined.
CHAIN = block(100, 50, 40), block(144, 50, 40), block(188, 50, 40)
FIRST_TWO, LAST_TWO = (100, 184), (144, 228)


@pytest.mark.parametrize(
    ("first", "last", "kept", "joined"), [(0.7, 0.9, 0, LAST_TWO), (0.9, 0.7, 2, FIRST_TWO), (0.8, 0.8, 2, FIRST_TWO)]
)
def test_a_body_takes_part_in_one_join_only_the_likelier_one(first, last, kept, joined):
    now = 0.5 * 0.5
    namer = Namer(**spanning((FIRST_TWO, odds(first, now)), (LAST_TWO, odds(last, now))))
    found, named = look(segmentation(CHAIN), named_as(CHAIN, (0.5,) * 3), (True,) * 3, namer)
    assert len(found.bodies) == 2
    assert found.bodies[0] is CHAIN[kept]
    assert found.bodies[1].bbox[:3:2] == joined
    assert agree(found, named)
    doubt = only(found)
    assert (doubt.kind, doubt.bodies) == (OVERLAP, (1,))
    assert same(doubt.readings[0][0], [body for body in CHAIN if body is not CHAIN[kept]])


def test_a_body_may_be_asked_about_more_than_once_while_it_stands():
    now = 0.5 * 0.5
    namer = Namer(**spanning((FIRST_TWO, odds(0.55, now)), (LAST_TWO, odds(0.6, now))))
    found, _ = look(segmentation(CHAIN), named_as(CHAIN, (0.5,) * 3), (True,) * 3, namer)
    assert [(doubt.kind, doubt.bodies) for doubt in found.doubts] == [(JOIN, (1, 2)), (JOIN, (0, 1))]


def test_pairs_apart_are_each_joined():
    bodies = [block(x0, y0, 40) for y0 in (50, 100, 150) for x0 in (100, 144)]
    found, named = look(segmentation(bodies), named_as(bodies, (0.4,) * 6), (True,) * 6, Namer(0.9))
    assert sorted(body.bbox for body in found.bodies) == [(100, y0, 184, y0 + WIDTH) for y0 in (50, 100, 150)]
    assert agree(found, named)
    assert sorted(doubt.bodies for doubt in found.doubts) == [(0,), (1,), (2,)]
    for doubt in found.doubts:
        pieces, _ = doubt.readings[0]
        assert {piece.y0 for piece in pieces} == {found.bodies[doubt.bodies[0]].y0}


HALVES, THIRDS = (block(10, 10, 30), block(44, 10, 36)), (block(10, 10, 20), block(34, 10, 46))


@pytest.mark.parametrize("probability", [0.6, 0.9, 0.999])
def test_a_body_is_never_cut_only_asked_about(probability):
    bodies, asked = (HIGH, LOW), (True, True)
    each = np.sqrt(odds(probability, 0.02))
    found, named = look(
        segmentation(bodies, cut_of(0, HALVES)), named_as(bodies, (0.02, 0.9)), asked, Namer(min(each, 1.0))
    )
    assert same(found.bodies, bodies)
    assert agree(found, named)
    doubt = only(found)
    assert (doubt.kind, doubt.bodies) == (OVERLAP, (0,))
    ((pieces, share),) = doubt.readings
    assert same(pieces, HALVES)
    assert share == pytest.approx(min(each, 1.0) ** 2 / (min(each, 1.0) ** 2 + 0.02))


def test_a_cut_that_the_bands_speak_against_is_not_asked():
    bodies = (HIGH, LOW)
    found, _ = look(segmentation(bodies, cut_of(0, HALVES)), named_as(bodies, (0.9, 0.9)), (False, False), Namer(0.7))
    assert found.doubts == ()
    assert same(found.bodies, bodies)


def test_readings_of_one_body_stay_together_the_likeliest_first():
    namer = Namer(0.01, **spanning(((10, 30), 0.9), ((34, 80), 0.9), ((10, 40), 0.7), ((44, 80), 0.8)))
    unlikely = block(10, 10, 50), block(64, 10, 16)
    before = segmentation((LOW, HIGH), cut_of(1, HALVES, unlikely, THIRDS))
    found, _ = look(before, named_as((LOW, HIGH), (0.9, 0.5)), (False, False), namer)
    doubt = only(found)
    assert doubt.bodies == (1,)
    assert same(doubt.readings[0][0], THIRDS)
    assert same(doubt.readings[1][0], HALVES)
    assert [share for _, share in doubt.readings] == pytest.approx([0.81 / 1.31, 0.56 / 1.06])


def test_doubts_come_likeliest_first_whatever_their_kind():
    doubtful = (0.7, *PROBABLE[1:])
    namer = Namer(0.01, **spanning(((10, 40), 0.9), ((44, 80), 0.9), (BOTH.bbox[:3:2], odds(0.6, NOW))))
    found, _ = look(segmentation(CELL, cut_of(0, HALVES)), named_as(CELL, doubtful), ASKED, namer)
    assert [(doubt.kind, doubt.bodies) for doubt in found.doubts] == [(JOIN, (1, 3)), (OVERLAP, (0,))]
    namer.told[str(BOTH.bbox[:3:2])] = odds(0.53, NOW)
    namer.told["(10, 40)"] = namer.told["(44, 80)"] = 0.99
    found, _ = look(segmentation(CELL, cut_of(0, HALVES)), named_as(CELL, doubtful), ASKED, namer)
    assert [(doubt.kind, doubt.bodies) for doubt in found.doubts] == [(OVERLAP, (0,)), (JOIN, (1, 3))]
    namer.told[str(BOTH.bbox[:3:2])] = odds(0.9, NOW)
    found, _ = look(segmentation(CELL, cut_of(0, HALVES)), named_as(CELL, doubtful), ASKED, namer)
    assert [(doubt.kind, doubt.bodies) for doubt in found.doubts] == [(OVERLAP, (0,)), (OVERLAP, (2,))]


def test_doubts_are_about_the_same_bodies_after_others_went():
    # Places: 0 and 3 are joined, so that 1, 2, 4, 5 and 6 move up.
    bodies = LEFT, block(10, 10, 70), block(10, 90, 40), RIGHT, block(54, 90, 40), block(10, 200, 70), LOW
    in_row, whole = (10, 94), BOTH.bbox[:3:2]
    doubts = [cut_of(1, HALVES), cut_of(5, (block(10, 200, 30), block(44, 200, 36)))]
    told = spanning((whole, odds(0.9, 0.25)), (in_row, odds(0.6, 0.25)))
    asked = [True, False, True, False, False, False, False]
    found, named = look(segmentation(bodies, *doubts), named_as(bodies, (0.5,) * 7), asked, Namer(0.8, **told))
    assert same(found.bodies[:-1], [bodies[place] for place in (1, 2, 4, 5, 6)])
    assert found.bodies[-1].bbox == BOTH.bbox
    assert agree(found, named)
    concerned = {(doubt.kind, doubt.bodies): doubt for doubt in found.doubts}
    assert set(concerned) == {(OVERLAP, (0,)), (OVERLAP, (3,)), (JOIN, (1, 2)), (OVERLAP, (5,))}
    for doubt, place in zip(doubts, (0, 3), strict=True):
        assert same(concerned[OVERLAP, (place,)].readings[0][0], doubt.readings[0][0])
    assert concerned[JOIN, (1, 2)].readings[0][0][0].bbox == (10, 90, 94, 90 + WIDTH)
    assert same(concerned[OVERLAP, (5,)].readings[0][0], (LEFT, RIGHT))


def test_doubts_about_a_body_that_went_are_gone():
    pieces = block(100, 50, 18), block(120, 50, 20)
    found, _ = second_look(0.85, doubts=[cut_of(1, pieces)], **spanning(((100, 118), 1.0), ((120, 140), 1.0)))
    doubt = only(found)
    assert doubt.bodies == (2,)
    assert same(doubt.readings[0][0], (LEFT, RIGHT))


@pytest.mark.parametrize(("probability", "count"), [(0.3, 4), (0.55, 4), (0.85, 3)])
def test_what_the_segmenter_would_join_is_judged_alike_though_nobody_asked(probability, count):
    whole = block(100, 50, 100)
    found, named = second_look(probability, doubts=[joined_as((1, 3), whole)], asked=(False,) * 4)
    assert len(found.bodies) == count
    assert agree(found, named)
    if count == 3:
        assert found.bodies[2] is whole
        assert same(only(found).readings[0][0], (LEFT, RIGHT))
    elif probability > 0.52:
        assert only(found).bodies == (1, 3)
        assert only(found).readings[0][0][0] is whole
        assert only(found).readings[0][1] == pytest.approx(probability)
    else:
        assert found.doubts == ()


def test_what_the_segmenter_would_join_is_not_looked_for_again():
    namer, whole = Namer(0.01), block(100, 50, 100)
    look(segmentation(CELL, joined_as((1, 3), whole)), named_as(CELL, PROBABLE), ASKED, namer)
    ((given,),) = namer.given
    assert given is whole


def test_a_pair_that_the_segmenter_would_only_cut_is_looked_for():
    namer = Namer(0.01)
    look(segmentation(CELL, cut_of(1, HALVES)), named_as(CELL, PROBABLE), ASKED, namer)
    assert [body.bbox for body in namer.given[0]] == [HALVES[0].bbox, HALVES[1].bbox, BOTH.bbox]


def test_of_two_readings_of_a_join_the_likelier_is_taken_and_the_other_gone():
    short, long = block(100, 50, 96), block(100, 50, 102)
    told = spanning(((100, 196), odds(0.7, NOW)), ((100, 202), odds(0.9, NOW)))
    found, _ = second_look(0.5, doubts=[joined_as((1, 3), short, long)], **told)
    assert found.bodies[2] is long
    assert only(found).readings[0][1] == pytest.approx(0.1)


def test_three_may_be_one():
    whole = block(100, 50, 128)
    before = segmentation((HIGH, *CHAIN), joined_as((1, 2, 3), whole))
    found, named = look(before, named_as((HIGH, *CHAIN), (0.9, 0.6, 0.6, 0.5)), (False,) * 4, Namer(0.9))
    assert same(found.bodies, (HIGH, whole))
    assert agree(found, named)
    doubt = only(found)
    assert doubt.bodies == (1,)
    ((pieces, share),) = doubt.readings
    assert same(pieces, CHAIN)
    assert share == pytest.approx(1 - 0.9 / (0.9 + 0.6 * 0.6 * 0.5))


# The two are 92 pixels long together.
@pytest.mark.parametrize(
    ("length", "believed"), [(40, False), (73, False), (74, True), (92, True), (105, True), (106, False), (180, False)]
)
@pytest.mark.parametrize("seen", [False, True])
def test_a_joined_body_is_about_as_long_as_its_pieces(length, believed, seen):
    doubts = [joined_as((1, 3), block(100, 50, 100))] if seen else []
    for probability in (0.55, 0.9):
        found, _ = second_look(probability, doubts=doubts, length=length)
        assert len(found.doubts) == believed
        assert len(found.bodies) == (3 if believed and probability > 0.65 else 4)


@pytest.mark.parametrize(("width", "believed"), [(6, True), (12, True), (16, True), (16.3, False), (24, False)])
def test_a_joined_body_is_not_much_wider_than_chromosomes_are(width, believed):
    for probability in (0.55, 0.9):
        found, _ = second_look(probability, width=width)
        assert len(found.doubts) == believed


@pytest.mark.parametrize(("others", "width", "joined"), [((20, 20, 20), 26, True), ((40, 12, 12), 17, False)])
def test_the_width_of_chromosomes_is_that_of_most(others, width, joined):
    one, two, three = (block(10, y0, 70, across) for y0, across in zip((10, 200, 260), others, strict=True))
    bodies, asked = (one, LEFT, two, RIGHT, three), (*ASKED, False)
    found, _ = second_look(0.9, bodies, (*PROBABLE, 0.9), asked=asked, width=width)
    assert len(found.bodies) == (4 if joined else 5)


def test_pieces_of_a_cut_may_be_short_and_wide():
    namer = Namer(0.95, length=5, width=40)
    found, _ = look(
        segmentation((HIGH, LOW), cut_of(0, HALVES)), named_as((HIGH, LOW), (0.5, 0.9)), (False,) * 2, namer
    )
    assert only(found).kind is OVERLAP


def test_the_probability_is_that_of_the_best_label_and_of_one_whole_chromosome():
    named = named_as(CELL, PROBABLE)
    assert named.probability == pytest.approx(PROBABLE)
    halves = Named(named.read, replace(named.scores, whole=np.full(4, 0.5)))
    assert halves.probability == pytest.approx(np.array(PROBABLE) / 2)
    assert named_as((), ()).probability.shape == (0,)


def test_what_is_joined_is_named_in_sight_of_the_others():
    def score(reading):
        return Scores(-reading.log_types * len(reading.whole) / 4, reading.directions, reading.whole)

    namer = Namer(odds(0.85, NOW))
    _, named = look(segmentation(CELL), named_as(CELL, PROBABLE), ASKED, namer, score)
    assert named.probability[:2] == pytest.approx(np.array([0.95, 0.9]) ** 0.75)


def test_a_reading_is_judged_in_sight_of_the_bodies_that_stay():
    seen = []

    def score(reading):
        seen.append(np.exp(reading.log_types.max(1)))
        return Scores(-reading.log_types, reading.directions, reading.whole)

    look(segmentation(CELL), named_as(CELL, PROBABLE), ASKED, Namer(0.01), score)
    assert [sorted(one) for one in seen] == [pytest.approx([0.01, 0.9, 0.95])]


def test_those_at_some_places_come_in_their_order():
    some = read_as(CELL, PROBABLE).only([3, 0])
    assert same(some.bodies, (RIGHT, HIGH))
    assert agree(segmentation((RIGHT, HIGH)), Named(some, score(some.reading)))
    none = read_as(CELL, PROBABLE).only([])
    assert none.bodies == none.axes == ()
    assert none.reading.log_types.shape == (0, 24)


def test_others_come_after():
    both = read_as(CELL[:2], PROBABLE[:2]).with_more(read_as(CELL[2:], PROBABLE[2:]))
    assert agree(segmentation(CELL), Named(both, score(both.reading)))


def test_a_join_is_asked_once_whichever_way_round_its_bodies_are_named():
    found, _ = second_look(0.55, doubts=[joined_as((3, 1), block(100, 50, 100))])
    assert len(found.doubts) == 1
