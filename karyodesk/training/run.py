"""A training that goes on where it was stopped, whatever network it trains."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar

import numpy as np
import torch
from torch import Tensor, nn

from karyodesk.training.schedule import one_cycle
from karyodesk.training.workshop import whole

_MEMORY = 0.998
_EVERY = 250
_STEEPEST = 5.0

Batch = TypeVar("Batch")


class Loss(NamedTuple):
    """The sum to be made small, and its parts as plain numbers by their names."""

    total: Tensor
    parts: Mapping[str, float]


@dataclass(frozen=True)
class Recipe:
    """How to train.

    Attributes:
        steps: batches in all.
        batch: lessons a step.
        rate: highest learning rate of the one-cycle schedule.
        decay: weight decay of AdamW.
        seed: of everything random.
    """

    steps: int
    batch: int = 12
    rate: float = 1.5e-3
    decay: float = 0.02
    seed: int = 0


@dataclass
class Run(Generic[Batch]):
    """A training and all that its checkpoint holds.

    Attributes:
        network: in channels-last order of memory.
        answer: the loss of the network on a batch.
        recipe: how to train.
        folder: gets ``checkpoint.pt`` every few minutes.
        mean: the weights averaged over the last steps.
        step: batches learnt from so far.
    """

    network: nn.Module
    answer: Callable[[Batch], Loss]
    recipe: Recipe
    folder: Path
    mean: dict[str, Tensor] = field(default_factory=dict)
    step: int = 0

    def __post_init__(self) -> None:
        recipe = self.recipe
        self._optimizer = torch.optim.AdamW(self.network.parameters(), recipe.rate, weight_decay=recipe.decay)

    @property
    def checkpoint(self) -> Path:
        """Where the run is kept."""
        return self.folder / "checkpoint.pt"

    def restore(self) -> bool:
        """Go back to the last checkpoint; whether there was one."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if not self.checkpoint.exists():
            return False
        saved = torch.load(self.checkpoint, map_location="cpu", weights_only=True)
        self.network.load_state_dict(saved["network"])
        self._optimizer.load_state_dict(saved["optimizer"])
        self.mean, self.step = saved["mean"], saved["step"]
        return True

    def learn(self, batches: Iterator[Batch]) -> Iterator[str]:
        """Take the steps that are left; yields a line of progress with every checkpoint."""
        recent: list[Mapping[str, float]] = []
        while self.step < self.recipe.steps:
            recent.append(self._take(next(batches)))
            if self.step % _EVERY == 0 or self.step == self.recipe.steps:
                self._save()
                yield f"step {self.step} of {self.recipe.steps}: {_told(recent)}"
                recent.clear()

    def _take(self, batch: Batch) -> Mapping[str, float]:
        self.network.train()
        self._optimizer.param_groups[0]["lr"] = self.recipe.rate * one_cycle(self.step / self.recipe.steps)
        with torch.autocast("cpu", torch.bfloat16):
            result = self.answer(batch)
        self._optimizer.zero_grad()
        result.total.backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), _STEEPEST)
        self._optimizer.step()
        self.step += 1
        self._remember()
        return result.parts

    @torch.no_grad()
    def _remember(self) -> None:
        """Average the weights over the last steps, more of them the longer the training has run."""
        memory = min(_MEMORY, (1 + self.step) / (10 + self.step))
        for name, value in self.network.state_dict().items():
            if name not in self.mean or not value.dtype.is_floating_point:
                self.mean[name] = value.clone()
            else:
                self.mean[name].lerp_(value, 1 - memory)

    def _save(self) -> None:
        state = {"network": self.network.state_dict(), "optimizer": self._optimizer.state_dict()}
        with whole(self.checkpoint) as file:
            torch.save({**state, "mean": self.mean, "step": self.step}, file)


def read_mean(checkpoint: Path) -> dict[str, Tensor]:
    """Return the averaged weights of a checkpoint, which are the ones to use."""
    saved: dict[str, Tensor] = torch.load(checkpoint, map_location="cpu", weights_only=True)["mean"]
    return saved


def _told(recent: list[Mapping[str, float]]) -> str:
    return ", ".join(f"{name} {np.mean([parts[name] for parts in recent]):.4f}" for name in recent[0])
