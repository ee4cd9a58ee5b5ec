"""Pairs: half of one type, an equal share for every pair of types, and near ones more often once they are known."""

from collections import Counter

import numpy as np
import pytest

from karyodesk.training.pairs import ALL_PAIRS, PairSampler, near_types

# Every type a different number of times, as in cells; the last one only once.
LABEL = np.repeat(np.arange(24), [2 * number + 2 for number in range(23)] + [1])


def drawn(sampler, pairs, seed=0):
    first, second, same = sampler.draw(pairs, np.random.default_rng(seed))
    return LABEL[first], LABEL[second], same, first != second


def test_half_of_the_pairs_are_of_one_type_and_never_one_chromosome_twice():
    one, other, same, two = drawn(PairSampler(LABEL), 2000)
    assert np.array_equal(same, one == other)
    assert same.mean() == 0.5
    assert two.all()


def test_every_type_and_every_pair_of_types_has_an_equal_share():
    one, other, same, _ = drawn(PairSampler(LABEL), 80_000)
    alike = Counter(one[same].tolist())
    assert set(alike) == set(range(23))
    assert max(alike.values()) < 1.25 * min(alike.values())
    pairs = Counter(map(tuple, np.sort(np.stack([one, other], 1)[~same], axis=1).tolist()))
    assert set(pairs) == set(map(tuple, ALL_PAIRS.tolist()))
    assert len(pairs) == 276
    counts = np.array(list(pairs.values()))
    assert counts.mean() == pytest.approx(40_000 / 276)
    assert counts.std() < 1.3 * np.sqrt(counts.mean())


def test_half_of_the_dissimilar_pairs_are_near_ones_once_they_are_known():
    sampler = PairSampler(LABEL)
    sampler.favour(np.array([[3, 4]]))
    one, other, same, _ = drawn(sampler, 4000)
    near = (np.minimum(one, other) == 3) & (np.maximum(one, other) == 4)
    assert near[~same].mean() == pytest.approx(0.5, abs=0.02)


def test_types_that_are_not_there_are_not_drawn():
    label = np.array([0, 0, 5, 5, 5, 9])
    first, second, same = PairSampler(label).draw(200, np.random.default_rng(0))
    assert set(label[first[same]]) == {0, 5}
    assert set(label[first[~same]]) | set(label[second[~same]]) == {0, 5, 9}


def test_pairs_repeat_with_their_generator():
    one, other = (PairSampler(LABEL).draw(50, np.random.default_rng(3)) for _ in range(2))
    assert all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def test_near_types_are_those_whose_embeddings_are():
    label = np.repeat(np.arange(12), 4)
    places = np.repeat(np.arange(12.0), 4)[:, None] ** 2
    near = {tuple(pair) for pair in near_types(places, label).tolist()}
    assert {(0, 1), (1, 2), (10, 11)} <= near
    assert (0, 11) not in near
    assert all(a < b for a, b in near)
    assert near_types(places[:8], label[:8]).tolist() == [[0, 1]]
