import numpy as np

from karyodesk.imaging.body import Body, crop_body
from karyodesk.imaging.reject import reject

from .drawings import FREE, SHAPE, WIDTH, disc, ribbon

NOTHING = np.zeros(SHAPE, bool)


def kinds(found, chromatin, nuclei=NOTHING):
    kept, rejected = reject([crop_body(mask) for mask in found], chromatin, nuclei, WIDTH)
    return len(kept), [body.kind for body in rejected]


def test_free_chromosomes_are_kept():
    assert kinds(FREE, np.logical_or.reduce(FREE)) == (len(FREE), [])


def test_chromosome_across_the_border_is_named():
    cut = ribbon([(200, -20), (200, 80)])
    assert kinds([cut], cut) == (0, ["cut by the border"])


def test_chromosome_that_touches_the_border_with_its_tip_is_kept():
    tip = ribbon([(200, 7), (200, 80)])
    assert tip[0].any()
    assert kinds([tip], tip) == (1, [])


def test_nucleus_is_named_with_its_box():
    nucleus = disc(200, 150, 40)
    _, (named,) = reject([], nucleus, nucleus, WIDTH)
    assert (named.kind, named.bbox) == ("nucleus", (160, 110, 241, 191))


def test_leftover_chromatin_is_debris_and_specks_are_not_worth_a_name():
    assert kinds([FREE[0]], FREE[0] | disc(200, 200, 10) | disc(300, 200, 3)) == (1, ["debris"])


def test_a_nucleus_across_the_border_is_named_once():
    nucleus = disc(200, 10, 40)
    assert kinds([nucleus], nucleus, nucleus) == (0, ["nucleus"])


def spread(count, x, y):
    """Boxes of chromosomes side by side in rows of twenty, two widths apart."""
    mask = np.ones((40, 10), bool)
    return [Body(mask, x + 30 * (number % 20), y + 60 * (number // 20)) for number in range(count)]


def parted(*groups, width=10):
    found = [body for group in groups for body in group]
    nothing = np.zeros((1000, 1000), bool)
    kept, rejected = reject(found, nothing, nothing, width)
    return len(kept), [body.kind for body in rejected]


def test_another_cell_in_the_field_is_told_apart_whichever_comes_first():
    assert parted(spread(40, 10, 10), spread(8, 10, 200)) == (40, ["other cell"] * 8)
    assert parted(spread(8, 10, 200), spread(40, 10, 10)) == (40, ["other cell"] * 8)


def test_a_few_chromosomes_that_drifted_off_belong_to_the_cell():
    assert parted(spread(40, 10, 10), spread(7, 10, 200)) == (47, [])


def test_a_cell_that_lies_in_two_halves_is_one():
    assert parted(spread(25, 10, 10), spread(21, 10, 200)) == (46, [])
    assert parted(spread(39, 10, 10), spread(8, 10, 200)) == (47, [])


def test_two_groups_that_lie_near_each_other_are_one_cell():
    assert parted(spread(40, 10, 10), spread(15, 10, 180)) == (55, [])
