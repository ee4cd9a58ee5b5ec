"""Pairs of chromosomes for the Siamese network: half of one type, half of two.

There are far more pairs of two types than of one. Each of the 276 pairs of types gets an equal share of them (Swati et
al. 2017 sample dissimilar pairs evenly, too); later half of them are drawn from types that are near each other.
"""

from itertools import combinations
from typing import Final

import numpy as np
import numpy.typing as npt

from karyodesk.domain.labels import LABELS

NEAREST: Final = 5
"""So many types next to each one count as near."""

Indices = npt.NDArray[np.int64]
TypePairs = npt.NDArray[np.int64]

ALL_PAIRS: Final[TypePairs] = np.array(list(combinations(range(len(LABELS)), 2)))
"""(276, 2) every pair of two types."""


class PairSampler:
    """Draws pairs of chromosomes.

    Args:
        label: (n,) their types.
    """

    def __init__(self, label: npt.NDArray[np.integer]) -> None:
        self._of_type = [np.flatnonzero(label == c) for c in range(len(LABELS))]
        self._known = np.array([c for c, who in enumerate(self._of_type) if len(who) > 1])
        there = np.array([len(who) > 0 for who in self._of_type])
        self._pairs = ALL_PAIRS[there[ALL_PAIRS].all(1)]
        self._near = self._pairs[:0]

    def favour(self, near: TypePairs) -> None:
        """Draw every second dissimilar pair from these (m, 2) pairs of types from now on."""
        self._near = near

    def draw(self, pairs: int, random: np.random.Generator) -> tuple[Indices, Indices, npt.NDArray[np.bool_]]:
        """Return the places of the first and of the second of so many pairs, and which of them are of one type.

        Every second pair is. Every type has an equal share of those, and every pair of types of the others.
        """
        same = np.arange(pairs) % 2 == 0
        alike = random.choice(self._known, int(same.sum()))
        types = np.empty((pairs, 2), np.int64)
        types[same] = alike[:, None]
        types[~same] = self._two_types(int((~same).sum()), random)
        first, second = (self._one_of_each(column, random) for column in types.T)
        # Two of one type are never one and the same.
        for pair in np.flatnonzero(first == second):
            who = self._of_type[types[pair, 0]]
            second[pair] = random.choice(who[who != first[pair]])
        return first, second, same

    def _two_types(self, pairs: int, random: np.random.Generator) -> TypePairs:
        hard = pairs // 2 if len(self._near) else 0
        parts = [self._near[random.integers(len(self._near), size=hard)]] if hard else []
        parts.append(self._pairs[random.integers(len(self._pairs), size=pairs - hard)])
        return random.permutation(np.concatenate(parts))

    def _one_of_each(self, types: Indices, random: np.random.Generator) -> Indices:
        return np.array([self._of_type[c][random.integers(len(self._of_type[c]))] for c in types], np.int64)


def near_types(embeddings: npt.NDArray[np.floating], label: npt.NDArray[np.integer]) -> TypePairs:
    """Return the (m, 2) pairs of a type and one of the ``NEAREST`` next to it, by the means of (n, d) embeddings."""
    known = np.unique(label)
    means = np.stack([embeddings[label == c].mean(0) for c in known])
    apart = np.linalg.norm(means[:, None] - means[None], axis=2)
    np.fill_diagonal(apart, np.inf)
    nearest = known[np.argsort(apart, axis=1, kind="stable")[:, : min(NEAREST, len(known) - 1)]]
    pairs = np.stack([np.repeat(known, nearest.shape[1]), nearest.ravel()], 1)
    return np.unique(np.sort(pairs, axis=1), axis=0).astype(np.int64)
