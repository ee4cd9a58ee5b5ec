"""What is no chromosome: nuclei, debris, and chromosomes cut by the border of the picture."""

from collections.abc import Sequence

import cv2
import numpy as np

from karyodesk.domain.cell import RejectedBody
from karyodesk.imaging.body import Body, Mask

# In widths: a chromosome whose cut surface on the border is as long as this is cut across.
_CUT = 0.6
# In squared widths: smaller leftovers are not worth a mention.
_WORTH_NAMING = 0.5


def reject(found: Sequence[Body], chromatin: Mask, nuclei: Mask, width: float) -> tuple[list[Body], list[RejectedBody]]:
    """Part the chromosomes of a picture from what is none, and name the latter.

    Args:
        found: bodies taken for chromosomes.
        chromatin: (height, width) bool: all the chromatin, nuclei included.
        nuclei: (height, width) bool.
        width: of a chromosome in pixels.
    """
    shape = chromatin.shape
    kept = [body for body in found if _on_border(body, shape) < _CUT * width]
    rejected = [
        RejectedBody(body.bbox, "cut by the border") for body in found if _on_border(body, shape) >= _CUT * width
    ]
    rest = chromatin & ~nuclei
    for body in found:
        rest[body.window] &= ~body.mask
    rejected += _named(nuclei, "nucleus", width) + _named(rest, "debris", width)
    return kept, rejected


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
