"""Pictures with nothing but their pixels: no name, no text, no date, no device."""

import cv2
import numpy as np

from karyodesk.domain.errors import PictureError
from karyodesk.imaging.read import read_pages


def bare_png(data: bytes, page: int = 1) -> bytes:
    """Return one page of a file as a PNG without metadata, of the same pixels as the program reads.

    What is written into the pixels themselves, such as a caption, stays.

    Args:
        data: the bytes of the file.
        page: from 1.

    Raises:
        PictureError: where it cannot be read, or has no such page.
    """
    pages = read_pages(data)
    if not 1 <= page <= len(pages):
        raise PictureError("This file has no such page: it is not the one that was analysed.")
    pixels = pages[page - 1]
    stored = np.ascontiguousarray(pixels[..., ::-1]) if pixels.ndim == 3 else pixels
    done, encoded = cv2.imencode(".png", stored)
    if not done:
        raise PictureError("This picture cannot be written as PNG: export the case with its originals.")
    return encoded.tobytes()
