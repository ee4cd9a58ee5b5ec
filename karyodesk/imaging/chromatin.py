"""The width of a chromosome in a picture, and the chromatin that may be chromosomes: nuclei apart."""

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
    depth = np.asarray(cv2.distanceTransform(np.pad(mask, 1).astype(np.uint8), cv2.DIST_L2, 5), np.float32)
    ridge = depth[(depth >= cv2.dilate(depth, np.ones((3, 3), np.uint8))) & (depth > 1.5)]
    if not ridge.size:
        return 0.0
    middle = _commonest_depth(ridge)
    for _ in range(_ROUNDS):
        near = ridge[(ridge > 0.5 * middle) & (ridge < 1.6 * middle)]
        if not near.size:
            break
        middle = float(np.median(near))
    # The mean resolves more finely than the median of a few discrete depths.
    near = ridge[(ridge > 0.7 * middle) & (ridge < 1.4 * middle)]
    return 2 * float(near.mean() if near.size else middle)


def _commonest_depth(depths: FloatImage) -> float:
    """The depth about which most chromatin lies, each ridge pixel standing for chromatin of its own depth."""
    logs = np.log(depths[depths <= _FAR * np.median(depths)])
    bins = max(3, round((float(logs.max()) - float(logs.min())) / _LOG_BIN))
    weight, edges = np.histogram(logs, bins, weights=np.exp(logs))
    smooth = np.convolve(weight, [1, 2, 1], mode="same")
    best = int(smooth.argmax())
    return float(np.exp((edges[best] + edges[best + 1]) / 2))


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
