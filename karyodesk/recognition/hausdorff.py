"""Hausdorff distance of a chromosome's features from the label features of each type.

Two readings of "the Hausdorff distance between feature vectors" (Wang et al. 2020 leave it open)
are sound. A: each vector is one point, and the distance is Euclid's. D: the rows of the feature
map, which follow the chromosome's axis, are the points, so two banding sequences are compared and a
small shift or stretch is forgiven. Taking the numbers of a vector as points on a line (the easiest
call of a library) forgets which number stands where and is never used.
"""

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

ROW_WEIGHT = 0.5
"""How much a step of a whole chromosome along the axis counts beside the distance of unit rows (reading D)."""


def unit(vectors: npt.NDArray[np.floating]) -> FloatArray:
    """Return vectors (..., d) scaled to length 1; a zero vector stays zero."""
    values = np.asarray(vectors, np.float64)
    return np.asarray(values / np.maximum(np.linalg.norm(values, axis=-1, keepdims=True), 1e-12))


def distances_a(features: npt.NDArray[np.floating], label_features: npt.NDArray[np.floating]) -> FloatArray:
    """Reading A: distance of n feature vectors (n, d) from those of k labels (k, d); (n, k).

    Both are scaled to length 1 first, so the result lies between 0 and 2.
    """
    difference = unit(features)[:, None] - unit(label_features)[None]
    return np.asarray(np.linalg.norm(difference, axis=-1))


def banding_points(rows: npt.NDArray[np.floating]) -> FloatArray:
    """Return rows (..., g, c) of a feature map as points (..., g, c + 1): unit rows and their place along the axis."""
    points = unit(rows)
    place = np.linspace(0, 1, points.shape[-2]) / ROW_WEIGHT
    return np.concatenate([points, np.broadcast_to(place[:, None], (*points.shape[:-1], 1))], axis=-1)


def distances_d(rows: npt.NDArray[np.floating], label_rows: npt.NDArray[np.floating]) -> FloatArray:
    """Reading D: modified Hausdorff distance of n banding sequences (n, g, c) from those of k labels (k, g, c); (n, k).

    The mean of the minima takes the place of their maximum in each direction (Dubuisson and Jain
    1994): one spoilt row, at a crossing or a clipped end, must not decide.
    """
    a, b = banding_points(rows), banding_points(label_rows)
    squared = (a**2).sum(-1)[:, None, :, None] + (b**2).sum(-1)[None, :, None, :]
    squared = squared - 2 * np.einsum("igc,kjc->ikgj", a, b, optimize=True)
    between = np.sqrt(np.maximum(squared, 0))
    return np.asarray(np.maximum(between.min(3).mean(2), between.min(2).mean(2)))
