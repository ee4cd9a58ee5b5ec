"""Straightening along a line (Barrett-type unrolling; a derived view, never the record).

Rows are cross sections at equal arc lengths of the line, columns run along its normals.
"""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter1d

from karyodesk.imaging.axis import Line, resampled

FloatImage = npt.NDArray[np.float32]
Grid = tuple[FloatImage, FloatImage]
"""x and y in the picture, each (rows, columns) float32, of every pixel of a straightened one."""

OUTSIDE = -1e4
"""x and y where a straightened picture shows ground whatever the original shows."""


@dataclass(frozen=True, eq=False)
class Course:
    """How a body is straightened.

    Attributes:
        length: of the straightened body in pixels of the picture.
        sections: takes the number of rows, how far each reaches to either side in pixels, and the
            number of columns; returns where the straightened picture is sampled.
    """

    length: float
    sections: Callable[[int, float, int], Grid]


def cross_sections(line: Line, rows: int, half_width: float, columns: int) -> Grid:
    """Return the x and y, each (rows, columns) float32, where the straightened picture is sampled.

    Args:
        line: (n, 2) axis in pixels; its first point comes at the middle of the first row.
        rows: number of cross sections, at equal arc lengths from end to end.
        half_width: how far each reaches to either side, in pixels.
        columns: samples across.
    """
    points = resampled(line, rows)
    normal = _smooth_normals(points)
    across = np.linspace(-half_width, half_width, columns)
    grid = points[:, None] + across[None, :, None] * normal[:, None]
    return grid[..., 0].astype(np.float32), grid[..., 1].astype(np.float32)


def _smooth_normals(points: Line) -> Line:
    """Unit normals such that a vertical axis read downwards keeps left and right."""
    tangent = gaussian_filter1d(np.gradient(points, axis=0), 2.0, axis=0, mode="nearest")
    tangent /= np.maximum(np.linalg.norm(tangent, axis=1, keepdims=True), 1e-9)
    return np.stack([tangent[:, 1], -tangent[:, 0]], 1)


def sample(image: FloatImage, at: Grid, x0: int = 0, y0: int = 0) -> FloatImage:
    """Return the (rows, columns) float32 values of a picture whose corner lies at x0, y0.

    Bilinear; 0 outside the picture.
    """
    xs, ys = at[0] - np.float32(x0), at[1] - np.float32(y0)
    return np.asarray(cv2.remap(image, xs, ys, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=0))
