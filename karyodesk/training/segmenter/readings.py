"""What a shipped segmenter sees in metaphases with boxes.

Its readings stand in the place of a teacher, and nothing has to be trained for them: of all that it sees in a
picture a box takes what fits it (``boxed.match``), whether the segmenter by itself would choose that or not. Where
two chromosomes are seen as one, their boxes stay open.
"""

from collections.abc import Iterable

import numpy as np

from karyodesk.imaging.body import Body
from karyodesk.imaging.boxes import Boxes
from karyodesk.imaging.density import FloatImage
from karyodesk.imaging.scale import WORKING_WIDTH, Scale
from karyodesk.recognition.candidates import full_body
from karyodesk.recognition.instances import Instance
from karyodesk.recognition.segmenter import Segmenter
from karyodesk.training.segmenter.boxed import match
from karyodesk.training.segmenter.outlined import OutlinedCell


class Readings:
    """Outlines chromosomes whose boxes are known.

    Args:
        segmenter: whose readings they are.
    """

    def __init__(self, segmenter: Segmenter) -> None:
        self._segmenter = segmenter

    def bodies(self, density: FloatImage, _boxes: Boxes) -> list[Body]:
        """Return all that is seen in a (height, width) density at the working scale, the surest first."""
        seen = self._segmenter.see(density, WORKING_WIDTH)
        return _bodies((*seen.chosen, *seen.rivals), density)


def missed(segmenter: Segmenter, cell: OutlinedCell) -> tuple[int, ...]:
    """Return the places of the boxes that no body fits which a segmenter by itself takes for a chromosome."""
    found = _bodies(segmenter.see(cell.density, WORKING_WIDTH).chosen, cell.density)
    fitting = match(found, cell.boxes.astype(np.float64), cell.grey.shape)
    return tuple(place for place, body in enumerate(fitting) if body is None)


def _bodies(instances: Iterable[Instance], density: FloatImage) -> list[Body]:
    scale = Scale(1.0, 1.0, (density.shape[0], density.shape[1]))
    found = (full_body(one, scale) for one in instances)
    return [body for body in found if body is not None]
