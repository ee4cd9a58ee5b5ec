"""The optimal allocation: gains and losses are told, and labels that nobody doubts are not moved."""

import numpy as np
import pytest

from karyodesk.domain.labels import LABELS
from karyodesk.recognition.assignment import PRIOR, SLOTS, CopyNumberPrior, assign
from tests.unit.recognition.allocations import NORMAL_FEMALE, NORMAL_MALE, costs_of, names


def extra(labels, allocation):
    return sorted(labels[i] for i in allocation.extra)


@pytest.mark.parametrize("gained", LABELS)
def test_any_chromosome_more_keeps_its_label(gained):
    labels = [*NORMAL_FEMALE, gained]
    allocation = assign(costs_of(labels))
    assert names(allocation) == labels
    assert extra(labels, allocation) == [gained]


@pytest.mark.parametrize("lost", LABELS)
def test_any_chromosome_fewer_is_not_filled_up(lost):
    labels = list(NORMAL_MALE)
    labels.remove(lost)
    allocation = assign(costs_of(labels))
    assert names(allocation) == labels
    assert allocation.extra == ()


def test_a_gain_beside_a_loss_is_no_pair_of_the_lost_type():
    labels = [label for label in NORMAL_FEMALE if label != "22"] + ["22", "21"]
    allocation = assign(costs_of(labels))
    assert names(allocation) == labels
    assert extra(labels, allocation) == ["21"]


def test_the_extra_one_is_that_which_the_label_fits_least():
    others = [label for label in NORMAL_MALE if label != "21"]
    costs = [costs_of(["21"], sure) for sure in (0.90, 0.85, 0.95)]
    assert assign(np.concatenate([*costs, costs_of(others)])).extra == (1,)


@pytest.mark.parametrize("copies", [3, SLOTS])
def test_triploid_and_tetraploid_cells_keep_all_their_chromosomes(copies):
    labels = [label for label in LABELS[:-1] for _ in range(copies)]
    assert names(assign(costs_of(labels))) == labels


def test_more_copies_than_there_are_slots_are_left_unassigned():
    labels = ["8"] * (SLOTS + 2)
    assert sorted(names(assign(costs_of(labels, sure=1 - 1e-6))), key=str) == ["8"] * SLOTS + [None] * 2


def test_the_sexes_are_decided_by_the_whole_cell():
    """A doubtful X or 7 is an X where there is one X and no Y, and a 7 where there is one 7 with X and Y."""
    doubtful = costs_of(["7"], 0.5)
    doubtful[0, LABELS.index("X")] = -np.log(0.48)
    without_one_7 = [label for label in NORMAL_MALE if label != "7"] + ["7"]
    assert names(assign(np.concatenate([costs_of(NORMAL_FEMALE[:-1]), doubtful])))[-1] == "X"
    assert names(assign(np.concatenate([costs_of(without_one_7), doubtful])))[-1] == "7"


def test_no_chromosomes_no_labels():
    assert assign(np.zeros((0, 24))).labels == ()


def test_impossible_labels_are_not_given():
    costs = np.full((2, 24), np.inf)
    costs[0, 3] = 0.0
    assert assign(costs).labels == (3, None)


def test_one_copy_more_costs_more_than_the_one_before():
    for label, expected in (("1", 2), ("X", 2), ("X", 1), ("Y", 1), ("Y", 0)):
        probabilities = PRIOR.copies(label, expected)
        assert probabilities.sum() == pytest.approx(1)
        assert probabilities.argmax() == expected
        assert (np.diff(-np.log(probabilities), 2) >= -1e-9).all()


def test_a_prior_that_expects_losses_takes_a_doubtful_label_the_easier():
    """A 21 that may be a 22 stays a third 21 where 22 is often lost, and fills its gap where that is rare."""
    labels = [label for label in NORMAL_FEMALE if label != "22"] + ["22", "21"]
    costs = costs_of(labels)
    costs[-1, LABELS.index("22")] = -np.log(0.04)
    rare = CopyNumberPrior(lost=1e-4, gained=1e-4, sex_lost=1e-4, sex_gained=1e-4, surest=0.5)
    often = CopyNumberPrior(lost=0.3, gained=0.3, sex_lost=0.3, sex_gained=0.3, surest=0.5)
    assert names(assign(costs, rare))[-1] == "22"
    assert names(assign(costs, often))[-1] == "21"
