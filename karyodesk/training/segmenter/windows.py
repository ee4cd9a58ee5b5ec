"""What the teacher is shown: a piece of a density about a box, with that box and those of its neighbours."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from karyodesk.imaging.body import Body, crop_body
from karyodesk.imaging.boxes import Boxes, box_iou
from karyodesk.imaging.density import FloatImage
from karyodesk.imaging.scale import WORKING_WIDTH
from karyodesk.recognition.instances import PIXEL_STEP
from karyodesk.recognition.segmenter import LEAST, MOST
from karyodesk.training.segmenter.canvas import SIDE, Canvas
from karyodesk.training.segmenter.targets import CROSSING, covered, layers, on_canvas, unsure_gap

WINDOW: Final = 160
"""Side of a window in pixels; a chromosome is shown at the working scale, or smaller where its box is larger."""
CHANNELS: Final = 3
"""Density, the box, and how many other boxes lie over a pixel."""
_LARGEST = 148.0
_MOST_OTHERS = 3
# Room that people leave round a chromosome on its left, upper, right and lower side, in widths, and how it varies
# (measured on the training cells).
_ROOM, _VARIES = np.array([-0.36, -0.42, 0.28, 0.22]), 0.16
# Windows of a canvas; of the chromosomes whose boxes meet no other, which are easy, so many are shown.
_A_CANVAS, _ALONE = 6, 0.25


@dataclass(frozen=True)
class Place:
    """Where a window lies: pixel (x, y) of the density is shown at ``factor`` * (x, y) - (x0, y0)."""

    x0: int
    y0: int
    factor: float


@dataclass(frozen=True, eq=False)
class Shown:
    """A window and what the teacher ought to say of it.

    Attributes:
        window: (CHANNELS, WINDOW, WINDOW) float32.
        mask: (WINDOW / 2, WINDOW / 2) uint8, share of each pixel that the mask covers, 255 for all.
        weight: (WINDOW / 2, WINDOW / 2) float32, 0 where nothing is known.
    """

    window: npt.NDArray[np.float32]
    mask: npt.NDArray[np.uint8]
    weight: npt.NDArray[np.float32]


def place_of(box: npt.NDArray[np.float64]) -> Place:
    """Return where the window about a box, x0 y0 x1 y1, lies."""
    factor = min(1.0, _LARGEST / float(max(box[2] - box[0], box[3] - box[1])))
    middle = factor * (box[:2] + box[2:]) / 2
    # Even, so that the pixels of masks lie alike.
    x0, y0 = (PIXEL_STEP * round((value - WINDOW / 2) / PIXEL_STEP) for value in middle.tolist())
    return Place(x0, y0, factor)


def window_of(density: FloatImage, boxes: Boxes, number: int) -> npt.NDArray[np.float32]:
    """Return the (CHANNELS, WINDOW, WINDOW) window about one of (n, 4) boxes of a (height, width) density."""
    place = place_of(boxes[number])
    shift = np.array([[place.factor, 0, -place.x0], [0, place.factor, -place.y0]])
    held = np.clip(density, LEAST, MOST).astype(np.float32)
    seen = cv2.warpAffine(held, shift, (WINDOW, WINDOW), flags=cv2.INTER_LINEAR)
    own, others = np.zeros_like(seen), np.zeros_like(seen)
    placed = np.round(boxes * place.factor - [place.x0, place.y0] * 2).astype(int).clip(0, WINDOW)
    for i, (x0, y0, x1, y1) in enumerate(placed.tolist()):
        (own if i == number else others)[y0:y1, x0:x1] += 1
    return np.stack([seen, own, np.minimum(others, _MOST_OTHERS) / _MOST_OTHERS]).astype(np.float32)


def body_in(logits: FloatImage, place: Place, shape: tuple[int, int]) -> Body | None:
    """Return the largest piece of what is above 0 in a window as a body of a (height, width) density, if any."""
    size = (round(WINDOW / place.factor),) * 2
    inside = np.asarray(cv2.resize(logits, size, interpolation=cv2.INTER_LINEAR) > 0)
    x0, y0 = round(place.x0 / place.factor), round(place.y0 / place.factor)
    left, top = max(0, -x0), max(0, -y0)
    within = inside[top : max(top, shape[0] - y0), left : max(left, shape[1] - x0)]
    # OpenCV may crash on a window that lies beyond the picture.
    if not within.any():
        return None
    _, pieces, stats, _ = cv2.connectedComponentsWithStats(within.astype(np.uint8))
    return crop_body(pieces == 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax()), x0 + left, y0 + top)


def lessons(canvas: Canvas, random: np.random.Generator) -> Iterator[Shown]:
    """Show some chromosomes of a canvas, each in a window of its own."""
    boxes = np.array([_told_box(body, canvas.zoom, random) for body in canvas.bodies])
    known = np.concatenate([boxes, _boxes_of_open(canvas)])
    found = layers(canvas.bodies[: canvas.inexact])
    counts = 1 + CROSSING * covered(layers(canvas.bodies) > 1) / 255
    density = np.pad(canvas.density, WINDOW)
    beside = (box_iou(boxes, known) > 0).sum(1) > 1
    whole = [number for number, body in enumerate(canvas.bodies) if _is_whole(body, boxes[number])]
    asked = [number for number in whole if beside[number] or random.random() < _ALONE]
    for number in random.permutation(asked)[:_A_CANVAS]:
        place = place_of(boxes[number])
        mask = covered(on_canvas(canvas.bodies[number]))
        weight = counts * (covered(unsure_gap(canvas, number, found)) == 0)
        yield Shown(
            window_of(density, known + WINDOW, number),
            _at(mask, place, 0), _at(weight.astype(np.float32), place, 1),
        )  # fmt: skip


def _told_box(body: Body, zoom: float, random: np.random.Generator) -> npt.NDArray[np.float64]:
    """A box as people draw it."""
    room = _ROOM + random.normal(0, _VARIES, 4)
    return np.asarray(body.bbox + room * WORKING_WIDTH * zoom)


def _boxes_of_open(canvas: Canvas) -> Boxes:
    _, _, stats, _ = cv2.connectedComponentsWithStats(canvas.open.astype(np.uint8))
    corner, size = stats[1:, :2], stats[1:, 2:4]
    return np.concatenate([corner, corner + size], 1).astype(np.float64).reshape(-1, 4)


def _is_whole(body: Body, box: npt.NDArray[np.float64]) -> bool:
    """Whether a body fits into a window and is not cut by the edge of the canvas."""
    x0, y0, x1, y1 = body.bbox
    return min(x0, y0) > 0 and max(x1, y1) < SIDE and place_of(box).factor == 1


def _at(values: npt.NDArray[np.generic], place: Place, beyond: int) -> np.ndarray:
    """The window of (PIXELS, PIXELS) values of a canvas, and what they are beyond its edges."""
    size = WINDOW // PIXEL_STEP
    padded = np.pad(values, size, constant_values=beyond)
    row, column = place.y0 // PIXEL_STEP + size, place.x0 // PIXEL_STEP + size
    return np.ascontiguousarray(padded[row : row + size, column : column + size])
