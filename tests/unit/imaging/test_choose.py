import numpy as np

from karyodesk.imaging.body import Body
from karyodesk.imaging.choose import choose, shared_areas


def bar(x0, y0, across, down):
    return Body(np.ones((down, across), bool), x0, y0)


def test_shared_areas_counts_common_pixels():
    shared = shared_areas([bar(0, 0, 10, 4), bar(8, 2, 10, 4), bar(50, 50, 3, 3)])
    assert shared.tolist() == [[40, 4, 0], [4, 40, 0], [0, 0, 9]]


def test_two_that_cross_are_both_taken():
    cross = [bar(0, 20, 50, 10), bar(20, 0, 10, 50)]
    assert choose(np.array([0.5, 0.4]), shared_areas(cross), 10) == [0, 1]


def test_of_one_and_its_part_the_better_is_taken():
    bodies = [bar(0, 0, 50, 10), bar(0, 0, 25, 10)]
    assert choose(np.array([0.5, 0.4]), shared_areas(bodies), 10) == [0]
    assert choose(np.array([0.3, 0.4]), shared_areas(bodies), 10) == [1]


def test_the_whole_is_not_given_up_for_weaker_halves():
    bodies = [bar(0, 0, 50, 10), bar(0, 0, 25, 10), bar(25, 0, 25, 10)]
    assert choose(np.array([0.5, 0.3, 0.3]), shared_areas(bodies), 10) == [0]
    assert choose(np.array([0.2, 0.3, 0.3]), shared_areas(bodies), 10) == [1, 2]


def test_one_between_replaces_the_better_of_two_that_it_contradicts_only_with_their_sum():
    bodies = [bar(0, 0, 30, 10), bar(10, 0, 40, 10), bar(30, 0, 30, 10)]
    assert choose(np.array([0.4, 0.6, 0.3]), shared_areas(bodies), 10) == [1]
    assert choose(np.array([0.7, 0.6, 0.3]), shared_areas(bodies), 10) == [0, 2]


def test_what_adds_nothing_is_not_taken():
    bodies = [bar(0, 0, 50, 10), bar(0, 30, 50, 10)]
    assert choose(np.array([0.0, -0.2]), shared_areas(bodies), 10) == []


def test_nothing_to_choose_from():
    assert choose(np.empty(0), shared_areas([]), 10) == []
