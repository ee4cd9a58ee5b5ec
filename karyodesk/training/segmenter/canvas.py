"""A canvas: a piece of a metaphase, warped at random, with the masks of its chromosomes."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import cv2
import numpy as np
import numpy.typing as npt

from karyodesk.imaging.body import Body, Mask, crop_body
from karyodesk.imaging.boxes import share_within
from karyodesk.imaging.density import FloatImage
from karyodesk.training.segmenter.outlined import OutlinedCell

SIDE = 256
"""Side of a canvas in pixels of the working scale: two dozen chromosomes."""
_LARGEST, _SMALLEST = 1.28, 0.78
_JITTER = 80.0
# Of a chromosome that the edge cuts, at least this share must be seen for it to be one to find.
_SEEN = 0.35
_LEAST_PIXELS = 20
# Chromosomes that lie among others are hard, so canvases are drawn so much more often about them for each other one
# whose box holds this share of theirs.
_CROWDED, _BESIDE, _MOST_OTHERS = 0.5, 0.15, 4
# Those that the shipped segmenter misses are the hardest: of fifty chromosomes it is one, of the canvases a fifth.
_MISSED = 12.0

Matrix = npt.NDArray[np.float64]


@dataclass(eq=False)
class Canvas:
    """What a network is trained on.

    Attributes:
        density: (SIDE, SIDE) float32.
        bodies: chromosomes that are known.
        open: (SIDE, SIDE) bool: where something lies of which nothing is known.
        inexact: so many of the bodies, the first ones, may be wrong where they cross each other.
        zoom: size of its pixels relative to the working scale.
    """

    density: FloatImage
    bodies: list[Body] = field(default_factory=list)
    open: Mask = field(default_factory=lambda: np.zeros((SIDE, SIDE), bool))
    inexact: int = 0
    zoom: float = 1.0

    def add(self, mask: Mask, x0: int, y0: int) -> None:
        """Put the mask of a chromosome on the canvas; what its edge leaves too little of stays open."""
        left, top = max(0, -x0), max(0, -y0)
        seen = mask[top : SIDE - y0 if y0 < SIDE else 0, left : SIDE - x0 if x0 < SIDE else 0]
        body = crop_body(seen, x0 + left, y0 + top)
        if body is None or np.count_nonzero(mask) < _LEAST_PIXELS:
            return
        if np.count_nonzero(body.mask) < _SEEN * np.count_nonzero(mask):
            self.open[body.window] |= body.mask
        else:
            self.bodies.append(body)


def rotation(angle: float, zoom: float, mirrored: bool) -> Matrix:
    """Return the (2, 2) matrix that turns by an angle in radians, enlarges and mirrors."""
    turn = zoom * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return turn @ np.diag([-1.0, 1.0]) if mirrored else turn


def random_rotation(zoom: float, random: np.random.Generator) -> Matrix:
    """Return a rotation drawn evenly, or half the time by a right angle, which keeps pixels sharp."""
    angle = random.uniform(0, 2 * np.pi) if random.random() < 0.5 else np.pi / 2 * random.integers(4)
    return rotation(float(angle), zoom, bool(random.random() < 0.5))


def draw(cell: OutlinedCell, random: np.random.Generator) -> Canvas:
    """Return a random piece of a metaphase about one of its chromosomes, warped alike with its masks."""
    zoom = float(np.exp(random.uniform(np.log(_SMALLEST), np.log(_LARGEST))))
    turn = random_rotation(zoom, random)
    weights = interest(cell)
    x0, y0, x1, y1 = cell.boxes[random.choice(len(cell.boxes), p=weights / weights.sum())]
    middle = np.array([(x0 + x1) / 2, (y0 + y1) / 2]) + random.uniform(-_JITTER, _JITTER, 2)
    shift = (SIDE - 1) / 2 - turn @ middle
    density = cv2.warpAffine(cell.density, np.column_stack([turn, shift]), (SIDE, SIDE), flags=cv2.INTER_LINEAR)
    canvas = Canvas(np.asarray(density, np.float32), zoom=zoom)
    for box, body in zip(cell.boxes, cell.bodies, strict=True):
        if body is not None:
            warped, left, top = warp_mask(body, turn, shift)
            canvas.add(warped, left, top)
        else:
            _leave_open(canvas.open, box, turn, shift)
    canvas.inexact = 0 if cell.exact else len(canvas.bodies)
    return canvas


def interest(cell: OutlinedCell) -> npt.NDArray[np.float64]:
    """Return how often a canvas ought to be drawn about each of the n boxes of a cell: 1 about one that lies alone."""
    boxes = cell.boxes.astype(np.float64)
    others = np.count_nonzero(share_within(boxes, boxes) > _BESIDE, axis=1) - 1
    weights = 1 + _CROWDED * np.minimum(others, _MOST_OTHERS)
    weights[[place for place in cell.missed if cell.bodies[place] is not None]] += _MISSED
    return np.asarray(weights)


def warp_mask(body: Body, turn: Matrix, shift: npt.NDArray[np.float64]) -> tuple[Mask, int, int]:
    """Return a warped mask, and the column and the row of its corner."""
    x0, y0, _, _ = body.bbox
    corners = _corners(body.bbox, turn, shift)
    low, high = np.floor(corners.min(0)).astype(int) - 1, np.ceil(corners.max(0)).astype(int) + 2
    matrix = np.column_stack([turn, turn @ np.array([x0, y0], float) + shift - low])
    size = int(high[0] - low[0]), int(high[1] - low[1])
    warped = cv2.warpAffine(body.mask.astype(np.float32), matrix, size, flags=cv2.INTER_LINEAR)
    return np.asarray(warped > 0.5), int(low[0]), int(low[1])


def _corners(box: Iterable[float], turn: Matrix, shift: npt.NDArray[np.float64]) -> Matrix:
    """(4, 2) warped corners of a box, x and y."""
    x0, y0, x1, y1 = box
    return np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]], float) @ turn.T + shift


def _leave_open(open_: Mask, box: npt.NDArray[np.float32], turn: Matrix, shift: npt.NDArray[np.float64]) -> None:
    corners = _corners(box, turn, shift)
    drawn = open_.astype(np.uint8)
    cv2.fillPoly(drawn, [np.round(corners).astype(np.int32)], 1)
    open_ |= drawn.astype(bool)
