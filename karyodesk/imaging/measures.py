"""Measures of a candidate chromosome, from its mask and from what lies around it.

A chromosome is a ribbon of constant width with two round ends, smooth outline and open ground
around it; each measure says how far a candidate is from that.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from karyodesk.imaging.body import Body, Mask
from karyodesk.imaging.density import FloatImage

Vector = npt.NDArray[np.float64]
Contour = npt.NDArray[np.int32]

NAMES = (
    "log area",
    "log area by the usual one",
    "greatest width",
    "mean width",
    "spread of the width",
    "narrow width",
    "solidity",
    "area by perimeter",
    "chromatin cut through",
    "share of the rim that is cut",
    "density of the cut",
    "mean density",
    "spread of the density",
    "density of the palest part of the axis",
    "area of holes",
    "concave turning",
    "sharpest concave corner",
    "second concave corner",
    "third concave corner",
    "second end",
    "third end",
    "fourth end",
    "diameter",
    "chromatin ahead of the freer end",
    "chromatin ahead of the other end",
    "cut at the freer end",
    "cut at the other end",
    "cut along the sides",
    "number of cuts",
    "number of pieces",
)

_CROSS = np.ones((3, 3), np.uint8)
# In squared widths: a 46th of the chromatin lies between these in 99 of 100 training cells; it is held
# between them where the picture shows a part of a cell only, several cells or much dirt.
_USUAL_AREA = (2.75, 8.0)
# In widths.
_CORNER_ARM = 0.45
_SMOOTHING = 0.15
_CAP = 1.5
_END = 1.0
_DIRECTION = 1.6
_TIP = 0.7
_STEPS_AHEAD = (0.5, 1.0, 1.5, 2.0, 2.5, 3.0)
_MOST_CUTS = 6


@dataclass(frozen=True, eq=False)
class Chromatin:
    """What the measures of a candidate are taken against.

    Attributes:
        density: (height, width) float32.
        mask: (height, width) bool: all the chromatin that may be chromosomes.
        width: of a chromosome in pixels.
        rim: (height, width) bool: within two pixels of the ground.
        usual_area: of one chromosome in pixels.
    """

    density: FloatImage
    mask: Mask
    width: float
    rim: Mask
    usual_area: float


def chromatin_of(density: FloatImage, mask: Mask, width: float) -> Chromatin:
    """Return what candidates are measured against."""
    ground = np.pad(~mask, 1, constant_values=True).astype(np.uint8)
    rim = cv2.dilate(ground, np.ones((5, 5), np.uint8))[1:-1, 1:-1] > 0
    share = float(np.count_nonzero(mask)) / 46
    usual = min(max(share, _USUAL_AREA[0] * width**2), _USUAL_AREA[1] * width**2)
    return Chromatin(density, mask, width, np.asarray(rim, bool), usual)


@dataclass(frozen=True, eq=False)
class _Candidate:
    """A candidate with what several measures need.

    Attributes:
        body: the candidate itself.
        inside: (height, width) uint8 of ``body.mask``.
        density: (height, width) of the window of the body.
        mean: of the density inside.
        spread: standard deviation of the density inside.
        area: pixels.
        cut: (height, width) bool: pixels of the rim that do not follow the ground.
        rim_length: pixels of the whole rim.
        outer: outer contours, one a piece.
        holes: inner contours.
        rims: (n, 2) float32 all points of the outer contours, x and y.
        hull: (n, 2) float32 corners of the convex hull.
        ridge: (height, width) bool: the middle line.
        depth: (height, width) float32: distance to the rim in pixels.
    """

    body: Body
    inside: npt.NDArray[np.uint8]
    density: FloatImage
    mean: float
    spread: float
    area: int
    cut: Mask
    rim_length: int
    outer: list[Contour]
    holes: list[Contour]
    rims: npt.NDArray[np.float32]
    hull: npt.NDArray[np.float32]
    ridge: Mask
    depth: npt.NDArray[np.float32]


def measures(body: Body, chromatin: Chromatin) -> Vector:
    """Return the measures of a candidate in the order of ``NAMES``: lengths in widths, areas in squared widths."""
    candidate = _candidate(body, chromatin)
    width = chromatin.width
    pieces = len(candidate.outer)
    return np.array(
        [
            *_ribbon(candidate, chromatin),
            *_cut(candidate, width),
            candidate.mean,
            candidate.spread / candidate.mean,
            _palest(candidate),
            sum(cv2.contourArea(hole) for hole in candidate.holes) / width**2,
            *_outline(max(candidate.outer, key=len)[:, 0].astype(np.float32), width),
            *_ends(candidate, chromatin),
            min(cv2.connectedComponents(candidate.cut.view(np.uint8))[0] - 1, _MOST_CUTS),
            pieces - 1,
        ]
    )


def _candidate(body: Body, chromatin: Chromatin) -> _Candidate:
    inside = body.mask.view(np.uint8)
    density = chromatin.density[body.window]
    mean, spread = cv2.meanStdDev(density, mask=inside)
    outer, holes = _contours(inside)
    eroded = cv2.erode(inside, _CROSS, borderType=cv2.BORDER_CONSTANT, borderValue=0)
    rim = body.mask & (eroded == 0)
    rims = np.concatenate(outer)
    return _Candidate(
        body,
        inside,
        density,
        float(mean[0, 0]),
        float(spread[0, 0]),
        cv2.countNonZero(inside),
        rim & ~chromatin.rim[body.window],
        int(np.count_nonzero(rim)),
        outer,
        holes,
        rims[:, 0].astype(np.float32),
        cv2.convexHull(rims)[:, 0].astype(np.float32),
        *_ridge_and_depth(inside, chromatin.width),
    )


def _contours(inside: npt.NDArray[np.uint8]) -> tuple[list[Contour], list[Contour]]:
    """The outer contours and those of holes."""
    contours, tree = cv2.findContours(inside, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    lines = [np.asarray(contour, np.int32) for contour in contours]
    within = [links[3] >= 0 for links in tree[0]]
    outer = [line for line, hole in zip(lines, within, strict=True) if not hole]
    return outer, [line for line, hole in zip(lines, within, strict=True) if hole]


def _ridge_and_depth(inside: npt.NDArray[np.uint8], width: float) -> tuple[Mask, npt.NDArray[np.float32]]:
    """The middle line, where the distance to the rim is greatest, and that distance everywhere."""
    padded = cv2.copyMakeBorder(inside, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    depth = cv2.distanceTransform(padded, cv2.DIST_L2, 5)
    ridge = ((depth >= cv2.dilate(depth, _CROSS)) & (depth > 0.2 * width))[1:-1, 1:-1]
    inner = np.asarray(depth[1:-1, 1:-1], np.float32)
    return np.asarray(ridge if ridge.any() else inner >= inner.max(), bool), inner


def _ribbon(candidate: _Candidate, chromatin: Chromatin) -> list[float]:
    width, area = chromatin.width, candidate.area
    widths = 2 * candidate.depth[candidate.ridge] / width
    mean, spread = cv2.meanStdDev(widths)
    perimeter = sum(cv2.arcLength(contour, True) for contour in candidate.outer)
    return [
        float(np.log(area / width**2)),
        float(np.log(area / chromatin.usual_area)),
        float(widths.max()),
        float(mean[0, 0]),
        float(spread[0, 0]),
        _low(widths),
        area / max(cv2.contourArea(candidate.hull), area),
        2 * area / max(perimeter, 1.0) / width,
    ]


def _low(values: npt.NDArray[np.float32]) -> float:
    """The tenth percentile, as one of the values."""
    at = len(values) // 10
    return float(np.partition(values, at)[at])


def _palest(candidate: _Candidate) -> float:
    return _low(candidate.density[candidate.ridge]) / candidate.mean


def _cut(candidate: _Candidate, width: float) -> list[float]:
    """What the outline cuts through instead of following the ground."""
    values = candidate.density[candidate.cut]
    if not values.size:
        return [0.0, 0.0, 0.0]
    total = float(values.sum())
    return [total / width, values.size / max(candidate.rim_length, 1), total / values.size / candidate.mean]


def _outline(contour: npt.NDArray[np.float32], width: float) -> list[float]:
    """Corners and ends of a closed outline: a chromosome has two ends and no sharp concave corner."""
    arm, reach = max(2, round(_CORNER_ARM * width)), max(1, round(_SMOOTHING * width))
    n = len(contour)
    at = np.arange(-reach, n + reach) % n
    smooth = cv2.blur(contour[at][None], (2 * reach + 1, 1))[0, reach:-reach]
    here = np.arange(n)
    before, behind = smooth - smooth[(here - arm) % n], smooth[(here + arm) % n] - smooth
    cross = before[:, 0] * behind[:, 1] - before[:, 1] * behind[:, 0]
    turn = np.arctan2(cross, (before * behind).sum(1))
    turn = turn if turn.sum() >= 0 else -turn
    concave = float(-np.minimum(turn, 0).sum()) / arm
    window = max(3, round(_CAP * width)) | 1
    around = np.arange(-(window // 2), n + window // 2) % n
    convex = np.maximum(turn, 0).astype(np.float32)[around]
    caps = cv2.blur(convex[None], (window, 1))[0, window // 2 : window // 2 + n] * (window / arm)
    return [concave, *_highest(-turn, 2 * arm, 3), *_highest(caps, window, 4)[1:]]


def _highest(values: npt.NDArray[np.float32], apart: int, count: int) -> list[float]:
    """The highest values of a ring, at least so far apart, falling; 0 where there are no more."""
    values = values.copy()
    found = []
    for _ in range(count):
        at = int(values.argmax())
        found.append(max(0.0, float(values[at])))
        values[np.arange(at - apart, at + apart + 1) % len(values)] = -np.inf
    return found


def _ends(candidate: _Candidate, chromatin: Chromatin) -> list[float]:
    """What lies ahead of the two ends, and how much of the cut is there and how much along the sides."""
    width, hull = chromatin.width, candidate.hull
    between = ((hull[:, None] - hull[None]) ** 2).sum(2)
    tips = np.unravel_index(int(between.argmax()), between.shape)
    rows, columns = np.nonzero(candidate.cut)
    density = candidate.density[rows, columns]
    side = np.ones(len(rows), bool)
    ahead, at_end = [], []
    for tip in tips:
        x, y = hull[tip]
        ahead.append(_ahead(hull[tip], candidate, chromatin))
        near = (columns - x) ** 2 + (rows - y) ** 2 < (_END * width) ** 2
        at_end.append(float(density[near].sum()) / width)
        side &= ~near
    diameter = float(np.sqrt(between.max())) / width
    return [diameter, *sorted(ahead), *sorted(at_end), float(density[side].sum()) / width]


def _ahead(tip: npt.NDArray[np.float32], candidate: _Candidate, chromatin: Chromatin) -> float:
    """How far, in widths, the chromatin goes on straight ahead of an end."""
    width, contour = chromatin.width, candidate.rims
    offset = contour - tip
    away = offset[:, 0] ** 2 + offset[:, 1] ** 2
    arm, head = contour[away < (_DIRECTION * width) ** 2], contour[away < (_TIP * width) ** 2]
    middle = head.sum(0) / len(head)
    direction = middle - arm.sum(0) / len(arm)
    direction /= np.sqrt(direction @ direction) + 1e-6
    reach = float(((arm - middle) @ direction).max())
    body, (height, across) = candidate.body, chromatin.mask.shape
    x, y = float(middle[0]) + body.x0, float(middle[1]) + body.y0
    for count, step in enumerate(_STEPS_AHEAD):
        column = min(max(round(x + float(direction[0]) * (reach + step * width)), 0), across - 1)
        row = min(max(round(y + float(direction[1]) * (reach + step * width)), 0), height - 1)
        if not chromatin.mask[row, column]:
            return 0.5 * count
    return 0.5 * len(_STEPS_AHEAD)
