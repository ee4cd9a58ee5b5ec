"""Encoded chromosomes of two types that differ in where their one band lies."""

import numpy as np

from karyodesk.training.dataset import UNKNOWN, UP, Examples
from karyodesk.training.truth import NONE


def two_types(n=96):
    """Examples of two types and some of none, half of unknown direction, five in six to be trained on."""
    rng = np.random.default_rng(0)
    pictures = np.zeros((n, 192, 40), np.uint8)
    label = np.arange(n) % 2
    pictures[:, 60:130, 10:30] = 90
    pictures[label == 0, 65:75, 10:30] = 250
    pictures[label == 1, 92:99, 10:30] = 250
    pictures += rng.integers(0, 5, pictures.shape).astype(np.uint8)
    direction = np.where(np.arange(n) % 4 < 2, UP, UNKNOWN)
    part = np.where(np.arange(n) < n * 5 // 6, 0, 2)
    zeros = np.zeros(n, np.int8)
    label[5::24] = NONE
    return Examples(
        pictures, label.astype(np.int8), direction.astype(np.int8), zeros, part.astype(np.int8), np.full(n, "c"),
        np.ones(n, bool),
    )  # fmt: skip
