"""What the network ought to say of a canvas."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from karyodesk.imaging.body import Body, Mask
from karyodesk.imaging.scale import WORKING_WIDTH
from karyodesk.recognition.instances import PIXEL_STEP, POINT_STEP
from karyodesk.training.segmenter.canvas import SIDE, Canvas

POINTS = SIDE // POINT_STEP
PIXELS = SIDE // PIXEL_STEP
CROSSING: Final = 3.0
"""A pixel of a crossing counts so many times more than another: there are few, and they are what is hard."""
# The core is what lies deeper in a mask than this share of half a width, or of the mask's own depth.
_DEEP, _DEEP_OF_ITS_OWN = 0.5, 0.6
# Where two outlines were found in a picture, the gap that one leaves for the other may belong to it, too: what
# closing it with a disk of this diameter, in widths, adds within the other.
_GAP = 1.5
# Chromosomes of a canvas whose masks are asked for, each at one point.
_ASKED = 20

Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Targets:
    """One canvas as the network is given it, and what it ought to say.

    Attributes:
        density: (SIDE, SIDE) float32.
        core: (POINTS, POINTS) float32, 1 on the core of a chromosome.
        weight: (POINTS, POINTS) float32, 0 where nothing is known or chromosomes cross.
        owned: (POINTS, POINTS) bool: on the core of exactly one known chromosome.
        reach: (4, POINTS, POINTS) float32 widths to the left, upper, right and lower end of that one.
        asked: (k, 2) int64 row and column of the points whose masks are asked for.
        masks: (k, PIXELS, PIXELS) uint8, share of each pixel that the mask covers, 255 for all.
        unsure: (k, PIXELS, PIXELS) bool: pixels that may belong to the chromosome asked for, or may not.
        chromatin: (PIXELS, PIXELS) uint8 likewise, all known chromosomes.
        crossing: (PIXELS, PIXELS) uint8 likewise, what belongs to more than one of them.
        open: (PIXELS, PIXELS) uint8 likewise, where nothing is known.
    """

    density: Floats
    core: Floats
    weight: Floats
    owned: npt.NDArray[np.bool_]
    reach: Floats
    asked: npt.NDArray[np.int64]
    masks: Bytes
    unsure: npt.NDArray[np.bool_]
    chromatin: Bytes
    crossing: Bytes
    open: Bytes


def targets(canvas: Canvas, random: np.random.Generator) -> Targets:
    """Return what the network ought to say of a canvas; which points are asked for masks is drawn."""
    count = np.zeros((POINTS, POINTS), np.uint8)
    owner = np.full((POINTS, POINTS), -1, np.int32)
    reach = np.zeros((4, POINTS, POINTS), np.float32)
    for number, body in enumerate(canvas.bodies):
        row, column = _core_points(body)
        count[row, column] += 1
        owner[row, column] = number
        reach[:, row, column] = _reach(body, row, column)
    owner[count != 1] = -1
    half = POINT_STEP // 2
    unknown = canvas.open[half::POINT_STEP, half::POINT_STEP] & (count == 0)
    weight = np.where(unknown | (count > 1), 0, 1).astype(np.float32)
    asked, masks, unsure = _ask(canvas, owner, random)
    depth = layers(canvas.bodies)
    return Targets(
        canvas.density, (count > 0).astype(np.float32), weight, owner >= 0, reach,
        asked, masks, unsure, covered(depth > 0), covered(depth > 1), covered(canvas.open),
    )  # fmt: skip


def layers(bodies: Sequence[Body]) -> Bytes:
    """Return (SIDE, SIDE) how many bodies cover a pixel."""
    layers = np.zeros((SIDE, SIDE), np.uint8)
    for body in bodies:
        layers[body.window] += body.mask
    return layers


def _core_points(body: Body) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Rows and columns of the points that lie on the core of a body."""
    depth = cv2.distanceTransform(np.pad(body.mask, 1).astype(np.uint8), cv2.DIST_L2, 3)[1:-1, 1:-1]
    core = depth >= min(_DEEP * WORKING_WIDTH / 2, _DEEP_OF_ITS_OWN * float(depth.max()))
    half = POINT_STEP // 2
    first_row, first_column = -(-(body.y0 - half) // POINT_STEP), -(-(body.x0 - half) // POINT_STEP)
    first_row, first_column = max(0, first_row), max(0, first_column)
    top, left = first_row * POINT_STEP + half - body.y0, first_column * POINT_STEP + half - body.x0
    row, column = np.nonzero(core[top::POINT_STEP, left::POINT_STEP])
    return row + first_row, column + first_column


def _reach(body: Body, row: npt.NDArray[np.intp], column: npt.NDArray[np.intp]) -> npt.NDArray[np.float64]:
    x, y = (place * POINT_STEP + POINT_STEP / 2 for place in (column, row))
    x0, y0, x1, y1 = body.bbox
    return np.stack([x - x0, y - y0, x1 - x, y1 - y]) / WORKING_WIDTH


def _ask(
    canvas: Canvas, owner: npt.NDArray[np.int32], random: np.random.Generator
) -> tuple[npt.NDArray[np.int64], Bytes, npt.NDArray[np.bool_]]:
    """Draw points of some chromosomes, with the masks they ought to describe and what is unsure of them."""
    asked, masks, unsure = [], [], []
    found = layers(canvas.bodies[: canvas.inexact])
    for number in random.permutation(len(canvas.bodies))[:_ASKED]:
        points = np.argwhere(owner == number)
        if not len(points):
            continue
        asked.append(points[random.integers(len(points))])
        masks.append(covered(on_canvas(canvas.bodies[number])))
        unsure.append(covered(unsure_gap(canvas, number, found)) > 0)
    if not asked:
        nothing = np.zeros((0, PIXELS, PIXELS), np.uint8)
        return np.zeros((0, 2), np.int64), nothing, nothing.astype(bool)
    return np.array(asked, np.int64), np.stack(masks), np.stack(unsure)


def on_canvas(body: Body) -> Mask:
    """Return the (SIDE, SIDE) mask of a body."""
    mask = np.zeros((SIDE, SIDE), bool)
    mask[body.window] = body.mask
    return mask


def unsure_gap(canvas: Canvas, number: int, layers: Bytes) -> Mask:
    """Return the (SIDE, SIDE) pixels of other bodies that closing a body adds to it; none where it is exact.

    Args:
        canvas: where it lies.
        number: its place among the bodies.
        layers: (SIDE, SIDE) how many of the inexact bodies cover a pixel.
    """
    gap, body = np.zeros((SIDE, SIDE), bool), canvas.bodies[number]
    if number >= canvas.inexact:
        return gap
    others = (layers[body.window] > 0) & ~body.mask
    if others.any():
        # Odd: closing with a disk that has no middle would move the outline.
        size = round(_GAP * WORKING_WIDTH) | 1
        disk = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
        closed = cv2.morphologyEx(np.pad(body.mask, size).astype(np.uint8), cv2.MORPH_CLOSE, disk)
        gap[body.window] = others & (closed[size:-size, size:-size] > 0)
    return gap


def covered(mask: Mask) -> Bytes:
    """Return (PIXELS, PIXELS) shares of pixels that a (SIDE, SIDE) mask covers, 255 for all."""
    full = mask.astype(np.uint8) * 255
    return np.asarray(cv2.resize(full, (PIXELS, PIXELS), interpolation=cv2.INTER_AREA), np.uint8)
