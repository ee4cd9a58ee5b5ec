"""The ways to allocate the chromosomes of a cell, to choose from."""

from enum import StrEnum

from karyodesk.recognition.allocation import Allocation, FloatArray, alone
from karyodesk.recognition.assignment import assign
from karyodesk.recognition.redistribution import redistribute, settle


class AllocationMethod(StrEnum):
    """How the labels of a cell's chromosomes follow from their costs."""

    ALONE = "alone"
    """Each chromosome gets its own best label."""
    LABEL_REDISTRIBUTION = "label-redistribution"
    """The published method: full labels leave the label space, the others ask again."""
    DEFERRED_ACCEPTANCE = "deferred-acceptance"
    """Label Redistribution in which a nearer chromosome that asks later displaces a farther one."""
    OPTIMAL = "optimal"
    """The labels that are most probable together, given how often copies are lost or gained."""


def allocate(costs: FloatArray, method: AllocationMethod = AllocationMethod.OPTIMAL) -> Allocation:
    """Allocate the chromosomes of a cell.

    Args:
        costs: (n, 24) negative natural logarithm of the probability of each label for each chromosome.
        method: how.
    """
    match method:
        case AllocationMethod.ALONE:
            return alone(costs)
        case AllocationMethod.LABEL_REDISTRIBUTION:
            return redistribute(costs)
        case AllocationMethod.DEFERRED_ACCEPTANCE:
            return redistribute(costs, settle)
        case AllocationMethod.OPTIMAL:
            return assign(costs)
