import numpy as np
import pytest

from karyodesk.imaging.boxes import box_gaps, box_iou, reported_box

SHAPE = (300, 400)


def test_iou_of_boxes():
    a = np.array([[0, 0, 10, 10], [0, 0, 0, 0]], float)
    b = np.array([[0, 0, 10, 10], [5, 0, 15, 10], [20, 20, 30, 30]], float)
    assert box_iou(a, b)[0] == pytest.approx([1, 1 / 3, 0])
    assert not box_iou(a, b)[1].any()


def test_gaps_between_boxes():
    gaps = box_gaps(np.array([[0, 0, 10, 10], [13, 14, 20, 20], [5, 5, 30, 8], [0, 25, 10, 30]], float))
    assert gaps == pytest.approx(np.array([[0, 5, 0, 15], [5, 0, 6, 34**0.5], [0, 6, 0, 17], [15, 34**0.5, 17, 0]]))


def test_reported_box_leaves_room():
    assert reported_box((100, 50, 120, 90), 16.0, SHAPE) == (96, 46, 124, 94)


def test_reported_box_stays_in_the_picture():
    assert reported_box((0, 0, 400, 300), 16.0, SHAPE) == (0, 0, 400, 300)
