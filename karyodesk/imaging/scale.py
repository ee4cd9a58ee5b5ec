"""The working scale: a picture resampled so that a chromosome is of one width, whatever the magnification."""

from dataclasses import dataclass

import cv2
import numpy as np

from karyodesk.domain.errors import PictureError
from karyodesk.domain.outline import Box
from karyodesk.imaging.body import Body, crop_body
from karyodesk.imaging.density import FloatImage

# Width of a chromosome at the working scale, in pixels: coarse enough to be quick, fine enough that
# the gap between neighbours is still seen.
WORKING_WIDTH = 12.0
# Pixels of the working scale: a metaphase that fills its picture has a quarter of a million. It keeps
# time and memory within limits for noise and for scans of a slide.
_MOST_PIXELS = 8_000_000
# Values are cut off below this: one far below 0 would pull the rim that is interpolated inwards.
_FAR_OUTSIDE = np.float32(-4.0)


@dataclass(frozen=True)
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

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows of the picture at that scale."""
        height, width = self.shape
        return round(self.across * width), round(self.down * height)

    def full_box(self, box: tuple[float, float, float, float]) -> Box:
        """Return the box in pixels of the picture that encloses a box of the working scale."""
        x0, y0, x1, y1 = box
        return (
            max(0, int(np.floor(x0 / self.across))),
            max(0, int(np.floor(y0 / self.down))),
            min(self.shape[1], int(np.ceil(x1 / self.across))),
            min(self.shape[0], int(np.ceil(y1 / self.down))),
        )

    def full_body(self, values: FloatImage, x0: int, y0: int, step: int) -> Body | None:
        """Return, in pixels of the picture, the body where interpolated values are above 0; None where nowhere.

        Args:
            values: (height, width), one value every ``step`` pixels of the working scale, below 0 outside.
            x0: place of the first column, in steps.
            y0: place of the first row, in steps.
            step: pixels of the working scale from one value to the next.
        """
        height, width = values.shape
        box = self.full_box((x0 * step, y0 * step, (x0 + width) * step, (y0 + height) * step))
        if box[2] <= box[0] or box[3] <= box[1]:
            return None
        steps = self.across / step, self.down / step
        full = resampled(np.maximum(values, _FAR_OUTSIDE), (x0, y0), steps, box)
        return crop_body(np.asarray(full > 0, bool), box[0], box[1])


def resampled(values: FloatImage, corner: tuple[float, float], steps: tuple[float, float], box: Box) -> FloatImage:
    """Return values on another grid, interpolated linearly; beyond their rim they go on as they are there.

    Args:
        values: (height, width).
        corner: where their first column and row lie, in their own columns and rows.
        steps: their columns and rows for each of the other grid; below 0 where those run the other way.
        box: x0 y0 x1 y1 of what is wanted, in columns and rows of the other grid.
    """
    x0, y0, x1, y1 = box
    (left, top), (across, down) = corner, steps
    # Centres of pixels: column x of the other grid lies at (x + 0.5) * across - 0.5 of the values.
    columns, rows = [across, 0, (x0 + 0.5) * across - 0.5 - left], [0, down, (y0 + 0.5) * down - 0.5 - top]
    matrix = np.array([columns, rows], np.float64)
    how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    found = cv2.warpAffine(values, matrix, (x1 - x0, y1 - y0), flags=how, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(found, np.float32)


def fits(values: FloatImage, width: float) -> bool:
    """Whether a (height, width) picture whose chromosomes are of a width in pixels is no more than a few metaphases."""
    return values.size * (WORKING_WIDTH / width) ** 2 <= _MOST_PIXELS


def working_scale(shape: tuple[int, ...], width: float, zoom: float = 1.0) -> Scale:
    """Return how a picture maps to the working scale, or to one so many times as fine.

    Args:
        shape: (height, width) of the picture in pixels.
        width: of a chromosome in pixels of the picture, above 0.
        zoom: how many times finer than the working scale.
    """
    factor = zoom * WORKING_WIDTH / width
    height, across = shape
    size = max(1, round(across * factor)), max(1, round(height * factor))
    return Scale(size[0] / across, size[1] / height, (height, across))


def at_working_scale(values: FloatImage, width: float, zoom: float = 1.0) -> tuple[FloatImage, Scale]:
    """Return a density at the working scale, or at one so many times as fine, and how it maps to the picture.

    Args:
        values: (height, width) density of the picture.
        width: of a chromosome in pixels of the picture, above 0.
        zoom: how many times finer than the working scale.

    Raises:
        PictureError: where the picture would hold dozens of metaphases of that width.
    """
    if not fits(values, width):
        raise PictureError("This is far more than one metaphase. Crop the picture to one metaphase.")
    scale = working_scale(values.shape, width, zoom)
    how = cv2.INTER_AREA if zoom * WORKING_WIDTH < width else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(values, scale.size, interpolation=how), np.float32), scale
