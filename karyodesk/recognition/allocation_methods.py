"""The chosen way to allocate the chromosomes of a cell."""

from karyodesk.domain.methods import AllocationMethod
from karyodesk.recognition.allocation import Allocation, FloatArray, alone
from karyodesk.recognition.assignment import assign
from karyodesk.recognition.redistribution import redistribute, settle


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
