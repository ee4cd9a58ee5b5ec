"""Pairs of chromosomes for the Siamese network: half of one type, half of two.

There are far more pairs of two types than of one. Each of the 276 pairs of types gets an equal share of them (Swati et
al. 2017 sample dissimilar pairs evenly, too); later half of that share goes to types that are near each other. A batch
holds every type equally often and every two of its chromosomes are a pair, so that one pass through the network
teaches thousands of pairs.
"""

from itertools import combinations
from typing import Final

import numpy as np
import numpy.typing as npt

from karyodesk.domain.labels import LABELS

NEAREST: Final = 5
"""So many types next to each one count as near."""

Indices = npt.NDArray[np.int64]
Weights = npt.NDArray[np.float64]
TypePairs = npt.NDArray[np.int64]

ALL_PAIRS: Final[TypePairs] = np.array(list(combinations(range(len(LABELS)), 2)))
"""(276, 2) every pair of two types."""


class PairSampler:
    """Draws batches of chromosomes and says how much each pair among them counts.

    Args:
        label: (n,) their types.
        each: chromosomes of every type in a batch.
    """

    def __init__(self, label: npt.NDArray[np.integer], each: int) -> None:
        self._label, self._each = label, each
        of_type = (np.flatnonzero(label == c) for c in range(len(LABELS)))
        self._of_type = [who for who in of_type if len(who)]
        self._near = ALL_PAIRS[:0]

    def favour(self, near: TypePairs) -> None:
        """Let these (m, 2) pairs of types have half of the dissimilar share from now on."""
        self._near = near

    def draw(self, random: np.random.Generator) -> Indices:
        """Return the places of a batch; of a type with too few chromosomes some come more than once."""
        drawn = [random.choice(who, self._each, replace=len(who) < self._each) for who in self._of_type]
        return np.concatenate(drawn).astype(np.int64)

    def weights(self, places: Indices) -> Weights:
        """Return the (n, n) weights of the pairs of a batch, above the diagonal, 1 in all.

        One half is for pairs of one type, evenly. In the other every pair of types has an equal share, or, once near
        ones are favoured, half of it lies on those, evenly. A chromosome is no pair with itself.
        """
        label = self._label[places]
        pair = np.triu(places[:, None] != places[None], 1)
        same = pair & (label[:, None] == label[None])
        share = np.zeros((len(LABELS), len(LABELS)))
        for pairs, part in ((ALL_PAIRS, 1.0 if not len(self._near) else 0.5), (self._near, 0.5)):
            there = pairs[np.isin(pairs, label).all(1)]
            share[there[:, 0], there[:, 1]] += part / max(1, len(there))
        share += share.T
        count = np.bincount(label, minlength=len(LABELS))
        apart = np.where(pair & ~same, (share / np.maximum(1, np.outer(count, count)))[np.ix_(label, label)], 0)
        halves = [half / half.sum() for half in (same.astype(float), apart) if half.any()]
        return np.asarray(sum(halves) / max(1, len(halves)), np.float64)


def near_types(embeddings: npt.NDArray[np.floating], label: npt.NDArray[np.integer]) -> TypePairs:
    """Return the (m, 2) pairs of a type and one of the ``NEAREST`` next to it, by the means of (n, d) embeddings."""
    known = np.unique(label)
    means = np.stack([embeddings[label == c].mean(0) for c in known])
    apart = np.linalg.norm(means[:, None] - means[None], axis=2)
    np.fill_diagonal(apart, np.inf)
    nearest = known[np.argsort(apart, axis=1, kind="stable")[:, : min(NEAREST, len(known) - 1)]]
    pairs = np.stack([np.repeat(known, nearest.shape[1]), nearest.ravel()], 1)
    return np.unique(np.sort(pairs, axis=1), axis=0).astype(np.int64)
