"""Outlines of metaphases in which people drew a box round every chromosome, and no outline.

An outline is had where a body that the program finds fills a box as a chromosome fills its own; a box
without one is left open, and nothing is learnt inside it. The first time the bodies are the free-lying
ones that a threshold finds; once there is a segmenter they are its own, asked for box by box, so that
every round learns from more of the touching and crossing ones.
"""

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from karyodesk.imaging.body import Body, crop_body, shared_pixels
from karyodesk.imaging.boxes import BOX_MARGIN, box_iou, reported_box
from karyodesk.imaging.chromatin import chromatin_mask, chromosome_width
from karyodesk.imaging.density import FloatImage, optical_density
from karyodesk.imaging.scale import WORKING_WIDTH, at_working_scale
from karyodesk.recognition.instances import PIXEL_STEP, Instance, Maps, ask, points_of
from karyodesk.recognition.segmenter import Segmenter
from karyodesk.training.segmenter.outlined import OutlinedCell, grey_of
from karyodesk.training.sources import MetaphaseSource

# A body is the chromosome of a box where they agree this far (IoU).
_SAME = 0.6
# Points this faint are asked too, since the box says that there is a chromosome; so many for each box.
_FAINT, _ASKED = 0.02, 3
# A crossing is about a squared width; bodies that share more contradict each other.
_CROSSING = 2.2
_SHARE = 0.5


def outline(source: MetaphaseSource, segmenter: Segmenter | None) -> OutlinedCell:
    """Find a body for every box of a metaphase, where there is one.

    Raises:
        ValueError: where the picture cannot be read, or there is no chromatin in it.
        PictureError: where it is of one grey.
    """
    density = optical_density(source.pixels())
    width = chromosome_width(chromatin_mask(density.values, density.noise))
    if not width:
        raise ValueError(f"there is no chromatin in the picture of cell {source.cell}")
    working, scale = at_working_scale(density.values, width)
    boxes = np.array([truth.box for truth in source.boxes], float).reshape(-1, 4)
    boxes *= np.array([scale.across, scale.down] * 2)
    shape = (working.shape[0], working.shape[1])
    if segmenter is None:
        found = _free_bodies(working, density.noise)
    else:
        found = _described_bodies(segmenter.read(working), boxes, shape)
    return OutlinedCell(source.cell, grey_of(working), boxes.astype(np.float32), match(found, boxes, shape))


def _free_bodies(working: FloatImage, noise: float) -> list[Body]:
    count, labels = cv2.connectedComponents(chromatin_mask(working, noise).astype(np.uint8))
    bodies = [crop_body(np.asarray(labels == number)) for number in range(1, count)]
    return [body for body in bodies if body is not None]


def _described_bodies(maps: Maps, boxes: npt.NDArray[np.float64], shape: tuple[int, int]) -> list[Body]:
    """The masks of those points that describe a chromosome most like each of the (n, 4) boxes."""
    points = points_of(maps, _FAINT)
    margin = BOX_MARGIN * WORKING_WIDTH
    agreement = box_iou(boxes, points.boxes + np.array([-margin, -margin, margin, margin]))
    bodies = []
    for row in agreement:
        fitting = np.flatnonzero(row > _SAME)
        for i in fitting[np.argsort(-row[fitting] * points.score[fitting], kind="stable")][:_ASKED]:
            one = ask(maps, points, int(i))
            body = None if one is None else working_body(one, shape)
            if body is not None:
                bodies.append(body)
    return bodies


def working_body(one: Instance, shape: tuple[int, int]) -> Body | None:
    """Return a mask in pixels of the working scale, cut to its (height, width); None where nothing is left."""
    height, width = one.logits.shape
    size = (width * PIXEL_STEP, height * PIXEL_STEP)
    mask = np.asarray(cv2.resize(one.logits, size, interpolation=cv2.INTER_LINEAR) > 0)
    x0, y0 = one.x0 * PIXEL_STEP, one.y0 * PIXEL_STEP
    return crop_body(mask[: shape[0] - y0, : shape[1] - x0], x0, y0)


def match(found: Sequence[Body], boxes: npt.NDArray[np.float64], shape: tuple[int, int]) -> tuple[Body | None, ...]:
    """Return the body of each of (n, 4) boxes; None where none fits, or where it contradicts a better one."""
    room = [reported_box(body.bbox, WORKING_WIDTH, shape) for body in found]
    agreement = box_iou(boxes, np.array(room, float).reshape(-1, 4))
    bodies: list[Body | None] = [None] * len(boxes)
    fitting = np.argwhere(agreement > _SAME)
    # The best agreement first; a body that contradicts one taken already makes way for the next best.
    for row, column in fitting[np.argsort(-agreement[tuple(fitting.T)], kind="stable")]:
        taken = (body for body in bodies if body is not None)
        if bodies[row] is None and not any(_contradict(found[column], body) for body in taken):
            bodies[row] = found[column]
    return tuple(bodies)


def _contradict(first: Body, second: Body) -> bool:
    shared = shared_pixels(first, second)
    smaller = min(np.count_nonzero(body.mask) for body in (first, second))
    return bool(shared > _CROSSING * WORKING_WIDTH**2 or shared > _SHARE * smaller)
