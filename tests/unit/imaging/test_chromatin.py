import numpy as np
import pytest

from karyodesk.imaging.chromatin import chromatin_mask, chromosome_width, nuclei_mask

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
