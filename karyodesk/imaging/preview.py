"""The original as a screen can show it."""

from typing import Final, cast

import numpy as np
import numpy.typing as npt

from karyodesk.imaging.picture import Picture

_TAILS: Final = (0.05, 99.95)
"""Percentiles shown as black and white: hot pixels outside them would leave a 12-bit picture dark."""
_SAMPLED: Final = 1_000_000
"""About so many samples decide the percentiles, so that a large picture takes no longer than a small one."""


def preview(picture: Picture) -> npt.NDArray[np.uint8]:
    """Return a picture in 8 bits for showing: (H, W) or (H, W, 3) RGB, the size and place of every pixel kept.

    8-bit pictures are shown as stored; those of 16 bits, which often use 10 or 12 of them, are stretched linearly,
    all colours alike.
    """
    if picture.pixels.dtype == np.uint8:
        return cast(npt.NDArray[np.uint8], picture.pixels)
    samples = picture.pixels.reshape(-1)
    low, high = np.percentile(samples[:: max(1, samples.size // _SAMPLED)], _TAILS)
    table = np.clip((np.arange(65536) - low) * (255 / max(high - low, 1)), 0, 255)
    shown: npt.NDArray[np.uint8] = np.rint(table).astype(np.uint8)[picture.pixels]
    return shown
