"""A regraded density shows the same chromosomes within the limits the network reads."""

import numpy as np
import pytest

from karyodesk.recognition.segmenter import LEAST, MOST
from karyodesk.training.segmenter.regrade import regrade

from .cells import SHAPE, outlined


def regraded(seed, density=None):
    return regrade(outlined().density if density is None else density, np.random.default_rng(seed))


@pytest.mark.parametrize("seed", range(40))
def test_the_same_chromosomes_are_seen(seed):
    values = regraded(seed)
    assert values.shape == SHAPE
    assert values.dtype == np.float32
    assert np.corrcoef(values.ravel(), outlined().density.ravel())[0, 1] > 0.7


def test_wild_densities_are_held_within_limits():
    wild = np.random.default_rng(0).normal(0, 5, (50, 60)).astype(np.float32)
    kept = wild.copy()
    for seed in range(40):
        values = regraded(seed, wild)
        assert np.isfinite(values).all()
        assert LEAST <= values.min() < values.max() <= MOST
    assert np.array_equal(wild, kept)


def test_it_repeats_with_its_seed_and_differs_with_another():
    assert np.array_equal(regraded(1), regraded(1))
    assert not np.array_equal(regraded(1), regraded(2))
