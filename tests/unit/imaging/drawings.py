"""Drawn chromosomes: ribbons of known outline, as optical density or as a picture."""

import cv2
import numpy as np

from karyodesk.imaging.density import Density

WIDTH = 16
SHAPE = (300, 400)


def ribbon(points, width=WIDTH, shape=SHAPE):
    """(height, width) bool: a ribbon with round ends along points given as x, y."""
    mask = np.zeros(shape, np.uint8)
    cv2.polylines(mask, [np.array(points, np.int32)], False, 1, width)
    return mask.astype(bool)


def disc(x, y, radius, shape=SHAPE):
    mask = np.zeros(shape, np.uint8)
    cv2.circle(mask, (x, y), radius, 1, -1)
    return mask.astype(bool)


def density_of(*masks):
    """Density of bodies of 1, which adds up where they cross, a little blurred."""
    values = np.sum([mask.astype(np.float32) for mask in masks], axis=0, dtype=np.float32)
    return Density(cv2.GaussianBlur(values, (0, 0), 1.2), False, 0.01)


def picture_of(*masks):
    """(height, width) uint8: the same in transmitted light."""
    values = 235 * 10 ** (-0.35 * density_of(*masks).values)
    noise = np.random.default_rng(0).normal(0, 1.5, values.shape)
    return np.clip(values + noise, 0, 255).astype(np.uint8)


def in_picture(body, shape=SHAPE):
    """(height, width) bool: the mask of a body in its place."""
    mask = np.zeros(shape, bool)
    mask[body.window] = body.mask
    return mask


def agreement(first, second):
    """Intersection over union of two masks."""
    return np.count_nonzero(first & second) / np.count_nonzero(first | second)


# Five chromosomes with ground all round each of them.
FREE = (
    ribbon([(40, 30), (60, 150)]),
    ribbon([(110, 40), (115, 90)]),
    ribbon([(180, 40), (240, 60), (290, 110)]),
    ribbon([(100, 250), (180, 240)]),
    ribbon([(350, 60), (340, 230)]),
)
