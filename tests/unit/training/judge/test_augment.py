"""Surroundings are varied together, and only the density is regraded."""

import pytest

torch = pytest.importorskip("torch")

from karyodesk.training.judge.augment import augment  # noqa: E402


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def pictures(n=16):
    """A bar in the middle, of density and mask alike."""
    made = torch.zeros(n, 3, 112, 64)
    made[:, :2, 30:80, 28:36] = 0.6
    return made


def test_the_mask_stays_on_the_density_and_values_within_limits():
    varied = augment(pictures(), generator())
    assert varied.shape == (16, 3, 112, 64)
    assert 0 <= varied.min() <= varied.max() <= 1
    inside, outside = varied[:, 1] > 0.4, varied[:, 1] == 0
    assert varied[:, 0][inside].mean() > 0.4
    assert varied[:, 0][outside].mean() < 0.05
    assert varied[:, 2].max() == 0


def test_every_candidate_is_varied_otherwise_and_the_same_seed_gives_the_same():
    varied = augment(pictures(), generator())
    assert (varied[0] - varied[1]).abs().max() > 0.1
    assert torch.equal(varied, augment(pictures(), generator()))


def test_a_candidate_keeps_its_size_but_for_some_per_cent():
    area = (augment(pictures(64), generator())[:, 1] > 0.3).flatten(1).sum(1)
    assert (area > 0.7 * 400).all()
    assert (area < 1.4 * 400).all()
