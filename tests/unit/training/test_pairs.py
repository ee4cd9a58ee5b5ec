"""Pairs: half of one type, an equal share for every pair of types, and more for near ones once they are known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from karyodesk.training.pairs import ALL_PAIRS, PairSampler, near_types

# Every type a different number of times, as in cells; the last one only once.
LABEL = np.repeat(np.arange(24), [2 * number + 2 for number in range(23)] + [1])


def drawn(sampler, seed=0):
    places = sampler.draw(np.random.default_rng(seed))
    return places, sampler.weights(places)


def shares(places, weights, label=LABEL):
    """What every pair of types counts, the two in order."""
    share = np.zeros((24, 24))
    one, other = np.meshgrid(label[places], label[places], indexing="ij")
    np.add.at(share, (np.minimum(one, other), np.maximum(one, other)), weights)
    return share


def test_a_batch_holds_every_type_equally_often():
    places, _ = drawn(PairSampler(LABEL, 5))
    assert np.array_equal(np.bincount(LABEL[places]), np.full(24, 5))


def test_half_counts_pairs_of_one_type_and_every_pair_of_types_has_an_equal_share_of_the_other():
    share = shares(*drawn(PairSampler(LABEL, 5)))
    assert np.trace(share) == pytest.approx(0.5)
    assert share[tuple(ALL_PAIRS.T)] == pytest.approx(np.full(276, 0.5 / 276))


def test_a_chromosome_is_no_pair_with_itself_and_every_pair_counts_once():
    places, weights = drawn(PairSampler(LABEL, 5))
    assert not weights[places[:, None] == places[None]].any()
    assert not np.tril(weights).any()
    # The type that is there but once gives no pair of its own.
    assert shares(places, weights)[23, 23] == 0


def test_half_of_the_dissimilar_share_lies_on_near_types_once_they_are_known():
    sampler = PairSampler(LABEL, 4)
    sampler.favour(np.array([[3, 4]]))
    share = shares(*drawn(sampler))
    assert share[3, 4] == pytest.approx(0.25 + 0.25 / 276)
    assert share[0, 23] == pytest.approx(0.25 / 276)


@given(st.lists(st.integers(0, 23), min_size=2, max_size=40), st.integers(2, 6))
def test_weights_add_up_to_one_whatever_types_there_are(label, each):
    label = np.array(label)
    places, weights = drawn(PairSampler(label, each))
    assert set(label[places]) == set(label)
    assert (weights >= 0).all()
    assert weights.sum() == pytest.approx(1 if weights.any() else 0)
    assert weights.any() == (len(np.unique(places)) > 1)


def test_batches_repeat_with_their_generator():
    one, other = (PairSampler(LABEL, 5).draw(np.random.default_rng(3)) for _ in range(2))
    assert np.array_equal(one, other)


def test_near_types_are_those_whose_embeddings_are():
    label = np.repeat(np.arange(12), 4)
    places = np.repeat(np.arange(12.0), 4)[:, None] ** 2
    near = {tuple(pair) for pair in near_types(places, label).tolist()}
    assert {(0, 1), (1, 2), (10, 11)} <= near
    assert (0, 11) not in near
    assert all(a < b for a, b in near)
    assert near_types(places[:8], label[:8]).tolist() == [[0, 1]]
