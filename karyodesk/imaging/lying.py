"""A body as it lies, only turned upright: the technique that straightens nothing."""

from dataclasses import dataclass
from functools import partial

import cv2
import numpy as np
import numpy.typing as npt

from karyodesk.imaging.axis import Axis, Line
from karyodesk.imaging.body import Body, Mask
from karyodesk.imaging.straighten import Course, cross_sections

Point = npt.NDArray[np.float64]

# A piece of a body smaller than this share of the largest one tells nothing of how the body lies.
_PIECE = 0.1


@dataclass(frozen=True, eq=False)
class Lie:
    """How a body lies.

    Attributes:
        points: (n, 2) x, y of its pixels, without specks.
        centre: (2,) their centroid.
        direction: (2,) unit vector of their largest spread, towards the end of the medial axis.
    """

    points: Line
    centre: Point
    direction: Point

    @property
    def extent(self) -> tuple[float, float]:
        """How far the centres of the pixels reach along the direction, from the centroid: back (negative) and on."""
        along = (self.points - self.centre) @ self.direction
        return float(along.min()), float(along.max())

    @property
    def fill(self) -> float:
        """The share that the body takes of its box, set upright."""
        across = (self.points - self.centre) @ np.array([-self.direction[1], self.direction[0]])
        low, high = self.extent
        return len(self.points) / float((high - low + 1) * (np.ptp(across) + 1))


def lie_of(body: Body, axis: Axis) -> Lie:
    """Return how a body lies."""
    ys, xs = np.nonzero(_pieces(body.mask))
    points = np.stack([xs + body.x0, ys + body.y0], 1).astype(float)
    centre = points.mean(0)
    offset = points - centre
    direction = np.linalg.eigh(offset.T @ offset)[1][:, -1]
    onwards = float(direction @ (axis.line[-1] - axis.line[0])) >= 0
    return Lie(points, centre, direction if onwards else -direction)


def as_it_lies(body: Body, axis: Axis) -> Course:
    """Return the course of a body that is only turned, its principal axis upright and its centroid in the middle."""
    return upright(lie_of(body, axis))


def upright(lie: Lie) -> Course:
    """Return the course of a body that is only turned."""
    low, high = lie.extent
    length = max(high - low, 1.0)
    places = (low + high - length) / 2 + np.linspace(0, length, round(length) + 1)
    return Course(length, partial(cross_sections, lie.centre + places[:, None] * lie.direction))


def _pieces(mask: Mask) -> Mask:
    """The pieces of a mask that are more than specks."""
    _, places, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    areas = stats[:, cv2.CC_STAT_AREA]
    large = areas >= _PIECE * areas[1:].max()
    large[0] = False
    return np.asarray(large[places])
