"""What the shipped segmenter misses is told by the boxes."""

from dataclasses import replace

import numpy as np

from karyodesk.training.segmenter.readings import missed
from karyodesk.training.workshop import segmenter

from .cells import FREE, outlined


def test_chromosomes_that_lie_free_are_not_missed():
    assert missed(segmenter(), outlined()) == ()


def test_a_box_without_a_chromosome_or_over_two_is_missed():
    cell = outlined()
    nothing, both = (
        [5, 270, 60, 295],
        [*np.minimum(cell.boxes[0], cell.boxes[1])[:2], *np.maximum(cell.boxes[0], cell.boxes[1])[2:]],
    )
    boxes = np.concatenate([cell.boxes, np.array([nothing, both], np.float32)])
    assert missed(segmenter(), replace(cell, boxes=boxes)) == (len(FREE), len(FREE) + 1)
