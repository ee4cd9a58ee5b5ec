"""Label Redistribution: it repairs what the cell tells, and hides nothing."""

import numpy as np
import pytest

from karyodesk.domain.labels import LABELS
from karyodesk.recognition.redistribution import FARTHEST, redistribute, settle, shrink
from tests.unit.recognition.allocations import NORMAL_FEMALE, NORMAL_MALE, costs_of, names


@pytest.mark.parametrize("labels", [NORMAL_MALE, NORMAL_FEMALE], ids=["male", "female"])
def test_a_perfect_cell_stays_as_it_is(labels):
    allocation = redistribute(costs_of(labels))
    assert names(allocation) == labels
    assert allocation.extra == ()


def test_two_mistakes_that_the_cell_contradicts_are_repaired():
    costs = costs_of(NORMAL_FEMALE)
    for row, wrong in ((6, "5"), (40, "22")):
        right = LABELS.index(NORMAL_FEMALE[row])
        costs[row, LABELS.index(wrong)] = -np.log(0.55)
        costs[row, right] = -np.log(0.40)
    assert redistribute(costs).labels == tuple(LABELS.index(label) for label in NORMAL_FEMALE)


def test_a_third_21_stays_a_21_and_is_extra():
    labels = [*NORMAL_FEMALE, "21"]
    allocation = redistribute(costs_of(labels))
    assert names(allocation) == labels
    assert [names(allocation)[i] for i in allocation.extra] == ["21"]


def test_a_third_21_does_not_fill_the_gap_of_a_missing_chromosome():
    labels = [*NORMAL_FEMALE[:-3], "X", "X", "21"]
    assert names(redistribute(costs_of(labels))) == labels


def test_an_unclear_extra_chromosome_is_left_unassigned():
    costs = costs_of([*NORMAL_FEMALE, "21"])
    costs[-1] = -np.log(0.5)
    costs[-1, 2:] = 30
    allocation = redistribute(costs)
    assert names(allocation)[-1] is None
    assert allocation.extra == ()


def test_a_loss_is_not_filled():
    assert names(redistribute(costs_of(NORMAL_MALE[1:]))) == NORMAL_MALE[1:]


def test_xxy_keeps_its_extra_chromosome():
    labels = [*NORMAL_FEMALE, "Y"]
    assert sorted(filter(None, names(redistribute(costs_of(labels)))))[-3:] == ["X", "X", "Y"]


def test_no_chromosomes_no_labels():
    assert redistribute(np.zeros((0, 24))).labels == ()


@pytest.mark.parametrize("run", [shrink, settle])
def test_a_label_far_worse_than_the_best_is_never_given(run):
    costs = np.array([[0.0, FARTHEST + 0.1], [0.1, FARTHEST + 0.2], [0.2, FARTHEST - 0.1]])
    assert run(costs, (1, 3)) == [0, None, 1]


@pytest.mark.parametrize("run", [shrink, settle])
def test_the_label_space_shrinks_to_what_has_room(run):
    costs = np.array([[0.1, 0.2, 3.0], [0.2, 0.3, 3.0], [0.3, 0.9, 1.0]])
    assert run(costs, (1, 1, 1)) == [0, 1, 2]


def test_a_place_once_taken_is_kept_and_with_deferred_acceptance_is_not():
    """The second chromosome loses label 0 to the first, and asks for label 1 when the third has it already."""
    costs = np.array([[0.1, 3.0, 3.0], [0.2, 0.3, 3.0], [3.0, 0.4, 1.0]])
    assert shrink(costs, (1, 1, 1)) == [0, 2, 1]
    assert settle(costs, (1, 1, 1)) == [0, 1, 2]
