"""Training the segmenter on canvases drawn from outlined metaphases."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch

from karyodesk.training.run import Loss, Recipe, Run
from karyodesk.training.segmenter.canvas import Canvas
from karyodesk.training.segmenter.canvases import learn
from karyodesk.training.segmenter.loss import Batch, batch, loss
from karyodesk.training.segmenter.network import SegmenterNetwork
from karyodesk.training.segmenter.targets import Targets, targets
from karyodesk.training.shipped import weights_of


def train(outlined: Path, run_folder: Path, recipe: Recipe, start: Path | None = None) -> Iterator[str]:
    """Train, or go on from the last checkpoint of the run's folder; yields a line of progress now and then.

    Args:
        outlined: folder made by ``build.build``.
        run_folder: gets ``checkpoint.pt`` every few minutes.
        recipe: how to train; a lesson is a canvas.
        start: checkpoint of another run, or shipped ONNX file, whose weights a new run starts from.
    """
    torch.manual_seed(recipe.seed)
    network = SegmenterNetwork().to(memory_format=torch.channels_last)

    def answer(truth: Batch) -> Loss:
        return loss(network(truth.density.contiguous(memory_format=torch.channels_last)), truth)

    def begin_from(file: Path, truth: Batch) -> None:
        network.begin_from(weights_of(file, SegmenterNetwork, truth.density))

    run = Run(network, answer, recipe, run_folder)
    yield from learn(run, outlined, _lesson, batch, begin_from, start)


def _lesson(canvas: Canvas, random: np.random.Generator) -> Iterator[Targets]:
    yield targets(canvas, random)
