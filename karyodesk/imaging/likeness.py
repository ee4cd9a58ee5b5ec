"""How much a candidate looks like one whole chromosome: boosted decision trees over its measures.

Gradient boosting (Friedman, Annals of Statistics 29:1189, 2001); ``training.fit_likeness`` fits the
trees on annotated metaphases and writes ``likeness.npz`` beside this file.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from karyodesk.imaging.measures import NAMES, Vector

TREES_FILE = Path(__file__).with_name("likeness.npz")


@dataclass(frozen=True, eq=False)
class Trees:
    """An ensemble of t decision trees, each padded to n nodes; node 0 is the root.

    Attributes:
        measure: (t, n) uint8: index of the measure that a node asks for; 0 at a leaf.
        limit: (t, n) float32: a value up to the limit goes to ``low``, one above it to ``high``.
        low: (t, n) int16: next node; the node itself at a leaf.
        high: (t, n) int16: next node; the node itself at a leaf.
        value: (t, n) float32: what a leaf adds.
        start: what the sum starts from.
    """

    measure: npt.NDArray[np.uint8]
    limit: npt.NDArray[np.float32]
    low: npt.NDArray[np.int16]
    high: npt.NDArray[np.int16]
    value: npt.NDArray[np.float32]
    start: float

    def __call__(self, values: Vector) -> Vector:
        """Return (k,) sums of the trees for (k, m) measures."""
        count = len(values)
        # float32 as fitted, so that a value on a limit falls on the same side.
        asked = values.astype(np.float32).ravel()
        row = np.arange(count)[None] * values.shape[1]
        base = (np.arange(len(self.limit)) * self.limit.shape[1])[:, None]
        measure, limit = self.measure.ravel().astype(np.intp), self.limit.ravel()
        low, high = self.low.ravel().astype(np.intp), self.high.ravel().astype(np.intp)
        place = np.broadcast_to(base, (len(base), count))
        while True:
            below = asked[row + measure[place]] <= limit[place]
            following = base + np.where(below, low[place], high[place])
            if np.array_equal(following, place):
                break
            place = following
        return np.asarray(self.start + self.value.ravel()[place].sum(0, dtype=np.float64), np.float64)


def read_trees(path: Path) -> Trees:
    """Read trees as written by ``write_trees``.

    Raises:
        ValueError: where the trees were fitted to other measures.
    """
    with np.load(path) as stored:
        if tuple(stored["names"].tolist()) != NAMES:
            raise ValueError(f"{path.name} was fitted to other measures; fit it again.")
        measure, limit, low, high, value = (stored[name] for name in ("measure", "limit", "low", "high", "value"))
        return Trees(measure, limit, low, high, value, float(stored["start"]))


def write_trees(trees: Trees, path: Path) -> None:
    """Write trees with the names of the measures they were fitted to."""
    np.savez_compressed(
        path,
        names=np.array(NAMES),
        measure=trees.measure,
        limit=trees.limit,
        low=trees.low,
        high=trees.high,
        value=trees.value,
        start=trees.start,
    )


def likeness(values: Vector) -> Vector:
    """Return (k,) from 0 to 1: how likely candidates with these (k, m) measures are one whole chromosome each."""
    return np.clip(_trees()(values), 0.0, 1.0)


@cache
def _trees() -> Trees:
    return read_trees(TREES_FILE)
