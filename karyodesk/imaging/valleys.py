"""Candidate chromosomes from the valleys of optical density: which parts of a clump hang together most closely.

The density is cut into basins round its peaks (a watershed); basins are joined in the order of the
saddles between them, highest first. Every group of basins that grows to the size of a chromosome
part before it is joined to another such group is a candidate. This is the tree of connected
components over all thresholds at once, with outlines that reach the rim of the chromatin.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
from skimage.segmentation import watershed

from karyodesk.imaging.body import Body, Mask, crop_body
from karyodesk.imaging.density import FloatImage

Labels = npt.NDArray[np.int32]


@dataclass
class _Group:
    basins: list[int]
    peak: float
    area: int


def basins_of(density: FloatImage, mask: Mask) -> Labels:
    """Return (height, width) int32: the basin of every pixel of the mask, numbered from 1, and 0 outside."""
    peaks = (density >= cv2.dilate(density, np.ones((3, 3), np.uint8))) & mask
    _, markers = cv2.connectedComponents(peaks.astype(np.uint8), ltype=cv2.CV_32S)
    return np.asarray(watershed(-density, markers, mask=mask), np.int32)


def saddles_between(density: FloatImage, basins: Labels) -> list[tuple[float, int, int]]:
    """Return (height, basin, basin) of the highest saddle between every two neighbouring basins, highest first."""
    best: dict[tuple[int, int], float] = {}
    for here, there in ((np.s_[:, :-1], np.s_[:, 1:]), (np.s_[:-1], np.s_[1:])):
        a, b = basins[here], basins[there]
        touch = (a != b) & (a > 0) & (b > 0)
        height = np.minimum(density[here], density[there])[touch]
        low, high = np.minimum(a[touch], b[touch]), np.maximum(a[touch], b[touch])
        for first, second, value in zip(low.tolist(), high.tolist(), height.tolist(), strict=True):
            if value > best.get((first, second), -np.inf):
                best[first, second] = value
    return sorted(((value, *pair) for pair, value in best.items()), key=lambda saddle: (-saddle[0], saddle[1:]))


def valley_candidates(density: FloatImage, mask: Mask, smallest: float, depth: float) -> list[Body]:
    """Return the groups of basins that may be one chromosome each; they contain one another.

    Args:
        density: (height, width) float32, smoothed.
        mask: (height, width) bool: the chromatin.
        smallest: area in pixels below which a group is a band, not a chromosome part.
        depth: a valley shallower than this, in units of density, divides nothing.
    """
    basins = basins_of(density, mask)
    count = int(basins.max())
    peak = np.full(count + 1, -np.inf, np.float32)
    np.maximum.at(peak, basins.ravel(), density.ravel())
    area = np.bincount(basins.ravel(), minlength=count + 1)
    group_of = [_Group([i], float(peak[i]), int(area[i])) for i in range(count + 1)]
    found: list[list[int]] = []
    for height, a, b in saddles_between(density, basins):
        first, second = group_of[a], group_of[b]
        if first is second:
            continue
        if min(first.area, second.area) >= smallest and min(first.peak, second.peak) - height >= depth:
            found += [first.basins, second.basins]
        joined = _Group(first.basins + second.basins, max(first.peak, second.peak), first.area + second.area)
        for basin in joined.basins:
            group_of[basin] = joined
    whole = {id(group): group for group in group_of[1:]}
    found += [group.basins for group in whole.values() if group.area >= smallest]
    return _masks(basins, found)


def _masks(basins: Labels, groups: list[list[int]]) -> list[Body]:
    """Return one body a group of basins."""
    rows, columns = np.nonzero(basins)
    labels = basins[rows, columns]
    count = int(basins.max()) + 1
    box = np.zeros((count, 4), np.int64)
    box[:, :2] = max(basins.shape)
    np.minimum.at(box[:, 0], labels, columns)
    np.minimum.at(box[:, 1], labels, rows)
    np.maximum.at(box[:, 2], labels, columns + 1)
    np.maximum.at(box[:, 3], labels, rows + 1)
    bodies = []
    for group in groups:
        x0, y0 = box[group, :2].min(0).tolist()
        x1, y1 = box[group, 2:].max(0).tolist()
        member = np.zeros(count, bool)
        member[group] = True
        body = crop_body(member[basins[y0:y1, x0:x1]], x0, y0)
        if body is not None:
            bodies.append(body)
    return bodies
