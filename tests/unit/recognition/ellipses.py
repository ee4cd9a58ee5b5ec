"""Chromosomes that are ellipses, and the segmenter's maps that describe them exactly."""

from dataclasses import dataclass

import numpy as np

from karyodesk.recognition.instances import FEATURES, HIDDEN, KERNEL, PIXEL_STEP, PLACES, POINT_STEP, REACH, Maps

POINTS = (40, 48)
PIXELS = (80, 96)


@dataclass(frozen=True)
class Ellipse:
    """A chromosome: its middle, half axes and slope, in pixels of a mask."""

    x: float
    y: float
    long: float
    short: float
    angle: float = 0.0

    @property
    def matrix(self):
        turn = np.array([[np.cos(self.angle), -np.sin(self.angle)], [np.sin(self.angle), np.cos(self.angle)]])
        return turn @ np.diag([self.long**-2, self.short**-2]) @ turn.T

    def depth(self, x, y):
        """1 in the middle, 0 on the rim."""
        away = np.stack([x - self.x, y - self.y])
        return 1 - np.einsum("i...,ij,j...->...", away, self.matrix, away)

    def mask(self, shape):
        y, x = np.mgrid[: shape[0], : shape[1]]
        return self.depth(x, y) > 0

    @property
    def box(self):
        across, down = np.sqrt(np.diag(np.linalg.inv(self.matrix)))
        return np.array([self.x - across, self.y - down, self.x + across, self.y + down])

    def kernel(self, x, y):
        """The small network of a point that answers with the ellipse's depth."""
        (xx, xy), (_, yy) = self.matrix * REACH**2
        along = 2 * self.matrix @ (x - self.x, y - self.y) * REACH
        first = np.zeros((HIDDEN, FEATURES + PLACES))
        first[0, FEATURES:] = *along, xx, 2 * xy, yy
        bias, last = np.zeros(HIDDEN), np.zeros(HIDDEN)
        bias[0], last[0] = 1 - self.depth(x, y), -1
        return np.concatenate([first.ravel(), bias, last, [1.0]])


def silent_maps():
    """Maps in which no point has a say."""
    return Maps(
        np.zeros(POINTS, np.float32),
        np.ones(POINTS, np.float32),
        np.zeros((4, *POINTS), np.float32),
        np.zeros((KERNEL, *POINTS), np.float32),
        np.zeros((FEATURES, *PIXELS), np.float32),
    )


def maps_of(*ellipses):
    """Maps whose points on the core of one ellipse describe it, the surer the deeper."""
    maps = silent_maps()
    for row, column in np.ndindex(POINTS):
        x, y = (place * POINT_STEP / PIXEL_STEP + 1 for place in (column, row))
        depths = [ellipse.depth(x, y) for ellipse in ellipses]
        cores = [ellipse for ellipse, depth in zip(ellipses, depths, strict=True) if depth > 0.5]
        if len(cores) != 1:
            continue
        maps.core[row, column] = 0.5 + 0.5 * max(depths)
        left, up, right, down = cores[0].box
        maps.reach[:, row, column] = PIXEL_STEP * np.array([x - left, y - up, right - x, down - y])
        maps.kernels[:, row, column] = cores[0].kernel(x, y)
    return maps
