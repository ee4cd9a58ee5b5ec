"""Choosing among candidate chromosomes that contain, cross and contradict one another."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from karyodesk.imaging.body import Body

# Two chromosomes share their crossing, about a squared width of it; more than this contradicts.
_CROSSING = 1.8
_SHARE = 0.45
_ROUNDS = 6


def shared_areas(bodies: Sequence[Body]) -> npt.NDArray[np.int32]:
    """Return (n, n) int32: how many pixels every two bodies have in common."""
    boxes = np.array([body.bbox for body in bodies], np.int64).reshape(-1, 4)
    low = np.maximum(boxes[:, None, :2], boxes[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], boxes[None, :, 2:])
    shared = np.diag([int(body.mask.sum()) for body in bodies]).astype(np.int32)
    for i, j in np.argwhere(np.triu((high > low).all(2), 1)):
        (x0, y0), (x1, y1) = low[i, j], high[i, j]
        a, b = bodies[i], bodies[j]
        part = a.mask[y0 - a.y0 : y1 - a.y0, x0 - a.x0 : x1 - a.x0]
        other = b.mask[y0 - b.y0 : y1 - b.y0, x0 - b.x0 : x1 - b.x0]
        shared[i, j] = shared[j, i] = int(np.count_nonzero(part & other))
    return shared


def choose(gain: npt.NDArray[np.float64], shared: npt.NDArray[np.int32], width: float) -> list[int]:
    """Return candidates, in order, with a high sum of gains, of which no two contradict.

    Greedy, then improved by letting in one candidate for all that it contradicts as long as the sum
    grows. One is never given up for several weaker ones: gains of neighbouring parts are not
    independent, and on the training cells that exchange broke more chromosomes than it parted.

    Args:
        gain: (n,) what each candidate adds; those at or below 0 are never taken.
        shared: (n, n) pixels that two candidates have in common.
        width: of a chromosome in pixels.
    """
    area = np.diagonal(shared)
    smaller = np.minimum(area[:, None], area[None])
    clash = (shared > _CROSSING * width**2) | (shared > _SHARE * smaller)
    np.fill_diagonal(clash, False)
    taken = np.zeros(len(gain), bool)
    order = np.argsort(-gain, kind="stable")
    for _ in range(_ROUNDS):
        changed = False
        for i in order:
            if taken[i] or gain[i] <= 0:
                continue
            against = clash[i] & taken
            if gain[i] > gain[against].sum() + 1e-9:
                taken[against] = False
                taken[i] = changed = True
        if not changed:
            break
    return [int(i) for i in np.flatnonzero(taken)]
