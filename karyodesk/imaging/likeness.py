"""How much a mask looks like one whole chromosome: a logistic model of a few measures of it."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from karyodesk.imaging.body import Body, Mask
from karyodesk.imaging.density import FloatImage
from karyodesk.imaging.likeness_weights import MEAN, SPREAD, WEIGHTS

Vector = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Chromatin:
    """What the measures of a candidate are taken against.

    Attributes:
        density: (height, width) float32.
        mask: (height, width) bool: all the chromatin.
        width: of a chromosome in pixels.
        rim: (height, width) bool: near the ground.
        area: pixels of chromatin that may be chromosomes.
    """

    density: FloatImage
    mask: Mask
    width: float
    rim: Mask
    area: int


def chromatin_of(density: FloatImage, mask: Mask, width: float) -> Chromatin:
    """Return what candidates are measured against."""
    ground = np.pad(~mask, 1, constant_values=True).astype(np.uint8)
    rim = cv2.dilate(ground, np.ones((5, 5), np.uint8))[1:-1, 1:-1] > 0
    return Chromatin(density, mask, width, rim, max(1, int(mask.sum())))


def measures(body: Body, chromatin: Chromatin) -> Vector:
    """Return the measures of a candidate; lengths in widths, areas in squared widths."""
    width = chromatin.width
    window = body.window
    mask = np.pad(body.mask, 2).astype(np.uint8)
    area = int(body.mask.sum())
    depth = cv2.distanceTransform(mask, cv2.DIST_L2, 5)
    ridge = (depth >= cv2.dilate(depth, np.ones((3, 3), np.uint8))) & (depth > 0.2 * width)
    ridge = ridge if ridge.any() else depth >= depth.max()
    widths = 2 * depth[ridge] / width
    density = chromatin.density[window]
    inner = density[ridge[2:-2, 2:-2]]
    mean = float(density[body.mask].mean())
    rim = body.mask & (cv2.erode(mask, np.ones((3, 3), np.uint8))[2:-2, 2:-2] == 0)
    cut = rim & ~chromatin.rim[window]
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    hull = cv2.contourArea(cv2.convexHull(np.concatenate(contours)))
    perimeter = sum(cv2.arcLength(contour, True) for contour in contours)
    cut_count = int(cut.sum())
    return np.array(
        [
            np.log(area / width**2),
            np.log(46 * area / chromatin.area),
            widths.max(),
            widths.mean(),
            widths.std(),
            float(np.percentile(widths, 10)),
            area / max(hull, area),
            2 * area / max(perimeter, 1.0) / width,
            float(density[cut].sum()) / width if cut_count else 0.0,
            cut_count / max(int(rim.sum()), 1),
            float(density[cut].mean()) / mean if cut_count else 0.0,
            mean,
            float(density[body.mask].std()) / mean,
            float(np.percentile(inner, 10)) / mean,
            float(len(contours) - 1),
        ]
    )


def expand(values: Vector) -> Vector:
    """Return (n, 1 + m + m (m + 1) / 2) terms of the logistic model of (n, m) measures: 1, measures, products."""
    rows, columns = np.triu_indices(values.shape[1])
    return np.concatenate([np.ones((len(values), 1)), values, values[:, rows] * values[:, columns]], axis=1)


def likeness(values: Vector) -> Vector:
    """Return (n,) from 0 to 1: how likely candidates with these (n, m) measures are one whole chromosome each."""
    standard = (values - np.array(MEAN)) / np.array(SPREAD)
    return np.asarray(1 / (1 + np.exp(-np.clip(expand(standard) @ np.array(WEIGHTS), -40, 40))))
