"""How far the network's answer is from what it ought to be."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from karyodesk.recognition.instances import FARTHEST, FEATURES, HIDDEN, PIXEL_STEP, PLACES, POINT_STEP, REACH
from karyodesk.training.run import Loss
from karyodesk.training.segmenter.network import Outputs
from karyodesk.training.segmenter.targets import CROSSING, Targets

_WEIGHTS = {"core": 1.0, "reach": 0.5, "chromatin": 2.0, "masks": 2.0, "quality": 0.3}
_ON_CORE, _OFF_CORE = 0.4, 0.6
# Masks are asked for at so many pixels of a canvas, those near chromosomes first. Always the same number: for
# every new one a matrix product is compiled anew, which takes longer than the product.
_PIXELS = 4096
_NEAR = 9


@dataclass(frozen=True)
class Batch:
    """Targets of several canvases as tensors; attributes as those of ``Targets``, n canvases first.

    Attributes:
        asked: (k, 3) canvas, row and column of the points asked.
        masks: (k, PIXELS, PIXELS) uint8, of all canvases together; so is ``unsure``.
    """

    density: Tensor
    core: Tensor
    weight: Tensor
    owned: Tensor
    reach: Tensor
    asked: Tensor
    masks: Tensor
    unsure: Tensor
    chromatin: Tensor
    crossing: Tensor
    open: Tensor


def batch(canvases: Sequence[Targets]) -> Batch:
    """Join the targets of several canvases."""
    asked = [np.column_stack([np.full(len(one.asked), n), one.asked]) for n, one in enumerate(canvases)]
    stacked = (
        torch.from_numpy(np.stack([getattr(one, name) for one in canvases]))
        for name in ("density", "core", "weight", "owned", "reach", "chromatin", "crossing", "open")
    )
    density, core, weight, owned, reach, *shares = stacked
    masks, unsure = (
        torch.from_numpy(np.concatenate([getattr(one, name) for one in canvases])) for name in ("masks", "unsure")
    )
    joined = torch.from_numpy(np.concatenate(asked))
    covered = [share.float() / 255 for share in shares]
    return Batch(density[:, None], core, weight, owned, reach, joined, masks, unsure, *covered)


def loss(outputs: Outputs, truth: Batch) -> Loss:
    """Return how far the outputs are from the truth."""
    core, quality = outputs.core.float().unbind(1)
    masks, agreed = _masks(outputs, truth)
    n, row, column = truth.asked.unbind(1)
    said = quality[n, row, column]
    parts = {
        "core": _core(core, truth),
        "reach": _reach(outputs.reach.float(), truth),
        "chromatin": _chromatin(outputs.features[:, FEATURES].float(), truth),
        "masks": masks,
        "quality": functional.binary_cross_entropy_with_logits(said, agreed) if len(said) else said.sum(),
    }
    total = torch.stack([_WEIGHTS[name] * part for name, part in parts.items()]).sum()
    mean = float(agreed.mean()) if len(agreed) else 0.0
    return Loss(total, {name: float(part.detach()) for name, part in parts.items()} | {"IoU": mean})


def _core(logits: Tensor, truth: Batch) -> Tensor:
    """Focal loss (Lin et al., ICCV 2017): cores are few, and most of the ground is easy."""
    entropy = functional.binary_cross_entropy_with_logits(logits, truth.core, reduction="none")
    probability = torch.sigmoid(logits)
    wrong = probability + truth.core - 2 * probability * truth.core
    sides = torch.where(truth.core > 0, _ON_CORE, _OFF_CORE)
    return (entropy * wrong**2 * sides * truth.weight).sum() / truth.owned.sum().clamp(min=1)


def _reach(reach: Tensor, truth: Batch) -> Tensor:
    """Negative logarithm of the IoU of the boxes (Yu et al., UnitBox, 2016), steadied by the distances' own."""
    said, right = (value.permute(0, 2, 3, 1)[truth.owned] for value in (reach, truth.reach))
    if not len(said):
        return reach.sum() * 0
    least = torch.minimum(said, right)
    both = (least[:, 0] + least[:, 2]) * (least[:, 1] + least[:, 3])
    areas = [(box[:, 0] + box[:, 2]) * (box[:, 1] + box[:, 3]) for box in (said, right)]
    overlap = both / (areas[0] + areas[1] - both).clamp(min=1e-6)
    return -torch.log(overlap.clamp(min=1e-3)).mean() + 0.1 * functional.smooth_l1_loss(said, right)


