"""What is no chromosome of the cell: nuclei, debris, chromosomes of another cell or cut by the border."""

from collections.abc import Sequence

import cv2
import numpy as np
from scipy.sparse.csgraph import connected_components

from karyodesk.domain.cell import RejectedBody
from karyodesk.imaging.body import Body, Mask
from karyodesk.imaging.boxes import box_gaps

# In widths: a chromosome whose cut surface on the border is as long as this is cut across.
_CUT = 0.6
# In squared widths: smaller leftovers are not worth a mention.
_WORTH_NAMING = 0.5
# So many chromosomes together, this many widths apart from a group that is nearly a whole cell by itself, are
# another cell. Fewer may have drifted off, and many a cell lies in two halves.
_ANOTHER_CELL, _APART, _NEARLY_WHOLE = 8, 8.0, 40
# What lies in a nucleus this far is the nucleus.
_IN_NUCLEUS = 0.5


def reject(found: Sequence[Body], chromatin: Mask, nuclei: Mask, width: float) -> tuple[list[Body], list[RejectedBody]]:
    """Part the chromosomes of a picture from what is none, and name the latter.

    Args:
        found: bodies taken for chromosomes.
        chromatin: (height, width) bool: all the chromatin, nuclei included.
        nuclei: (height, width) bool.
        width: of a chromosome in pixels.
    """
    shape = chromatin.shape
    kept, rejected = [], []
    for body, elsewhere in zip(found, _elsewhere(found, width), strict=True):
        if _on_border(body, shape) >= _CUT * width:
            if np.mean(nuclei[body.window][body.mask]) < _IN_NUCLEUS:
                rejected.append(RejectedBody(body.bbox, "cut by the border"))
        elif elsewhere:
            rejected.append(RejectedBody(body.bbox, "other cell"))
        else:
            kept.append(body)
    rest = chromatin & ~nuclei
    for body in found:
        rest[body.window] &= ~body.mask
    rejected += _named(nuclei, "nucleus", width) + _named(rest, "debris", width)
    return kept, rejected


def _elsewhere(found: Sequence[Body], width: float) -> list[bool]:
    """Which bodies belong to another cell than the largest group, which is nearly a whole one."""
    if not found:
        return []
    boxes = np.array([body.bbox for body in found], float)
    _, group = connected_components(box_gaps(boxes) < _APART * width, directed=False)
    sizes = np.bincount(group)
    whole = sizes.max() >= _NEARLY_WHOLE
    return [bool(whole and one != sizes.argmax() and sizes[one] >= _ANOTHER_CELL) for one in group]


def _on_border(body: Body, shape: tuple[int, ...]) -> int:
    """How many pixels of the border of the picture a body covers."""
    x0, y0, x1, y1 = body.bbox
    sides = (
        (y0 == 0, body.mask[0]),
        (x0 == 0, body.mask[:, 0]),
        (y1 == shape[0], body.mask[-1]),
        (x1 == shape[1], body.mask[:, -1]),
    )
    return sum(int(line.sum()) for touches, line in sides if touches)


def _named(mask: Mask, kind: str, width: float) -> list[RejectedBody]:
    count, _, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    boxes = [[int(value) for value in stats[number]] for number in range(1, count)]
    return [
        RejectedBody((x0, y0, x0 + across, y0 + down), kind)
        for x0, y0, across, down, area in boxes
        if area >= _WORTH_NAMING * width**2
    ]
