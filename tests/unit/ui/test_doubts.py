from dataclasses import replace

import pytest

from karyodesk.domain.cell import Doubt, DoubtKind, Resolution
from karyodesk.ui.doubt_items import beside, between
from karyodesk.ui.doubts import first_of_each, next_of, question
from tests.make import make_cell, make_chromosome

OUTLINE = make_chromosome(9, "1").outline


def doubt(kind, concerned, outlines=1):
    return Doubt(kind, concerned, (Resolution((OUTLINE,) * outlines, 0.5),))


@pytest.mark.parametrize(
    ("kind", "concerned", "outlines", "words", "mark"),
    [
        (DoubtKind.OVERLAP, ("c0",), 2, "May be two chromosomes", "=2?"),
        (DoubtKind.OVERLAP, ("c0",), 3, "May be three chromosomes", "=3?"),
        (DoubtKind.JOIN, ("c0", "c1"), 1, "May be one chromosome with its neighbour", "=1?"),
        (DoubtKind.JOIN, ("c0", "c1", "c2"), 1, "May be one chromosome with its neighbours", "=1?"),
    ],
)
def test_what_is_doubted_is_said_in_one_line_and_one_sign(kind, concerned, outlines, words, mark):
    assert question(doubt(kind, concerned, outlines)) == words
    assert doubt(kind, concerned, outlines).mark == mark


def test_a_doubt_about_several_is_stopped_at_once_at_the_first_in_the_order():
    doubts = (doubt(DoubtKind.JOIN, ("c0", "c2")), doubt(DoubtKind.OVERLAP, ("c1",), 2))
    cell = replace(make_cell("1", "2", "3"), doubts=doubts)
    assert first_of_each(cell, ["c2", "c1", "c0"]) == {"c2", "c1"}


@pytest.mark.parametrize(
    ("chosen", "step", "found"),
    [(None, 1, "b"), (None, -1, "d"), ("b", 1, "d"), ("d", 1, "b"), ("b", -1, "d"), ("c", -1, "b"), ("gone", 1, "b")],
)
def test_stepping_goes_to_the_next_wanted_one_and_comes_round(chosen, step, found):
    assert next_of(["a", "b", "c", "d"], {"b", "d"}, chosen, step) == found


def test_where_nothing_is_wanted_nothing_is_found():
    assert next_of(["a"], set(), "a", 1) is None


def test_a_mark_stands_below_one_body_and_between_the_nearest_points_of_two():
    first, second = make_chromosome(0, "1"), make_chromosome(1, "1")
    below = beside(first)
    assert (below.x(), below.y()) == (4.5, 44.5)
    middle = between(first, second)
    assert middle.x() == (8 + 20) / 2 + 0.5
