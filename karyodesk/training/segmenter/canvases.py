"""Canvases without end, drawn from outlined metaphases."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Generic, TypeVar

import cv2
import numpy as np
import numpy.typing as npt
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from karyodesk.training.run import Batch, Run
from karyodesk.training.segmenter.build import CLASS_MAPS, METAPHASES, SIMULATED, Cells, load
from karyodesk.training.segmenter.canvas import Canvas, draw, interest
from karyodesk.training.segmenter.outlined import OutlinedCell
from karyodesk.training.segmenter.paste import free_chromosomes, paste, stack
from karyodesk.training.segmenter.regrade import regrade

_FREE = 6000
# Shares of the canvases: those drawn from each kind of cell, and those with nothing but free chromosomes on them.
_STACKED = "stacked"
_SHARES = {METAPHASES: 0.72, CLASS_MAPS: 0.09, SIMULATED: 0.09, _STACKED: 0.1}
_ROUNDS = 4
# Of the canvases of photographed G-banded metaphases, so many get further chromosomes.
_PASTED = 0.6

Lesson = TypeVar("Lesson")
Lessons = Callable[[Canvas, np.random.Generator], Iterator[Lesson]]
"""What is to be learnt from a canvas."""


class Canvases(IterableDataset[Lesson], Generic[Lesson]):
    """What is to be learnt from canvases without end; every worker draws others.

    Args:
        cells: outlined metaphases.
        lessons: what is to be learnt from a canvas, with everything random drawn from the generator.
        seed: of everything random.
        step: where the training stands, so that one that goes on draws others.
    """

    def __init__(self, cells: Cells, lessons: Lessons[Lesson], seed: int, step: int) -> None:
        self._cells, self._lessons = cells, lessons
        self._seed, self._step = seed, step
        self._free = free_chromosomes(cells[METAPHASES], _FREE, np.random.default_rng(seed))
        self._kinds = [kind for kind in _SHARES if (self._free if kind == _STACKED else cells[kind])]
        shares = np.array([_SHARES[kind] for kind in self._kinds])
        self._shares = shares / shares.sum()
        self._often = {kind: _often(cells[kind]) for kind in self._kinds if kind != _STACKED}

    def __iter__(self) -> Iterator[Lesson]:
        """Draw one canvas after the other."""
        worker = get_worker_info()
        random = np.random.default_rng([self._seed, self._step, worker.id if worker else 0])
        while True:
            canvas = self._draw(random)
            if canvas.bodies:
                canvas.density = regrade(canvas.density, random)
                yield from self._lessons(canvas, random)

    def _draw(self, random: np.random.Generator) -> Canvas:
        kind = self._kinds[random.choice(len(self._kinds), p=self._shares)]
        if kind == _STACKED:
            return stack(self._free, int(random.integers(1, _ROUNDS + 1)), random)
        cells = self._cells[kind]
        canvas = draw(cells[random.choice(len(cells), p=self._often[kind])], random)
        if kind == METAPHASES and self._free and random.random() < _PASTED:
            paste(canvas, self._free, random)
        return canvas


def _often(cells: Sequence[OutlinedCell]) -> npt.NDArray[np.float64]:
    """How often canvases are drawn from each of n cells: oftener where more chromosomes are hard; the sum is 1."""
    weights = np.array([interest(cell).mean() for cell in cells])
    return np.asarray(weights / weights.sum())


def learn(
    run: Run[Batch],
    outlined: Path,
    lessons: Lessons[Lesson],
    collate: Callable[[list[Lesson]], Batch],
    begin_from: Callable[[Path, Batch], None],
    start: Path | None,
) -> Iterator[str]:
    """Learn from canvases, or go on from the last checkpoint of the run; yields a line of progress now and then.

    Args:
        run: a new one.
        outlined: folder made by ``build.build``.
        lessons: what is to be learnt from a canvas.
        collate: joins lessons to a batch.
        begin_from: takes over the weights of a file, with a batch of what is learnt from.
        start: checkpoint of another run, or shipped ONNX file, that a new run begins from.
    """
    if run.restore():
        yield f"resumed after step {run.step}"
    # Before the worker is forked: OpenCV's threads do not survive it.
    cv2.setNumThreads(1)
    canvases = Canvases(load(outlined), lessons, run.recipe.seed, run.step)
    loader = DataLoader(canvases, run.recipe.batch, num_workers=1, collate_fn=collate, prefetch_factor=4)
    batches = iter(loader)
    if start is not None and run.step == 0:
        begin_from(start, next(batches))
    yield from run.learn(batches)
