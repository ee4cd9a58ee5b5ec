"""Bodies that may be pieces of one chromosome: they meet end to end."""

from collections.abc import Iterator, Sequence
from itertools import combinations, product

import cv2
import numpy as np
import numpy.typing as npt

from karyodesk.imaging.axis import Axis
from karyodesk.imaging.body import Body

# In widths: two ends are one place within this; a direction is taken over so much of an axis.
_NEAR, _OVER = 1.1, 1.0
# A chromosome turns by no more than 70 degrees where it lies in two pieces.
_STRAIGHT = 0.34
# The bridge between two ends is so wide, in widths: no wider than they are.
_BRIDGE = 0.8

Point = npt.NDArray[np.float64]
End = tuple[Point, Point]
"""A place, and the unit vector that leads out of the body there."""


def end_to_end(
    bodies: Sequence[Body], axes: Sequence[Axis], width: float, asked: Sequence[bool]
) -> Iterator[tuple[int, int, Body]]:
    """Yield the places of two bodies that meet end to end and go on in one direction, and both as one body.

    Args:
        bodies: of a cell.
        axes: theirs.
        width: usual width of a chromosome in pixels.
        asked: which bodies are in question; at least one of a pair is.
    """
    ends = [_ends(axis, width) for axis in axes]
    for i, j in combinations(range(len(bodies)), 2):
        if not (asked[i] or asked[j]):
            continue
        met = [(first, second) for first, second in product(ends[i], ends[j]) if _goes_on(first, second, width)]
        if met:
            (here, _), (there, _) = min(met, key=lambda pair: float(np.linalg.norm(pair[0][0] - pair[1][0])))
            yield i, j, _joined(bodies[i], bodies[j], (here, there), width)


def _ends(axis: Axis, width: float) -> tuple[End, End]:
    """Both ends of an axis, each with the unit vector that leads out of it."""
    reach = min(len(axis.line) - 1, max(1, round(_OVER * width)))
    found = []
    for end, inner in ((axis.line[0], axis.line[reach]), (axis.line[-1], axis.line[-1 - reach])):
        out = end - inner
        found.append((end, out / max(float(np.linalg.norm(out)), 1e-9)))
    return found[0], found[1]


def _goes_on(first: End, second: End, width: float) -> bool:
    (place, out), (other, other_out) = first, second
    return bool(np.linalg.norm(place - other) < _NEAR * width and -(out @ other_out) > _STRAIGHT)


def _joined(first: Body, second: Body, met: tuple[Point, Point], width: float) -> Body:
    """Both bodies and what lies between the ends that meet."""
    boxes = np.array([first.bbox, second.bbox])
    x0, y0 = boxes[:, :2].min(0).tolist()
    x1, y1 = boxes[:, 2:].max(0).tolist()
    mask = np.zeros((y1 - y0, x1 - x0), np.uint8)
    for body in (first, second):
        left, top, right, bottom = body.bbox
        mask[top - y0 : bottom - y0, left - x0 : right - x0] |= body.mask
    here, there = (np.round(place - (x0, y0)).astype(int).tolist() for place in met)
    cv2.line(mask, here, there, 1, max(1, round(_BRIDGE * width)))
    return Body(mask > 0, x0, y0)
