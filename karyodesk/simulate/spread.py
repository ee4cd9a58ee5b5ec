"""Where the chromosomes of a metaphase lie: an elliptic spread in which some touch and some cross."""

from collections.abc import Sequence
from enum import Enum
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from karyodesk.simulate.body import Body
from karyodesk.simulate.style import Style

Offset = tuple[int, int]
"""x and y of the upper left corner of a body's frame in pixels of the picture."""

_FILL: Final = 0.21
"""Share of the spread that chromosomes cover."""
_TRIES: Final = 70
_GAP: Final = 0.22
"""Closer than this many widths two chromosomes touch."""


class Lie(Enum):
    """How a chromosome is meant to lie."""

    FREE = "free"
    TOUCHING = "touching"
    OVERLAPPING = "overlapping"


class _Field:
    """The part of the slide that is laid out: how many chromosomes cover a pixel, and how many are near it."""

    def __init__(self, area: float, style: Style, rng: np.random.Generator) -> None:
        aspect = rng.uniform(0.8, 1.3)
        self.radii = np.sqrt(area / _FILL / np.pi * np.array([aspect, 1 / aspect]))
        # Beyond the ellipse there is room for the longest chromosome, so that no frame leaves the field.
        self.room = int(style.width * style.slenderness * 1.5) + 40
        size = (2 * self.radii).astype(int) + 2 * self.room
        self.cover = np.zeros((size[1], size[0]), np.uint8)
        self.near = np.zeros((size[1], size[0]), np.uint8)
        self.gap = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * max(1, round(style.width * _GAP)) + 1,) * 2)

    def somewhere(self, body: Body, rng: np.random.Generator) -> Offset:
        """An offset that puts the middle of the body at a random place of the ellipse."""
        turn, share = rng.uniform(0, 2 * np.pi), np.sqrt(rng.uniform(0, 1))
        middle = self.room + self.radii * (1 + share * np.array([np.cos(turn), np.sin(turn)]))
        corner = middle - body.axis[len(body.axis) // 2]
        return int(corner[0]), int(corner[1])

    def put(self, body: Body, offset: Offset) -> None:
        x, y = offset
        height, width = body.mask.shape
        mask = body.mask.astype(np.uint8)
        self.cover[y : y + height, x : x + width] += mask
        reach = len(self.gap) // 2
        wide = cv2.dilate(cv2.copyMakeBorder(mask, reach, reach, reach, reach, cv2.BORDER_CONSTANT, value=0), self.gap)
        self.near[y - reach : y + height + reach, x - reach : x + width + reach] += wide


def _strangeness(lie: Lie, covered: float, near: float, deepest: int) -> float:
    """How far a place is from the lie that is meant; 0 is good.

    Args:
        lie: the lie that is meant.
        covered: share of the chromosome that lies over others.
        near: share that lies over or close to others.
        deepest: most others under one pixel.
    """
    if lie is Lie.FREE:
        return near + 3 * covered
    if lie is Lie.TOUCHING:
        return max(0.0, 0.04 - near) * 10 + max(0.0, covered - 0.03) * 4 + max(0.0, near - 0.3)
    return max(0.0, 0.08 - covered) * 3 + max(0.0, covered - 0.35) * 4 + max(0, deepest - 1) + max(0.0, near - 0.6)


def _place(body: Body, lie: Lie, field: _Field, rng: np.random.Generator) -> Offset:
    """The best of a number of random places."""
    rows, columns = np.nonzero(body.mask)
    best, best_strangeness = (0, 0), np.inf
    for _ in range(_TRIES):
        offset = field.somewhere(body, rng)
        cover = field.cover[rows + offset[1], columns + offset[0]]
        near = field.near[rows + offset[1], columns + offset[0]]
        strangeness = _strangeness(lie, float((cover > 0).mean()), float((near > 0).mean()), int(cover.max()))
        if strangeness < best_strangeness:
            best, best_strangeness = offset, strangeness
        if not strangeness:
            break
    return best


def spread_out(bodies: Sequence[Body], style: Style, rng: np.random.Generator) -> list[Offset]:
    """Lay chromosomes out as a metaphase; the offsets leave a margin, and the first pixel in use is near (0, 0).

    Raises:
        ValueError: without a body.
    """
    if not bodies:
        raise ValueError("a metaphase needs a chromosome")
    areas = np.array([body.mask.sum() for body in bodies], float)
    field = _Field(float(areas.sum()), style, rng)
    shares = [1 - style.touching - style.overlapping, style.touching, style.overlapping]
    lies = rng.choice(np.array(Lie, dtype=object), len(bodies), p=shares)
    offsets: dict[int, Offset] = {}
    # Roughly the longest first: the short ones find their place between the others.
    for index in np.argsort(-areas * rng.uniform(0.5, 1.5, len(bodies))):
        offsets[index] = _place(bodies[index], lies[index] if offsets else Lie.FREE, field, rng)
        field.put(bodies[index], offsets[index])
    return [offsets[index] for index in range(len(bodies))]


def crop(
    bodies: Sequence[Body], offsets: Sequence[Offset], rng: np.random.Generator
) -> tuple[list[Offset], tuple[int, int]]:
    """Cut the picture out around the metaphase as a technician does: the new offsets, and its height and width."""
    boxes = np.array([_extent(body.mask, offset) for body, offset in zip(bodies, offsets, strict=True)])
    margins = rng.integers(10, 70, 4)
    left, top = boxes[:, 0].min() - margins[0], boxes[:, 1].min() - margins[1]
    width, height = boxes[:, 2].max() + margins[2] - left, boxes[:, 3].max() + margins[3] - top
    return [(int(x - left), int(y - top)) for x, y in offsets], (int(height), int(width))


def _extent(mask: npt.NDArray[np.bool_], offset: Offset) -> tuple[int, int, int, int]:
    rows, columns = np.nonzero(mask)
    x, y = offset
    return int(columns.min()) + x, int(rows.min()) + y, int(columns.max()) + 1 + x, int(rows.max()) + 1 + y
