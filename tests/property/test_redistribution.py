"""Properties of Label Redistribution over any costs."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from karyodesk.recognition.redistribution import FARTHEST, capacities, redistribute, shrink

COSTS = st.integers(0, 60).flatmap(lambda n: arrays(np.float64, (n, 24), elements=st.floats(0, 12, width=32)))


@given(COSTS)
def test_never_more_of_a_type_than_its_capacity_but_for_those_said_to_be_extra(costs):
    allocation = redistribute(costs)
    given_labels = [label for i, label in enumerate(allocation.labels) if i not in allocation.extra]
    counts = np.bincount([label for label in given_labels if label is not None], minlength=24)
    assert any((counts <= capacities(sex)).all() for sex in ({"X": 2, "Y": 0}, {"X": 1, "Y": 1}))


@given(COSTS)
def test_a_label_is_never_far_from_the_best(costs):
    for row, label in zip(costs, redistribute(costs).labels, strict=True):
        assert label is None or row[label] <= row.min() + FARTHEST


@given(COSTS, st.randoms())
def test_a_run_does_not_depend_on_the_order_of_the_chromosomes(costs, random):
    costs = costs + np.arange(costs.size).reshape(costs.shape) * 1e-7  # distinct costs: no ties to break
    order = list(range(len(costs)))
    random.shuffle(order)
    capacity = capacities({"X": 2, "Y": 0})
    straight, shuffled = shrink(costs, capacity), shrink(costs[order], capacity)
    assert [straight[i] for i in order] == shuffled


@given(COSTS)
def test_nobody_left_over_could_still_have_a_label_with_room(costs):
    capacity = capacities({"X": 1, "Y": 1})
    labels = shrink(costs, capacity)
    room = np.array(capacity) - np.bincount([label for label in labels if label is not None], minlength=24)
    for row, label in zip(costs, labels, strict=True):
        if label is None:
            assert not ((row <= row.min() + FARTHEST) & (room > 0)).any()
