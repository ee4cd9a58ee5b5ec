"""Further chromosomes on a canvas: real ones that lay free elsewhere, touching and crossing what is there.

Optical densities add where chromosomes cross, so a pasted crossing looks like a real one and both
masks are exactly known.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from karyodesk.imaging.body import Body, Mask, shared_pixels
from karyodesk.imaging.boxes import share_within
from karyodesk.imaging.density import FloatImage
from karyodesk.training.segmenter.canvas import SIDE, Canvas, random_rotation, warp_mask
from karyodesk.training.segmenter.outlined import OutlinedCell

_RIM = 6
_GROUND = 0.2
_A_CELL = 12
_HELD = 0.4
_DENSEST = 3.0
_MOST = 6
_TOUCHING = 0.85
# A pasted chromosome may not hide another, nor be hidden by all of them, further than this.
_HIDDEN_EACH, _HIDDEN_ALL = 0.4, 0.6
# Of an empty ground.
_NOISE = 0.03


@dataclass(frozen=True, eq=False)
class FreeChromosome:
    """A chromosome that lay free.

    Attributes:
        density: (height, width) float16, fading to 0 around the mask.
        mask: (height, width) bool.
    """

    density: np.ndarray
    mask: Mask


def free_chromosomes(cells: Sequence[OutlinedCell], most: int, random: np.random.Generator) -> list[FreeChromosome]:
    """Collect chromosomes with nothing but ground around them."""
    found: list[FreeChromosome] = []
    for number in random.permutation(len(cells)):
        cell = cells[number]
        density, alone = cell.density, _alone(cell)
        for index in random.permutation(len(alone))[:_A_CELL]:
            lifted = _lift(density, alone[index])
            if lifted is not None:
                found.append(lifted)
        if len(found) >= most:
            break
    return found[:most]


def _alone(cell: OutlinedCell) -> list[Body]:
    """The bodies whose boxes hold no large part of the box of a chromosome without a body: they may hold it too."""
    known = [body for body in cell.bodies if body is not None]
    open_ = [box for box, body in zip(cell.boxes, cell.bodies, strict=True) if body is None]
    tight = np.array([body.bbox for body in known], float).reshape(-1, 4)
    held = share_within(np.array(open_, float).reshape(-1, 4), tight).max(0, initial=0)
    return [body for body, share in zip(known, held, strict=True) if share <= _HELD]


def _lift(density: FloatImage, body: Body) -> FreeChromosome | None:
    """Cut a chromosome out with a soft rim; None where its rim is not empty ground."""
    x0, y0, x1, y1 = body.bbox
    if x0 < _RIM or y0 < _RIM or x1 > density.shape[1] - _RIM or y1 > density.shape[0] - _RIM:
        return None
    mask = np.pad(body.mask, _RIM).astype(np.uint8)
    piece = density[y0 - _RIM : y1 + _RIM, x0 - _RIM : x1 + _RIM]
    near = cv2.dilate(mask, np.ones((5, 5), np.uint8))
    ring = (cv2.dilate(mask, np.ones((9, 9), np.uint8)) > 0) & (near == 0)
    if np.mean(piece[ring] > _GROUND) > 0.03:
        return None
    soft = cv2.GaussianBlur(near.astype(np.float32), (0, 0), 1.0)
    return FreeChromosome(np.clip(piece * soft, 0, _DENSEST).astype(np.float16), mask.astype(bool))


def paste(canvas: Canvas, free: Sequence[FreeChromosome], random: np.random.Generator) -> None:
    """Lay some chromosomes on a canvas, most of them on or against others."""
    for _ in range(random.integers(1, _MOST + 1)):
        chosen = free[int(random.integers(len(free)))]
        turn = random_rotation(canvas.zoom * random.uniform(0.9, 1.1), random)
        mask, left, top = warp_mask(Body(chosen.mask, 0, 0), turn, np.zeros(2))
        if not mask.any():
            continue
        x0, y0 = _place(canvas, mask, random)
        if not _hides(canvas, Body(mask, x0, y0)):
            matrix = np.column_stack([turn, np.array([x0 - left, y0 - top], float)])
            density = chosen.density.astype(np.float32)
            canvas.density += cv2.warpAffine(density, matrix, (SIDE, SIDE), flags=cv2.INTER_LINEAR)
            canvas.add(mask, x0, y0)


def stack(free: Sequence[FreeChromosome], rounds: int, random: np.random.Generator) -> Canvas:
    """Return a canvas of chromosomes on empty ground, laid against and across one another in so many rounds."""
    canvas = Canvas(random.normal(0, _NOISE, (SIDE, SIDE)).astype(np.float32))
    for _ in range(rounds):
        paste(canvas, free, random)
    return canvas


def _place(canvas: Canvas, mask: Mask, random: np.random.Generator) -> tuple[int, int]:
    """A corner for a mask such that one of its pixels meets one of another chromosome, or anywhere."""
    if not canvas.bodies or random.random() > _TOUCHING:
        x0, y0 = random.integers(-20, SIDE - 20, 2)
        return int(x0), int(y0)
    other = canvas.bodies[random.integers(len(canvas.bodies))]
    there, here = np.argwhere(other.mask), np.argwhere(mask)
    row, column = there[random.integers(len(there))] + (other.y0, other.x0)
    down, across = here[random.integers(len(here))]
    away = random.normal(0, 5.0 if random.random() < 0.5 else 1.0, 2)
    return round(float(column - across + away[0])), round(float(row - down + away[1]))


def _hides(canvas: Canvas, body: Body) -> bool:
    area = np.count_nonzero(body.mask)
    shared = [shared_pixels(body, other) for other in canvas.bodies]
    smaller = [min(area, np.count_nonzero(other.mask)) for other in canvas.bodies]
    hides_one = any(s > _HIDDEN_EACH * a for s, a in zip(shared, smaller, strict=True))
    return hides_one or bool(sum(shared) > _HIDDEN_ALL * area)
