"""Small pictures of cells as they are kept in the cache of the case database. Free of Qt."""

import cv2
import numpy as np
import numpy.typing as npt


def encode(thumbnail: npt.NDArray[np.uint8]) -> bytes:
    """Return a PNG of a picture, (H, W) or (H, W, 3) RGB, uint8."""
    stored = thumbnail if thumbnail.ndim == 2 else cv2.cvtColor(thumbnail, cv2.COLOR_RGB2BGR)
    return cv2.imencode(".png", stored)[1].tobytes()


def decode(png: bytes) -> npt.NDArray[np.uint8] | None:
    """Return the picture of a PNG, (H, W) or (H, W, 3) RGB, uint8; None where it is none."""
    found = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_UNCHANGED) if png else None
    if found is None or found.ndim == 2:
        return None if found is None else np.asarray(found, np.uint8)
    return np.asarray(cv2.cvtColor(found, cv2.COLOR_BGR2RGB), np.uint8)
