"""Straightened views of chromosomes for karyogram and report: derived from the original, never stored."""

from functools import lru_cache

import cv2
import numpy as np
from scipy.spatial import cKDTree

from karyodesk.domain.chromosome import Chromosome
from karyodesk.domain.view import ChromosomeView
from karyodesk.imaging.axis import arc_lengths
from karyodesk.imaging.body import Body, body_of, with_margin
from karyodesk.imaging.density import FloatImage, fit_ground, grey, is_bright_on_dark
from karyodesk.imaging.picture import Picture
from karyodesk.imaging.straighten import cross_sections

SCALE = 2.0
"""Pixels of a view per pixel of the original: a bent body is sampled without losing sharpness."""
# So many pixels of the original are kept around the outline, for a soft rim.
_RIM = 3.0


def chromosome_view(picture: Picture, chromosome: Chromosome) -> ChromosomeView:
    """Return the straightened view of a chromosome, turned as the chromosome says (mirroring is left to drawing)."""
    shown = _dark_on_white(picture)
    body = body_of(chromosome.outline)
    line = np.array(chromosome.axis, np.float64)
    line = _drawn_out(line, _RIM)
    length = float(arc_lengths(line)[-1])
    half = _reach(body, line) + _RIM
    at = cross_sections(line, max(2, round(length * SCALE)), half, max(3, round(2 * half * SCALE)))
    sampled = cv2.remap(shown, *at, cv2.INTER_CUBIC, borderMode=cv2.BORDER_CONSTANT, borderValue=255)
    pixels = np.clip(np.round(sampled), 0, 255).astype(np.uint8)
    alpha = _soft_alpha(body, at)
    centromere = chromosome.centromere * (len(pixels) - 2 * _RIM * SCALE) + _RIM * SCALE
    view = ChromosomeView(pixels, alpha, float(centromere), SCALE)
    return view.upside_down() if chromosome.turned else view


@lru_cache(maxsize=2)
def _dark_on_white(picture: Picture) -> FloatImage:
    """(height, width) float32 from 0 to 255: the grey values with the ground flattened to white."""
    image = grey(picture.pixels)
    if is_bright_on_dark(image):
        image = 1 - image
    return np.asarray(np.clip(image / np.maximum(fit_ground(image), 0.05), 0, 1) * 255, np.float32)


def _drawn_out(line: np.ndarray, by: float) -> np.ndarray:
    """The line with both ends moved outwards by some pixels, so that the rim of the ends is shown."""
    head, tail = line[0] - line[min(3, len(line) - 1)], line[-1] - line[max(-4, -len(line))]
    head, tail = (end / max(float(np.linalg.norm(end)), 1e-9) * by for end in (head, tail))
    return np.concatenate([[line[0] + head], line, [line[-1] + tail]])


def _reach(body: Body, line: np.ndarray) -> float:
    """How far the body reaches from its axis, in pixels."""
    ys, xs = np.nonzero(body.mask)
    points = np.stack([xs + body.x0, ys + body.y0], 1)
    distances = np.asarray(cKDTree(line).query(points)[0])
    return max(1.0, float(distances.max()))


def _soft_alpha(body: Body, at: tuple[FloatImage, FloatImage]) -> np.ndarray:
    """(rows, columns) uint8: 255 inside the outline, soft over one pixel of the original at the rim."""
    padded = with_margin(body.mask, 3).astype(np.float32)
    soft = cv2.GaussianBlur(cv2.dilate(padded, np.ones((3, 3))), (0, 0), 0.7)
    x0, y0 = np.float32(body.x0 - 3), np.float32(body.y0 - 3)
    alpha = cv2.remap(soft, at[0] - x0, at[1] - y0, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=0)
    return np.clip(np.round(alpha * 255), 0, 255).astype(np.uint8)
