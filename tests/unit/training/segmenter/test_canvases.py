"""Canvases come of every kind in its share, and never twice the same."""

import itertools
from collections import Counter

import numpy as np
import pytest

pytest.importorskip("torch")

from karyodesk.training.segmenter import canvases
from karyodesk.training.segmenter.build import CLASS_MAPS, KINDS, METAPHASES, SIMULATED
from karyodesk.training.segmenter.canvas import SIDE, Canvas
from karyodesk.training.segmenter.canvases import Canvases

from .cells import outlined


def cells(**kinds):
    return {kind: kinds.get(kind, []) for kind in KINDS}


def whole(canvas, random):
    """The whole canvas as one lesson."""
    yield canvas


def test_canvases_differ_and_repeat_with_seed_and_step():
    def drawn(seed, step):
        return next(iter(Canvases(cells(metaphases=[outlined()]), whole, seed, step))).density

    assert np.array_equal(drawn(0, 0), drawn(0, 0))
    assert not np.array_equal(drawn(0, 0), drawn(1, 0))
    assert not np.array_equal(drawn(0, 0), drawn(0, 5))


def test_every_canvas_has_something_to_learn_from():
    known = cells(metaphases=[outlined(), outlined(unknown=range(6))], simulated=[outlined(unknown=range(6))])
    for one in itertools.islice(Canvases(known, whole, 0, 0), 8):
        assert one.bodies
        assert one.density.shape == (SIDE, SIDE)


def test_cells_with_chromosomes_that_the_segmenter_misses_are_drawn_oftener(monkeypatch):
    drawn = Drawn(monkeypatch)
    draws = Canvases(
        cells(class_maps=[], simulated=[outlined(cell="easy"), outlined(cell="hard", missed=(0, 1, 2))]), whole, 0, 0
    )
    for _ in range(200):
        draws._draw(np.random.default_rng(len(drawn.names)))
    assert drawn.names.count("hard") > 3 * drawn.names.count("easy")


class Drawn:
    """Counts what canvases are drawn of."""

    def __init__(self, monkeypatch):
        self.names, self.pasted, self.stacked = [], [], 0
        for name in ("draw", "paste", "stack"):
            monkeypatch.setattr(canvases, name, getattr(self, f"_{name}"))

    def _draw(self, cell, random):
        self.names.append(cell.cell)
        return Canvas(np.zeros((SIDE, SIDE), np.float32))

    def _paste(self, canvas, free, random):
        self.pasted.append(self.names[-1])

    def _stack(self, free, rounds, random):
        self.stacked += 1
        return Canvas(np.zeros((SIDE, SIDE), np.float32))

    def draw(self, known, times):
        drawn, random = Canvases(known, whole, 0, 0), np.random.default_rng(0)
        for _ in range(times):
            drawn._draw(random)
        return self


def test_every_kind_has_its_share_and_photographed_metaphases_most(monkeypatch):
    known = {kind: [outlined(cell=f"{kind} {n}") for n in range(2)] for kind in KINDS}
    drawn = Drawn(monkeypatch).draw(known, 1000)
    count = Counter(drawn.names)
    assert set(count) == {f"{kind} {n}" for kind in KINDS for n in range(2)}
    shares = {kind: sum(count[f"{kind} {n}"] for n in range(2)) / 1000 for kind in KINDS}
    assert shares[METAPHASES] == pytest.approx(0.72, abs=0.05)
    assert shares[CLASS_MAPS] == pytest.approx(0.09, abs=0.03)
    assert shares[SIMULATED] == pytest.approx(0.09, abs=0.03)
    assert drawn.stacked / 1000 == pytest.approx(0.1, abs=0.03)


def test_chromosomes_are_pasted_on_photographed_metaphases_alone(monkeypatch):
    drawn = Drawn(monkeypatch).draw({kind: [outlined(cell=kind)] for kind in KINDS}, 1000)
    assert set(drawn.pasted) == {METAPHASES}
    assert 0.4 < len(drawn.pasted) / drawn.names.count(METAPHASES) < 0.8


def test_a_kind_of_which_there_is_none_has_no_share(monkeypatch):
    drawn = Drawn(monkeypatch).draw(cells(simulated=[outlined(cell="s")]), 50)
    assert drawn.names == ["s"] * 50
    assert (drawn.stacked, drawn.pasted) == (0, [])


def test_free_chromosomes_are_of_photographed_metaphases_alone(monkeypatch):
    # Of an unknown one nothing can be lifted, so nothing is pasted or stacked.
    drawn = Drawn(monkeypatch).draw(cells(metaphases=[outlined(unknown=range(6))], dapi=[outlined()]), 50)
    assert (drawn.stacked, drawn.pasted) == (0, [])
