"""Tests of what the program says of each chromosome of a cell, and of the badges."""

from dataclasses import replace

import numpy as np
import pytest

from karyodesk.domain.chromosome import Suggestion
from karyodesk.domain.labels import AUTOSOMES
from karyodesk.recognition.classifier import Scores
from karyodesk.recognition.redistribution import redistribute
from karyodesk.recognition.suggestions import suggest, with_suspects


def test_uncertain_is_what_is_improbable_moved_extra_or_of_doubtful_direction():
    probability = np.full((5, 24), 0.0001)
    probability[0, 0] = probability[1, 1] = probability[2, 2] = 0.9977
    probability[3, 3], probability[3, 4] = 0.6, 0.3978
    probability[4, 5], probability[4, 6] = 0.994, 0.0038
    directions = np.full((5, 24), 8.0)
    directions[1] = -0.2
    scores = Scores(-np.log(probability), directions, np.ones(5))
    said = suggest(scores, redistribute(scores.costs))
    assert [s.uncertain for s in said] == [False, True, False, True, True]
    assert [s.upside_down for s in said] == [True, False, True, True, True]
    assert said[0].confidence == pytest.approx(0.9977)


def _sure(label: str | None, other: str = "X", instead: float = 0.0001) -> Suggestion:
    """A suggestion without a badge."""
    alternatives = ((label or "1", 0.998), (other, instead), ("Y", 0.00001))
    return Suggestion(label, 0.998, label or "1", alternatives, False, 1.0, False)


def _woman() -> list[Suggestion]:
    return [_sure(label) for label in (*AUTOSOMES, "X") for _ in range(2)]


def test_in_a_cell_of_usual_copies_nothing_is_suspected():
    cell = [*_woman()[:-1], _sure("X", "21", 0.4)]
    assert with_suspects(cell) == cell


def test_all_copies_of_a_type_that_has_gained_one_are_suspected():
    said = with_suspects([*_woman(), _sure("21")])
    assert {one.label for one in said if one.uncertain} == {"21"}
    assert sum(one.uncertain for one in said) == 3


def test_what_may_be_the_lost_copy_is_suspected():
    cell = _woman()
    del cell[0]
    cell[10], cell[11] = _sure(cell[10].label, "1", 0.002), _sure(cell[11].label, "1", 0.0002)
    said = with_suspects(cell)
    assert [place for place, one in enumerate(said) if one.uncertain] == [10]


def test_what_is_left_out_neither_counts_nor_is_suspected():
    left_out = replace(_sure("21"), left_out=True)
    cell = [*_woman(), left_out]
    assert with_suspects(cell) == cell
    with_gain = with_suspects([*_woman(), _sure("21"), left_out])
    assert not with_gain[-1].uncertain


def test_a_badge_is_never_taken_away():
    doubted = replace(_sure("3"), uncertain=True)
    assert with_suspects([doubted])[0].uncertain
