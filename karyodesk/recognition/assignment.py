"""The optimal allocation: the most probable labels of a cell together, given how often copies are lost or gained.

Every type has ``SLOTS`` slots, and each further slot costs what the prior says of one copy more: far less than nothing
up to the expected number, and dear beyond it. One linear assignment finds the cheapest labels of all
chromosomes; no type is held to two, so nothing is forced towards 46 and an extra chromosome is not hidden.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.optimize import linear_sum_assignment

from karyodesk.domain.labels import AUTOSOMES, LABELS
from karyodesk.recognition.allocation import SEXES, Allocation, FloatArray, capacities

SLOTS: Final = 4
"""Copies of a type that can be told; further ones are left unassigned."""


@dataclass(frozen=True)
class CopyNumberPrior:
    """How probable it is that a picture shows fewer or more bodies of a type than a normal cell has chromosomes.

    Each factor is that of one copy, against one copy less (or more) of the change. They are of bodies found: a loss may
    be a chromosome that was not found, and a gain a piece of one.

    Attributes:
        lost: of an autosome; between 0 and 1, as all of them.
        gained: of an autosome.
        sex_lost: of a sex chromosome.
        sex_gained: of a sex chromosome.
        surest: an autosome beyond the expected number keeps its label where that is as probable as this; else it is
            left unassigned.
    """

    lost: float
    gained: float
    sex_lost: float
    sex_gained: float
    surest: float

    @property
    def unassigned(self) -> float:
        """Cost of a chromosome that is left without a label."""
        return float(-np.log(self.gained * self.surest))

    def copies(self, label: str, expected: int) -> FloatArray:
        """(SLOTS + 1,) probabilities of 0, 1, 2... copies of a label of which a normal cell has ``expected``."""
        lost, gained = (self.lost, self.gained) if label in AUTOSOMES else (self.sex_lost, self.sex_gained)
        change = np.arange(SLOTS + 1) - expected
        weights = np.where(change < 0, lost ** np.maximum(-change, 0), gained ** np.maximum(change, 0))
        return np.asarray(weights / weights.sum())


PRIOR: Final = CopyNumberPrior(lost=0.1, gained=0.1, sex_lost=0.05, sex_gained=0.1, surest=0.8)
"""Chosen on patients kept apart from the network, on cells as they are found and on the same with one chromosome fewer
and one more. A chromosome beyond the expected number fills a gap only with a label that is at least 1/100 as probable
as its own: where changes are held to be rarer, some more labels of cells as they are come out right, and what is
lost or gained is hidden the oftener."""


def assign(costs: FloatArray, prior: CopyNumberPrior = PRIOR) -> Allocation:
    """Allocate the chromosomes of a cell as female and as male, and keep the cheaper allocation.

    Its cost is the negative logarithm of the probability of all labels, the numbers of copies and what is left
    unassigned together, but for constants. The order of the chromosomes plays no part, save among equal ones.

    Args:
        costs: (n, 24) negative natural logarithm of the probability of each label for each chromosome.
        prior: of the numbers of copies.
    """
    given = np.asarray(costs, np.float64)
    order = np.lexsort(given.T)
    options = [_assigned(given[order], sex, prior) for sex in SEXES]
    best = min(options, key=lambda option: option.cost)
    place = np.argsort(order)
    labels = tuple(best.labels[i] for i in place)
    return Allocation(labels, tuple(sorted(int(order[i]) for i in best.extra)), best.cost)


def _assigned(costs: FloatArray, sex: Mapping[str, int], prior: CopyNumberPrior) -> Allocation:
    """The cheapest allocation of chromosomes to slots of a cell of a sex, or to none."""
    n = len(costs)
    expected = capacities(sex)
    logs = np.log([prior.copies(label, copies) for label, copies in zip(LABELS, expected, strict=True)])
    # The k-th slot costs what the k-th copy adds; as each adds more than the one before, slots fill from the first.
    slots = (costs[:, :, None] - np.diff(logs)).reshape(n, len(LABELS) * SLOTS)
    table = np.concatenate([slots, np.full((n, n), prior.unassigned)], axis=1)
    rows, columns = linear_sum_assignment(table)
    labels = tuple(int(column) // SLOTS if column < slots.shape[1] else None for column in columns)
    cost = float(table[rows, columns].sum() - logs[:, 0].sum())
    return Allocation(labels, _beyond(costs, labels, expected), cost)


def _beyond(costs: FloatArray, labels: tuple[int | None, ...], expected: tuple[int, ...]) -> tuple[int, ...]:
    """The chromosomes beyond the expected number of their type: those whom the label fits least."""
    extra: list[int] = []
    for label, most in enumerate(expected):
        holders = [i for i, own in enumerate(labels) if own == label]
        extra += sorted(holders, key=lambda i: (costs[i, label], i))[most:]
    return tuple(extra)
