"""What else lies on a slide: whole nuclei, dirt, cytoplasm, uneven light."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from karyodesk.domain.outline import Box
from karyodesk.simulate.style import Style
from karyodesk.simulate.texture import Picture, soft_noise

_TIP: Final = 1.5
"""Square widths of chromosome that a nucleus may cover: no more than a tip."""


@dataclass(frozen=True)
class OtherBody:
    """A body that is no chromosome.

    Attributes:
        bbox: in pixels of the picture, within it.
        kind: ``nucleus`` or ``debris``.
    """

    bbox: Box
    kind: str


def _nucleus(radius: float, contrast: float, rng: np.random.Generator) -> Picture:
    """Optical density of one nucleus in a square frame."""
    size = int(radius * 2.9)
    y, x = np.mgrid[:size, :size].astype(np.float32) - size / 2
    angle, aspect, turn = np.arctan2(y, x), rng.uniform(0.72, 1.0), rng.uniform(0, np.pi)
    along, across = x * np.cos(turn) + y * np.sin(turn), (y * np.cos(turn) - x * np.sin(turn)) / aspect
    wobble = 1 + 0.04 * np.sin(2 * angle + rng.uniform(0, 6)) + 0.03 * np.sin(3 * angle + rng.uniform(0, 6))
    inside = 1 - np.hypot(along, across) / (radius * wobble)
    body = np.clip(inside * radius / 2.5 + 0.5, 0, 1) * (0.82 + 0.18 * np.clip(inside * 3, 0, 1))
    shape = (size, size)
    grain = (
        1 + 0.10 * soft_noise(shape, 1.3, rng) + 0.09 * soft_noise(shape, 5, rng) + 0.06 * soft_noise(shape, 16, rng)
    )
    return np.asarray(contrast * body * np.clip(grain, 0.4, 1.7), dtype=np.float32)


def _add(picture: Picture, part: Picture, x: int, y: int) -> Box | None:
    """Add a part to the picture where it lies inside, in place; its box of what is seen, if any."""
    height, width = picture.shape
    left, top, right, bottom = max(0, x), max(0, y), min(width, x + part.shape[1]), min(height, y + part.shape[0])
    if left >= right or top >= bottom:
        return None
    seen = part[top - y : bottom - y, left - x : right - x]
    picture[top:bottom, left:right] += seen
    rows, columns = np.nonzero(seen > 0.5 * part.max())
    if not len(rows):
        return None
    return left + int(columns.min()), top + int(rows.min()), left + int(columns.max()) + 1, top + int(rows.max()) + 1


def add_nuclei(
    picture: Picture, taken: npt.NDArray[np.bool_], style: Style, rng: np.random.Generator
) -> list[OtherBody]:
    """Add whole nuclei where they cover the fewest chromosomes, mostly over the border; in place."""
    found = []
    crowded = taken.astype(np.float32)
    for _ in range(style.nuclei):
        nucleus = _nucleus(style.width * rng.uniform(3.2, 5.2), style.contrast * rng.uniform(0.55, 0.95), rng)
        places = [_border_place(picture.shape, nucleus.shape[0], rng) for _ in range(30)]
        x, y = min(places, key=lambda place: _covered(crowded, nucleus, *place))
        if _covered(crowded, nucleus, x, y) > _TIP * style.width**2:
            continue
        box = _add(picture, nucleus, x, y)
        _add(crowded, (nucleus > 0).astype(np.float32), x, y)
        if box:
            found.append(OtherBody(box, "nucleus"))
    return found


def _border_place(shape: tuple[int, ...], size: int, rng: np.random.Generator) -> tuple[int, int]:
    """The corner of a square whose middle lies near a random point of the picture's border."""
    height, width = shape[:2]
    inward = int(rng.integers(-size // 5, size // 3))
    side = rng.integers(4)
    across, down = int(rng.integers(0, width)), int(rng.integers(0, height))
    middle = [(across, inward), (across, height - inward), (inward, down), (width - inward, down)][side]
    return middle[0] - size // 2, middle[1] - size // 2


def _covered(crowded: Picture, part: Picture, x: int, y: int) -> float:
    """How much of what is there a part would cover."""
    left, top = max(0, x), max(0, y)
    there = crowded[top : max(0, y + part.shape[0]), left : max(0, x + part.shape[1])]
    mine = part[top - y : top - y + there.shape[0], left - x : left - x + there.shape[1]]
    return float(there[mine > 0].sum())


def add_dirt(picture: Picture, style: Style, rng: np.random.Generator) -> list[OtherBody]:
    """Add specks, clumps of stain, blurred grains and a faint film of cytoplasm; in place."""
    found = [clump for _ in range(rng.poisson(2.0 * style.dirt)) if (clump := _clump(picture, style, rng))]
    for _ in range(rng.poisson(14 * style.dirt)):
        _blot(picture, rng.uniform(0.6, 1.2), rng.uniform(0.1, 0.6), rng)
    for _ in range(rng.poisson(6 * style.dirt)):
        _blot(picture, rng.uniform(4, 11), rng.uniform(0.01, 0.06), rng)
    for _ in range(rng.poisson(1.5 * style.dirt)):
        _refractile(picture, rng)
    film = np.clip(soft_noise(picture.shape[:2], 30, rng) + 0.5, 0, None)
    film *= 1 + 0.3 * soft_noise(picture.shape[:2], 2, rng)
    picture += (0.004 * min(style.dirt, 2.0) * film).astype(np.float32)
    return found


def _blot(picture: Picture, sigma: float, depth: float, rng: np.random.Generator) -> None:
    """A round spot of Gaussian shape."""
    reach = int(3 * sigma) + 1
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    spot = depth * np.exp(-(x**2 + y**2) / (2 * sigma**2))
    middle = rng.integers(0, picture.shape[1]), rng.integers(0, picture.shape[0])
    _add(picture, spot.astype(np.float32), int(middle[0]) - reach, int(middle[1]) - reach)


def _clump(picture: Picture, style: Style, rng: np.random.Generator) -> OtherBody | None:
    """A small heap of stain grains, very dark and of any shape."""
    size = int(style.width * rng.uniform(1.0, 3.2)) + 6
    if size >= min(picture.shape[:2]):
        return None
    y, x = np.mgrid[-1 : 1 : size * 1j, -1 : 1 : size * 1j].astype(np.float32)
    stretch, turn = rng.uniform(1, 3.5), rng.uniform(0, np.pi)
    heap = (x * np.cos(turn) + y * np.sin(turn)) ** 2 + (stretch * (y * np.cos(turn) - x * np.sin(turn))) ** 2
    grains = soft_noise((size, size), rng.uniform(1.0, 2.0), rng) + rng.uniform(0.4, 1.2) - 2.6 * heap
    part = np.asarray(rng.uniform(0.4, 1.0) * np.clip(2 * grains - 0.4, 0, 1), dtype=np.float32)
    x0, y0 = int(rng.integers(0, picture.shape[1] - size)), int(rng.integers(0, picture.shape[0] - size))
    box = _add(picture, part, x0, y0)
    return OtherBody(box, "debris") if box else None


def _refractile(picture: Picture, rng: np.random.Generator) -> None:
    """A grain that bends the light: a bright core with a dark ring."""
    radius = rng.uniform(2.5, 5)
    reach = int(radius * 2) + 2
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    distance = np.hypot(x, y)
    ring = 0.16 * np.exp(-(((distance - radius) / 1.1) ** 2)) - 0.07 * np.exp(-((distance / (0.6 * radius)) ** 2))
    middle = rng.integers(0, picture.shape[1]), rng.integers(0, picture.shape[0])
    _add(picture, ring.astype(np.float32), int(middle[0]) - reach, int(middle[1]) - reach)
