"""Augmentation of surroundings: what differs between cells and cameras, not what a candidate is."""

import torch
from torch import Tensor
from torch.nn import functional

# A candidate lies along the rows, but never quite: up to this angle in radians, for so many of them.
_TURNED, _SHARE_TURNED = 0.25, 0.5


def augment(pictures: Tensor, generator: torch.Generator) -> Tensor:
    """Return (n, 3, h, w) float32 pictures from 0 to 1, each mirrored, turned, enlarged and regraded at random."""
    moved = _move(pictures, generator)
    return torch.cat([_regrade(moved[:, :1], generator), moved[:, 1:]], 1)


def _uniform(n: int, low: float, high: float, generator: torch.Generator) -> Tensor:
    return torch.rand(n, generator=generator) * (high - low) + low


def _sign(n: int, generator: torch.Generator) -> Tensor:
    return torch.where(torch.rand(n, generator=generator) < 0.5, -1.0, 1.0)


def _move(pictures: Tensor, generator: torch.Generator) -> Tensor:
    n, _, height, width = pictures.shape
    turned = torch.rand(n, generator=generator) < _SHARE_TURNED
    angle = _uniform(n, -_TURNED, _TURNED, generator) * turned
    size = torch.exp(_uniform(n, -0.12, 0.12, generator))
    across, down = _sign(n, generator), _sign(n, generator)
    matrix = torch.zeros(n, 2, 3)
    matrix[:, 0, 0], matrix[:, 1, 1] = angle.cos() * size * across, angle.cos() * size * down
    matrix[:, 0, 1] = -angle.sin() * size * down * height / width
    matrix[:, 1, 0] = angle.sin() * size * across * width / height
    matrix[:, 0, 2], matrix[:, 1, 2] = _uniform(n, -0.06, 0.06, generator), _uniform(n, -0.05, 0.05, generator)
    grid = functional.affine_grid(matrix, list(pictures.shape), align_corners=False)
    return functional.grid_sample(pictures, grid, align_corners=False)


def _regrade(density: Tensor, generator: torch.Generator) -> Tensor:
    n = len(density)

    def each(low: float, high: float) -> Tensor:
        return _uniform(n, low, high, generator)[:, None, None, None]

    curved = (density * each(0.8, 1.2)).clamp(1e-4, 1) ** torch.exp(each(-0.3, 0.3))
    # Below zero the same sum sharpens.
    soft = curved + each(-0.6, 1.0) * (functional.avg_pool2d(curved, 3, 1, 1) - curved)
    return (soft + torch.randn(density.shape, generator=generator) * each(0, 0.04)).clamp(0, 1)
