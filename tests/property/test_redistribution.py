"""Properties of Label Redistribution over any costs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from karyodesk.recognition.allocation import SEXES, capacities
from karyodesk.recognition.redistribution import FARTHEST, redistribute, settle, shrink

COSTS = st.integers(0, 60).flatmap(lambda n: arrays(np.float64, (n, 24), elements=st.floats(0, 12, width=32)))


RUNS = pytest.mark.parametrize("run", [shrink, settle])


@RUNS
@given(costs=COSTS)
def test_never_more_of_a_type_than_its_capacity_but_for_those_said_to_be_extra(run, costs):
    allocation = redistribute(costs, run)
    given_labels = [label for i, label in enumerate(allocation.labels) if i not in allocation.extra]
    counts = np.bincount([label for label in given_labels if label is not None], minlength=24)
    assert any((counts <= capacities(sex)).all() for sex in SEXES)


@RUNS
@given(costs=COSTS)
def test_a_label_is_never_far_from_the_best(run, costs):
    for row, label in zip(costs, redistribute(costs, run).labels, strict=True):
        assert label is None or row[label] <= row.min() + FARTHEST


@RUNS
@given(costs=COSTS, random=st.randoms())
def test_a_run_does_not_depend_on_the_order_of_the_chromosomes(run, costs, random):
    costs = costs + np.arange(costs.size).reshape(costs.shape) * 1e-7  # distinct costs: no ties to break
    order = list(range(len(costs)))
    random.shuffle(order)
    capacity = capacities({"X": 2, "Y": 0})
    straight, shuffled = run(costs, capacity), run(costs[order], capacity)
    assert [straight[i] for i in order] == shuffled


@RUNS
@given(costs=COSTS)
def test_nobody_left_over_could_still_have_a_label_with_room(run, costs):
    capacity = capacities({"X": 1, "Y": 1})
    labels = run(costs, capacity)
    room = np.array(capacity) - np.bincount([label for label in labels if label is not None], minlength=24)
    for row, label in zip(costs, labels, strict=True):
        if label is None:
            assert not ((row <= row.min() + FARTHEST) & (room > 0)).any()


@given(COSTS)
def test_with_deferred_acceptance_no_chromosome_and_label_prefer_each_other(costs):
    capacity = capacities(SEXES[1])
    labels = settle(costs, capacity)
    for i, row in enumerate(costs):
        for c in np.flatnonzero(row <= row.min() + FARTHEST):
            holders = [costs[j, c] for j, label in enumerate(labels) if label == c]
            would_come = labels[i] is None or row[c] < row[labels[i]]
            would_be_taken = len(holders) < capacity[c] or row[c] < max(holders)
            assert not (would_come and would_be_taken)


@given(COSTS)
def test_where_no_label_is_asked_for_too_often_both_runs_give_everyone_the_best(costs):
    best = costs.argmin(1)
    fitting = [i for i in range(len(best)) if np.count_nonzero(best[:i] == best[i]) < capacities(SEXES[1])[best[i]]]
    capacity = capacities(SEXES[1])
    assert shrink(costs[fitting], capacity) == settle(costs[fitting], capacity) == best[fitting].tolist()
