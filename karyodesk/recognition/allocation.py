"""What an allocation of a cell's chromosomes is, and the plainest one: each chromosome by itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from karyodesk.domain.labels import AUTOSOMES, LABELS

FloatArray = npt.NDArray[np.float64]

SEXES: Final[tuple[Mapping[str, int], ...]] = ({"X": 2, "Y": 0}, {"X": 1, "Y": 1})
"""Sex chromosomes of a female and of a male cell."""


@dataclass(frozen=True)
class Allocation:
    """The labels of a cell's chromosomes.

    Attributes:
        labels: index into ``LABELS`` of each chromosome; None where it is left unassigned.
        extra: indices of the chromosomes that keep their label beyond its capacity.
        cost: of the whole, by which the method compares its allocations of one cell.
    """

    labels: tuple[int | None, ...]
    extra: tuple[int, ...]
    cost: float


def capacities(sex: Mapping[str, int]) -> tuple[int, ...]:
    """How many chromosomes each of ``LABELS`` takes: two of every autosome, and the sex chromosomes."""
    return tuple(2 if label in AUTOSOMES else sex[label] for label in LABELS)


def alone(costs: FloatArray, highest: float = np.inf) -> Allocation:
    """Give each chromosome its own best label; none knows of the others, so none is extra.

    Args:
        costs: (n, 24) negative natural logarithm of the probability of each label for each chromosome.
        highest: a chromosome whose best label costs more is left unassigned.
    """
    best, least = costs.argmin(1), costs.min(1)
    labels = (int(label) if cost <= highest else None for label, cost in zip(best, least, strict=True))
    return Allocation(tuple(labels), (), float(least.sum()))
