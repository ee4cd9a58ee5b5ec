"""Augmentation of encoded chromosomes: what differs between cells, cameras and segmentations, not types."""

import torch
from torch import Tensor
from torch.nn import functional


def augment(pictures: Tensor, generator: torch.Generator) -> Tensor:
    """Return (n, 1, h, w) float32 pictures, each warped and regraded at random.

    Length and width change by some per cent (the scale of a cell is known no better), the body is
    shifted, bent and sheared a little, its grey values take another curve, it is blurred or noisy,
    and now and then an end is clipped or a neighbour's rim is left at its side.
    """
    warped = _warp(pictures, generator)
    return _regrade(_clip_or_touch(warped, generator), generator)


def turn(pictures: Tensor, chosen: Tensor) -> Tensor:
    """Turn the chosen ones ((n,) bool) of (n, 1, h, w) pictures by 180 degrees."""
    return torch.where(chosen[:, None, None, None], pictures.flip(2, 3), pictures)


def _uniform(n: int, low: float, high: float, generator: torch.Generator) -> Tensor:
    return torch.rand(n, generator=generator) * (high - low) + low


def _warp(pictures: Tensor, generator: torch.Generator) -> Tensor:
    n, _, height, width = pictures.shape
    y = torch.linspace(-1, 1, height)[None, :, None].expand(n, height, width)
    x = torch.linspace(-1, 1, width)[None, None].expand(n, height, width)

    def each(low: float, high: float) -> Tensor:
        return _uniform(n, low, high, generator)[:, None, None]

    length, across, mirror = each(0.86, 1.16), each(0.82, 1.2), torch.where(each(0, 1) < 0.5, -1.0, 1.0)
    bend = each(-0.2, 0.2) * torch.sin(y * each(1.0, 4.0) * torch.pi / 2 + each(0, 6.28))
    # Bands are not stretched evenly: one arm may be more condensed than the other.
    stretch = each(-0.06, 0.06) * torch.sin(y * torch.pi)
    grid_y = (y + stretch) * length + each(-0.04, 0.04) + each(-0.04, 0.04) * x
    grid_x = (x * across + bend) * mirror
    return functional.grid_sample(pictures, torch.stack([grid_x, grid_y], 3), align_corners=True)


def _clip_or_touch(pictures: Tensor, generator: torch.Generator) -> Tensor:
    n, _, height, width = pictures.shape
    filled = pictures.amax((1, 3)) > 0.05
    top = filled.int().argmax(1)
    bottom = height - filled.flip(1).int().argmax(1)
    clip = torch.relu(_uniform(n, -0.9, 0.1, generator)) * (bottom - top)
    at_top = torch.rand(n, generator=generator) < 0.5
    first = torch.where(at_top, top + clip, top)[:, None]
    last = torch.where(at_top, bottom, bottom - clip)[:, None]
    rows = torch.arange(height)[None]
    keep = ((rows >= first) & (rows <= last))[:, None, :, None]
    # A neighbour's rim: a few columns of another chromosome of the batch at one side, over some rows.
    rim = pictures.roll(1, 0).roll(width // 2 + 4, 3)
    start = _uniform(n, 0, height, generator)[:, None]
    span = (rows >= start) & (rows < start + _uniform(n, 8, 50, generator)[:, None])
    touched = (torch.rand(n, generator=generator) < 0.15)[:, None] & span & filled
    return torch.where(touched[:, None, :, None], torch.maximum(pictures, rim), pictures) * keep


def _regrade(pictures: Tensor, generator: torch.Generator) -> Tensor:
    n = len(pictures)

    def each(low: float, high: float) -> Tensor:
        return _uniform(n, low, high, generator)[:, None, None, None]

    inside = (pictures > 0.02).float()
    blurred = functional.avg_pool2d(pictures, 3, 1, 1)
    twice = functional.avg_pool2d(blurred, 3, 1, 1)
    amount = each(-0.7, 1.0)
    # Below zero the same sum sharpens.
    soft = pictures + amount * (twice - pictures)
    curved = soft.clamp(1e-4, 1.0) ** torch.exp(each(-0.5, 0.5)) * each(0.8, 1.2)
    noise = torch.randn(pictures.shape, generator=generator) * torch.relu(each(-0.06, 0.06))
    return ((curved + noise) * inside.maximum((soft > 0.03).float())).clamp(0, 1)
