"""From optical density to one mask a chromosome, without a network.

Many candidates are made for every clump of chromatin (``valleys``: what hangs together closely;
``untangle``: every smooth way through the skeleton), each is measured (``likeness``), and the set of
candidates is taken that is likeliest without contradiction (``choose``). All of it is done at one
working scale, at which a chromosome is of a fixed width, so the magnification does not matter.
"""

import cv2
import numpy as np

from karyodesk.domain.cell import RejectedBody
from karyodesk.domain.outline import Box
from karyodesk.imaging.body import Body, Mask, Segmentation, crop_body
from karyodesk.imaging.choose import choose, shared_areas
from karyodesk.imaging.chromatin import chromatin_mask, chromosome_width, nuclei_mask
from karyodesk.imaging.density import Density, FloatImage
from karyodesk.imaging.likeness import chromatin_of, likeness, measures
from karyodesk.imaging.reject import reject
from karyodesk.imaging.untangle import way_candidates
from karyodesk.imaging.valleys import valley_candidates

# Width of a chromosome at the working scale, in pixels: coarse enough to be quick, fine enough that
# the gap between neighbours is still seen.
_WORKING_WIDTH = 12.0
# The people whose boxes the program is measured against left this much room round a chromosome, in
# widths (chosen on the training cells: 0.2 to 0.3 match alike, less and more match worse).
_BOX_MARGIN = 0.25
# A candidate is worth taking where its likeness is above this: one chromosome more found is weighed
# against one false body more.
_LIKELY = 0.3
# Areas in squared widths: nothing outside these limits is one chromosome.
_SMALLEST, _LARGEST = 0.5, 22.0
_BAND = 0.5
_VALLEY = 0.03
_TANGLE = 2.0
_NARROWEST_WIDTH = 2.5


def find_bodies(density: Density) -> Segmentation:
    """Return the chromosomes of a picture as masks that may overlap, and what is no chromosome.

    Deterministic. Lengths follow the width of a chromosome measured in the picture.
    """
    width = chromosome_width(chromatin_mask(density.values, density.noise))
    if width < _NARROWEST_WIDTH:
        return Segmentation((), (), 0.0)
    working, scale = _at_working_scale(density.values, width)
    chromatin = chromatin_mask(working, density.noise)
    nuclei = nuclei_mask(chromatin, _WORKING_WIDTH)
    found = _chromosomes(working, chromatin & ~nuclei)
    kept, rejected = reject(found, chromatin, nuclei, _WORKING_WIDTH)
    shape = density.values.shape
    bodies = [full for body in kept if (full := _at_full_scale(body, scale, shape)) is not None]
    bodies.sort(key=lambda body: (body.y0, body.x0))
    return Segmentation(tuple(bodies), tuple(_rejected_at_full_scale(r, scale, shape) for r in rejected), width)


def reported_box(body: Body, width: float, shape: tuple[int, int]) -> Box:
    """Return the box of a body as reported: with the room that people leave round a chromosome.

    Args:
        body: in pixels of the picture.
        width: usual width of a chromosome in pixels.
        shape: height and width of the picture in pixels; the box stays within.
    """
    margin = round(_BOX_MARGIN * width)
    x0, y0, x1, y1 = body.bbox
    return max(0, x0 - margin), max(0, y0 - margin), min(shape[1], x1 + margin), min(shape[0], y1 + margin)


def _chromosomes(density: FloatImage, mask: Mask) -> list[Body]:
    """Return the likeliest set of chromosomes in the chromatin, at the working scale."""
    candidates = _candidates(density, mask)
    if not candidates:
        return []
    chromatin = chromatin_of(density, mask, _WORKING_WIDTH)
    likely = likeness(np.array([measures(body, chromatin) for body in candidates]))
    worth = [int(i) for i in np.flatnonzero(likely > _LIKELY)]
    candidates = [candidates[i] for i in worth]
    chosen = choose(likely[worth] - _LIKELY, shared_areas(candidates), _WORKING_WIDTH)
    return [candidates[i] for i in chosen]


def _candidates(density: FloatImage, mask: Mask) -> list[Body]:
    """Return everything that may be a chromosome."""
    square = _WORKING_WIDTH**2
    smooth = np.asarray(cv2.GaussianBlur(density, (0, 0), 0.9), np.float32)
    found = valley_candidates(smooth, mask, _BAND * square, _VALLEY)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    for number in range(1, count):
        x0, y0, width, height, area = (int(value) for value in stats[number])
        if area < _TANGLE * square:
            continue
        window = np.s_[y0 : y0 + height, x0 : x0 + width]
        ways = way_candidates(density[window], labels[window] == number, _WORKING_WIDTH)
        found += [Body(way.mask, way.x0 + x0, way.y0 + y0) for way in ways]
    areas = [int(body.mask.sum()) for body in found]
    return [body for body, area in zip(found, areas, strict=True) if _SMALLEST * square <= area <= _LARGEST * square]


def _at_working_scale(values: FloatImage, width: float) -> tuple[FloatImage, tuple[float, float]]:
    """Return the picture at the working scale, and pixels of it per pixel of the original, across and down."""
    factor = _WORKING_WIDTH / width
    size = max(1, round(values.shape[1] * factor)), max(1, round(values.shape[0] * factor))
    how = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
    working = np.asarray(cv2.resize(values, size, interpolation=how), np.float32)
    return working, (size[0] / values.shape[1], size[1] / values.shape[0])


def _at_full_scale(body: Body, scale: tuple[float, float], shape: tuple[int, ...]) -> Body | None:
    """Return a body of the working scale in pixels of the picture, its rim smoothly interpolated."""
    x0, y0, x1, y1 = _box_at_full_scale(body.bbox, scale, shape)
    padded = np.pad(body.mask, 1).astype(np.float32)
    # Pixel centres: (x + 0.5) * scale - 0.5 of the picture is the place at the working scale.
    shift_x = (x0 + 0.5) * scale[0] - 0.5 - body.x0 + 1
    shift_y = (y0 + 0.5) * scale[1] - 0.5 - body.y0 + 1
    back = np.array([[scale[0], 0, shift_x], [0, scale[1], shift_y]], np.float64)
    full = cv2.warpAffine(padded, back, (x1 - x0, y1 - y0), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
    return crop_body(full >= 0.5, x0, y0)


def _box_at_full_scale(box: Box, scale: tuple[float, float], shape: tuple[int, ...]) -> Box:
    x0, y0, x1, y1 = box
    return (
        max(0, int(np.floor(x0 / scale[0]))),
        max(0, int(np.floor(y0 / scale[1]))),
        min(shape[1], int(np.ceil(x1 / scale[0]))),
        min(shape[0], int(np.ceil(y1 / scale[1]))),
    )


def _rejected_at_full_scale(body: RejectedBody, scale: tuple[float, float], shape: tuple[int, ...]) -> RejectedBody:
    return RejectedBody(_box_at_full_scale(body.bbox, scale, shape), body.kind)


