"""Hausdorff distance of chromosomes' features from the label features, in all its readings.

Wang et al. 2020 compare a feature vector with the label feature vector of each type by Hausdorff distance and
leave open what the points are; ``HausdorffReading`` names the possible answers. The distance is
H(A, B) = max(h(A, B), h(B, A)) with h(A, B) = max over a in A of min over b in B of |a - b|, where a reading does not
say otherwise. Vectors and rows are scaled to length 1 first.
"""

from enum import StrEnum
from typing import Protocol

import numpy as np
import numpy.typing as npt
from scipy.spatial.distance import cdist

FloatArray = npt.NDArray[np.float64]
Floats = npt.NDArray[np.floating]

ROW_WEIGHT = 0.5
"""How much a step of a whole chromosome along the axis counts beside the distance of unit rows (reading D)."""
NEIGHBOURS = 3
"""Members of a set whose mean distance is taken by ``HausdorffReading.SET_MEAN``."""


class HausdorffReading(StrEnum):
    """What the points of a chromosome and of a label are.

    The program names chromosomes by A and D.
    """

    A = "a"
    """A vector is one point: Euclid's distance, so the nearest label feature vector wins."""
    B = "b"
    """The numbers of a vector are points on a line. A negative control, the easiest call of a library: it
    forgets which number stands where, names nothing, and is here to be measured, never to name."""
    C = "c"
    """Each number of a vector is a point in a plane, beside its own place. The places lie so far apart that only
    numbers of one place are compared: the largest difference of any (Chebyshev)."""
    D = "d"
    """The rows of the feature map, which follow the chromosome's axis, are the points, beside their place along it:
    two banding sequences are compared, and a small shift or stretch is forgiven. The mean of the least distances takes
    the place of the largest (modified Hausdorff distance, Dubuisson and Jain 1994): one spoilt row, at a
    crossing or a clipped end, must not decide."""
    D_PLAIN = "d-plain"
    """The points of D, and the largest of the least distances."""
    SET = "set"
    """A vector is one point and a label a set of them: h, from the chromosome to the nearest member."""
    SET_MEAN = "set-mean"
    """The mean distance from the nearest members of the set, which one odd member does not rule."""
    SET_FARTHEST = "set-farthest"
    """H of one point and a set, which is the distance from its farthest member."""


class Features(Protocol):
    """Features of n chromosomes: ``vectors`` (n, d) and the ``rows`` (n, g, c) of the feature map, short arm up."""

    @property
    def vectors(self) -> Floats:
        """(n, d) feature vectors."""
        ...

    @property
    def rows(self) -> Floats:
        """(n, g, c) rows of the feature map from the top."""
        ...


class LabelPoints(Features, Protocol):
    """Features of k labels, and sets of ``members`` (k, m, d) of each."""

    @property
    def members(self) -> Floats:
        """(k, m, d) feature vectors, m for each label."""
        ...


def distances(reading: HausdorffReading, features: Features, labels: LabelPoints) -> FloatArray:
    """Return the (n, k) Hausdorff distance of n chromosomes from k labels in a reading."""
    match reading:
        case HausdorffReading.A:
            return distances_a(features.vectors, labels.vectors)
        case HausdorffReading.B:
            return distances_b(features.vectors, labels.vectors)
        case HausdorffReading.C:
            return cdist(unit(features.vectors), unit(labels.vectors), "chebyshev")
        case HausdorffReading.D:
            return distances_d(features.rows, labels.rows)
        case HausdorffReading.D_PLAIN:
            return distances_d_plain(features.rows, labels.rows)
        case HausdorffReading.SET:
            return _from_members(features, labels)[..., 0]
        case HausdorffReading.SET_MEAN:
            return np.asarray(_from_members(features, labels)[..., :NEIGHBOURS].mean(2))
        case HausdorffReading.SET_FARTHEST:
            return _from_members(features, labels)[..., -1]


def unit(vectors: Floats) -> FloatArray:
    """Return vectors (..., d) scaled to length 1; a zero vector stays zero."""
    values = np.asarray(vectors, np.float64)
    return np.asarray(values / np.maximum(np.linalg.norm(values, axis=-1, keepdims=True), 1e-12))


def distances_a(vectors: Floats, label_vectors: Floats) -> FloatArray:
    """Reading A: distance of n feature vectors (n, d) from those of k labels (k, d); (n, k), from 0 to 2."""
    difference = unit(vectors)[:, None] - unit(label_vectors)[None]
    return np.asarray(np.linalg.norm(difference, axis=-1))


def distances_b(vectors: Floats, label_vectors: Floats) -> FloatArray:
    """Reading B, the negative control: the numbers of (n, d) and (k, d) vectors as points on a line; (n, k)."""
    ours, theirs = np.sort(unit(vectors), axis=1), np.sort(unit(label_vectors), axis=1)
    there = np.stack([_farthest_on_line(ours, other) for other in theirs], axis=1)
    back = np.reshape([_farthest_on_line(theirs, one) for one in ours], there.shape)
    return np.asarray(np.maximum(there, back))


def _farthest_on_line(points: FloatArray, line: FloatArray) -> FloatArray:
    """h(A, B) of each of n sets A of numbers (n, d) against one sorted set B (m,); (n,)."""
    after = np.searchsorted(line, points).clip(1, max(1, len(line) - 1))
    nearest = np.minimum(np.abs(points - line[after - 1]), np.abs(points - line[after.clip(max=len(line) - 1)]))
    return np.asarray(nearest.max(1))


def banding_points(rows: Floats) -> FloatArray:
    """Return rows (..., g, c) of a feature map as points (..., g, c + 1): unit rows and their place along the axis."""
    points = unit(rows)
    place = np.linspace(0, 1, points.shape[-2]) / ROW_WEIGHT
    return np.concatenate([points, np.broadcast_to(place[:, None], (*points.shape[:-1], 1))], axis=-1)


def distances_d(rows: Floats, label_rows: Floats) -> FloatArray:
    """Reading D: modified Hausdorff distance of rows (n, g, c) from those of k labels (k, g, c); (n, k)."""
    between = _between_rows(rows, label_rows)
    return np.asarray(np.maximum(between.min(3).mean(2), between.min(2).mean(2)))


def distances_d_plain(rows: Floats, label_rows: Floats) -> FloatArray:
    """Reading D with the Hausdorff distance itself, sequences as for ``distances_d``; (n, k)."""
    between = _between_rows(rows, label_rows)
    return np.asarray(np.maximum(between.min(3).max(2), between.min(2).max(2)))


def _between_rows(rows: Floats, label_rows: Floats) -> FloatArray:
    """(n, k, g, g) distances of every point of n sequences from every point of k."""
    a, b = banding_points(rows), banding_points(label_rows)
    squared = (a**2).sum(-1)[:, None, :, None] + (b**2).sum(-1)[None, :, None, :]
    squared = squared - 2 * np.einsum("igc,kjc->ikgj", a, b, optimize=True)
    return np.asarray(np.sqrt(np.maximum(squared, 0)))


def _from_members(features: Features, labels: LabelPoints) -> FloatArray:
    """(n, k, m) distances of n vectors from the m members of each of k labels, the nearest first."""
    k, m, d = labels.members.shape
    to_all = cdist(unit(features.vectors), unit(labels.members).reshape(k * m, d))
    return np.sort(to_all.reshape(-1, k, m), axis=2)
