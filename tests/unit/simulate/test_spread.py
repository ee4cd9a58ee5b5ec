import numpy as np
import pytest

from karyodesk.simulate.banding import homologues
from karyodesk.simulate.body import draw_body
from karyodesk.simulate.spread import crop, spread_out
from karyodesk.simulate.style import Style

LABELS = ("1", "2", "5", "8", "12", "15", "19", "21", "X", "Y") * 2


def laid_out(style, seed=0):
    rng = np.random.default_rng(seed)
    bodies = [draw_body(one, style, rng) for one in homologues(LABELS, style.level, 0)]
    offsets, (height, width) = crop(bodies, spread_out(bodies, style, rng), rng)
    depth = np.zeros((height, width), int)
    for body, (x, y) in zip(bodies, offsets, strict=True):
        rows, columns = np.nonzero(body.mask)
        np.add.at(depth, (rows + y, columns + x), 1)
    return bodies, depth


def crossed(style):
    depth = laid_out(style)[1]
    return (depth > 1).sum() / (depth > 0).sum()


def test_everything_lies_within_the_picture_with_a_margin():
    bodies, depth = laid_out(Style())
    assert depth.sum() == sum(body.mask.sum() for body in bodies)
    assert not depth[:8].any()
    assert not depth[-8:].any()
    assert not depth[:, :8].any()
    assert not depth[:, -8:].any()


def test_free_chromosomes_lie_apart():
    assert crossed(Style(touching=0, overlapping=0)) < 0.005


def test_overlapping_chromosomes_cross():
    assert crossed(Style(touching=0, overlapping=0.8)) > 0.05


def test_a_metaphase_without_chromosomes_is_refused():
    with pytest.raises(ValueError, match="needs a chromosome"):
        spread_out([], Style(), np.random.default_rng(0))
