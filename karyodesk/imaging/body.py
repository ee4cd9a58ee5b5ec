"""A body: the mask of one chromosome in a picture, which may overlap the masks of others."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
import numpy.typing as npt

from karyodesk.domain.cell import DoubtKind, RejectedBody
from karyodesk.domain.outline import Box, Outline

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Body:
    """A mask with its place.

    Attributes:
        mask: (height, width) bool, cropped to the body.
        x0: column of the picture that holds the first column of the mask.
        y0: row of the picture that holds the first row of the mask.
    """

    mask: Mask
    x0: int
    y0: int

    @cached_property
    def bbox(self) -> Box:
        """The box of the mask in pixels of the picture."""
        height, width = self.mask.shape
        return self.x0, self.y0, self.x0 + width, self.y0 + height

    @property
    def window(self) -> tuple[slice, slice]:
        """The rows and columns of the picture that the mask covers."""
        x0, y0, x1, y1 = self.bbox
        return slice(y0, y1), slice(x0, x1)


@dataclass(frozen=True, eq=False)
class BodyDoubt:
    """Bodies that may be cut or joined otherwise.

    Attributes:
        kind: whether one may be two, or several one.
        bodies: places of the bodies concerned in their segmentation.
        readings: bodies that there would be instead, with the probability of that reading; likeliest first.
    """

    kind: DoubtKind
    bodies: tuple[int, ...]
    readings: tuple[tuple[tuple[Body, ...], float], ...]


@dataclass(frozen=True, eq=False)
class Segmentation:
    """What was found in a picture.

    Attributes:
        bodies: one a chromosome.
        rejected: what is no chromosome, and why.
        width: usual width of a chromosome in pixels: the scale of the picture. 0 where nothing was found.
        doubts: what may have to be cut or joined, the likeliest first.
    """

    bodies: tuple[Body, ...]
    rejected: tuple[RejectedBody, ...]
    width: float
    doubts: tuple[BodyDoubt, ...] = ()


def crop_body(mask: Mask, x0: int = 0, y0: int = 0) -> Body | None:
    """Return the body of a (height, width) mask whose corner lies at x0, y0; None where it is empty."""
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    if not rows.size:
        return None
    top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    return Body(np.ascontiguousarray(mask[top:bottom, left:right]), int(left) + int(x0), int(top) + int(y0))


def with_margin(mask: Mask, margin: int) -> Mask:
    """Return a mask with so many empty pixels all round."""
    # ``np.pad`` takes twenty times as long for masks as small as a chromosome's.
    wide = np.zeros((mask.shape[0] + 2 * margin, mask.shape[1] + 2 * margin), bool)
    wide[margin : margin + mask.shape[0], margin : margin + mask.shape[1]] = mask
    return wide


def common(first: Body, second: Body) -> Body | None:
    """Return the pixels that two masks have in common; None where their boxes are apart."""
    left, top, right, bottom = first.bbox
    x0, y0, x1, y1 = second.bbox
    if x0 >= right or x1 <= left or y0 >= bottom or y1 <= top:
        return None
    x0, y0, x1, y1 = max(x0, left), max(y0, top), min(x1, right), min(y1, bottom)
    here, there = (body.mask[y0 - body.y0 : y1 - body.y0, x0 - body.x0 : x1 - body.x0] for body in (first, second))
    return Body(here & there, x0, y0)


def shared_pixels(first: Body, second: Body) -> int:
    """Return how many pixels two masks have in common."""
    both = common(first, second)
    return 0 if both is None else int(np.count_nonzero(both.mask))


def mask_iou(first: Body, second: Body) -> float:
    """Return the intersection over union of two masks."""
    shared = shared_pixels(first, second)
    return shared / (np.count_nonzero(first.mask) + np.count_nonzero(second.mask) - shared)


def outline_of(body: Body) -> Outline:
    """Return the outline of a body: the centres of its outermost pixels, holes left out, larger pieces first."""
    contours, _ = cv2.findContours(
        body.mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE, offset=(body.x0, body.y0)
    )
    ordered = sorted(contours, key=lambda contour: (-cv2.contourArea(contour), contour[0, 0].tolist()))
    return Outline(tuple(tuple(map(tuple, contour[:, 0].astype(float).tolist())) for contour in ordered))


def body_of(outline: Outline) -> Body:
    """Return the body an outline encloses, its border included."""
    x0, y0, x1, y1 = outline.bbox
    mask = np.zeros((y1 - y0, x1 - x0), np.uint8)
    for polygon in _as_contours(outline.polygons, x0, y0):
        cv2.fillPoly(mask, [polygon], 1)
    return Body(mask.astype(bool), x0, y0)


def _as_contours(
    polygons: Iterable[tuple[tuple[float, float], ...]], x0: int, y0: int
) -> list[npt.NDArray[np.int32]]:
    return [np.round(np.array(polygon) - (x0, y0)).astype(np.int32) for polygon in polygons]
