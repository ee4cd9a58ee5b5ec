import cv2
import numpy as np
import pytest

from karyodesk.imaging.chromatin import (
    chromatin_mask,
    chromosome_width,
    nuclei_mask,
    other_widths,
    width_of_masks,
)

from .drawings import FREE, SHAPE, WIDTH, density_of, disc, ribbon

ALL = np.logical_or.reduce(FREE)


def test_chromatin_is_where_density_is():
    mask = chromatin_mask(density_of(*FREE).values, 0.01)
    assert (mask & ALL).sum() > 0.98 * ALL.sum()
    assert (mask & ~ALL).sum() < 0.3 * ALL.sum()


def test_noise_asks_for_more_density():
    faint = density_of(*FREE).values * 0.4
    assert chromatin_mask(faint, 0.01).any()
    assert not chromatin_mask(faint, 0.1).any()


def test_width_of_ribbons():
    assert chromosome_width(ALL) == pytest.approx(WIDTH, abs=2)


def test_nuclei_and_specks_do_not_change_the_width():
    specks = np.logical_or.reduce([disc(x, 280, 2) for x in range(10, 390, 20)])
    assert chromosome_width(ALL | disc(230, 190, 35) | specks) == pytest.approx(chromosome_width(ALL), rel=0.1)


def outweighed():
    """The density of chromosomes beside nuclei that hold more chromatin."""
    nuclei = ribbon([(60, 60), (340, 60)], 80) | ribbon([(60, 200), (340, 230)], 80)
    return cv2.GaussianBlur(np.vstack([ALL, nuclei]).astype(np.float32), (0, 0), 0.7)


def hazy():
    """The density of chromosomes in haze that joins them."""
    haze = cv2.GaussianBlur(cv2.dilate(ALL.astype(np.float32), np.ones((41, 41))), (0, 0), 6)
    return density_of(*FREE).values + 0.4 * haze


@pytest.mark.parametrize("density", [outweighed(), hazy()])
def test_a_width_that_nuclei_outweigh_or_haze_hides_is_among_the_others(density):
    assert chromosome_width(chromatin_mask(density, 0.01)) > 3 * WIDTH
    assert min(abs(np.log(width / WIDTH)) for width in other_widths(density, 0.01)) < 0.5


def test_other_widths_are_others():
    first = chromosome_width(chromatin_mask(density_of(*FREE).values, 0.01))
    assert all(abs(np.log(width / first)) > 0.1 for width in other_widths(density_of(*FREE).values, 0.01))
    assert other_widths(np.zeros(SHAPE, np.float32), 0.01) == []


@pytest.mark.parametrize("width", [16, 30, 44])
def test_width_of_chromosomes_that_are_told_apart_is_the_usual_one(width):
    # These are plain strips; chromosomes taper and have round ends.
    masks = [ribbon([(60, 150), (60 + length, 150)], width) for length in (150, 200, 250)]
    assert width_of_masks([*masks, disc(200, 150, 80)]) == pytest.approx(1.17 * width, rel=0.1)


def test_no_chromosomes_have_no_width():
    assert width_of_masks([]) == 0


def test_empty_mask_has_no_width():
    assert chromosome_width(np.zeros(SHAPE, bool)) == 0


def test_nucleus_is_told_from_chromosomes_that_touch_it():
    nucleus, chromosome = disc(150, 150, 50), ribbon([(205, 150), (320, 150)])
    found = nuclei_mask(nucleus | chromosome, WIDTH)
    assert (found & nucleus).sum() > 0.97 * nucleus.sum()
    assert (found & chromosome & ~nucleus).sum() < 0.1 * chromosome.sum()


def test_crossing_is_no_nucleus():
    cross = ribbon([(100, 60), (250, 220)]) | ribbon([(100, 220), (250, 60)])
    assert not nuclei_mask(cross, WIDTH).any()


def test_half_nucleus_on_the_border_is_one():
    assert nuclei_mask(disc(0, 150, 40), WIDTH).any()


def test_plenty_of_dirt_does_not_change_the_width():
    mask = np.zeros((400, 400), bool)
    for x in (60, 140, 220):
        mask[40:300, x : x + 16] = True
    rng = np.random.default_rng(4)
    for x, y in rng.integers(4, 390, (400, 2)):
        if not mask[y - 4 : y + 9, x - 4 : x + 9].any():
            mask[y : y + 5, x : x + 5] = True
    assert chromosome_width(mask) == pytest.approx(16, rel=0.15)
