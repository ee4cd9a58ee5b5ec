"""Training the judge on stored candidates."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from karyodesk.training.classifier import told_apart
from karyodesk.training.dataset import PARTS
from karyodesk.training.judge.augment import augment
from karyodesk.training.judge.dataset import Judged
from karyodesk.training.judge.network import JudgeNetwork
from karyodesk.training.run import Loss, Recipe, Run, read_mean
from karyodesk.training.shipped import weights_of

_AT_ONCE = 512


class Batch(NamedTuple):
    """Candidates to learn from.

    Attributes:
        pictures: (n, 3, h, w) float32 surroundings.
        one: (n,) 1 where it is one whole chromosome, 0 where not.
        counts: (n,) how much is learnt from it.
    """

    pictures: Tensor
    one: Tensor
    counts: Tensor


def train(candidates: Judged, run_folder: Path, recipe: Recipe, start: Path | None = None) -> Iterator[str]:
    """Train, or go on from the last checkpoint of the run's folder; yields a line of progress now and then.

    Args:
        candidates: of all parts; those of ``train`` are learnt from, the clear ones of ``val`` tell how well the
            averaged weights judge (area under the ROC curve).
        run_folder: gets ``checkpoint.pt`` every few minutes.
        recipe: how to train; a lesson is a candidate.
        start: checkpoint of another run, or shipped ONNX file, whose weights a new run starts from.
    """
    torch.manual_seed(recipe.seed)
    network = JudgeNetwork().to(memory_format=torch.channels_last)
    run: Run[Batch] = Run(network, lambda batch: loss(network, batch), recipe, run_folder)
    if run.restore():
        yield f"resumed after step {run.step}"
    learnt = candidates.only(candidates.part == PARTS.index("train"))
    seen = candidates.only((candidates.part == PARTS.index("val")) & candidates.clear)
    batches = _batches(learnt, recipe, run.step)
    if start is not None and run.step == 0:
        network.load_state_dict(weights_of(start, JudgeNetwork, next(batches).pictures))
    for line in run.learn(batches):
        yield f"{line}, val {told_apart(judged_by(run.checkpoint, seen.pictures), seen.one == 1):.4f}"


def loss(network: JudgeNetwork, batch: Batch) -> Loss:
    """Return how far the judge is from what candidates are."""
    logits = network(batch.pictures.contiguous(memory_format=torch.channels_last)).float()
    wrong = functional.binary_cross_entropy_with_logits(logits, batch.one, batch.counts)
    return Loss(wrong, {"loss": float(wrong.detach())})


def _batches(learnt: Judged, recipe: Recipe, step: int) -> Iterator[Batch]:
    """Batches without end; a training that goes on draws others."""
    pictures, one, counts = (torch.from_numpy(value) for value in (learnt.pictures, learnt.one, learnt.counts))
    generator = torch.Generator().manual_seed(recipe.seed * 1_000_000 + step)
    while True:
        order = torch.randperm(len(one), generator=generator)
        for places in order[: max(1, len(order) // recipe.batch) * recipe.batch].split(recipe.batch):
            yield Batch(augment(pictures[places].float() / 255, generator), one[places], counts[places])


@torch.no_grad()
def judged_by(checkpoint: Path, pictures: np.ndarray) -> np.ndarray:
    """Return the (n,) logits that the averaged weights of a checkpoint give (n, 3, h, w) uint8 surroundings."""
    network = JudgeNetwork().to(memory_format=torch.channels_last)
    network.load_state_dict(read_mean(checkpoint))
    network.eval()
    logits = [np.zeros(0, np.float32)]
    for start in range(0, len(pictures), _AT_ONCE):
        batch = torch.from_numpy(pictures[start : start + _AT_ONCE]).float() / 255
        with torch.autocast("cpu", torch.bfloat16):
            logits.append(network(batch.contiguous(memory_format=torch.channels_last)).float().numpy())
    return np.concatenate(logits)
