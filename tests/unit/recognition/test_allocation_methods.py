"""Each way to allocate is the one that its name says."""

import numpy as np
import pytest

from karyodesk.domain.labels import LABELS
from karyodesk.domain.methods import AllocationMethod
from karyodesk.recognition.allocation import alone
from karyodesk.recognition.allocation_methods import allocate
from karyodesk.recognition.assignment import assign
from karyodesk.recognition.redistribution import redistribute, settle
from tests.unit.recognition.allocations import NORMAL_FEMALE, NORMAL_MALE, costs_of, names

TOGETHER = set(AllocationMethod) - {AllocationMethod.ALONE}


def costs():
    return np.random.default_rng(4).exponential(2, (50, 24))


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        (AllocationMethod.ALONE, alone),
        (AllocationMethod.LABEL_REDISTRIBUTION, redistribute),
        (AllocationMethod.DEFERRED_ACCEPTANCE, lambda values: redistribute(values, settle)),
        (AllocationMethod.OPTIMAL, assign),
    ],
)
def test_a_method_is_chosen_by_its_name(method, expected):
    assert allocate(costs(), method) == expected(costs())


def test_on_costs_that_leave_much_open_no_two_methods_agree():
    assert len({allocate(costs(), method).labels for method in AllocationMethod}) == len(AllocationMethod)


def test_the_optimal_allocation_is_the_default():
    assert allocate(costs()) == assign(costs())


@pytest.mark.parametrize("method", AllocationMethod, ids=str)
@pytest.mark.parametrize("labels", [NORMAL_MALE, NORMAL_FEMALE], ids=["male", "female"])
def test_a_perfect_cell_stays_as_it_is(labels, method):
    allocation = allocate(costs_of(labels), method)
    assert names(allocation) == labels
    assert allocation.extra == ()


@pytest.mark.parametrize("method", TOGETHER, ids=str)
def test_two_chromosomes_taken_for_each_other_are_put_right(method):
    values = costs_of(NORMAL_FEMALE)
    for row, wrong in ((6, "5"), (40, "22")):
        values[row, LABELS.index(wrong)] = -np.log(0.55)
        values[row, LABELS.index(NORMAL_FEMALE[row])] = -np.log(0.40)
    assert names(allocate(values, method)) == NORMAL_FEMALE


@pytest.mark.parametrize("method", TOGETHER, ids=str)
def test_a_third_21_stays_a_21_and_is_extra(method):
    labels = [*NORMAL_FEMALE, "21"]
    allocation = allocate(costs_of(labels), method)
    assert names(allocation) == labels
    assert [labels[i] for i in allocation.extra] == ["21"]


@pytest.mark.parametrize("method", TOGETHER, ids=str)
def test_an_unclear_extra_chromosome_is_left_unassigned(method):
    values = costs_of([*NORMAL_FEMALE, "21"])
    values[-1] = -np.log(0.3)
    values[-1, 2:] = 30
    allocation = allocate(values, method)
    assert names(allocation) == [*NORMAL_FEMALE, None]
    assert allocation.extra == ()
