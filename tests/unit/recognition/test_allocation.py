"""What an allocation holds, and each chromosome by itself."""

import numpy as np

from karyodesk.recognition.allocation import alone, capacities
from tests.unit.recognition.allocations import NORMAL_FEMALE, costs_of, names


def test_capacities_follow_the_labels():
    assert capacities({"X": 1, "Y": 1}) == (2,) * 22 + (1, 1)


def test_alone_nobody_asks_how_many_have_a_label():
    labels = ["21"] * 5 + ["Y", "Y"]
    allocation = alone(costs_of(labels))
    assert names(allocation) == labels
    assert allocation.extra == ()


def test_alone_an_improbable_chromosome_is_left_unassigned_where_that_is_asked_for():
    costs = np.concatenate([costs_of(NORMAL_FEMALE[:2]), costs_of(["7"], sure=0.49)])
    assert names(alone(costs, -np.log(0.5))) == ["1", "1", None]
    assert names(alone(costs)) == ["1", "1", "7"]


def test_no_chromosomes_no_labels():
    assert alone(np.zeros((0, 24))).labels == ()
