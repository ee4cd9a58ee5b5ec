"""What a body is, by the boxes of a cell."""

import numpy as np

from karyodesk.training.truth import NONE, UNCLEAR, truths

TWO = np.array([[0, 0, 10, 40], [8, 0, 20, 40]], float)


def of(*bodies, boxes=TWO):
    return truths(np.array(bodies, float).reshape(-1, 4), np.array(boxes, float).reshape(-1, 4)).tolist()


def test_a_body_that_fills_a_box_is_that_chromosome():
    assert of((8, 0, 20, 40), (0, 1, 10, 38)) == [1, 0]


def test_of_two_bodies_in_one_box_the_better_is_the_chromosome_and_nothing_is_said_of_the_other():
    assert of((0, 0, 10, 32), (0, 0, 10, 40)) == [UNCLEAR, 0]


def test_a_piece_is_no_chromosome():
    assert of((0, 0, 10, 15)) == [NONE]


def test_two_in_one_are_no_chromosome():
    assert of((0, 0, 20, 40)) == [NONE]


def test_a_body_that_fills_two_boxes_alike_is_unclear():
    assert of((0, 0, 10, 40), boxes=[(0, 0, 10, 40), (0, 4, 10, 44)]) == [UNCLEAR]


def test_a_body_that_is_neither_well_in_its_box_nor_far_from_it_is_unclear():
    assert of((0, 0, 10, 25)) == [UNCLEAR]


def test_a_large_body_in_whose_box_a_small_chromosome_lies_is_the_large_chromosome():
    assert of((0, 0, 40, 40), boxes=[(0, 0, 41, 41), (2, 2, 10, 10), (30, 30, 38, 38)]) == [0]


def test_without_bodies_there_is_nothing_and_without_boxes_no_chromosome():
    assert of() == []
    assert of((0, 0, 5, 5), boxes=[]) == [NONE]
