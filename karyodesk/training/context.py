"""Training the network that sees a cell's bodies together.

It learns from what the exported naming network reads of the training cells, as they are and augmented: the naming
network is surer of what it was trained on than of other patients, and augmentation takes that from it. Cells lose and
gain chromosomes at random, and small groups are taken out of them, so that no number of copies is taken for granted.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

from karyodesk.domain.labels import LABELS
from karyodesk.recognition.context import CellContext, InContext, tokens
from karyodesk.recognition.reading import Network, Reading, sizes
from karyodesk.training.augment import augment
from karyodesk.training.dataset import PARTS, Examples, decoded
from karyodesk.training.networks import TOKEN, ContextNetwork
from karyodesk.training.schedule import one_cycle
from karyodesk.training.truth import NONE
from karyodesk.training.workshop import whole

_VIEWS = 1
"""Times that every training cell is read augmented, beside once as it is."""
_AS_IT_IS = 0.15
_JITTER, _SIZE_JITTER = 0.05, 0.02
_FAR = -1e4
_CHUNK = 512
_EVERY = 250

Indices = npt.NDArray[np.int_]
Tokens = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Recipe:
    """How to train.

    Attributes:
        steps: of so many cells each.
        cells: a step.
        rate: highest learning rate of the one-cycle schedule.
        decay: weight decay of AdamW.
        smoothing: label smoothing.
        seed: of everything random.
    """

    steps: int
    cells: int = 24
    rate: float = 2e-3
    decay: float = 0.05
    smoothing: float = 0.02
    seed: int = 0


@dataclass(frozen=True, eq=False)
class Views:
    """The bodies of some cells as the naming network reads them.

    Attributes:
        tokens: (views, n, TOKEN) float32; the first as they are, the others augmented.
        label: (n,) types, ``NONE`` for what is no chromosome.
        cells: the places of the bodies of each cell.
    """

    tokens: Tokens
    label: Indices
    cells: list[Indices]


def by_cell(cell: npt.NDArray[np.str_]) -> list[Indices]:
    """Return the places of the bodies of each cell, of (n,) names."""
    _, number = np.unique(cell, return_inverse=True)
    order = np.argsort(number, kind="stable")
    return np.split(order, np.cumsum(np.bincount(number))[:-1])


def in_context(context: CellContext, reading: Reading, cell: npt.NDArray[np.str_]) -> InContext:
    """Return what n bodies are in sight of those of their (n,) cells."""
    log_types, whole_ = np.empty_like(reading.log_types), np.empty_like(reading.whole)
    for places in by_cell(cell):
        found = context.read(reading.only(places))
        log_types[places], whole_[places] = found.log_types, found.whole
    return InContext(log_types, whole_)


def views(examples: Examples, network: Network, part: str, augmented: int, cache: Path) -> Views:
    """Read the bodies that the segmenter found in the cells of a part, once; kept in a file.

    Args:
        examples: of all parts.
        network: the exported naming network.
        part: of the split.
        augmented: further views.
        cache: the file.
    """
    chosen = examples.only(examples.found & (examples.part == PARTS.index(part)))
    if not cache.exists():
        generator = torch.Generator().manual_seed(0)
        read = [_tokens(chosen, network, generator if view else None) for view in range(1 + augmented)]
        with whole(cache) as file:
            np.savez(file, tokens=np.stack(read))
    with np.load(cache) as arrays:
        return Views(arrays["tokens"], chosen.label.astype(int), by_cell(chosen.cell))


def _tokens(examples: Examples, network: Network, generator: torch.Generator | None) -> Tokens:
    """(n, TOKEN) tokens of n bodies, augmented where there is a generator; but of their true size."""
    parts = []
    for places in np.array_split(np.arange(len(examples.label)), max(1, len(examples.label) // _CHUNK)):
        pictures = decoded(examples.pictures[places])
        size = sizes(pictures)
        if generator is not None:
            pictures = augment(torch.from_numpy(pictures)[:, None], generator)[:, 0].numpy()
        parts.append(tokens(replace(network.read(pictures), sizes=size)))
    return np.concatenate(parts)


def train(examples: Examples, network: Network, run_folder: Path, recipe: Recipe) -> Iterator[str]:
    """Train, or go on from the last checkpoint of the run's folder; yields a line of progress now and then.

    Args:
        examples: of all parts; the cells of ``train`` are learnt from.
        network: the exported naming network.
        run_folder: gets ``checkpoint.pt``, and what the naming network reads.
        recipe: how to train.
    """
    run_folder.mkdir(parents=True, exist_ok=True)
    given = views(examples, network, "train", _VIEWS, run_folder / "train.npz")
    seen = views(examples, network, "val", 0, run_folder / "val.npz")
    yield f"{len(given.cells)} cells to learn from, {len(seen.cells)} to look at"
    torch.manual_seed(recipe.seed)
    model = ContextNetwork()
    _level(model, given.tokens[0])
    optimizer = torch.optim.AdamW(model.parameters(), recipe.rate, weight_decay=recipe.decay)
    done = _restore(run_folder / "checkpoint.pt", model, optimizer)
    if done:
        yield f"resumed after step {done}"
    while done < recipe.steps:
        until = min(done + _EVERY, recipe.steps)
        loss = _steps(model, optimizer, given, range(done, until), recipe)
        done = until
        _save(run_folder / "checkpoint.pt", model, optimizer, done)
        yield f"step {done} of {recipe.steps}: loss {loss:.4f}, val {_validate(model, seen)}"


def _level(model: ContextNetwork, given: Tokens) -> None:
    mean = given.mean(0)
    model.mean.copy_(torch.from_numpy(mean))
    # What is always the same must not make the noise that is added to it look large.
    model.spread.copy_(torch.from_numpy(np.hypot(given.std(0), _noise(mean))))


def _noise(found: Tokens) -> Tokens:
    """How large the noise is that (..., TOKEN) tokens get."""
    scale = np.full_like(found, _JITTER)
    # Sizes are shares of the picture, some tenths at most; what the network says is in units about one.
    scale[..., -2:] = _SIZE_JITTER * found[..., -2:]
    return scale


def _restore(path: Path, model: ContextNetwork, optimizer: torch.optim.AdamW) -> int:
    if not path.exists():
        return 0
    saved = torch.load(path, map_location="cpu", weights_only=True)
    model.load_state_dict(saved["network"])
    optimizer.load_state_dict(saved["optimizer"])
    return int(saved["done"])


def _save(path: Path, model: ContextNetwork, optimizer: torch.optim.AdamW, done: int) -> None:
    with whole(path) as file:
        torch.save({"network": model.state_dict(), "optimizer": optimizer.state_dict(), "done": done}, file)


def _steps(
    model: ContextNetwork, optimizer: torch.optim.AdamW, given: Views, steps: range, recipe: Recipe
) -> float:
    """Train for some steps, whose number seeds what is drawn; return the mean loss of the types."""
    torch.manual_seed(recipe.seed * 1000 + steps.start)
    model.train()
    of_type = [np.flatnonzero(given.label == c) for c in range(len(LABELS))]
    total = 0.0
    for step in steps:
        random = np.random.default_rng([recipe.seed, step])
        for group in optimizer.param_groups:
            group["lr"] = recipe.rate * one_cycle(step / recipe.steps)
        drawn = [_drawn(given, of_type, random) for _ in range(recipe.cells)]
        bodies, absent, label = _batch(drawn, given.label)
        told = model(bodies, absent)
        there, one = absent == 0, label >= 0
        types = functional.cross_entropy(told.types[one], label[one], label_smoothing=recipe.smoothing)
        wholeness = functional.binary_cross_entropy_with_logits(told.whole[there], one[there].float())
        optimizer.zero_grad()
        (types + 0.5 * wholeness).backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        total += float(types.detach())
    return total / max(1, len(steps))


def _drawn(given: Views, of_type: Sequence[Indices], random: np.random.Generator) -> tuple[Indices, Tokens]:
    """The places of the bodies of a cell with some taken away or added, and their tokens."""
    places = given.cells[random.integers(len(given.cells))]
    view = 0 if random.random() < _AS_IT_IS else int(random.integers(len(given.tokens)))
    kind = random.random()
    if kind < 0.35:
        gone = random.choice(len(places), min(len(places) - 1, int(random.integers(1, 4))), replace=False)
        places = np.delete(places, gone)
    elif kind < 0.45:
        rest = places[given.label[places] != random.integers(len(LABELS))]
        places = rest if len(rest) else places
    elif kind < 0.55:
        places = random.choice(places, int(random.integers(1, len(places) + 1)), replace=False)
    if random.random() < 0.35:
        others = of_type[int(random.integers(len(LABELS)))]
        places = np.append(places, random.choice(others, min(len(others), int(random.integers(1, 3))), replace=False))
    found = given.tokens[view][places]
    return places, found + random.normal(size=found.shape).astype(np.float32) * _noise(found)


def _batch(
    drawn: Sequence[tuple[Indices, Tokens]], label: Indices
) -> tuple[Tensor, Tensor, Tensor]:
    """Bodies (b, n, TOKEN), how absent each is (b, n), and their types (b, n), ``NONE`` where there are none."""
    most = max(len(places) for places, _ in drawn)
    bodies = np.zeros((len(drawn), most, TOKEN), np.float32)
    absent = np.full((len(drawn), most), _FAR, np.float32)
    types = np.full((len(drawn), most), NONE, np.int64)
    for row, (places, found) in enumerate(drawn):
        bodies[row, : len(places)], absent[row, : len(places)], types[row, : len(places)] = found, 0, label[places]
    return torch.from_numpy(bodies), torch.from_numpy(absent), torch.from_numpy(types)


@torch.no_grad()
def _validate(model: ContextNetwork, seen: Views) -> str:
    """The share of right types, each by itself and in sight of the others."""
    model.eval()
    alone, together = [], []
    for places in seen.cells:
        bodies = torch.from_numpy(seen.tokens[0][places])[None]
        types = model(bodies, torch.zeros(bodies.shape[:2])).types[0].argmax(1).numpy()
        one = seen.label[places] != NONE
        alone.append((bodies[0, :, : len(LABELS)].numpy().argmax(1) == seen.label[places])[one])
        together.append((types == seen.label[places])[one])
    return f"alone {np.concatenate(alone).mean():.4f}, together {np.concatenate(together).mean():.4f}"
