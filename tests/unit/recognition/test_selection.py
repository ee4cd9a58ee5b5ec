"""Which of all that is seen are chromosomes: shape, surroundings and bands together, and no chromatin twice."""

import numpy as np
import pytest
from scipy.special import logit

from karyodesk.recognition.candidates import Candidate, contradictions
from karyodesk.recognition.classifier import Scores
from karyodesk.recognition.instances import Instance
from karyodesk.recognition.selection import LEAST_MERIT, merit, select


def seen(x0, x1, score, own=True):
    """A bar of four rows from column x0 to x1."""
    instance = Instance(np.ones((4, x1 - x0), np.float32), x0, 0, score)
    return Candidate(instance, instance.body, own)


def scores(whole, label=0.99):
    label = np.broadcast_to(label, len(whole))
    others = np.repeat(((1 - label) / 23)[:, None], 23, 1)
    costs = -np.log(np.concatenate([label[:, None], others], 1))
    return Scores(costs, np.zeros((len(whole), 24)), np.array(whole))


def chosen(candidates, whole, judged=0.0):
    """The selection, where the judge says the same of all unless told."""
    return select(candidates, contradictions(candidates), np.broadcast_to(judged, len(candidates)), scores(whole))


def test_merit_is_a_sum_of_logits():
    found = merit(np.array([0.8]), np.array([2.0]), scores([0.9], 0.6))
    assert found == pytest.approx(0.5 * logit(0.8) + 0.6 * 2.0 + 0.4 * logit(0.9) + 0.05 * logit(0.6))


def test_certainty_beyond_all_doubt_is_held_within_limits():
    assert np.isfinite(merit(np.array([0.0, 1.0]), np.zeros(2), scores([1.0, 0.0], [1 - 1e-12, 0.9]))).all()


def test_what_contradicts_none_is_all_taken_the_best_first():
    candidates = [seen(0, 20, 0.7), seen(40, 60, 0.9)]
    assert chosen(candidates, [0.9, 0.9]).taken == (1, 0)


def test_the_bands_prefer_a_whole_chromosome_to_the_surer_pieces_of_it():
    pieces_and_whole = [seen(0, 20, 0.8), seen(20, 40, 0.8), seen(0, 40, 0.6, own=False)]
    assert chosen(pieces_and_whole, [0.1, 0.1, 0.99]).taken == (2,)


def test_the_bands_prefer_two_chromosomes_to_the_surer_one_that_takes_in_both():
    both_and_each = [seen(0, 40, 0.8), seen(0, 20, 0.5, own=False), seen(20, 40, 0.5, own=False)]
    assert sorted(chosen(both_and_each, [0.01, 0.99, 0.99]).taken) == [1, 2]


def test_the_surroundings_prefer_a_whole_chromosome_to_the_surer_pieces_of_it():
    pieces_and_whole = [seen(0, 20, 0.8), seen(20, 40, 0.8), seen(0, 40, 0.6, own=False)]
    assert chosen(pieces_and_whole, [0.9, 0.9, 0.9], [-5.0, -5.0, 5.0]).taken == (2,)


def test_a_reading_without_merit_is_taken_only_where_the_segmenter_takes_it_by_itself():
    candidates = [seen(0, 20, 0.6), seen(40, 60, 0.6, own=False)]
    selection = chosen(candidates, [0.1, 0.1], -3.0)
    assert selection.taken == (0,)
    assert (selection.merits < LEAST_MERIT).all()


def test_nothing_seen_is_nothing_taken():
    assert chosen([], []).taken == ()
