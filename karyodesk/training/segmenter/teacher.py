"""The teacher: told the box that people drew round a chromosome, it outlines that chromosome.

It never sees a picture without boxes, so it is no segmenter; but where chromosomes cross, the ends of each
are where its box ends, and what is hard to find is easy to outline. It makes the outlines that the segmenter
learns from.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from karyodesk.imaging.body import Body
from karyodesk.imaging.boxes import Boxes
from karyodesk.imaging.density import FloatImage
from karyodesk.training.run import Loss, Recipe, Run, read_mean
from karyodesk.training.segmenter.canvases import learn
from karyodesk.training.segmenter.loss import agreement, dice_and_entropy
from karyodesk.training.segmenter.network import WIDTHS, SegmenterNetwork, Trunk
from karyodesk.training.segmenter.windows import CHANNELS, Shown, body_in, lessons, place_of, window_of
from karyodesk.training.shipped import weights_of

# Windows that are looked at together: more only cost memory.
_AT_ONCE = 16


class Teacher(nn.Module):
    """The teacher's network."""

    def __init__(self) -> None:
        super().__init__()
        self.trunk = Trunk(CHANNELS)
        self.mask = nn.Conv2d(WIDTHS[0], 1, 1)

    def forward(self, windows: Tensor) -> Tensor:
        """Return (n, h/2, w/2) logits of the masks for (n, CHANNELS, h, w) windows."""
        return self.mask(self.trunk(windows)[1])[:, 0]

    def begin_from(self, segmenter: Mapping[str, Tensor]) -> None:
        """Take over the trunk of a segmenter, which has read densities alone."""
        weights = {name: value for name, value in segmenter.items() if name.startswith("trunk.")}
        entry = weights["trunk.stage_half.1.0.weight"]
        told = entry.new_zeros(len(entry), (CHANNELS - 1) * entry.shape[1], *entry.shape[2:])
        weights["trunk.stage_half.1.0.weight"] = torch.cat([entry, told], 1)
        self.load_state_dict(weights, strict=False)

    def bodies(self, density: FloatImage, boxes: Boxes) -> list[Body]:
        """Return what the teacher outlines in a (height, width) density for (n, 4) boxes, where it does."""
        shape = density.shape[0], density.shape[1]
        found = []
        for numbers in np.array_split(np.arange(len(boxes)), max(1, -(-len(boxes) // _AT_ONCE))):
            logits = self._answers([window_of(density, boxes, number) for number in numbers])
            placed = zip(logits, (place_of(boxes[number]) for number in numbers), strict=True)
            found += [body for one, place in placed if (body := body_in(one, place, shape)) is not None]
        return found

    @torch.inference_mode()
    def _answers(self, windows: list[FloatImage]) -> list[FloatImage]:
        self.eval()
        if not windows:
            return []
        with torch.autocast("cpu", torch.bfloat16):
            return list(np.asarray(self(torch.from_numpy(np.stack(windows))).float()))


class Lessons(NamedTuple):
    """Several ``Shown`` as tensors."""

    windows: Tensor
    masks: Tensor
    weights: Tensor


def read_teacher(checkpoint: Path) -> Teacher:
    """Return the teacher of a checkpoint."""
    teacher = Teacher()
    teacher.load_state_dict(read_mean(checkpoint))
    return teacher


def train(outlined: Path, run_folder: Path, recipe: Recipe, start: Path | None = None) -> Iterator[str]:
    """Train, or go on from the last checkpoint of the run's folder; yields a line of progress now and then.

    Args:
        outlined: folder made by ``build.build``.
        run_folder: gets ``checkpoint.pt`` every few minutes.
        recipe: how to train; a lesson is a window.
        start: checkpoint of a segmenter, or its shipped ONNX file, whose trunk a new run starts from.
    """
    torch.manual_seed(recipe.seed)
    teacher = Teacher().to(memory_format=torch.channels_last)
    run: Run[Lessons] = Run(teacher, lambda batch: loss(teacher, batch), recipe, run_folder)

    def begin_from(file: Path, batch: Lessons) -> None:
        teacher.begin_from(weights_of(file, SegmenterNetwork, batch.windows[:, :1]))

    yield from learn(run, outlined, lessons, joined, begin_from, start)


def joined(shown: Sequence[Shown]) -> Lessons:
    """Join several windows."""
    windows = torch.from_numpy(np.stack([one.window for one in shown]))
    masks = torch.from_numpy(np.stack([one.mask for one in shown])).float() / 255
    return Lessons(windows, masks, torch.from_numpy(np.stack([one.weight for one in shown])))


def loss(teacher: Teacher, batch: Lessons) -> Loss:
    """Return how far the teacher's masks are from the right ones."""
    logits = teacher(batch.windows.contiguous(memory_format=torch.channels_last)).float().flatten(1)
    right, weight = batch.masks.flatten(1), batch.weights.flatten(1)
    total = dice_and_entropy(logits, right, weight).mean()
    mean = float(agreement(logits, right, weight > 0).mean())
    return Loss(total, {"masks": float(total.detach()), "IoU": mean})
