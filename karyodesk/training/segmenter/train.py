"""Training the segmenter on canvases drawn from outlined metaphases."""

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import torch
from torch.utils.data import DataLoader

from karyodesk.training.segmenter.build import load
from karyodesk.training.segmenter.canvas import Canvas
from karyodesk.training.segmenter.canvases import Canvases
from karyodesk.training.segmenter.loss import Batch, batch, loss
from karyodesk.training.segmenter.network import SegmenterNetwork
from karyodesk.training.segmenter.run import Loss, Recipe, Run, read_mean
from karyodesk.training.segmenter.targets import Targets, targets


def train(outlined: Path, run_folder: Path, recipe: Recipe, start: Path | None = None) -> Iterator[str]:
    """Train, or go on from the last checkpoint of the run's folder; yields a line of progress now and then.

    Args:
        outlined: folder made by ``build.build``.
        run_folder: gets ``checkpoint.pt`` every few minutes.
        recipe: how to train; a lesson is a canvas.
        start: checkpoint of another run whose weights a new run starts from.
    """
    torch.manual_seed(recipe.seed)
    network = SegmenterNetwork().to(memory_format=torch.channels_last)

    def answer(truth: Batch) -> Loss:
        return loss(network(truth.density.contiguous(memory_format=torch.channels_last)), truth)

    run = Run(network, answer, recipe, run_folder)
    if run.restore():
        yield f"resumed after step {run.step}"
    elif start is not None:
        network.begin_from(read_mean(start))
    # Before the worker is forked: OpenCV's threads do not survive it.
    cv2.setNumThreads(1)
    canvases = Canvases(load(outlined), _lesson, recipe.seed, run.step)
    loader = DataLoader(canvases, recipe.batch, num_workers=1, collate_fn=batch, prefetch_factor=4)
    yield from run.learn(iter(loader))


def _lesson(canvas: Canvas, random: np.random.Generator) -> Iterator[Targets]:
    yield targets(canvas, random)
