"""From the segmenter's maps to one mask a chromosome.

Every point on the core of a chromosome describes that chromosome whole. The surest point is asked
first; points that describe the same chromosome fall silent, and the next surest is asked.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from karyodesk.imaging.body import Body, shared_pixels
from karyodesk.imaging.boxes import box_iou
from karyodesk.imaging.density import FloatImage

POINT_STEP: Final = 4
"""Pixels of the working scale from one point to the next."""
PIXEL_STEP: Final = 2
"""Pixels of the working scale from one pixel of a mask to the next."""
FEATURES: Final = 12
HIDDEN: Final = 12
PLACES: Final = 5
"""Two coordinates, their squares and their product."""
KERNEL: Final = (FEATURES + PLACES) * HIDDEN + HIDDEN + HIDDEN + 1
"""Numbers in a point's small network: two layers with their biases."""
REACH: Final = 24.0
"""Pixels of a mask that count as a distance of 1 in a small network's coordinates."""
FARTHEST: Final = 6.0
"""Coordinates and their products are held within this."""

# A point has a say above this probability of lying on a core, and is asked above the first score; what it
# describes is chosen above the second, where one chromosome more found comes at one false body more (on `val`).
_CORE = 0.2
_ASKED, _CHOSEN = 0.2, 0.5
# Points within a mask whose boxes agree with the asked one's this far (IoU) describe the same chromosome.
_SAME = 0.6
# Two masks that agree this far (IoU), or share this much of the smaller, are one chromosome seen twice; two that
# cross share less (chosen on `val`).
_AGREE, _SHARE = 0.35, 0.8
_LEAST_PIXELS = 12
# Beyond the reach that a point says, in pixels of a mask.
_MARGIN = 4


@dataclass(frozen=True, eq=False)
class Maps:
    """What the segmenter says of a density of (h, w) pixels.

    Attributes:
        core: (h/4, w/4) probability that the core of one chromosome lies at a point.
        quality: (h/4, w/4) expected agreement (IoU) of the point's mask with the true one.
        reach: (4, h/4, w/4) pixels of the working scale to the left, upper, right and lower end.
        kernels: (KERNEL, h/4, w/4) weights of each point's small network.
        features: (FEATURES, h/2, w/2) what those networks read.
    """

    core: FloatImage
    quality: FloatImage
    reach: FloatImage
    kernels: FloatImage
    features: FloatImage


@dataclass(frozen=True, eq=False)
class Instance:
    """One chromosome as the segmenter sees it.

    Attributes:
        logits: (height, width) float32, above 0 inside the chromosome.
        x0: place of the first column, in pixels of a mask.
        y0: place of the first row, in pixels of a mask.
        score: how sure the segmenter is, 0 to 1.
    """

    logits: FloatImage
    x0: int
    y0: int
    score: float

    @cached_property
    def body(self) -> Body:
        """The mask, in pixels of a mask."""
        return Body(self.logits > 0, self.x0, self.y0)

    @cached_property
    def area(self) -> int:
        """Pixels of the mask."""
        return int(np.count_nonzero(self.body.mask))


@dataclass(eq=False)
class Points:
    """The points that have a say, the surest first.

    Attributes:
        column: (n,) their place.
        row: (n,) likewise.
        score: (n,) how sure each is, 0 to 1.
        boxes: (n, 4) float64, the box of the chromosome that each describes, in pixels of the working scale.
    """

    column: npt.NDArray[np.intp]
    row: npt.NDArray[np.intp]
    score: FloatImage
    boxes: npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Sightings:
    """What was seen in a picture.

    Attributes:
        chosen: the chromosomes, the surest first.
        rivals: other readings, which contradict a chosen one or are too unsure.
    """

    chosen: list[Instance]
    rivals: list[Instance]


def sightings(maps: Maps) -> Sightings:
    """Return the chromosomes of a picture and their rivals. Deterministic."""
    points = points_of(maps)
    silent = points.score < _ASKED
    seen: list[Instance] = []
    for i in range(len(silent)):
        if silent[i]:
            continue
        instance = ask(maps, points, i)
        silent[i] = True
        if instance is None:
            continue
        same = np.flatnonzero(~silent & _inside(instance, points))
        same = same[box_iou(points.boxes[i : i + 1], points.boxes[same])[0] > _SAME]
        silent[same] = True
        seen.append(instance)
    return settled(seen)


