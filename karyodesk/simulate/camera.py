"""From optical density to the 8-bit picture a camera stores."""

from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from karyodesk.simulate.style import Style
from karyodesk.simulate.texture import Picture, soft_noise

_BRIGHT: Final = 150.0
"""Grey value that the brightest band of a fluorescent chromosome adds."""
_DARKEST: Final = 34.0
"""Grey value where no light passes: stray light and the camera's offset."""


def photograph(density: Picture, style: Style, rng: np.random.Generator) -> npt.NDArray[np.uint8]:
    """Photograph a slide.

    Absorbing bodies that lie over one another add their optical densities (Lambert-Beer); fluorescent ones
    add their light.

    Args:
        density: (H, W) optical density.
        style: the optics and the camera.
        rng: for the light and the noise.

    Returns:
        (H, W) uint8.
    """
    light = _light(density.shape, style, rng)
    seen = _shine(density, light, style) if style.inverted else _absorb(density, light)
    grey = np.asarray(cv2.GaussianBlur(seen, (0, 0), style.blur), np.float32)
    if style.sharpening:
        grey += style.sharpening * (grey - cv2.GaussianBlur(grey, (0, 0), 2.2 + style.blur))
    # Photon noise grows with the square root of the light; a fixed part is the camera's own.
    level = np.sqrt(np.clip(grey, 4, 255) / 255)
    fine = cv2.GaussianBlur(rng.standard_normal(grey.shape, dtype=np.float32), (0, 0), 0.6)
    grey += style.noise * (0.25 + 0.75 * level) * fine / max(1e-6, float(fine.std()))
    return _store(np.clip(np.round(grey), 0, 255).astype(np.uint8), style)


def _light(shape: tuple[int, ...], style: Style, rng: np.random.Generator) -> Picture:
    """The illumination: a slope, a vignette and slow clouds; its brightest part is the ground's grey value."""
    height, width = shape[:2]
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j].astype(np.float32)
    slope, turn = 0.05 * style.unevenness, rng.uniform(0, 2 * np.pi)
    field = 1 + slope * (x * np.cos(turn) + y * np.sin(turn)) - 0.05 * style.unevenness * (x**2 + y**2)
    field += 0.012 * style.unevenness * soft_noise((height, width), min(height, width) / 7, rng)
    top = 1.0 if style.inverted else style.ground
    return np.asarray(top * field / np.percentile(field, 95), dtype=np.float32)


def _shine(density: Picture, light: Picture, style: Style) -> Picture:
    """Fluorescence: the light grows with what is stained; the field glows faintly."""
    return np.asarray(light * density * (_BRIGHT / style.contrast) + 255 - style.ground, dtype=np.float32)


def _absorb(density: Picture, light: Picture) -> Picture:
    passed = np.power(np.float32(10), -density, dtype=np.float32)
    return np.asarray(_DARKEST + (light - _DARKEST) * passed, dtype=np.float32)


def _store(picture: npt.NDArray[np.uint8], style: Style) -> npt.NDArray[np.uint8]:
    """The picture after the camera's lossy file, if it writes one."""
    if not style.jpeg:
        return picture
    coded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, style.jpeg])[1]
    return np.asarray(cv2.imdecode(coded, cv2.IMREAD_GRAYSCALE), dtype=np.uint8)
