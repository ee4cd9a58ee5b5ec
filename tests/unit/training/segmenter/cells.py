"""Outlined metaphases of drawn chromosomes, at the working scale."""

import numpy as np

from karyodesk.imaging.body import crop_body
from karyodesk.imaging.boxes import reported_box
from karyodesk.imaging.scale import WORKING_WIDTH
from karyodesk.recognition.instances import POINT_STEP
from karyodesk.training.segmenter.canvas import SIDE, Canvas
from karyodesk.training.segmenter.outlined import OutlinedCell, grey_of

from ...imaging.drawings import density_of, ribbon

SHAPE = (300, 400)
# Of a map of classes.
COLOURS = {str(number): number for number in range(1, 23)} | {"X": 23, "Y": 24}
OVERLAP = 255


def chromosome(*points):
    """(height, width) bool: a ribbon of the working width along points given as x, y."""
    return ribbon(points, int(WORKING_WIDTH), SHAPE)


FREE = (
    chromosome((40, 30), (60, 130)),
    chromosome((110, 40), (115, 90)),
    chromosome((180, 40), (240, 60), (290, 110)),
    chromosome((100, 250), (180, 240)),
    chromosome((330, 60), (320, 180)),
    chromosome((230, 200), (270, 240)),
)


def outlined(masks=FREE, unknown=(), cell="c1", exact=False, missed=()):
    """A cell of these chromosomes; of those whose numbers are in ``unknown`` there is a box alone."""
    bodies = [crop_body(mask) for mask in masks]
    boxes = [reported_box(body.bbox, WORKING_WIDTH, SHAPE) for body in bodies]
    known = tuple(None if number in unknown else body for number, body in enumerate(bodies))
    boxes = np.array(boxes, np.float32).reshape(-1, 4)
    return OutlinedCell(cell, grey_of(density_of(*masks).values), boxes, known, exact, missed)


def canvas_of(*masks, inexact=0):
    """A canvas of these chromosomes, (SIDE, SIDE) bool each; so many of them, the first ones, may be wrong."""
    canvas = Canvas(np.sum(masks, axis=0, dtype=np.float32) if masks else np.zeros((SIDE, SIDE), np.float32))
    for mask in masks:
        canvas.add(mask, 0, 0)
    canvas.inexact = inexact
    return canvas


def at_points(picture):
    """(POINTS, POINTS) values of a (SIDE, SIDE) picture where the points lie."""
    half = POINT_STEP // 2
    return picture[half::POINT_STEP, half::POINT_STEP]


def covered(bodies, shape):
    """(height, width) how many bodies cover a pixel."""
    count = np.zeros(shape, int)
    for body in bodies:
        count[body.window] += body.mask
    return count


def specks():
    """(height, width) uint8: a picture of a regular dust, every speck a pixel."""
    pixels = np.full(SHAPE, 230, np.uint8)
    pixels[3::7, 3::7] = 120
    return pixels


def painted(cell, labels=None):
    """(H, W) uint8 map of classes of a simulated cell; other labels may be given."""
    classes = np.zeros(cell.pixels.shape, np.uint8)
    for one, label in zip(cell.chromosomes, labels or [one.label for one in cell.chromosomes], strict=True):
        classes[one.full_mask(*classes.shape)] = COLOURS[label]
    classes[cell.depth > 1] = OVERLAP
    return classes
