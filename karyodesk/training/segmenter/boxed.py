"""Outlines of metaphases in which people drew a box round every chromosome, and no outline.

An outline is had where a body fills a box as a chromosome fills its own; a box without one is left open, and
nothing is learnt inside it. The first time the bodies are the free-lying ones that a threshold finds; once there
is a teacher they are its own, box by box.
"""

from collections.abc import Callable, Sequence

import cv2
import numpy as np
import numpy.typing as npt

from karyodesk.imaging.body import Body, crop_body, mask_iou
from karyodesk.imaging.boxes import Boxes, box_iou, reported_box
from karyodesk.imaging.chromatin import chromatin_mask, chromosome_width
from karyodesk.imaging.density import Density, FloatImage, optical_density
from karyodesk.imaging.scale import WORKING_WIDTH, Scale, at_working_scale
from karyodesk.training.segmenter.outlined import OutlinedCell, grey_of
from karyodesk.training.sources import MetaphaseSource

# A body is the chromosome of a box where they agree this far (IoU).
_SAME = 0.6
# Bodies that agree further than this (IoU) are one chromosome, and serve one box.
_AGREE = 0.5

Teach = Callable[[FloatImage, Boxes], list[Body]]
"""Bodies of a (height, width) density for (n, 4) boxes, in any order."""


def outline(source: MetaphaseSource, teach: Teach | None) -> OutlinedCell:
    """Find a body for every box of a metaphase, where there is one.

    Args:
        source: the metaphase with its boxes.
        teach: outlines chromosomes whose boxes are known; None takes the free-lying ones.

    Raises:
        ValueError: where the picture cannot be read, or there is no chromatin in it.
        PictureError: where it is of one grey.
    """
    density = optical_density(source.pixels())
    working, _, boxes = _at_working_scale(source, density)
    shape = (working.shape[0], working.shape[1])
    found = _free_bodies(working, density.noise) if teach is None else teach(working, boxes)
    return OutlinedCell(source.cell, grey_of(working), boxes.astype(np.float32), match(found, boxes, shape))


def bodies_of_boxes(source: MetaphaseSource, density: Density, teach: Teach) -> list[Body | None]:
    """Return the body of each box of a metaphase, in pixels of the picture; None where there is none.

    Args:
        source: the metaphase with its boxes.
        density: of its picture.
        teach: outlines chromosomes whose boxes are known.

    Raises:
        ValueError: where there is no chromatin in the picture.
    """
    working, scale, boxes = _at_working_scale(source, density)
    found = match(teach(working, boxes), boxes, (working.shape[0], working.shape[1]))
    return [None if body is None else _full_body(body, scale) for body in found]


def _full_body(body: Body, scale: Scale) -> Body | None:
    inside = np.pad(np.where(body.mask, 1, -1).astype(np.float32), 1, constant_values=-1)
    return scale.full_body(inside, body.x0 - 1, body.y0 - 1, 1)


def _at_working_scale(source: MetaphaseSource, density: Density) -> tuple[FloatImage, Scale, Boxes]:
    """Density and (n, 4) boxes at the working scale."""
    width = chromosome_width(chromatin_mask(density.values, density.noise))
    if not width:
        raise ValueError(f"there is no chromatin in the picture of cell {source.cell}")
    working, scale = at_working_scale(density.values, width)
    boxes = np.array([truth.box for truth in source.boxes], float).reshape(-1, 4)
    return working, scale, boxes * np.array([scale.across, scale.down] * 2)


def _free_bodies(working: FloatImage, noise: float) -> list[Body]:
    count, labels = cv2.connectedComponents(chromatin_mask(working, noise).astype(np.uint8))
    bodies = [crop_body(np.asarray(labels == number)) for number in range(1, count)]
    return [body for body in bodies if body is not None]


def match(found: Sequence[Body], boxes: npt.NDArray[np.float64], shape: tuple[int, int]) -> tuple[Body | None, ...]:
    """Return the body of each of (n, 4) boxes; None where none fits that fits no other better."""
    room = [reported_box(body.bbox, WORKING_WIDTH, shape) for body in found]
    agreement = box_iou(boxes, np.array(room, float).reshape(-1, 4))
    bodies: list[Body | None] = [None] * len(boxes)
    fitting = np.argwhere(agreement > _SAME)
    # The best agreement first; a body that is nearly one taken already makes way for the next best.
    for row, column in fitting[np.argsort(-agreement[tuple(fitting.T)], kind="stable")]:
        taken = (body for body in bodies if body is not None)
        if bodies[row] is None and all(mask_iou(found[column], body) <= _AGREE for body in taken):
            bodies[row] = found[column]
    return tuple(bodies)
