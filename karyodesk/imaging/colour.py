"""From what a file stores a pixel to grey or RGB, without a loss where the file has none."""

from typing import Any, cast

import numpy as np
import numpy.typing as npt

from karyodesk.imaging.limits import not_readable
from karyodesk.imaging.picture import Pixels

Stored = npt.NDArray[Any]


def top_of(pixels: Stored) -> int:
    """The largest value of the type of an array of unsigned integers."""
    return int(np.iinfo(pixels.dtype).max)


def _rounded(values: npt.NDArray[np.float32], like: Pixels) -> Pixels:
    """Whole numbers of the type of another picture."""
    return cast(Pixels, np.rint(values).astype(like.dtype))


def to_unsigned(stored: Stored, bits: int) -> Pixels:
    """Return samples as uint8 or uint16; those of fewer than 8 bits are spread to the full range of uint8.

    Args:
        stored: samples of any shape.
        bits: how many bits of a sample are used.

    Raises:
        PictureError: for samples of another type.
    """
    if stored.dtype.kind == "f":
        raise not_readable("holds decimal numbers")
    if stored.dtype == np.uint16 or (stored.dtype == np.uint8 and bits == 8):
        return cast(Pixels, stored)
    if stored.dtype.kind in "bu" and bits < 8:
        return np.rint(stored * np.float32(255 / (2**bits - 1))).astype(np.uint8)
    raise not_readable(f"holds {bits}-bit whole numbers")


def inverted(pixels: Pixels, bits: int) -> Pixels:
    """Return a picture stored with white as 0 the other way round; ``bits`` are used of each sample."""
    top = 2 ** max(bits, 8) - 1
    return cast(Pixels, (top - np.minimum(pixels, top)).astype(pixels.dtype))


def over_white(colour: Pixels, alpha: Pixels, *, premultiplied: bool = False) -> Pixels:
    """Lay a picture with transparent parts on white, the ground of a karyogram.

    Args:
        colour: (H, W) or (H, W, 3).
        alpha: (H, W) of the same type, its largest value opaque.
        premultiplied: the colours are already multiplied by ``alpha``.
    """
    top = top_of(alpha)
    if int(alpha.min()) == top:
        return colour
    share = alpha.astype(np.float32) / np.float32(top)
    if colour.ndim == 3:
        share = share[..., None]
    paint = colour if premultiplied else colour * share
    return _rounded(np.clip(paint + (1 - share) * top, 0, top), colour)


def from_cmyk(inks: Pixels) -> Pixels:
    """Return RGB of (H, W, 4) cyan, magenta, yellow and black, the largest value full ink; without a profile."""
    top = np.float32(top_of(inks))
    light = (top - inks).astype(np.float32)
    return _rounded(light[..., :3] * light[..., 3:] / top, inks)


def from_palette(indices: Stored, palette: npt.NDArray[np.uint16]) -> Pixels:
    """Return 8-bit RGB of (H, W) indices into a palette of shape (3, n).

    TIFF states 16-bit entries; some writers store 8-bit ones, told by none of them being over 255.
    """
    eight = palette if int(palette.max()) < 256 else palette >> 8
    return cast(Pixels, eight.astype(np.uint8).T[np.minimum(indices, palette.shape[1] - 1)])


def plain(pixels: Pixels, rounding: int = 0) -> Pixels:
    """Return (H, W) or (H, W, 3) of 1 to 4 channels: grey, grey and alpha, RGB, RGB and alpha.

    A picture whose three colours are the same everywhere is returned as grey: nothing is lost, and every step
    after it is three times lighter.

    Args:
        pixels: (H, W) or (H, W, channels).
        rounding: by how much the colours of a grey pixel may differ, where the decoder rounds them.

    Raises:
        PictureError: for more channels.
    """
    if pixels.ndim == 2:
        return pixels
    channels = pixels.shape[2]
    if channels > 4:
        raise not_readable(f"holds {channels} channels")
    colour = pixels[..., : channels - 1] if channels in (2, 4) else pixels
    flat = all(_alike(colour[..., 0], colour[..., channel], rounding) for channel in range(1, colour.shape[2]))
    colour = colour[..., 0] if flat else colour
    return over_white(colour, pixels[..., -1]) if channels in (2, 4) else colour


def _alike(one: Pixels, other: Pixels, rounding: int) -> bool:
    if rounding == 0:
        return np.array_equal(one, other)
    return bool((np.maximum(one, other) - np.minimum(one, other)).max() <= rounding)
