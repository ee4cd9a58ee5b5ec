"""PNG, JPEG, BMP and WebP: kinds of one page whose size stands in the first bytes."""

from typing import Final, cast

import cv2
import imagecodecs
import numpy as np
from cv2.utils import logging as cv2_logging

from karyodesk.imaging.colour import from_cmyk, plain
from karyodesk.imaging.headers import bmp_size, jpeg_is_whole, jpeg_size, png_essence, png_size, webp_size
from karyodesk.imaging.limits import check_size, damaged
from karyodesk.imaging.picture import Pixels

_SILENT: Final = 0
"""OpenCV's level of logging that writes nothing: its words about a bad file would reach the terminal."""


def read_bmp(data: bytes) -> list[Pixels]:
    """Pixels of a BMP, with a palette or without."""
    check_size(*bmp_size(data))
    level = cv2_logging.getLogLevel()
    cv2_logging.setLogLevel(_SILENT)
    try:
        stored = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    finally:
        cv2_logging.setLogLevel(level)
    if stored is None:
        raise damaged("BMP")
    if stored.ndim == 3 and stored.shape[2] >= 3:
        stored = np.concatenate([stored[..., 2::-1], stored[..., 3:]], axis=2)  # blue first in OpenCV
    return [plain(cast(Pixels, stored))]


def read_png(data: bytes) -> list[Pixels]:
    """Pixels of a PNG of any bit depth, palette and transparency; colour profiles are left aside."""
    check_size(*png_size(data))
    return [plain(imagecodecs.png_decode(png_essence(data)))]


def read_jpeg(data: bytes) -> list[Pixels]:
    """Pixels of a JPEG: grey, colour or CMYK, which a JPEG stores inverted. An EXIF rotation is left aside."""
    check_size(*jpeg_size(data))
    if not jpeg_is_whole(data):
        raise damaged("JPEG")
    pixels = imagecodecs.jpeg8_decode(data)
    return [from_cmyk(255 - pixels) if pixels.ndim == 3 and pixels.shape[2] == 4 else plain(pixels)]


def read_webp(data: bytes) -> list[Pixels]:
    """Pixels of a WebP, the first picture of an animated one.

    A lossy one stores brightness and two colours; without colour, the decoder's green is rounded 1 away from red.
    """
    check_size(*webp_size(data))
    return [plain(imagecodecs.webp_decode(data), rounding=1)]
