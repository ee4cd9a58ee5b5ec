"""The medial axis of a body: a smooth line from end to end, with its width."""

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import product
from math import hypot

import cv2
import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter1d, map_coordinates
from skimage.morphology import skeletonize

from karyodesk.imaging.body import Body, Mask, with_margin
from karyodesk.imaging.quantile import quantile

Line = npt.NDArray[np.float64]
"""(n, 2) float64 of x, y in pixels, one pixel apart."""

# Bodies shorter than this many widths are too stubby for a skeleton to tell their direction.
_STUBBY = 1.9
# The axis may not bend more sharply than this share of the curvature at which cross sections meet.
_SHARPEST = 0.9


@dataclass(frozen=True, eq=False)
class Axis:
    """A medial axis.

    Attributes:
        line: (n, 2) x, y in pixels of the picture, equally spaced, from the upper end to the lower
            (from the left one where both are level).
        width: mean width of the body across the line in pixels.
    """

    line: Line
    width: float

    @property
    def length(self) -> float:
        """Arc length in pixels."""
        return float(arc_lengths(self.line)[-1])


def arc_lengths(line: Line) -> npt.NDArray[np.float64]:
    """Return (n,) how far each point of a line lies from its start along it; the last is its length."""
    return np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])


def resampled(line: Line, count: int) -> Line:
    """Return ``count`` points of a line at equal arc lengths from end to end."""
    arc = arc_lengths(line)
    places = np.linspace(0, arc[-1], count)
    return np.stack([np.interp(places, arc, line[:, 0]), np.interp(places, arc, line[:, 1])], 1)


def medial_axis(body: Body) -> Axis:
    """Return the medial axis of a body.

    The longest path through the skeleton, its ends cut back by half a width (they run into the
    corners), smoothed, and drawn out along its direction to the rim. A stubby body gets its
    principal axis, since its skeleton tells nothing.
    """
    mask = with_margin(body.mask, 1)
    rough_width = _rough_width(mask)
    line = None
    if mask.sum() > _STUBBY * rough_width**2:
        line = _skeleton_line(mask, rough_width)
    if line is None:
        line = _principal_line(mask)
    line = _to_the_rim(line, mask)
    line = resampled(line, max(2, round(float(arc_lengths(line)[-1])) + 1))
    length = float(arc_lengths(line)[-1])
    return Axis(_downwards(line + np.array([body.x0 - 1, body.y0 - 1])), float(mask.sum()) / max(length, 1.0))


def _rough_width(mask: Mask) -> float:
    """Twice the depth that the deeper half of the skeleton pixels' neighbourhood reaches."""
    depth = cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, 5)
    return max(2 * quantile(depth[mask], 0.9), 2.0)


def _skeleton_line(mask: Mask, width: float) -> Line | None:
    """The longest path of the skeleton, trimmed and smoothed; None where it is too short to trim."""
    path = _longest_path(skeletonize(mask))
    trim = round(width / 2)
    if len(path) < 2 * trim + 5:
        return None
    path = path[trim : len(path) - trim]
    path = _centred(path, mask, width)
    for sigma in width * np.array([0.5, 0.75, 1.0, 1.5, 2.0]):
        line = smoothed(path, sigma)
        if _sharpest_bend(line) * width / 2 < _SHARPEST:
            break
    return line


def _longest_path(skeleton: Mask) -> Line:
    """The longest of the shortest paths between two pixels of a skeleton, as (n, 2) x, y."""
    ys, xs = np.nonzero(skeleton)
    if len(xs) < 3:
        return np.stack([xs, ys], 1).astype(float)
    neighbours = _neighbours(skeleton, ys, xs)
    start = _end_of_largest(neighbours)
    node, before = _farthest(neighbours, start)
    path = [node]
    while path[-1] != start:
        path.append(before[path[-1]])
    return np.stack([xs[path], ys[path]], 1).astype(float)


def _end_of_largest(neighbours: Sequence[Sequence[tuple[int, float]]]) -> int:
    """An end of the largest connected part of a skeleton: stray pieces of a mask have skeletons of their own."""
    end, most = 0, 0
    seen: set[int] = set()
    for node in range(len(neighbours)):
        if node not in seen:
            other, found = _farthest(neighbours, node)
            seen |= found.keys()
            if len(found) > most:
                end, most = other, len(found)
    return end


def _neighbours(
    skeleton: Mask, ys: npt.NDArray[np.intp], xs: npt.NDArray[np.intp]
) -> list[list[tuple[int, float]]]:
    """For each skeleton pixel its neighbours, to all eight sides, with their distances."""
    index = np.full((skeleton.shape[0] + 2, skeleton.shape[1] + 2), -1)
    index[ys + 1, xs + 1] = np.arange(len(xs))
    found: list[list[tuple[int, float]]] = [[] for _ in xs]
    for dy, dx in product((-1, 0, 1), repeat=2):
        if dy or dx:
            distance = hypot(dx, dy)
            for here, there in enumerate(index[ys + 1 + dy, xs + 1 + dx].tolist()):
                if there >= 0:
                    found[here].append((there, distance))
    return found


