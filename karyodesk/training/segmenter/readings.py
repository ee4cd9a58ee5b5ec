"""The readings of a segmenter that is shipped, in the place of a teacher: nothing has to be trained for them.

Of all that it sees in a picture a box takes what fits it (``boxed.match``), whether the segmenter by itself would
choose that or not. Where two chromosomes are seen as one, their boxes stay open.
"""

from karyodesk.imaging.body import Body
from karyodesk.imaging.boxes import Boxes
from karyodesk.imaging.density import FloatImage
from karyodesk.imaging.scale import Scale
from karyodesk.recognition.candidates import full_body
from karyodesk.recognition.instances import sightings
from karyodesk.recognition.segmenter import Segmenter


class Readings:
    """Outlines chromosomes whose boxes are known.

    Args:
        segmenter: whose readings they are.
    """

    def __init__(self, segmenter: Segmenter) -> None:
        self._segmenter = segmenter

    def bodies(self, density: FloatImage, _boxes: Boxes) -> list[Body]:
        """Return all that is seen in a (height, width) density at the working scale, the surest first."""
        seen = sightings(self._segmenter.read(density))
        scale = Scale(1.0, 1.0, (density.shape[0], density.shape[1]))
        found = (full_body(one, scale) for one in (*seen.chosen, *seen.rivals))
        return [body for body in found if body is not None]
