"""Optical density: chromatin above 0, ground at 0, for dark-on-light and bright-on-dark pictures alike."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from karyodesk.domain.errors import PictureError

FloatImage = npt.NDArray[np.float32]

# The ground is smooth, so it is fitted on a picture of this long side: faster, and free of noise.
_GROUND_SIDE = 160
# Where the light is very uneven the ground is recognised piece by piece, so several rounds are needed.
_GROUND_ROUNDS = 10
_SETTLED = 0.001
# Whether a picture is bright on dark is seen on one of this long side, against the median within this share of it.
_POLARITY_SIDE, _NEIGHBOURHOOD = 160, 0.25


@dataclass(frozen=True, eq=False)
class Density:
    """Optical density of a picture.

    Attributes:
        values: (height, width) float32; 0 at the ground, about 1 in typical chromatin, unbounded above.
        bright_on_dark: the picture was a fluorescent one (or inverted).
        noise: standard deviation of ``values`` on the ground.
    """

    values: FloatImage
    bright_on_dark: bool
    noise: float


def grey(pixels: npt.NDArray[np.generic]) -> FloatImage:
    """Return (height, width) float32 grey values from 0 to 1 of uint8 or uint16 pixels, grey or RGB.

    16-bit pictures often use 12 bits only, so their range is that of their own values.

    Raises:
        PictureError: for a picture with a single grey value.
    """
    values = np.asarray(pixels, np.float32)
    if values.ndim == 3:
        values = values[..., :3] @ np.array([0.299, 0.587, 0.114], np.float32)
    top = 255.0 if pixels.dtype == np.uint8 else float(np.percentile(values, 99.99))
    low, high = float(values.min()), float(values.max())
    if high - low < 0.02 * max(top, 1.0):
        raise PictureError(
            "The picture is of one even grey; no chromosome can be found. Choose a picture of a metaphase."
        )
    return np.asarray(np.clip(values / top, 0, 1), np.float32)


def is_bright_on_dark(image: FloatImage) -> bool:
    """Whether what lies on the ground of a (height, width) picture is brighter than the ground around it.

    The ground is taken to be the median of the neighbourhood: where the light falls off, one end of the picture may be
    darker than the chromosomes at the other.
    """
    levels = (_small(image, _POLARITY_SIDE) * 255).astype(np.uint8)
    reach = max(1, round(_NEIGHBOURHOOD / 2 * max(levels.shape)))
    padded = cv2.copyMakeBorder(levels, reach, reach, reach, reach, cv2.BORDER_REPLICATE)
    median = cv2.medianBlur(padded, 2 * reach + 1)[reach:-reach, reach:-reach]
    above = levels.astype(np.int16) - median
    low, high = np.percentile(above, [1, 99])
    if high == low:  # hardly anything lies on the ground
        low, high = above.min(), above.max()
    return bool(high > -low)


def fit_ground(image: FloatImage) -> FloatImage:
    """Return the grey value of the empty ground at every pixel of a dark-on-light picture.

    A normalised Gaussian mean over the pixels taken for ground; what is clearly darker than the
    ground found so far is left out in the next round.
    """
    height, width = image.shape
    small = _small(image, _GROUND_SIDE)
    sigma = 0.06 * max(small.shape)
    bright = small >= cv2.threshold((small * 255).astype(np.uint8), 0, 255, cv2.THRESH_OTSU)[0] / 255
    ground = _smooth_where(small, bright, sigma)
    for _ in range(_GROUND_ROUNDS):
        difference = small - ground
        spread = 1.4826 * float(np.median(np.abs(difference[bright]))) if bright.any() else 0.0
        before, bright = bright, np.abs(difference) < max(3 * spread, 0.03)
        ground = _smooth_where(small, bright, sigma)
        if np.mean(before != bright) < _SETTLED:
            break
    return np.asarray(cv2.resize(ground, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)


def _small(image: FloatImage, side: int) -> FloatImage:
    """The picture with a long side of so many pixels at most."""
    height, width = image.shape
    factor = min(1.0, side / max(height, width))
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.float32)


def _smooth_where(image: FloatImage, chosen: npt.NDArray[np.bool_], sigma: float) -> FloatImage:
    """Gaussian mean of the chosen pixels alone; far from any of them, their overall mean."""
    weight = chosen.astype(np.float32)
    mean = float(image[chosen].mean()) if chosen.any() else float(image.max())
    blurred_weight = cv2.GaussianBlur(weight, (0, 0), sigma)
    blurred = cv2.GaussianBlur(image * weight, (0, 0), sigma)
    prior = 1e-3
    return ((blurred + prior * mean) / (blurred_weight + prior)).astype(np.float32)


def optical_density(pixels: npt.NDArray[np.generic]) -> Density:
    """Return the optical density of a picture as stored.

    A transmitted-light picture gives -log10(I / ground) (Beer-Lambert), a fluorescent one the
    intensity above its ground. Both are divided by the median over the chromatin.

    Args:
        pixels: (height, width) or (height, width, 3) RGB, uint8 or uint16.

    Raises:
        PictureError: for a picture with a single grey value.
    """
    image = grey(pixels)
    bright_on_dark = is_bright_on_dark(image)
    if bright_on_dark:
        values = image - (1 - fit_ground(1 - image))
    else:
        values = -np.log10(np.maximum(image, 1 / 255) / np.maximum(fit_ground(image), 1 / 255))
    scale = _chromatin_level(values)
    values = (values / scale).astype(np.float32)
    ground = values[np.abs(values) < 0.25]
    noise = 1.4826 * float(np.median(np.abs(ground - np.median(ground)))) if ground.size else 0.0
    return Density(values, bright_on_dark, noise)


def _chromatin_level(values: FloatImage) -> float:
    """Median density of the thin bodies; nuclei, which are dark and thick, have no say."""
    top = max(float(np.percentile(values, 99.8)), 1e-3)
    levels = (np.clip(values / top, 0, 1) * 255).astype(np.uint8)
    mask = (levels > 0.6 * cv2.threshold(levels, 0, 255, cv2.THRESH_OTSU)[0]).astype(np.uint8)
    depth = cv2.distanceTransform(mask, cv2.DIST_L2, 5)
    count, bodies, stats, _ = cv2.connectedComponentsWithStats(mask)
    deepest = np.zeros(count, np.float32)
    np.maximum.at(deepest, bodies.ravel(), depth.ravel())
    areas = stats[:, cv2.CC_STAT_AREA]
    solid = np.flatnonzero((areas > 30) & (np.arange(count) > 0))
    if not solid.size:
        return top
    thin = np.zeros(count, bool)
    thin[solid] = deepest[solid] <= 2 * np.median(deepest[solid])
    return max(float(np.median(values[thin[bodies]])), 1e-3)
