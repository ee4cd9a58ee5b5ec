"""One chromosome as it lies on the slide: a bent axis, two chromatids, their optical density and their mask."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter1d
from scipy.spatial import cKDTree

from karyodesk.simulate.banding import SAMPLES, Banding, Profile
from karyodesk.simulate.style import Style
from karyodesk.simulate.texture import soft_noise

_MARGIN: Final = 3
_PALE_SHARE: Final = 0.33
"""Optical density of an unstained band as a share of that of the darkest one."""
_TIGHTEST: Final = 0.8
"""Smallest radius of a bend in widths; a tighter one would fold the inner edge over."""


@dataclass(frozen=True, eq=False)
class Body:
    """A chromosome in a frame of its own.

    Attributes:
        density: (H, W) optical density.
        mask: (H, W) whether the chromosome covers a pixel.
        axis: (n, 2) x and y in pixels of the frame, from the tip of the short arm to that of the long one.
        centromere: share of the axis from the tip of the short arm.
    """

    density: npt.NDArray[np.float32]
    mask: npt.NDArray[np.bool_]
    axis: npt.NDArray[np.float64]
    centromere: float


def _axis(length: float, width: float, bend: float, centromere: float, rng: np.random.Generator) -> Profile:
    """A smooth curve of the given length in steps of about a pixel, (n, 2).

    Its direction is a few slow waves and a turn at the centromere; curvature is kept within what a rod of
    that width can follow.
    """
    count = max(8, round(length))
    along = np.linspace(0, 1, count)
    # Long chromosomes bend, short ones are stiff.
    limpness = bend * min(1.5, length / (7 * width))
    angle = sum(
        rng.normal(0, limpness / (wave**1.3 * 2)) * np.cos(np.pi * wave * along + rng.uniform(0, 0.6))
        for wave in (1, 2, 3)
    )
    angle = angle + rng.normal(0, 0.35 * limpness) * np.tanh((along - centromere) * length / width)
    tightest = np.abs(np.gradient(angle, length / (count - 1))).max() * width * _TIGHTEST
    angle = angle / max(1.0, float(tightest)) + rng.uniform(0, 2 * np.pi)
    steps = np.stack([np.cos(angle), np.sin(angle)], axis=1) * length / (count - 1)
    path: Profile = np.cumsum(steps, axis=0) - steps[0]
    return path


def _waist(along: Profile, centromere: float, length: float, width: float) -> Profile:
    """Relative width by the constriction of the centromere."""
    distance = (along - centromere) * length / (0.2 * width)
    return 1 - 0.26 * np.exp(-0.5 * distance**2)


def _half_width(banding: Banding, length: float, width: float, rng: np.random.Generator) -> Profile:
    """(SAMPLES,) half of the width along the chromosome before its tips are rounded."""
    along = (np.arange(SAMPLES) + 0.5) / SAMPLES
    pixel = SAMPLES / length
    thickness = gaussian_filter1d(banding.thickness, 0.1 * width * pixel, mode="nearest")
    bulge = 0.09 * (gaussian_filter1d(banding.stain, 0.12 * width * pixel, mode="nearest") - 0.4)
    rough = gaussian_filter1d(rng.normal(0, 1, SAMPLES), 0.25 * width * pixel, mode="reflect")
    rough *= 0.03 / max(1e-6, float(rough.std()))
    small = 0.92 + 0.08 * min(1.0, banding.length / 0.5)
    half = 0.5 * width * small * thickness * _waist(along, banding.centromere, length, width)
    return np.asarray(half * (1 + bulge + rough))


def _tip(along: Profile, length: float, roundness: float) -> Profile:
    """Factor on the width that rounds both tips: a superellipse, 0 at and beyond the tip."""
    inward = np.minimum(along, length - along) / roundness
    return np.asarray(np.power(np.clip(1 - np.power(np.clip(1 - inward, 0, 1), 2.1), 0, 1), 1 / 2.1))


def _frame(axis: Profile, width: float) -> tuple[Profile, tuple[int, int]]:
    """The axis moved into a frame with a margin around the body, and the frame's height and width."""
    room = width * 0.75 + _MARGIN
    moved = axis - axis.min(axis=0) + room
    right, bottom = moved.max(axis=0) + room
    return moved, (int(np.ceil(bottom)) + 1, int(np.ceil(right)) + 1)


