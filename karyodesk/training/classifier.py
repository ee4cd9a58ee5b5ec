"""Training a network to name chromosomes: types from all sources, directions from those that are known.

Where the direction is unknown, the network's own opinion, averaged over the epochs, becomes a soft
target in proportion to its certainty (self-training); upright cut-outs anchor it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from scipy.stats import mannwhitneyu
from torch import Tensor
from torch.nn import functional

from karyodesk.recognition.reading import combine, sizes
from karyodesk.training.augment import augment, turn
from karyodesk.training.dataset import PARTS, UP, Examples, decoded
from karyodesk.training.networks import ExtendedResNet, Outputs, SiameseNetwork
from karyodesk.training.schedule import one_cycle
from karyodesk.training.shipped import take_over
from karyodesk.training.truth import NONE
from karyodesk.training.workshop import whole

Namer = ExtendedResNet | SiameseNetwork
# Pictures on which the statistics of a shipped network are measured anew.
_MEASURED = 1024
# Epochs before the network's own opinion of directions is listened to.
_DEAF = 2
_MEMORY = 0.6
# How much directions, and whether a body is one whole chromosome, count beside the types.
_SHARES = 0.3, 0.5


@dataclass(frozen=True)
class Recipe:
    """How to train.

    Attributes:
        epochs: passes over the training part.
        batch: pictures a step.
        rate: highest learning rate of the one-cycle schedule.
        decay: weight decay of AdamW.
        smoothing: label smoothing.
        seed: of everything random.
        frozen: so many first epochs leave the trunk as it is.
        share: of the rate at which the trunk learns after them.
    """

    epochs: int
    batch: int = 128
    rate: float = 2e-3
    decay: float = 0.03
    smoothing: float = 0.05
    seed: int = 0
    frozen: int = 0
    share: float = 1.0


@dataclass
class _Run:
    """All that a checkpoint holds."""

    network: Namer
    optimizer: torch.optim.AdamW
    opinion: Tensor
    epoch: int = 0


def train(
    examples: Examples,
    run_folder: Path,
    recipe: Recipe,
    device: str,
    make: Callable[[], Namer] = ExtendedResNet,
    start: Path | None = None,
) -> Iterator[str]:
    """Train, or go on from the last whole epoch of the run's folder; yields a line of progress an epoch.

    Args:
        examples: of all parts; those of ``train`` are learnt from.
        run_folder: gets ``checkpoint.pt`` after every epoch.
        recipe: how to train; a resumed run that is given another number of epochs lays out the rest of
            its schedule anew.
        device: ``cpu`` or ``cuda``.
        make: makes the network that a new run starts with.
        start: shipped ONNX file of such a network, whose weights it starts with instead.

    Raises:
        ValueError: where that file is of another network.
    """
    run_folder.mkdir(parents=True, exist_ok=True)
    chosen = np.flatnonzero(examples.part == PARTS.index("train"))
    checkpoint = run_folder / "checkpoint.pt"
    saved = torch.load(checkpoint, map_location=device, weights_only=True) if checkpoint.exists() else None
    torch.manual_seed(recipe.seed)
    pictures = torch.from_numpy(np.ascontiguousarray(examples.pictures[chosen]))
    run = _start(make(), recipe, len(chosen), device)
    if saved:
        _restore(run, saved)
        yield f"resumed after epoch {run.epoch}"
    elif start is not None:
        begin_from(start, run.network, pictures, device)
    while run.epoch < recipe.epochs:
        line = _epoch(run, pictures, examples, chosen, recipe, device)
        _save(run, checkpoint)
        yield f"epoch {run.epoch} of {recipe.epochs}: {line}, val {validate(run.network, examples, device)}"


def begin_from(start: Path, network: Namer, pictures: Tensor, device: str) -> None:
    """Give a network the weights of a shipped ONNX file; ``pictures`` are (n, h, w) uint8 that it will learn from.

    Raises:
        ValueError: where the file is of another network.
    """
    some = torch.linspace(0, len(pictures) - 1, min(len(pictures), _MEASURED)).long()
    take_over(network, start, pictures[some, None].to(device).float() / 255)


def _start(network: Namer, recipe: Recipe, n: int, device: str) -> _Run:
    network = network.to(device).to(memory_format=torch.channels_last)
    named = dict(network.named_parameters())
    trunk = [value for name, value in named.items() if name.startswith("trunk.")]
    rest = [value for name, value in named.items() if not name.startswith("trunk.")]
    optimizer = torch.optim.AdamW([{"params": trunk}, {"params": rest}], recipe.rate, weight_decay=recipe.decay)
    return _Run(network, optimizer, torch.zeros(n))


def _restore(run: _Run, saved: dict[str, Tensor]) -> None:
    run.network.load_state_dict(saved["network"])
    run.optimizer.load_state_dict(saved["optimizer"])
    run.opinion, run.epoch = saved["opinion"].cpu(), int(saved["epoch"])


def _save(run: _Run, path: Path) -> None:
    state = {
        "network": run.network.state_dict(), "optimizer": run.optimizer.state_dict(),
        "opinion": run.opinion, "epoch": run.epoch,
    }  # fmt: skip
    with whole(path) as file:
        torch.save(state, file)


def _epoch(
    run: _Run, pictures: Tensor, examples: Examples, chosen: np.ndarray, recipe: Recipe, device: str
) -> str:
    # Every epoch has seeds of its own, so that a resumed run goes on as it would have.
    torch.manual_seed(recipe.seed * 1000 + run.epoch)
    generator = torch.Generator().manual_seed(recipe.seed * 1000 + run.epoch)
    label = torch.from_numpy(examples.label[chosen].astype(np.int64))
    known = torch.from_numpy(examples.direction[chosen] == UP)
    order = torch.randperm(len(label), generator=generator)
    run.network.train()
    frozen = run.epoch < recipe.frozen
    run.network.trunk.train(not frozen)
    run.network.trunk.requires_grad_(not frozen)
    total, right, seen = 0.0, 0, 0
    batches = len(order) // recipe.batch
    for step, indices in enumerate(order[: batches * recipe.batch].split(recipe.batch)):
        rate = recipe.rate * one_cycle((run.epoch + step / batches) / recipe.epochs)
        for group, share in zip(run.optimizer.param_groups, (0.0 if frozen else recipe.share, 1.0), strict=True):
            group["lr"] = rate * share
        turned = torch.rand(recipe.batch, generator=generator) < 0.5
        batch = augment(turn(pictures[indices][:, None].float() / 255, turned), generator)
        outputs = _forward(run.network, batch.to(device))
        truth = label[indices].to(device)
        one = truth != NONE
        lean = outputs.directions.gather(1, truth.clamp(0)[:, None])[:, 0]
        target, weight = _direction_targets(run, indices, known[indices], turned)
        # What is no chromosome has neither type nor direction.
        loss = functional.cross_entropy(outputs.types, truth, ignore_index=NONE, label_smoothing=recipe.smoothing)
        doubt = functional.binary_cross_entropy_with_logits(lean, target.to(device), weight.to(device) * one)
        wholeness = functional.binary_cross_entropy_with_logits(outputs.whole, one.float())
        run.optimizer.zero_grad()
        (loss + _SHARES[0] * doubt + _SHARES[1] * wholeness).backward()
        run.optimizer.step()
        upright = torch.where(turned, lean.detach().cpu(), -lean.detach().cpu())
        run.opinion[indices] = _MEMORY * run.opinion[indices] + (1 - _MEMORY) * upright
        total += float(loss.detach())
        right += int((outputs.types.argmax(1) == truth).sum())
        seen += int(one.sum())
    run.epoch += 1
    return f"loss {total / batches:.4f}, right {right / max(1, seen):.4f}"


def _forward(network: Namer, batch: Tensor) -> Outputs:
    batch = batch.contiguous(memory_format=torch.channels_last)
    with torch.autocast(batch.device.type, torch.bfloat16):
        outputs = network(batch)
    return Outputs(*(value.float() for value in outputs))


def _direction_targets(run: _Run, indices: Tensor, known: Tensor, turned: Tensor) -> tuple[Tensor, Tensor]:
    """The probability that the short arm is at the bottom as presented, and how much it counts."""
    upright = torch.where(known, 1.0, torch.sigmoid(2 * run.opinion[indices]))
    trust = 0.0 if run.epoch < _DEAF else 1.0
    weight = torch.where(known, 1.0, trust * (2 * upright - 1).abs())
    return torch.where(turned, upright, 1 - upright), weight


@torch.no_grad()
def validate(network: Namer, examples: Examples, device: str, most: int = 4000) -> str:
    """Figures on examples of `val`, each body alone, both ways averaged.

    The share of right types by source, that of right directions, and how well one whole chromosome is told from what
    is none: the probability that of one of each the whole one has the higher logit.
    """
    chosen = np.flatnonzero(examples.part == PARTS.index("val"))
    none = examples.label[chosen] == NONE
    chosen = np.concatenate([chosen[none], (one := chosen[~none])[:: max(1, len(one) // most)]])
    network.eval()
    types, up, scores = [], [], []
    for indices in np.array_split(chosen, max(1, len(chosen) // 256)):
        pictures = decoded(examples.pictures[indices])
        batch = torch.from_numpy(pictures)[:, None].to(device)
        ways = zip(_forward(network, batch), _forward(network, batch.flip(2, 3)), strict=True)
        reading = combine(*(torch.cat(way).cpu().double().numpy() for way in ways), sizes=sizes(pictures))
        types.append(reading.log_types.argmax(1))
        up.append(reading.directions[np.arange(len(indices)), types[-1]] < 0)
        scores.append(reading.whole)
    label, source = examples.label[chosen], examples.source[chosen]
    right = np.concatenate(types) == label
    upright = np.concatenate(up)[examples.direction[chosen] == UP]
    by_source = " ".join(f"{right[(source == s) & (label != NONE)].mean():.4f}" for s in np.unique(source))
    told = told_apart(np.concatenate(scores), label != NONE)
    return f"types {by_source}, directions {upright.mean():.4f}, whole {told:.4f}"


def told_apart(score: np.ndarray, true: np.ndarray) -> float:
    """Return the area under the ROC curve of (n,) scores; 1 where there is but one kind."""
    if true.all() or not true.any():
        return 1.0
    return float(mannwhitneyu(score[true], score[~true]).statistic / (true.sum() * (~true).sum()))
