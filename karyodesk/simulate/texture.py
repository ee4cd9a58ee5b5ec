"""Smooth random fields: the unevenness of chromatin, light and slide."""

import cv2
import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.float32]
"""(H, W)."""


def soft_noise(shape: tuple[int, int], sigma: float, rng: np.random.Generator) -> Picture:
    """Gaussian noise of standard deviation 1, smooth over about ``sigma`` pixels.

    Coarse noise is drawn on a coarse grid and enlarged, which takes a fraction of the time.
    """
    step = max(1, int(sigma / 2))
    coarse = (shape[0] // step + 3, shape[1] // step + 3)
    noise = cv2.GaussianBlur(rng.standard_normal(coarse, dtype=np.float32), (0, 0), sigma / step)
    even = np.asarray(noise / max(1e-6, float(noise.std())), dtype=np.float32)
    large = cv2.resize(even, (coarse[1] * step, coarse[0] * step), interpolation=cv2.INTER_CUBIC)
    return np.asarray(large[: shape[0], : shape[1]], dtype=np.float32)