def _rod_coordinates(axis: Profile, shape: tuple[int, int], width: float) -> tuple[npt.NDArray[np.intp], ...]:
    """Rows and columns of the pixels near the axis."""
    near = np.zeros(shape, np.uint8)
    points = np.round(axis).astype(np.int32).reshape(-1, 1, 2)
    cv2.polylines(near, [points], False, 1, thickness=round(width * 1.4) + 2 * _MARGIN)
    return np.nonzero(near)


def _straighten(
    axis: Profile, rows: npt.NDArray[np.intp], columns: npt.NDArray[np.intp], step: float
) -> tuple[Profile, Profile]:
    """Distance along the axis and signed distance across it of every pixel."""
    pixels = np.stack([columns, rows], axis=1).astype(float)
    nearest = cKDTree(axis).query(pixels)[1]
    tangent = np.gradient(axis, axis=0)
    tangent /= np.linalg.norm(tangent, axis=1, keepdims=True)
    offset = pixels - axis[nearest]
    ahead = tangent[nearest]
    along = nearest * step + (offset * ahead).sum(axis=1)
    return along, offset[:, 1] * ahead[:, 0] - offset[:, 0] * ahead[:, 1]


def _chromatid(
    along: Profile, across: Profile, half: Profile, stain: Profile, length: float, spread: float
) -> tuple[Profile, Profile]:
    """Optical density (darkest band 1) and cover (0 to 1) of one chromatid, a flattened rod beside the axis."""
    places = np.clip(along / length * SAMPLES - 0.5, 0, SAMPLES - 1)
    whole = np.interp(places, np.arange(SAMPLES), half)
    centre, reach = spread * whole, (1 - spread) * whole * _tip(along, length, 1.05 * float(half.max()))
    distance = np.abs(across - centre)
    cover = np.clip(reach - distance + 0.5, 0, 1) * (reach > 0)
    rise = np.power(np.clip(1 - (distance / np.maximum(reach, 1e-6)) ** 2, 0.02, 1), 0.2)
    tone = np.interp(places, np.arange(SAMPLES), stain)
    return (_PALE_SHARE + (1 - _PALE_SHARE) * tone) * rise * cover, cover


def draw_body(banding: Banding, style: Style, rng: np.random.Generator) -> Body:
    """Draw one chromosome at a random angle, bent and stained as the style says."""
    length = banding.length * style.slenderness * style.width * rng.normal(1, 0.035)
    axis, shape = _frame(_axis(length, style.width, style.bend, banding.centromere, rng), style.width)
    half = _half_width(banding, length, style.width, rng)
    rows, columns = _rod_coordinates(axis, shape, style.width)
    along, across = _straighten(axis, rows, columns, length / (len(axis) - 1))
    # Bands are not straight across: they wave, and bow a little.
    wave = 0.055 * style.width * soft_noise(shape, 0.22 * style.width, rng)[rows, columns]
    along = along + np.clip(wave, -0.1 * style.width, 0.1 * style.width)
    spread = 0.18 + 0.24 * style.chromatids
    density, cover = np.zeros(len(rows)), np.zeros(len(rows))
    for side in (-1, 1):
        # Sister chromatids are rarely level, and their bands are never alike.
        shift = side * rng.normal(0, 0.02 * style.width)
        stain = _uneven_stain(banding.stain, length, style, rng)
        one, covered = _chromatid(along + shift, side * across, half, stain, length, spread)
        density, cover = np.power(density**6 + one**6, 1 / 6), np.maximum(cover, covered)
    blotches = 1 + 0.07 * soft_noise(shape, 1.1, rng) + 0.06 * soft_noise(shape, 0.16 * style.width, rng)
    picture, mask = np.zeros(shape, np.float32), np.zeros(shape, bool)
    picture[rows, columns] = style.contrast * density * np.clip(blotches, 0.6, 1.4)[rows, columns]
    mask[rows, columns] = cover >= 0.5
    return Body(picture, mask, axis, banding.centromere)


def _uneven_stain(stain: Profile, length: float, style: Style, rng: np.random.Generator) -> Profile:
    """The stain with soft band edges, and as uneven as a real one."""
    pixel = SAMPLES / length
    waves = gaussian_filter1d(rng.normal(0, 1, SAMPLES), 0.13 * style.width * pixel, mode="reflect")
    waves *= 0.12 / max(1e-6, float(waves.std()))
    soft = gaussian_filter1d(stain, 0.06 * style.width * pixel, mode="nearest")
    return np.asarray(np.clip(soft * rng.normal(1, 0.06) * (1 + waves) + 0.3 * waves, 0, 1.2))
