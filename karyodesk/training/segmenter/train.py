"""Training the segmenter on canvases drawn from outlined metaphases."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from karyodesk.training.schedule import one_cycle
from karyodesk.training.segmenter.build import CLASS_MAPS, METAPHASES, SIMULATED, Cells, load
from karyodesk.training.segmenter.canvas import Canvas, draw
from karyodesk.training.segmenter.loss import Batch, Loss, batch, loss
from karyodesk.training.segmenter.network import SegmenterNetwork
from karyodesk.training.segmenter.paste import free_chromosomes, paste, stack
from karyodesk.training.segmenter.regrade import regrade
from karyodesk.training.segmenter.targets import Targets, targets
from karyodesk.training.workshop import whole

_FREE = 6000
# Shares of the canvases: those drawn from each kind of cell, and those with nothing but free chromosomes on them.
_STACKED = "stacked"
_SHARES = {METAPHASES: 0.72, CLASS_MAPS: 0.09, SIMULATED: 0.09, _STACKED: 0.1}
_ROUNDS = 4
# Of the canvases of photographed G-banded metaphases, so many get further chromosomes.
_PASTED = 0.6
_MEMORY = 0.998
_EVERY = 250
_STEEPEST = 5.0


@dataclass(frozen=True)
class Recipe:
    """How to train.

    Attributes:
        steps: batches in all.
        batch: canvases a step.
        rate: highest learning rate of the one-cycle schedule.
        decay: weight decay of AdamW.
        seed: of everything random.
    """

    steps: int
    batch: int = 12
    rate: float = 1.5e-3
    decay: float = 0.02
    seed: int = 0


class Canvases(IterableDataset[Targets]):
    """Canvases without end; every worker draws others."""

    def __init__(self, cells: Cells, seed: int, step: int) -> None:
        self._cells = cells
        self._seed, self._step = seed, step
        self._free = free_chromosomes(cells[METAPHASES], _FREE, np.random.default_rng(seed))
        self._kinds = [kind for kind in _SHARES if (self._free if kind == _STACKED else cells[kind])]
        shares = np.array([_SHARES[kind] for kind in self._kinds])
        self._shares = shares / shares.sum()

    def __iter__(self) -> Iterator[Targets]:
        """Draw one canvas after the other."""
        worker = get_worker_info()
        random = np.random.default_rng([self._seed, self._step, worker.id if worker else 0])
        while True:
            canvas = self._draw(random)
            if canvas.bodies:
                canvas.density = regrade(canvas.density, random)
                yield targets(canvas, random)

    def _draw(self, random: np.random.Generator) -> Canvas:
        kind = self._kinds[random.choice(len(self._kinds), p=self._shares)]
        if kind == _STACKED:
            return stack(self._free, int(random.integers(1, _ROUNDS + 1)), random)
        canvas = draw(self._cells[kind][random.integers(len(self._cells[kind]))], random)
        if kind == METAPHASES and self._free and random.random() < _PASTED:
            paste(canvas, self._free, random)
        return canvas


@dataclass
class _Run:
    """All that a checkpoint holds; ``mean`` are the weights averaged over the last steps."""

    network: SegmenterNetwork
    optimizer: torch.optim.AdamW
    mean: dict[str, Tensor] = field(default_factory=dict)
    step: int = 0


def train(outlined: Path, run_folder: Path, recipe: Recipe, start: Path | None = None) -> Iterator[str]:
    """Train, or go on from the last checkpoint of the run's folder; yields a line of progress now and then.

    Args:
        outlined: folder made by ``build.build``.
        run_folder: gets ``checkpoint.pt`` every few minutes.
        recipe: how to train.
        start: checkpoint of another run whose weights a new run starts from.
    """
    run_folder.mkdir(parents=True, exist_ok=True)
    checkpoint = run_folder / "checkpoint.pt"
    run = _start(recipe)
    if checkpoint.exists():
        _restore(run, checkpoint)
        yield f"resumed after step {run.step}"
    elif start is not None:
        run.network.begin_from(read_mean(start))
    # Before the worker is forked: OpenCV's threads do not survive it.
    cv2.setNumThreads(1)
    canvases = Canvases(load(outlined), recipe.seed, run.step)
    loader = iter(DataLoader(canvases, recipe.batch, num_workers=1, collate_fn=batch, prefetch_factor=4))
    recent: list[Loss] = []
    while run.step < recipe.steps:
        recent.append(_step(run, next(loader), recipe))
        if run.step % _EVERY == 0 or run.step == recipe.steps:
            _save(run, checkpoint)
            yield f"step {run.step} of {recipe.steps}: {_told(recent)}"
            recent.clear()


def read_mean(checkpoint: Path) -> dict[str, Tensor]:
    """Return the averaged weights of a checkpoint, which are the ones to use."""
    saved: dict[str, Tensor] = torch.load(checkpoint, map_location="cpu", weights_only=True)["mean"]
    return saved


def _start(recipe: Recipe) -> _Run:
    torch.manual_seed(recipe.seed)
    network = SegmenterNetwork().to(memory_format=torch.channels_last)
    return _Run(network, torch.optim.AdamW(network.parameters(), recipe.rate, weight_decay=recipe.decay))


def _restore(run: _Run, checkpoint: Path) -> None:
    saved = torch.load(checkpoint, map_location="cpu", weights_only=True)
    run.network.load_state_dict(saved["network"])
    run.optimizer.load_state_dict(saved["optimizer"])
    run.mean, run.step = saved["mean"], saved["step"]


def _save(run: _Run, path: Path) -> None:
    state = {"network": run.network.state_dict(), "optimizer": run.optimizer.state_dict()}
    with whole(path) as file:
        torch.save({**state, "mean": run.mean, "step": run.step}, file)


def _step(run: _Run, truth: Batch, recipe: Recipe) -> Loss:
    run.network.train()
    run.optimizer.param_groups[0]["lr"] = recipe.rate * one_cycle(run.step / recipe.steps)
    with torch.autocast("cpu", torch.bfloat16):
        outputs = run.network(truth.density.contiguous(memory_format=torch.channels_last))
        result = loss(outputs, truth)
    run.optimizer.zero_grad()
    result.total.backward()
    torch.nn.utils.clip_grad_norm_(run.network.parameters(), _STEEPEST)
    run.optimizer.step()
    run.step += 1
    _remember(run)
    return result


@torch.no_grad()
def _remember(run: _Run) -> None:
    """Average the weights over the last steps, more of them the longer the training has run."""
    memory = min(_MEMORY, (1 + run.step) / (10 + run.step))
    for name, value in run.network.state_dict().items():
        if name not in run.mean or not value.dtype.is_floating_point:
            run.mean[name] = value.clone()
        else:
            run.mean[name].lerp_(value, 1 - memory)


def _told(recent: list[Loss]) -> str:
    core, reach, chromatin, masks, quality = np.mean([one.parts for one in recent], 0)
    agreement = np.mean([one.agreement for one in recent])
    return (
        f"core {core:.4f}, reach {reach:.4f}, chromatin {chromatin:.4f}, masks {masks:.4f}, "
        f"quality {quality:.4f}, IoU {agreement:.4f}"
    )
