"""Training the Siamese network: embeddings from pairs, then types and directions.

Pairs learn with the contrastive loss of Hadsell, Chopra and LeCun (CVPR 2006): two of one type are drawn together, two
of different types are pushed apart up to a margin. Every two chromosomes of a batch are a pair. Then the perceptron on
the embeddings learns while the trunk stays as it is, and at last all of it, the trunk slowly.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from karyodesk.training import classifier
from karyodesk.training.augment import augment, turn
from karyodesk.training.dataset import PARTS, Examples
from karyodesk.training.networks import SiameseNetwork
from karyodesk.training.pairs import PairSampler, near_types
from karyodesk.training.schedule import one_cycle
from karyodesk.training.truth import NONE
from karyodesk.training.workshop import whole

# After this share of the epochs half of what dissimilar pairs count lies on near types.
_HARD_AFTER = 0.5
# Square distances of unit vectors below this have no root that could be differentiated.
_LEAST = 1e-6
# Chromosomes of each epoch by whose embeddings types are called near.
_LOOKED_AT = 4096
_NAMING = classifier.Recipe(epochs=4, frozen=2, share=0.1)


@dataclass(frozen=True)
class Recipe:
    """How to train.

    Attributes:
        epochs: of pairs.
        batches: of an epoch.
        each: chromosomes of every type in a batch.
        margin: distance of unit embeddings beyond which two of different types are not pushed further.
        rate: highest learning rate of the one-cycle schedule over the pairs.
        decay: weight decay of AdamW.
        seed: of everything random.
        naming: how types and directions are learnt after the pairs.
    """

    epochs: int
    batches: int = 1000
    each: int = 5
    margin: float = 1.0
    rate: float = 2e-3
    decay: float = 0.03
    seed: int = 0
    naming: classifier.Recipe = _NAMING


@dataclass
class _Run:
    """All that the checkpoint of the pairs holds."""

    network: SiameseNetwork
    optimizer: torch.optim.AdamW
    epoch: int = 0


def train(
    examples: Examples, run_folder: Path, recipe: Recipe, device: str, start: Path | None = None
) -> Iterator[str]:
    """Train, or go on from the last whole epoch of the run's folder; yields a line of progress an epoch.

    Args:
        examples: of all parts; those of ``train`` are learnt from.
        run_folder: gets ``pairs.pt`` after every epoch of pairs and ``checkpoint.pt`` after every one of naming.
        recipe: how to train.
        device: ``cpu`` or ``cuda``.
        start: shipped ONNX file whose weights a new run starts with.
    """
    run_folder.mkdir(parents=True, exist_ok=True)
    run = _start(recipe, device)
    if (run_folder / "pairs.pt").exists():
        _restore(run, run_folder / "pairs.pt", device)
        yield f"resumed after epoch {run.epoch} of pairs"
    chosen = np.flatnonzero((examples.part == PARTS.index("train")) & (examples.label != NONE))
    pictures, label = torch.from_numpy(examples.pictures[chosen]), examples.label[chosen].astype(np.int64)
    if start is not None and run.epoch == 0:
        classifier.begin_from(start, run.network, pictures, device)
    sampler = PairSampler(label, recipe.each)
    while run.epoch < recipe.epochs:
        if run.epoch >= _HARD_AFTER * recipe.epochs:
            sampler.favour(_near(run, pictures, label, device))
        line = _epoch(run, pictures, label, sampler, recipe, device)
        _save(run, run_folder / "pairs.pt")
        yield f"epoch {run.epoch} of {recipe.epochs} of pairs: {line}"
    naming = replace(recipe.naming, seed=recipe.seed)
    yield from classifier.train(examples, run_folder, naming, device, lambda: run.network)


def _start(recipe: Recipe, device: str) -> _Run:
    torch.manual_seed(recipe.seed)
    network = SiameseNetwork().to(device).to(memory_format=torch.channels_last)
    return _Run(network, torch.optim.AdamW(network.parameters(), recipe.rate, weight_decay=recipe.decay))


def _restore(run: _Run, path: Path, device: str) -> None:
    saved = torch.load(path, map_location=device, weights_only=True)
    run.network.load_state_dict(saved["network"])
    run.optimizer.load_state_dict(saved["optimizer"])
    run.epoch = int(saved["epoch"])


def _save(run: _Run, path: Path) -> None:
    state = {"network": run.network.state_dict(), "optimizer": run.optimizer.state_dict(), "epoch": run.epoch}
    with whole(path) as file:
        torch.save(state, file)


def _epoch(
    run: _Run, pictures: Tensor, label: np.ndarray, sampler: PairSampler, recipe: Recipe, device: str
) -> str:
    # Every epoch has seeds of its own, so that a resumed run goes on as it would have.
    random = np.random.default_rng([recipe.seed, run.epoch])
    generator = torch.Generator().manual_seed(recipe.seed * 1000 + run.epoch)
    run.network.train()
    total, right = 0.0, 0.0
    for step in range(recipe.batches):
        done = (run.epoch + step / recipe.batches) / recipe.epochs
        run.optimizer.param_groups[0]["lr"] = recipe.rate * one_cycle(done)
        places = sampler.draw(random)
        batch = pictures[torch.from_numpy(places)][:, None].float() / 255
        turned = torch.rand(len(batch), generator=generator) < 0.5
        embedded = _embed(run.network, augment(turn(batch, turned), generator).to(device))
        alike = torch.from_numpy(label[places, None] == label[None, places]).to(device)
        weights = torch.from_numpy(sampler.weights(places)).float().to(device)
        apart = distances(embedded)
        loss = contrastive(apart, alike, weights, recipe.margin)
        run.optimizer.zero_grad()
        loss.backward()
        run.optimizer.step()
        total += float(loss.detach())
        right += float((weights * ((apart < recipe.margin / 2) == alike)).sum())
    run.epoch += 1
    return f"loss {total / recipe.batches:.4f}, told apart {right / recipe.batches:.4f}"


def distances(embedded: Tensor) -> Tensor:
    """Return the (n, n) distances of (n, d) unit embeddings from each other."""
    return (2 - 2 * embedded @ embedded.T).clamp(_LEAST).sqrt()


def contrastive(apart: Tensor, alike: Tensor, weights: Tensor, margin: float) -> Tensor:
    """Return the weighted contrastive loss of pairs: their distances, whether they are of one type, their weights."""
    pushed = functional.relu(margin - apart)
    return (weights * torch.where(alike, apart**2, pushed**2)).sum() / 2


def _embed(network: SiameseNetwork, batch: Tensor) -> Tensor:
    batch = batch.contiguous(memory_format=torch.channels_last)
    with torch.autocast(batch.device.type, torch.bfloat16):
        embedded = network.embedding(batch)
    return embedded.float()


@torch.no_grad()
def _near(run: _Run, pictures: Tensor, label: np.ndarray, device: str) -> np.ndarray:
    """Pairs of types whose embeddings are near each other now."""
    looked = np.linspace(0, len(label) - 1, min(len(label), _LOOKED_AT)).astype(int)
    run.network.eval()
    parts = torch.from_numpy(looked).split(256)
    embedded = [_embed(run.network, (pictures[part][:, None].float() / 255).to(device)) for part in parts]
    return near_types(torch.cat(embedded).cpu().numpy(), label[looked])
