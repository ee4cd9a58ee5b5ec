"""Everything in a picture that may be a chromosome, at one working scale, with its measures.

At the working scale a chromosome is of a fixed width, so the magnification does not matter.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from karyodesk.domain.errors import PictureError
from karyodesk.domain.outline import Box
from karyodesk.imaging.body import Body, Mask, crop_body
from karyodesk.imaging.chromatin import chromatin_mask, chromosome_width, nuclei_mask
from karyodesk.imaging.density import Density, FloatImage
from karyodesk.imaging.measures import NAMES, Vector, chromatin_of, measures
from karyodesk.imaging.untangle import way_candidates
from karyodesk.imaging.valleys import valley_candidates

# Width of a chromosome at the working scale, in pixels: coarse enough to be quick, fine enough that
# the gap between neighbours is still seen.
WORKING_WIDTH = 12.0
_NARROWEST_WIDTH = 2.5
_SMOOTHING = 0.9
# In squared widths: what is smaller is a band or an end, and a clump needs to be larger to be tangled.
_BAND = 0.8
_TANGLE = 2.0
_VALLEY = 0.06
# Nothing outside these limits is one chromosome: area in squared widths, and as a share of the usual
# area (nos. 21 and 1 are 0.35 and 1.85 of it; the limits allow for what else lies about).
_SMALLEST = 1.0
# Pixels of the working scale: a metaphase that fills its picture has a quarter of a million. It keeps
# time and memory within limits for noise and for scans of a slide.
_MOST_PIXELS = 8_000_000
_LEAST_SHARE, _GREATEST_SHARE = 0.22, 4.0


@dataclass(frozen=True, eq=False)
class Scale:
    """How the working scale maps to the picture.

    Attributes:
        across: columns of the working scale per column of the picture.
        down: rows of the working scale per row of the picture.
        shape: (height, width) of the picture in pixels.
    """

    across: float
    down: float
    shape: tuple[int, int]

    def full_box(self, box: Box) -> Box:
        """Return the box in pixels of the picture that encloses a box of the working scale."""
        x0, y0, x1, y1 = box
        return (
            max(0, int(np.floor(x0 / self.across))),
            max(0, int(np.floor(y0 / self.down))),
            min(self.shape[1], int(np.ceil(x1 / self.across))),
            min(self.shape[0], int(np.ceil(y1 / self.down))),
        )

    def full_body(self, body: Body) -> Body | None:
        """Return a body in pixels of the picture, its rim interpolated; None where nothing is left of it."""
        x0, y0, x1, y1 = self.full_box(body.bbox)
        padded = np.pad(body.mask, 1).astype(np.float32)
        # Centres of pixels: column x of the picture lies at (x + 0.5) * across - 0.5 of the working scale.
        left = (x0 + 0.5) * self.across - 0.5 - body.x0 + 1
        top = (y0 + 0.5) * self.down - 0.5 - body.y0 + 1
        back = np.array([[self.across, 0, left], [0, self.down, top]], np.float64)
        full = cv2.warpAffine(padded, back, (x1 - x0, y1 - y0), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
        return crop_body(np.asarray(full >= 0.5, bool), x0, y0)


@dataclass(frozen=True, eq=False)
class Proposals:
    """Candidate chromosomes of a picture; they contain, cross and contradict one another.

    Attributes:
        bodies: n candidates at the working scale.
        values: (n, m) float64 measures of each, see ``measures.NAMES``.
        chromatin: (height, width) bool at the working scale, nuclei included.
        nuclei: (height, width) bool at the working scale.
        scale: to the pixels of the picture.
        width: usual width of a chromosome in pixels of the picture.
    """

    bodies: list[Body]
    values: Vector
    chromatin: Mask
    nuclei: Mask
    scale: Scale
    width: float


def propose(density: Density) -> Proposals | None:
    """Return everything that may be a chromosome; None where there is no chromatin.

    Raises:
        PictureError: where the picture would hold dozens of metaphases of the width measured in it.
    """
    width = chromosome_width(chromatin_mask(density.values, density.noise))
    if width < _NARROWEST_WIDTH:
        return None
    if density.values.size * (WORKING_WIDTH / width) ** 2 > _MOST_PIXELS:
        raise PictureError("This is far more than one metaphase. Crop the picture to one metaphase.")
    working, scale = _at_working_scale(density.values, width)
    chromatin = chromatin_mask(working, density.noise)
    nuclei = nuclei_mask(chromatin, WORKING_WIDTH)
    mask = chromatin & ~nuclei
    around = chromatin_of(working, mask, WORKING_WIDTH)
    bodies = _plausible(_from_valleys(working, mask) + _from_ways(working, mask), around.usual_area)
    values = np.array([measures(body, around) for body in bodies]).reshape(-1, len(NAMES))
    return Proposals(bodies, values, chromatin, nuclei, scale, width)


def _at_working_scale(values: FloatImage, width: float) -> tuple[FloatImage, Scale]:
    factor = WORKING_WIDTH / width
    height, across = values.shape
    size = max(1, round(across * factor)), max(1, round(height * factor))
    how = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
    working = np.asarray(cv2.resize(values, size, interpolation=how), np.float32)
    return working, Scale(size[0] / across, size[1] / height, (height, across))


def _from_valleys(density: FloatImage, mask: Mask) -> list[Body]:
    smooth = np.asarray(cv2.GaussianBlur(density, (0, 0), _SMOOTHING), np.float32)
    return valley_candidates(smooth, mask, _BAND * WORKING_WIDTH**2, _VALLEY)


def _from_ways(density: FloatImage, mask: Mask) -> list[Body]:
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    found = []
    for number in range(1, count):
        x0, y0, width, height, area = (int(value) for value in stats[number])
        if area < _TANGLE * WORKING_WIDTH**2:
            continue
        window = np.s_[y0 : y0 + height, x0 : x0 + width]
        ways = way_candidates(density[window], labels[window] == number, WORKING_WIDTH)
        found += [Body(way.mask, way.x0 + x0, way.y0 + y0) for way in ways]
    return found


def _plausible(bodies: list[Body], usual: float) -> list[Body]:
    """Leave out what is too small or too large for a chromosome, of which the usual area is given in pixels."""
    least = max(_SMALLEST * WORKING_WIDTH**2, _LEAST_SHARE * usual)
    return [body for body in bodies if least <= np.count_nonzero(body.mask) <= _GREATEST_SHARE * usual]
