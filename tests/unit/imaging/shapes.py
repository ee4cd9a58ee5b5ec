"""Bodies of many shapes, plain and banded, to straighten."""

import cv2
import numpy as np
from scipy.spatial import cKDTree

from karyodesk.imaging.axis import arc_lengths, resampled
from karyodesk.imaging.body import crop_body

SIZE = 260


def mask_along(points, width=16, size=SIZE):
    canvas = np.zeros((size, size), np.uint8)
    cv2.polylines(canvas, [np.round(np.array(points) * 16).astype(np.int32)], False, 1, width, cv2.LINE_8, 4)
    return canvas.astype(bool)


def along(points, width=16, size=SIZE):
    """A body of constant width along a line of points, its ends round."""
    return crop_body(mask_along(points, width, size))


def arc(radius, degrees, centre=(130, 60)):
    angles = np.radians(np.linspace(0, degrees, 60))
    return np.stack([centre[0] + radius * np.cos(angles), centre[1] + radius * np.sin(angles)], 1)


def graded(points, size=SIZE):
    """(size, size) float32: how far along the line its nearest point lies, 0 to 1."""
    line = resampled(np.array(points, float), 600)
    ys, xs = np.mgrid[:size, :size]
    nearest = cKDTree(line).query(np.stack([xs.ravel(), ys.ravel()], 1))[1]
    return (arc_lengths(line)[nearest] / arc_lengths(line)[-1]).reshape(size, size).astype(np.float32)


FOLD = np.array([(60.0, 60), (130, 200), (200, 60)])
"""Two straight arms, 53 degrees between them."""
U = np.concatenate([[(100.0, 30)], arc(18, 180, (118, 150))[::-1], [(136, 30)]])
"""Two arms side by side, four pixels of ground between them."""
HAIRPIN = np.concatenate([[(100.0, 60)], arc(25, 180, (125, 150))[::-1], [(150, 60)]])
"""The same further apart: arms that are level where the bend is."""
S = np.concatenate([arc(35, 180, (95, 85))[::-1], arc(35, -180, (165, 85))[::-1]])


def holed():
    mask = mask_along([(130, 40), (130, 200)])
    mask[100:106, 128:133] = False
    return crop_body(mask)


def pieces():
    mask = mask_along([(130, 30), (130, 100)]) | mask_along([(130, 130), (135, 200)])
    mask[10:12, 10:12] = True
    return crop_body(mask)


def at_the_edge():
    """Cut by the left edge of the picture."""
    return crop_body(mask_along(arc(70, 130, (10, 60))))


ODD = {
    "U": along(U),
    "S": along(S),
    "ring": along(arc(50, 360)),
    "disc": along([(100, 100), (101, 100)], 22),
    "blob": along([(100, 100), (112, 106)], 18),
    "two pixels wide": along([(60, 60), (120, 90), (200, 80)], 2),
    "hole": holed(),
    "pieces": pieces(),
    "edge": at_the_edge(),
    "pixel": crop_body(np.ones((1, 1), bool), 5, 7),
    "row": crop_body(np.ones((1, 9), bool), 5, 7),
    "diagonal": crop_body(np.eye(6, dtype=bool), 5, 7),
    "checks": crop_body(np.indices((9, 9)).sum(0) % 2 == 0, 5, 7),
}
