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
        if (asked[i] or asked[j]) and any(_goes_on(*pair, width) for pair in product(ends[i], ends[j])):
            yield i, j, _joined(bodies[i], bodies[j], width)


End = tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]


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


def _joined(first: Body, second: Body, width: float) -> Body:
    """Both bodies and what lies between them."""
    boxes = np.array([first.bbox, second.bbox])
    x0, y0 = boxes[:, :2].min(0).tolist()
    x1, y1 = boxes[:, 2:].max(0).tolist()
    mask = np.zeros((y1 - y0, x1 - x0), np.uint8)
    for body in (first, second):
        left, top, right, bottom = body.bbox
        mask[top - y0 : bottom - y0, left - x0 : right - x0] |= body.mask
    size = round(width) | 1
    disk = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    closed = cv2.morphologyEx(np.pad(mask, size), cv2.MORPH_CLOSE, disk)[size:-size, size:-size]
    return Body(closed > 0, x0, y0)
