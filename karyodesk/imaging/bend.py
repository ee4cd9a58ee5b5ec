"""Straightening by one bend: the projection vector.

The method of Roshtkhari and Setarehdan (Pattern Recognit. Lett. 29:1208, 2008).

The mask is turned step by step. Where its bend lies level, few pixels stand in the row of the bend and many, about
equally many, in the rows of the two arms. There it is cut, and each arm is turned to where it is narrowest.

What differs: a body that fills its box is taken to be straight (Sharma et al. 2017); only cuts that leave two arms
worth the name are looked at; and the wedge that opens at the joint is filled from the other half of the same row, where
Sharma et al. write the row's mean, since only pixels of the original are shown. To try further cuts where an arm stays
bent was measured, and is no better.
"""

from dataclasses import dataclass
from functools import partial

import cv2
import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter1d

from karyodesk.imaging.axis import Axis, Line
from karyodesk.imaging.body import Body
from karyodesk.imaging.lying import Lie, Point, lie_of, upright
from karyodesk.imaging.straighten import OUTSIDE, Course, Grid

# Weights of the two ratios of the score, as published.
_ALIKE, _LOW = 0.43, 0.57
_TURNS = np.radians(np.arange(0, 180, 10))
# A body that fills so much of its box is straight: 170 of 255 in Sharma et al.
_STRAIGHT = 170 / 255
# An arm has at least so much of the body; the rows are smoothed over so many widths.
_ARM, _SMOOTH = 0.15, 0.12
# An arm is turned by no more than this away from the line from the joint to its middle.
_SWINGS = np.radians(np.arange(-44, 45, 2))


@dataclass(frozen=True, eq=False)
class _Cut:
    """A straight cut through a body.

    Attributes:
        joint: (2,) x, y of the middle of the body on the cut.
        down: (2,) unit vector across the cut, to the side of the end of the medial axis.
    """

    joint: Point
    down: Point

    def depth(self, points: Line) -> npt.NDArray[np.float64]:
        """How far points, (..., 2), lie beyond the cut."""
        return np.asarray((points - self.joint) @ self.down)


@dataclass(frozen=True, eq=False)
class _Arm:
    """The middle line of an arm, from the joint outwards.

    Attributes:
        root: (2,) x, y at the joint.
        out: (2,) unit vector to the tip.
        length: in pixels.
    """

    root: Point
    out: Point
    length: float


def projection_vector(body: Body, axis: Axis) -> Course:
    """Return the course of a body whose two arms are set upright one above the other; a straight one is only turned."""
    lie = lie_of(body, axis)
    cut = None if lie.fill >= _STRAIGHT else _bend(lie, axis)
    if cut is None:
        return upright(lie)
    beyond = cut.depth(lie.points) > 0
    upper, lower = _arm(lie.points[~beyond], cut), _arm(lie.points[beyond], cut)
    return Course(upper.length + lower.length, partial(_sections, upper, lower, cut, axis.width))


def _bend(lie: Lie, axis: Axis) -> _Cut | None:
    """The cut of the least score; None where none leaves two arms."""
    downs = np.stack([-np.sin(_TURNS), np.cos(_TURNS)], 1)
    depths = (lie.points - lie.centre) @ downs.T
    first = float(np.floor(depths.min())) - 1
    counts = gaussian_filter1d(_projections(depths - first), max(_SMOOTH * axis.width, 0.5), axis=1, mode="constant")
    scores = [_score(count) for count in counts]
    for turn in sorted(range(len(scores)), key=lambda turn: scores[turn][0]):
        score, row = scores[turn]
        depth = depths[:, turn] - (row + first)
        near = np.abs(depth) <= 1
        if score < np.inf and near.any() and _ARM < float((depth > 0).mean()) < 1 - _ARM:
            return _cut(lie, axis, downs[turn], row + first, near)
    return None


def _projections(depths: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """(angles, rows) how many pixels stand in each row; a pixel between two rows counts in both by its share."""
    turns, rows = depths.shape[1], int(depths.max()) + 3
    low = np.floor(depths)
    places = low.astype(int) + rows * np.arange(turns)
    share = depths - low
    size = turns * rows
    here = np.bincount(places.ravel(), (1 - share).ravel(), size)
    there = np.bincount(places.ravel() + 1, share.ravel(), size)
    return np.asarray(here + there, np.float64).reshape(turns, rows)


def _score(count: npt.NDArray[np.float64]) -> tuple[float, int]:
    """The score of the two highest rows and the lowest between them, and the latter; infinite with only one peak."""
    peaks = np.flatnonzero((count[1:-1] > count[:-2]) & (count[1:-1] >= count[2:])) + 1
    if len(peaks) < 2:
        return np.inf, 0
    one, two = sorted(peaks[np.argsort(count[peaks])[-2:]].tolist())
    row = one + int(count[one : two + 1].argmin())
    both = count[one] + count[two]
    return float(_ALIKE * abs(count[one] - count[two]) / both + _LOW * count[row] / both), row


def _cut(lie: Lie, axis: Axis, down: Point, place: float, near: npt.NDArray[np.bool_]) -> _Cut:
    """The cut at a depth below the centroid; its joint is the middle of the longest run of the pixels near it."""
    level = np.array([down[1], -down[0]])
    across = np.sort((lie.points[near] - lie.centre) @ level)
    runs = np.split(across, np.flatnonzero(np.diff(across) > 2) + 1)
    widest = max(runs, key=lambda run: float(run[-1] - run[0]))
    joint = lie.centre + place * down + (widest[0] + widest[-1]) / 2 * level
    onwards = float((axis.line[-1] - axis.line[0]) @ down) >= 0
    return _Cut(joint, down if onwards else -down)


def _arm(points: Line, cut: _Cut) -> _Arm:
    """The middle line of the pixels of an arm, at the angle where it is narrowest."""
    middle = points.mean(0) - cut.joint
    angles = np.arctan2(middle[1], middle[0]) + _SWINGS
    hull = cv2.convexHull(points.astype(np.float32))[:, 0].astype(float) - cut.joint
    across = hull @ np.stack([-np.sin(angles), np.cos(angles)])
    narrowest = int((across.max(0) - across.min(0)).argmin())
    out = np.array([np.cos(angles[narrowest]), np.sin(angles[narrowest])])
    left, right = float(across[:, narrowest].min()), float(across[:, narrowest].max())
    root = cut.joint + (left + right) / 2 * np.array([-out[1], out[0]])
    return _Arm(root, out, max(float((hull @ out).max()), 1.0))


def _sections(
    upper: _Arm, lower: _Arm, cut: _Cut, width: float, rows: int, half_width: float, columns: int
) -> Grid:
    """The rows of the upper arm from its tip to the joint, then those of the lower one, none across the cut."""
    places = np.linspace(-upper.length, lower.length, rows)[:, None]
    below = places > 0
    centres = np.where(below, lower.root + places * lower.out, upper.root - places * upper.out)
    onwards = np.where(below, lower.out, -upper.out)
    normal = np.stack([onwards[:, 1], -onwards[:, 0]], 1)
    across = np.linspace(-half_width, half_width, columns)
    grid = centres[:, None] + across[None, :, None] * normal[:, None]
    own = (cut.depth(grid) > 0) == below
    within = np.abs(across) <= width / 2
    grid = np.where(own[..., None], grid, grid[:, ::-1])
    grid[~own & ~(own[:, ::-1] & within)] = OUTSIDE
    return grid[..., 0].astype(np.float32), grid[..., 1].astype(np.float32)
