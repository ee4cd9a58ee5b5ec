"""Properties of the optimal allocation over any costs."""

from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from karyodesk.domain.labels import AUTOSOMES, LABELS
from karyodesk.recognition.allocation import SEXES, capacities
from karyodesk.recognition.assignment import PRIOR, SLOTS, CopyNumberPrior, assign

COSTS = st.integers(0, 60).flatmap(lambda n: arrays(np.float64, (n, 24), elements=st.floats(0, 12, width=32)))
SHARE = st.floats(0.001, 0.4)
PRIORS = st.builds(CopyNumberPrior, SHARE, SHARE, SHARE, SHARE, st.floats(0.3, 0.9))


def cost_of(costs, labels, sex, prior):
    """Negative logarithm of the joint probability, counted by hand."""
    total = sum(prior.unassigned if label is None else costs[i, label] for i, label in enumerate(labels))
    for c, expected in enumerate(capacities(sex)):
        number = sum(label == c for label in labels)
        total += -np.log(prior.copies(LABELS[c], expected)[number]) if number <= SLOTS else np.inf
    return total


def least_cost(costs, labels, prior):
    return min(cost_of(costs, labels, sex, prior) for sex in SEXES)


@given(COSTS, PRIORS)
def test_its_cost_is_that_of_its_labels(costs, prior):
    allocation = assign(costs, prior)
    assert np.isclose(allocation.cost, least_cost(costs, allocation.labels, prior))


@given(COSTS, PRIORS)
def test_never_more_than_the_slots_and_what_is_beyond_the_expected_is_said(costs, prior):
    allocation = assign(costs, prior)
    counts = np.bincount([label for label in allocation.labels if label is not None], minlength=24)
    assert (counts <= SLOTS).all()
    beyond = np.bincount([allocation.labels[i] for i in allocation.extra], minlength=24)
    assert any((beyond == np.maximum(counts - capacities(sex), 0)).all() for sex in SEXES)


@given(COSTS, st.randoms())
def test_the_order_of_the_chromosomes_plays_no_part(costs, random):
    costs = costs + np.arange(costs.size).reshape(costs.shape) * 1e-7  # no two chromosomes are equal
    order = list(range(len(costs)))
    random.shuffle(order)
    straight, shuffled = assign(costs), assign(costs[order])
    assert tuple(straight.labels[i] for i in order) == shuffled.labels
    assert {order[i] for i in shuffled.extra} == set(straight.extra)


TYPES = [LABELS.index(label) for label in ("5", "21", "X", "Y")]
SMALL = st.integers(1, 4).flatmap(lambda n: arrays(np.float64, (n, len(TYPES)), elements=st.floats(0, 8, width=32)))


@settings(max_examples=25)
@given(SMALL, PRIORS)
def test_no_allocation_is_cheaper(some, prior):
    costs = np.full((len(some), 24), 50.0)
    costs[:, TYPES] = some
    # Labels are either one of these or none: every other one costs more than none.
    every = product([None, *TYPES], repeat=len(some))
    cheapest = min(least_cost(costs, labels, prior) for labels in every)
    assert np.isclose(assign(costs, prior).cost, cheapest)


@given(COSTS, PRIORS)
def test_a_label_beside_ones_own_is_given_only_where_a_gain_and_a_loss_together_are_less_probable(costs, prior):
    lost, gained = min(prior.lost, prior.sex_lost), min(prior.gained, prior.sex_gained)
    labels = assign(costs, prior).labels
    for row, label in zip(costs, labels, strict=True):
        best = int(row.argmin())
        if label not in (None, best) and labels.count(best) < SLOTS:
            assert row[label] - row[best] <= -np.log(lost * gained) + 1e-9


@given(COSTS, PRIORS)
def test_nobody_is_left_unassigned_whose_own_label_has_a_place(costs, prior):
    labels = assign(costs, prior).labels
    for row, label in zip(costs, labels, strict=True):
        if label is None:
            autosomes = [c for c in range(len(AUTOSOMES)) if labels.count(c) < 2]
            assert all(row[c] + np.log(prior.lost) >= prior.unassigned - 1e-9 for c in autosomes)


@given(st.lists(st.sampled_from(LABELS), max_size=60), st.randoms())
def test_what_nobody_doubts_is_never_moved_whatever_the_numbers(labels, random):
    """Any cell of sure chromosomes, however abnormal, is said as it is, up to the slots."""
    costs = np.full((len(labels), 24), 20.0)
    for i, label in enumerate(labels):
        costs[i, LABELS.index(label)] = random.uniform(0.0, 0.2)
    for label, given_label in zip(labels, assign(costs, PRIOR).labels, strict=True):
        assert given_label == LABELS.index(label) or (given_label is None and labels.count(label) > SLOTS)
