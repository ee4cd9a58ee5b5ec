"""Chromosomes that were cut out already: one picture each on a plain ground."""

import cv2
import numpy as np
import numpy.typing as npt

from karyodesk.domain.errors import PictureError
from karyodesk.imaging.body import Body, crop_body
from karyodesk.imaging.density import FloatImage, grey

# Below this share of the ground's brightness a picture is black: the logarithm would only enlarge noise.
_DARKEST = 0.1
_MARGIN = 2
# A ground that was made black is of nearly one value, and reaches the edge in more than a few pixels.
_ONE_BLACK, _FEWEST_BLACK = 0.03, 4
# Below so many pixels nothing is left to show a chromosome.
_FEWEST = 12
# The light ground that takes its place is so much lighter than the palest band.
_LIGHTER = 1.15


def cutout(pixels: npt.NDArray[np.generic]) -> tuple[FloatImage, Body]:
    """Return the density and the body of a picture that holds one chromosome on a plain ground.

    Args:
        pixels: (height, width) or (height, width, 3) RGB, uint8 or uint16.

    Returns:
        density: (height + 4, width + 4) float32, two pixels of ground added on every side, as a
            cut-out often touches the edge of its picture.
        body: in pixels of that density.

    Raises:
        PictureError: where nothing stands out from the ground.
    """
    image = np.pad(grey(pixels), _MARGIN, mode="edge")
    ground = _ground_level(image)
    density = _density(image, ground)
    level = _chromatin_level(density)
    if level < 0.02:
        raise PictureError("Nothing stands out from the ground. Choose a picture with one chromosome cut out.")
    mask = cv2.morphologyEx((density > 0.12 * level).astype(np.uint8), cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    body = crop_body(_largest(np.asarray(mask, np.uint8)))
    if body is None or body.mask.sum() < _FEWEST:
        raise PictureError("The picture is too small to show a chromosome. Choose a larger cut-out.")
    return density, body


def cutout_or_none(pixels: npt.NDArray[np.generic]) -> tuple[FloatImage, Body] | None:
    """Return what ``cutout`` does, and None where the picture shows no chromosome."""
    try:
        return cutout(pixels)
    except PictureError:
        return None


def on_light_ground(pixels: npt.NDArray[np.generic]) -> npt.NDArray[np.uint16] | None:
    """Return a picture with its black ground made lighter than all that lies on it; None where there is none.

    Programs that cut chromosomes out of transmitted-light pictures often leave black around them. Taken for a
    fluorescent picture, such a one would have its bands inverted. Which of both it is, the picture alone cannot tell.

    Args:
        pixels: as in ``cutout``.
    """
    try:
        image = grey(pixels)
    except PictureError:
        return None
    black = _reaching_the_edge(image <= float(image.min()) + _ONE_BLACK)
    if black.sum() < _FEWEST_BLACK:
        return None
    # The rim is of both, where the picture was scaled or compressed after it was cut out.
    black = cv2.dilate(black.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)
    if (~black).sum() < _FEWEST:
        return None
    light = _LIGHTER * float(cv2.GaussianBlur(image, (0, 0), 0.7)[~black].max())
    lit = np.where(black, light, image) / max(1.0, light)
    return np.asarray(np.round(np.clip(lit, 0, 1) * np.iinfo(np.uint16).max), np.uint16)


def _reaching_the_edge(chosen: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Those connected pixels that go on to the edge of the picture."""
    _, parts = cv2.connectedComponents(chosen.astype(np.uint8))
    edge = np.unique(np.concatenate([parts[0], parts[-1], parts[:, 0], parts[:, -1]]))
    return np.isin(parts, edge[edge > 0])


def _ground_level(image: FloatImage) -> float:
    """The commonest grey value along the edge of the picture."""
    edge = np.concatenate([image[_MARGIN], image[-1 - _MARGIN], image[:, _MARGIN], image[:, -1 - _MARGIN]])
    histogram, edges = np.histogram(edge, bins=32, range=(0, 1))
    # The ground is at one end of the range or the other; a chromosome at the edge is in between.
    brightest, darkest = float(image.max()), float(image.min())
    mode = float(edges[int(histogram.argmax())] + edges[int(histogram.argmax()) + 1]) / 2
    return brightest if brightest - mode < mode - darkest else darkest


def _density(image: FloatImage, ground: float) -> FloatImage:
    """Optical density over a light ground; intensity over a dark one."""
    if ground < float(image.mean()):
        return np.asarray(image - ground, np.float32)
    return np.asarray(-np.log10(np.maximum(image / ground, _DARKEST)), np.float32)


def _chromatin_level(density: FloatImage) -> float:
    """The density of the darkest bands, however little of the picture the chromosome takes.

    The highest value of a blurred picture, so that a single hot pixel has no say.
    """
    return float(cv2.GaussianBlur(density, (0, 0), 1.0).max())


def _largest(mask: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    """The largest body with its holes filled, and what is at least a fifth of it: pale bands part a body."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask)
    areas = stats[1:, cv2.CC_STAT_AREA]
    if not areas.size:
        return np.zeros(mask.shape, bool)
    keep = 1 + np.flatnonzero(areas >= 0.2 * areas.max())
    chosen = np.isin(labels, keep).astype(np.uint8)
    contours, _ = cv2.findContours(chosen, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    return cv2.drawContours(chosen, contours, -1, 1, cv2.FILLED).astype(bool)