def _chromatin(logits: Tensor, truth: Batch) -> Tensor:
    entropy = functional.binary_cross_entropy_with_logits(logits, truth.chromatin, reduction="none")
    return (entropy * (1 - truth.open)).mean()


def _masks(outputs: Outputs, truth: Batch) -> tuple[Tensor, Tensor]:
    """Dice and cross-entropy of the masks asked for, and the IoU of each."""
    total, agreed = outputs.features.sum() * 0, torch.zeros(len(truth.asked))
    # Taken apart once: the gradient of each piece of a whole would be as large as the whole.
    features = outputs.features[:, :FEATURES].unbind(0)
    kernels = outputs.kernels.permute(0, 2, 3, 1)[tuple(truth.asked.unbind(1))]
    for n in range(len(truth.density)):
        chosen = torch.nonzero(truth.asked[:, 0] == n)[:, 0]
        if not len(chosen):
            continue
        row, column = truth.asked[chosen, 1], truth.asked[chosen, 2]
        y, x = _pixels(truth.chromatin[n])
        logits = small_networks(kernels[chosen], features[n][:, y, x], (row, column), (y, x))
        right = truth.masks[chosen][:, y, x].float() / 255
        sure = ~truth.unsure[chosen][:, y, x]
        weight = (1 + CROSSING * truth.crossing[n][y, x]) * sure
        total = total + dice_and_entropy(logits, right, weight).sum()
        agreed[chosen] = agreement(logits, right, sure)
    return total / max(1, len(truth.asked)), agreed


def agreement(logits: Tensor, right: Tensor, sure: Tensor) -> Tensor:
    """Return the (n,) IoU of (n, pixels) logits with shares 0 to 1, each on the pixels that are sure."""
    inside, within = (logits.detach() > 0) & sure, (right > 0.5) & sure
    return (inside & within).sum(1) / (inside | within).sum(1).clamp(min=1).float()


def _pixels(chromatin: Tensor) -> tuple[Tensor, Tensor]:
    """Rows and columns of the pixels at which masks are asked for."""
    near = functional.max_pool2d(chromatin[None, None], _NEAR, 1, _NEAR // 2)[0, 0] > 0
    chosen = (near + torch.rand_like(chromatin)).ravel().topk(_PIXELS).indices
    return chosen // chromatin.shape[1], chosen % chromatin.shape[1]


def dice_and_entropy(logits: Tensor, right: Tensor, weight: Tensor) -> Tensor:
    """Return how far (n, pixels) logits are from shares 0 to 1, for each of n masks."""
    said = torch.sigmoid(logits)
    both, sizes = (weight * said * right).sum(1), (weight * (said * said + right * right)).sum(1)
    entropy = functional.binary_cross_entropy_with_logits(logits, right, weight, reduction="none")
    sure = (right * (weight > 0)).sum(1)
    return 1 - (2 * both + 1) / (sizes + 1) + 0.4 * entropy.sum(1) / (sure + 30)


def small_networks(
    kernels: Tensor, features: Tensor, points: tuple[Tensor, Tensor], pixels: tuple[Tensor, Tensor]
) -> Tensor:
    """Run k points' small networks on n pixels, as ``recognition.instances`` does: (k, n) logits.

    Args:
        kernels: (k, KERNEL).
        features: (FEATURES, n).
        points: rows and columns of the points, (k,) each.
        pixels: rows and columns of the pixels, (n,) each.
    """
    k, inputs = len(kernels), FEATURES + PLACES
    first = kernels[:, : inputs * HIDDEN].reshape(k, HIDDEN, inputs)
    bias, last = kernels[:, inputs * HIDDEN :][:, :HIDDEN], kernels[:, -1 - HIDDEN : -1]
    ratio = POINT_STEP // PIXEL_STEP
    down, across = (
        ((pixel[None] - (point[:, None] * ratio + ratio / 2)) / REACH).clamp(-FARTHEST, FARTHEST)
        for point, pixel in zip(points, pixels, strict=True)
    )
    places = torch.stack([across, down, across * across, across * down, down * down], 1).clamp(-FARTHEST, FARTHEST)
    seen = (first[:, :, :FEATURES].reshape(k * HIDDEN, FEATURES) @ features).reshape(k, HIDDEN, -1)
    hidden = functional.relu(seen + torch.bmm(first[:, :, FEATURES:], places.to(first.dtype)) + bias[:, :, None])
    return (hidden * last[:, :, None]).sum(1).float() + kernels[:, -1:].float()