def settled(readings: Iterable[Instance], least: float = _CHOSEN) -> Sightings:
    """Choose among readings, the surest first: those at least so sure that contradict none that is chosen."""
    seen = Sightings([], [])
    for one in readings:
        chosen = one.score >= least and not any(contradict(one, other) for other in seen.chosen)
        (seen.chosen if chosen else seen.rivals).append(one)
    return seen


def points_of(maps: Maps, core: float = _CORE) -> Points:
    """Return the points that lie on a core with more than the given probability."""
    row, column = np.nonzero(maps.core > core)
    score = maps.core[row, column] * maps.quality[row, column]
    order = np.argsort(-score, kind="stable")
    row, column = row[order], column[order]
    x, y = (place * POINT_STEP + POINT_STEP / 2 for place in (column, row))
    left, up, right, down = maps.reach[:, row, column].astype(np.float64)
    boxes = np.stack([x - left, y - up, x + right, y + down], 1)
    return Points(column, row, score[order], boxes)


def ask(maps: Maps, points: Points, i: int) -> Instance | None:
    """Run the small network of point ``i`` within its reach; None where it sees nothing."""
    _, height, width = maps.features.shape
    x0, y0, x1, y1 = points.boxes[i] / PIXEL_STEP
    left, top = max(0, int(x0) - _MARGIN), max(0, int(y0) - _MARGIN)
    right, bottom = min(width, int(np.ceil(x1)) + _MARGIN), min(height, int(np.ceil(y1)) + _MARGIN)
    column, row = points.column[i], points.row[i]
    ratio = POINT_STEP // PIXEL_STEP
    x = np.arange(left, right) - (column * ratio + ratio / 2)
    y = np.arange(top, bottom) - (row * ratio + ratio / 2)
    features = maps.features[:, top:bottom, left:right]
    logits = _small_network(maps.kernels[:, row, column], features, x, y)
    if np.count_nonzero(logits > 0) < _LEAST_PIXELS:
        return None
    return Instance(logits, left, top, float(points.score[i]))


def _small_network(
    kernel: FloatImage, features: FloatImage, x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]
) -> FloatImage:
    """(height, width) logits of a point's network; x and y are the distances of columns and rows from the point."""
    inputs = FEATURES + PLACES
    first = kernel[: inputs * HIDDEN].reshape(HIDDEN, inputs)
    bias, last = kernel[inputs * HIDDEN :][:HIDDEN], kernel[-1 - HIDDEN : -1]
    across, down = (np.clip(v / REACH, -FARTHEST, FARTHEST).astype(np.float32) for v in (x, y))
    columns = np.broadcast_to(across, (len(down), len(across)))
    rows = np.broadcast_to(down[:, None], columns.shape)
    products = (np.clip(a * b, -FARTHEST, FARTHEST) for a, b in ((columns, columns), (columns, rows), (rows, rows)))
    places = np.stack([columns, rows, *products]).reshape(PLACES, -1)
    hidden = first[:, :FEATURES] @ features.reshape(FEATURES, -1) + first[:, FEATURES:] @ places + bias[:, None]
    return np.asarray((last @ np.maximum(hidden, 0) + kernel[-1]).reshape(columns.shape), np.float32)


def _inside(instance: Instance, points: Points) -> npt.NDArray[np.bool_]:
    """(n,) bool: which points lie in the mask of an instance."""
    ratio = POINT_STEP // PIXEL_STEP
    column = points.column * ratio + ratio // 2 - instance.x0
    row = points.row * ratio + ratio // 2 - instance.y0
    height, width = instance.logits.shape
    within = (column >= 0) & (column < width) & (row >= 0) & (row < height)
    inside = np.zeros(len(within), bool)
    inside[within] = instance.body.mask[row[within], column[within]]
    return inside


def contradict(instance: Instance, other: Instance) -> bool:
    """Whether two masks cannot both be a chromosome: they are one seen twice, or one lies within the other."""
    shared = shared_pixels(instance.body, other.body)
    agree = shared > _AGREE * (instance.area + other.area - shared)
    return agree or shared > _SHARE * min(instance.area, other.area)

