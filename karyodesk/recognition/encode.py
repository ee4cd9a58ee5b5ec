"""From a body to the picture the networks read: straightened, of one scale within its cell."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from karyodesk.domain.straightening import Straightening
from karyodesk.imaging.axis import Axis
from karyodesk.imaging.body import Body
from karyodesk.imaging.quantile import quantile
from karyodesk.imaging.straighten import sample
from karyodesk.imaging.techniques import course

FloatImage = npt.NDArray[np.float32]

HEIGHT, WIDTH = 192, 40
"""Size of the networks' input: rows along the axis, columns across."""
USUAL_LENGTH = 84.0
"""Rows that a chromosome of the cell's usual length takes."""
USUAL_WIDTH = 22.0
"""Columns that the cell's usual width takes."""
_LEVEL = 1.25
# The usual length of a chromosome in widths, where a cell has too few bodies to tell.
_LENGTH_IN_WIDTHS = 4.5
_FEW = 12


@dataclass(frozen=True)
class CellScale:
    """The scale of a cell.

    Attributes:
        length: usual length of its chromosomes in pixels of the picture.
        width: usual width of its chromosomes in pixels of the picture.
    """

    length: float
    width: float


def cell_scale(axes: Sequence[Axis]) -> CellScale:
    """Return the scale of a cell: the medians over its bodies; with few bodies, from the width alone."""
    if not axes:
        return CellScale(_LENGTH_IN_WIDTHS, 1.0)
    width = float(np.median([axis.width for axis in axes]))
    if len(axes) < _FEW:
        return CellScale(_LENGTH_IN_WIDTHS * width, width)
    return CellScale(float(np.median([axis.length for axis in axes])), width)


def encoded(
    densities: Sequence[FloatImage],
    bodies: Sequence[Body],
    axes: Sequence[Axis],
    scale: CellScale | None = None,
    technique: Straightening = Straightening.MEDIAL_AXIS,
) -> Iterator[FloatImage]:
    """Yield the (192, 40) float32 inputs of the n chromosomes of a cell, at the scale of the cell.

    Args:
        densities: the picture of each chromosome, as in ``encode``; the same one again and again for a metaphase.
        bodies: their masks.
        axes: their medial axes.
        scale: of the cell; measured on these chromosomes unless given.
        technique: how they are straightened.
    """
    scale = scale or cell_scale(axes)
    for density, body, axis in zip(densities, bodies, axes, strict=True):
        yield encode(density, body, axis, scale, technique=technique)


def encode(
    density: FloatImage,
    body: Body,
    axis: Axis,
    scale: CellScale,
    height: int = HEIGHT,
    width: int = WIDTH,
    technique: Straightening = Straightening.MEDIAL_AXIS,
) -> FloatImage:
    """Return the (height, width) float32 input of the networks, 0 to 1, ground 0, upper end of the axis first.

    Lengths are measured in the cell's usual length and widths in its usual width, so relative
    length, which tells the types apart, is kept; the body lies in the middle of the rows. What is
    outside its outline is 0: a neighbour's chromatin is not this chromosome's.

    Args:
        density: (rows, columns) float32 optical density of the whole picture.
        body: the mask.
        axis: its medial axis.
        scale: of the cell.
        height: rows of the result.
        width: columns of the result.
        technique: how the body is straightened.
    """
    window = body.window
    inside = density[window] * _feathered(body)
    way = course(body, axis, technique)
    rows = int(np.clip(round(way.length / scale.length * USUAL_LENGTH), 4, height))
    half = width / 2 * scale.width / USUAL_WIDTH
    straight = sample(inside, way.sections(rows, half, width), body.x0, body.y0)
    level = max(quantile(density[window][body.mask], 0.95), 1e-3)
    result = np.zeros((height, width), np.float32)
    top = (height - rows) // 2
    result[top : top + rows] = np.clip(straight / (level * _LEVEL), 0, 1)
    return result


def _feathered(body: Body) -> FloatImage:
    """The mask as float32 with a rim one pixel soft, so that its stairs make no bands."""
    return np.asarray(cv2.GaussianBlur(body.mask.astype(np.float32), (3, 3), 0.8), np.float32)
