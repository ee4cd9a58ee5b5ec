"""Which chromosome a body is, by the boxes that people drew round each."""

import numpy as np
import numpy.typing as npt

from karyodesk.imaging.boxes import box_iou, share_within

NONE = -1
"""A body that is not one chromosome: a piece of one, several together, or dirt."""
UNCLEAR = -2
"""A body that nothing is learnt from."""

# A body is the chromosome of a box where they agree this far (IoU) and with no other box.
_SAME, _OTHER = 0.70, 0.50
# It is none where it agrees with no box so far, or takes in this much of several.
_POOR, _TAKEN_IN = 0.50, 0.70

Boxes = npt.NDArray[np.float64]


def truths(bodies: Boxes, boxes: Boxes) -> npt.NDArray[np.int_]:
    """Return for n bodies the place of the box each is, or ``NONE``, or ``UNCLEAR``; no box is two bodies.

    Args:
        bodies: (n, 4) boxes of the bodies, with the air that people leave around chromosomes.
        boxes: (m, 4) boxes of the chromosomes of the cell.
    """
    found = np.full(len(bodies), UNCLEAR)
    if not len(bodies):
        return found
    if not len(boxes):
        return np.full(len(bodies), NONE)
    overlap = box_iou(bodies, boxes)
    best = overlap.argmax(1)
    ranked = np.sort(overlap, axis=1)
    most, next_most = ranked[:, -1], ranked[:, -2] if len(boxes) > 1 else np.zeros(len(bodies))
    first = overlap[:, best].argmax(0) == np.arange(len(bodies))
    several = (share_within(boxes, bodies) >= _TAKEN_IN).sum(0) > 1
    found[(most < _POOR) | (several & (most < _SAME))] = NONE
    clear = (most >= _SAME) & (next_most < _OTHER) & first
    found[clear] = best[clear]
    return found
