"""Boxes: how far two agree, and the one that is reported for a chromosome."""

from typing import Final

import numpy as np
import numpy.typing as npt

from karyodesk.domain.outline import Box

Boxes = npt.NDArray[np.float64]
# The people whose boxes the program is measured against left this much room round a chromosome, in
# widths (chosen on the training cells: 0.2 to 0.3 match alike, less and more match worse).
BOX_MARGIN: Final = 0.25


def box_iou(a: Boxes, b: Boxes) -> Boxes:
    """IoU of every box of a (n, 4) with every box of b (m, 4), boxes as x0 y0 x1 y1; (n, m)."""
    both = _common_area(a, b)
    return np.asarray(both / np.maximum(_area(a)[:, None] + _area(b)[None] - both, 1e-9))


def share_within(inner: Boxes, outer: Boxes) -> Boxes:
    """Share of the area of every inner box (n, 4) that lies in every outer one (m, 4); (n, m)."""
    return np.asarray(_common_area(inner, outer) / np.maximum(_area(inner)[:, None], 1e-9))


def box_gaps(boxes: Boxes) -> Boxes:
    """Distance in pixels between every two of (n, 4) boxes, 0 where they touch or overlap; (n, n)."""
    low, high = boxes[:, :2], boxes[:, 2:]
    beside = np.maximum(low[:, None] - high[None], low[None] - high[:, None]).clip(0)
    return np.asarray(np.hypot(beside[..., 0], beside[..., 1]))


def _common_area(a: Boxes, b: Boxes) -> Boxes:
    low = np.maximum(a[:, None, :2], b[None, :, :2])
    high = np.minimum(a[:, None, 2:], b[None, :, 2:])
    return np.asarray(np.clip(high - low, 0, None).prod(2))


def _area(boxes: Boxes) -> Boxes:
    return np.asarray((boxes[:, 2:] - boxes[:, :2]).prod(1))


def reported_box(box: Box, width: float, shape: tuple[int, int]) -> Box:
    """Return the box of a body as reported: with the room that people leave round a chromosome.

    Args:
        box: the tight box of the body, in pixels of the picture.
        width: usual width of a chromosome in pixels.
        shape: height and width of the picture in pixels; the box stays within.
    """
    margin = round(BOX_MARGIN * width)
    x0, y0, x1, y1 = box
    return max(0, x0 - margin), max(0, y0 - margin), min(shape[1], x1 + margin), min(shape[0], y1 + margin)
