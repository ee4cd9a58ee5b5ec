"""Label Redistribution: allocating all chromosomes of a cell together in a shrinking label space.

Our implementation of the published idea (Wang et al. 2020, details not known): every chromosome asks
for its nearest label; a label that is asked for too often takes the nearest; a full label leaves the
label space; the others ask again. An extra chromosome is never hidden: a label far worse than its
own best is never given to a chromosome, and what finds no place is said to be extra or left unassigned.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from karyodesk.domain.labels import AUTOSOMES, LABELS

FloatArray = npt.NDArray[np.float64]

FARTHEST = 4.0
"""A label is never given where its cost exceeds that of the chromosome's own best by more than this
(natural logarithm of the odds): beyond it, an extra chromosome is likelier than a mistaken one."""
EXTRA = 0.80
"""Probability from which a chromosome that found no place keeps its own label, as an extra one."""

_FEMALE = {"X": 2, "Y": 0}
_MALE = {"X": 1, "Y": 1}


@dataclass(frozen=True)
class Allocation:
    """The labels of a cell's chromosomes.

    Attributes:
        labels: index into ``LABELS`` of each chromosome; None where it is left unassigned.
        extra: indices of the chromosomes that keep their label beyond its capacity.
        cost: sum of the costs of the labels given, plus ``FARTHEST`` for every one without a place.
    """

    labels: tuple[int | None, ...]
    extra: tuple[int, ...]
    cost: float


def redistribute(costs: FloatArray) -> Allocation:
    """Allocate the chromosomes of a cell, as female and as male, and keep the cheaper allocation.

    Args:
        costs: (n, 24) negative natural logarithm of the probability of each label for each chromosome.
    """
    normalised = np.asarray(costs, np.float64)
    options = [_allocate(normalised, capacities(sex)) for sex in (_FEMALE, _MALE)]
    return min(options, key=lambda option: option.cost)


def capacities(sex: Mapping[str, int]) -> tuple[int, ...]:
    """How many chromosomes each of ``LABELS`` takes: two of every autosome, and the sex chromosomes."""
    return tuple(2 if label in AUTOSOMES else sex[label] for label in LABELS)


def _allocate(costs: FloatArray, capacity: Sequence[int]) -> Allocation:
    labels = shrink(costs, capacity)
    extra = []
    for i, label in enumerate(labels):
        if label is None and len(costs[i]) and np.exp(-costs[i].min()) >= EXTRA:
            labels[i] = int(costs[i].argmin())
            extra.append(i)
    given = sum(float(costs[i, c]) for i, c in enumerate(labels) if c is not None)
    without_place = len(extra) + sum(c is None for c in labels)
    return Allocation(tuple(labels), tuple(extra), given + FARTHEST * without_place)


def shrink(costs: FloatArray, capacity: Sequence[int]) -> list[int | None]:
    """One run of the redistribution: the label of each chromosome, None for those left over.

    Args:
        costs: (n, k) cost of each of k labels for each chromosome.
        capacity: how many chromosomes each label takes.
    """
    n, k = costs.shape
    labels: list[int | None] = [None] * n
    room = list(capacity)
    allowed = costs <= costs.min(1, initial=np.inf, keepdims=True) + FARTHEST
    pool = set(range(n))
    while pool:
        space = [c for c in range(k) if room[c] > 0]
        asked = _ask(costs, allowed, pool, space)
        if not asked:
            break
        for label, who in asked.items():
            # Nearest first; equal costs go by order, so the result never depends on chance.
            for i in sorted(who, key=lambda i: (costs[i, label], i))[: room[label]]:
                labels[i] = label
                pool.discard(i)
            room[label] -= min(len(who), room[label])
    return labels


def _ask(
    costs: FloatArray, allowed: npt.NDArray[np.bool_], pool: set[int], space: list[int]
) -> dict[int, list[int]]:
    """Which chromosomes of the pool ask for which label of the present label space."""
    asked: dict[int, list[int]] = {}
    for i in sorted(pool):
        open_to_it = [c for c in space if allowed[i, c]]
        if open_to_it:
            asked.setdefault(min(open_to_it, key=lambda c: costs[i, c]), []).append(i)
    return asked