def _farthest(neighbours: Sequence[Sequence[tuple[int, float]]], start: int) -> tuple[int, dict[int, int]]:
    """The pixel farthest from one along the skeleton, and the pixel before each on the shortest way there.

    Dijkstra's algorithm on plain lists: a skeleton has a hundred pixels, too few for a library's arrays to pay.
    """
    before: dict[int, int] = {}
    open_ = [(0.0, start, start)]
    last = start
    while open_:
        reach, node, previous = heappop(open_)
        if node in before:
            continue
        before[node], last = previous, node
        for other, distance in neighbours[node]:
            if other not in before:
                heappush(open_, (reach + distance, other, node))
    return last, before


def _centred(path: Line, mask: Mask, width: float) -> Line:
    """The path moved to the middle of the mask's own cross sections.

    A skeleton wavers by a pixel or two with every notch of the rim; the chord's middle does not.
    """
    line = smoothed(path, width / 2)
    normal = _normals(line)
    offsets = np.arange(-width, width + 0.5, 0.5)
    points = line[:, None] + offsets[None, :, None] * normal[:, None]
    inside = map_coordinates(mask.astype(np.float32), [points[..., 1], points[..., 0]], order=1) > 0.5
    middle = len(offsets) // 2
    # Only the run of pixels through the line counts: beyond a gap lies another arm.
    left = np.cumprod(inside[:, middle::-1], 1).sum(1)
    right = np.cumprod(inside[:, middle:], 1).sum(1)
    shift = np.where(inside[:, middle], (right - left) / 4, 0.0)
    return np.asarray(line + np.clip(shift, -width / 3, width / 3)[:, None] * normal)


def smoothed(line: Line, sigma: float) -> Line:
    """Return a line smoothed by a Gaussian; its ends are mirrored through themselves, so they stay."""
    reach = min(len(line) - 1, int(4 * sigma) + 1)
    head = 2 * line[0] - line[reach:0:-1]
    tail = 2 * line[-1] - line[-2 : -reach - 2 : -1]
    smooth = gaussian_filter1d(np.concatenate([head, line, tail]), sigma, axis=0, mode="nearest")
    return np.asarray(smooth[reach : reach + len(line)])


def _tangents(line: Line) -> Line:
    step = np.gradient(line, axis=0)
    return np.asarray(step / np.maximum(np.linalg.norm(step, axis=1, keepdims=True), 1e-9))


def _normals(line: Line) -> Line:
    """Unit normals, to the left of the direction of travel on a picture whose y points down."""
    tangent = _tangents(line)
    return np.stack([tangent[:, 1], -tangent[:, 0]], 1)


def _sharpest_bend(line: Line) -> float:
    """The largest curvature in 1 / pixel."""
    tangent = _tangents(line)
    step = np.linalg.norm(np.diff(line, axis=0), axis=1)
    turn = np.linalg.norm(np.diff(tangent, axis=0), axis=1)
    return float((turn / np.maximum(step, 1e-9)).max())


def _principal_line(mask: Mask) -> Line:
    """A short line through the centroid along the largest spread."""
    ys, xs = np.nonzero(mask)
    centre = np.array([xs.mean(), ys.mean()])
    offset = np.stack([xs, ys], 1) - centre
    direction = np.linalg.eigh(offset.T @ offset)[1][:, -1]
    return np.asarray(centre + np.array([[-1.5], [-0.5], [0.5], [1.5]]) * direction)


def _to_the_rim(line: Line, mask: Mask) -> Line:
    """The line with both ends drawn out straight to the rim of the mask."""
    reach = max(2, min(len(line) // 3, 12))
    head = _ray(line[0], line[0] - line[reach], mask)
    tail = _ray(line[-1], line[-1] - line[-1 - reach], mask)
    return np.concatenate([head[::-1], line, tail])


def _ray(start: npt.NDArray[np.float64], direction: npt.NDArray[np.float64], mask: Mask) -> Line:
    """Points one pixel apart from (not with) the start in a direction, as long as they lie in the mask."""
    unit = direction / max(float(np.linalg.norm(direction)), 1e-9)
    points = start + np.arange(1, sum(mask.shape))[:, None] * unit
    columns, rows = np.round(points).astype(int).T
    inside = (columns >= 0) & (rows >= 0) & (columns < mask.shape[1]) & (rows < mask.shape[0])
    inside[inside] = mask[rows[inside], columns[inside]]
    return points[: int(inside.argmin())] if not inside.all() else points


def _downwards(line: Line) -> Line:
    """The line from its upper end to its lower; from left to right where both are level."""
    (x0, y0), (x1, y1) = line[0], line[-1]
    return line if (y0, x0) <= (y1, x1) else line[::-1].copy()
