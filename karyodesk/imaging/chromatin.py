"""The width of a chromosome in a picture, and the chromatin that may be chromosomes: nuclei apart."""

from collections.abc import Iterable

import cv2
import numpy as np

from karyodesk.imaging.body import Mask
from karyodesk.imaging.density import FloatImage

# Density above which a pixel is chromatin (1 is typical); the noise of a poor picture may ask for more.
_LEVEL = 0.28
_NOISES = 5.0
_ROUNDS = 4
# In widths: where chromatin is thicker than this, it is a nucleus (or dirt), not crossing chromosomes.
_THICK = 2.6
_ROUND_PIXELS = 1.5
_LOG_BIN = 0.15
# Chromosomes are not this many times as thick as the median ridge, be there ever so much dirt; nuclei are.
_FAR = 6.0
# A chromosome's width in mean depths of its mask: then it is that of ``chromosome_width`` (measured on `train`;
# tapering and round ends make it more than four).
_MEAN_DEPTHS = 4.67
# A depth is common where this share of what lies about the commonest one lies about it.
_COMMON = 0.1
# In a square of so many pixels, what has less than this share of the highest density is haze; densities above the last
# (nuclei) count no more. What is left of a chromosome is so much narrower (measured on `train`).
_NEAR, _OUT_OF_HAZE, _DENSEST = 51, 0.4, 2.5
_CLEAR_WIDTH = 1.2


def chromatin_mask(density: FloatImage, noise: float) -> Mask:
    """Return (height, width) bool: where there is chromatin, nuclei included."""
    smooth = cv2.GaussianBlur(density, (0, 0), 0.7)
    return np.asarray(smooth > max(_LEVEL, min(_NOISES * noise, 2 * _LEVEL)), bool)


def chromosome_width(mask: Mask) -> float:
    """Return the usual width of a chromosome in pixels; 0 where the mask is empty.

    The median over the ridges of the distance transform, begun at the commonest depth (a hundred
    specks of dirt are less chromatin than three chromosomes); nuclei, much thicker than the rest, and
    specks, much thinner, are left out round by round.
    """
    widths = _ridge_widths(mask)
    return widths[0] if widths else 0.0


def other_widths(density: FloatImage, noise: float) -> list[float]:
    """Return what else the width of a chromosome may be, in pixels, the likeliest first.

    For pictures in which nuclei outweigh the chromosomes, or haze joins them: every common depth of
    the chromatin, and of what stands out from the haze about it.
    """
    mask = chromatin_mask(density, noise)
    first, *others = _ridge_widths(mask) or [0.0]
    clear = [_CLEAR_WIDTH * width for width in _ridge_widths(mask & _out_of_haze(density))]
    widths: list[float] = []
    for width in (*clear, *others):
        if all(abs(np.log(width / known)) > _LOG_BIN for known in (first, *widths)):
            widths.append(width)
    return widths


def _out_of_haze(density: FloatImage) -> Mask:
    """(height, width) bool: what is at least this share as dense as the densest place near it."""
    smooth = cv2.GaussianBlur(density, (0, 0), 0.7)
    densest = np.minimum(cv2.dilate(smooth, np.ones((_NEAR, _NEAR))), _DENSEST)
    return np.asarray(smooth > _OUT_OF_HAZE * densest, bool)


def _ridge_widths(mask: Mask) -> list[float]:
    """The widths about which most chromatin lies, that of the most first."""
    depth = np.asarray(cv2.distanceTransform(np.pad(mask, 1).astype(np.uint8), cv2.DIST_L2, 5), np.float32)
    ridge = depth[(depth >= cv2.dilate(depth, np.ones((3, 3), np.uint8))) & (depth > 1.5)]
    return [_refined(ridge, middle) for middle in _common_depths(ridge)] if ridge.size else []


def _refined(ridge: FloatImage, middle: float) -> float:
    """The width about a depth."""
    for _ in range(_ROUNDS):
        near = ridge[(ridge > 0.5 * middle) & (ridge < 1.6 * middle)]
        if not near.size:
            break
        middle = float(np.median(near))
    # The mean resolves more finely than the median of a few discrete depths.
    near = ridge[(ridge > 0.7 * middle) & (ridge < 1.4 * middle)]
    return 2 * float(near.mean() if near.size else middle)


def width_of_masks(masks: Iterable[Mask]) -> float:
    """Return the usual width in pixels of chromosomes that are told apart: the median of theirs; 0 without any.

    The mean depth of the pixels of a strip, less half a pixel, is a quarter of its width.
    """
    depths = (cv2.distanceTransform(np.pad(mask, 1).astype(np.uint8), cv2.DIST_L2, 5) for mask in masks)
    widths = [_MEAN_DEPTHS * (float(depth[depth > 0].mean()) - 0.5) for depth in depths]
    return float(np.median(widths)) if widths else 0.0


def _common_depths(depths: FloatImage) -> list[float]:
    """The depths about which most chromatin lies, each ridge pixel standing for chromatin of its own depth."""
    logs = np.log(depths[depths <= _FAR * np.median(depths)])
    bins = max(3, round((float(logs.max()) - float(logs.min())) / _LOG_BIN))
    weight, edges = np.histogram(logs, bins, weights=np.exp(logs))
    smooth = np.convolve(weight, [1, 2, 1], mode="same")
    beside = np.pad(smooth, 1)
    peaks = np.flatnonzero((smooth > beside[:-2]) & (smooth >= beside[2:]) & (smooth > _COMMON * smooth.max()))
    order = peaks[np.argsort(-smooth[peaks], kind="stable")]
    return [float(np.exp((edges[best] + edges[best + 1]) / 2)) for best in order]


def nuclei_mask(mask: Mask, width: float) -> Mask:
    """Return (height, width) bool: the thick parts of the chromatin, grown back to their own outline.

    What lies on the rim of a nucleus and sticks out of it by a width or more stays outside.
    """
    padded = np.pad(mask, 1, mode="edge").astype(np.uint8)
    depth = cv2.distanceTransform(padded, cv2.DIST_L2, 5)[1:-1, 1:-1]
    core = depth > _THICK * width / 2
    if not core.any():
        return np.zeros(mask.shape, bool)
    away = cv2.distanceTransform((~core).astype(np.uint8), cv2.DIST_L2, 5)
    return np.asarray(mask & (away <= _THICK * width / 2 + _ROUND_PIXELS), bool)
