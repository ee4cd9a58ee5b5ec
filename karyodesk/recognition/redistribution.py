"""Label Redistribution: allocating all chromosomes of a cell together in a shrinking label space.

Our implementation of the published idea (Wang et al. 2020, details not known): every chromosome asks
for its nearest label; a label that is asked for too often takes the nearest; a full label leaves the
label space; the others ask again. An extra chromosome is never hidden: a label far worse than its
own best is never given to a chromosome, and what finds no place is said to be extra or left unassigned.

One run may go two ways, which may differ. In a shrinking label space a place once taken is kept (``shrink``). With
deferred acceptance a nearer chromosome that asks later displaces the farther one, which asks again; both sides
rank by the same costs, so that is all pairs in the order of their cost, each taken where both are free (``settle``).
"""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from karyodesk.recognition.allocation import SEXES, Allocation, FloatArray, capacities

FARTHEST = 4.0
"""A label is never given where its cost exceeds that of the chromosome's own best by more than this
(natural logarithm of the odds): beyond it, an extra chromosome is likelier than a mistaken one."""
EXTRA = 0.80
"""Probability from which a chromosome that found no place keeps its own label, as an extra one."""

Run = Callable[[FloatArray, Sequence[int]], list[int | None]]
"""One run of the redistribution: from (n, k) costs and k capacities to the label of each chromosome."""


def shrink(costs: FloatArray, capacity: Sequence[int]) -> list[int | None]:
    """One run in a shrinking label space: the label of each chromosome, None for those left over.

    Args:
        costs: (n, k) cost of each of k labels for each chromosome.
        capacity: how many chromosomes each label takes.
    """
    n, k = costs.shape
    labels: list[int | None] = [None] * n
    room = list(capacity)
    allowed = _allowed(costs)
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


def settle(costs: FloatArray, capacity: Sequence[int]) -> list[int | None]:
    """One run with deferred acceptance; arguments and result as for ``shrink``."""
    labels: list[int | None] = [None] * len(costs)
    room = list(capacity)
    pairs = np.argwhere(_allowed(costs)).tolist()
    # Equal costs go by order, so the result never depends on chance.
    for i, c in sorted(pairs, key=lambda pair: (costs[pair[0], pair[1]], pair)):
        if labels[i] is None and room[c]:
            labels[i] = c
            room[c] -= 1
    return labels


def _allowed(costs: FloatArray) -> npt.NDArray[np.bool_]:
    return np.asarray(costs <= costs.min(1, initial=np.inf, keepdims=True) + FARTHEST)


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


def redistribute(costs: FloatArray, run: Run = shrink) -> Allocation:
    """Allocate the chromosomes of a cell, as female and as male, and keep the cheaper allocation.

    Its cost is the sum of those of the labels given, plus ``FARTHEST`` for every chromosome without a place.

    Args:
        costs: (n, 24) negative natural logarithm of the probability of each label for each chromosome.
        run: ``shrink`` or ``settle``.
    """
    normalised = np.asarray(costs, np.float64)
    options = [_allocate(normalised, capacities(sex), run) for sex in SEXES]
    return min(options, key=lambda option: option.cost)


def _allocate(costs: FloatArray, capacity: Sequence[int], run: Run) -> Allocation:
    labels = run(costs, capacity)
    extra = []
    for i, label in enumerate(labels):
        if label is None and len(costs[i]) and np.exp(-costs[i].min()) >= EXTRA:
            labels[i] = int(costs[i].argmin())
            extra.append(i)
    given = sum(float(costs[i, c]) for i, c in enumerate(labels) if c is not None)
    without_place = len(extra) + sum(c is None for c in labels)
    return Allocation(tuple(labels), tuple(extra), given + FARTHEST * without_place)
