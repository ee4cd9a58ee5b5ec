"""The segmenter's network: every point of a chromosome tells the whole chromosome it belongs to.

A U-shaped trunk with two kinds of heads. At a quarter of the resolution each point says whether it
lies on the core of a chromosome, how far that chromosome reaches on all four sides, and the weights of
a small network of its own; at half the resolution lie the features that this small network reads.
Its answer is the mask of that one chromosome (conditional convolutions: Tian, Shen, Chen, "CondInst",
ECCV 2020). Our own layout, for long bodies that cross: any point of the core will do, there is no
centre, and the small network reads squares and products of the coordinates, so that an elongated
region in any direction is one linear step away.
"""

from collections.abc import Mapping
from typing import NamedTuple

from torch import Tensor, nn
from torch.nn import functional

from karyodesk.recognition.instances import FEATURES, KERNEL

WIDTHS = (16, 48, 96, 160, 192)
"""Channels at 1/2, 1/4, 1/8, 1/16 and 1/32 of the resolution."""
_POINTS = 64
_PYRAMID = 96
_SURE_OF_NOTHING = -3.0


class Outputs(NamedTuple):
    """What the network says of n densities of (h, w) pixels.

    Attributes:
        core: (n, 2, h/4, w/4) logits: a core of one chromosome lies here; its mask is right (IoU).
        reach: (n, 4, h/4, w/4) distance to the left, upper, right and lower end in widths, at least 0.
        kernels: (n, KERNEL, h/4, w/4) weights of each point's small network.
        features: (n, FEATURES + 1, h/2, w/2) what it reads, and a logit of chromatin of chromosomes.
    """

    core: Tensor
    reach: Tensor
    kernels: Tensor
    features: Tensor


def _layer(inside: int, out: int, stride: int = 1, size: int = 3) -> nn.Sequential:
    convolution = nn.Conv2d(inside, out, size, stride, size // 2, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(out), nn.ReLU(inplace=True))


class _Residual(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = _layer(channels, channels)
        last = nn.BatchNorm2d(channels)
        # A block begins as one that changes nothing (Goyal et al. 2017), so a trained network may be deepened.
        nn.init.zeros_(last.weight)
        self.second = nn.Sequential(nn.Conv2d(channels, channels, 3, 1, 1, bias=False), last)

    def forward(self, values: Tensor) -> Tensor:
        return functional.relu(values + self.second(self.first(values)))


def _stage(inside: int, out: int) -> nn.Sequential:
    return nn.Sequential(_layer(inside, out, 2), _Residual(out), _Residual(out))


def _twice(values: Tensor) -> Tensor:
    return functional.interpolate(values, scale_factor=2.0, mode="nearest")


class Trunk(nn.Module):
    """From a density, or several channels, to features at 1/4 and at 1/2 of the resolution."""

    def __init__(self, channels: int = 1) -> None:
        super().__init__()
        half, quarter, eighth, sixteenth, last = WIDTHS
        self.stage_half = nn.Sequential(nn.PixelUnshuffle(2), _layer(4 * channels, half), _Residual(half))
        self.stage_quarter = _stage(half, quarter)
        self.stage_eighth = _stage(quarter, eighth)
        self.stage_sixteenth = _stage(eighth, sixteenth)
        self.stage_last = _stage(sixteenth, last)
        self.from_last, self.from_sixteenth = _layer(last, _PYRAMID, 1, 1), _layer(sixteenth, _PYRAMID, 1, 1)
        self.from_eighth, self.from_quarter = _layer(eighth, _PYRAMID, 1, 1), _layer(quarter, _POINTS, 1, 1)
        self.join_sixteenth, self.join_eighth = _layer(_PYRAMID, _PYRAMID), _layer(_PYRAMID, _PYRAMID)
        self.narrow, self.join_quarter = _layer(_PYRAMID, _POINTS, 1, 1), _Residual(_POINTS)
        self.from_half, self.narrower = _layer(half, half, 1, 1), _layer(_POINTS, half, 1, 1)
        self.join_half = _layer(half, half)
        self.deepen_sixteenth = _Residual(_PYRAMID)
        self.deepen_eighth = nn.Sequential(_Residual(_PYRAMID), _Residual(_PYRAMID))
        self.deepen_quarter, self.deepen_half = _Residual(_POINTS), _Residual(half)

    def forward(self, values: Tensor) -> tuple[Tensor, Tensor]:
        """Return (n, 64, h/4, w/4) and (n, 16, h/2, w/2) features of (n, channels, h, w) values."""
        half = self.stage_half(values)
        quarter = self.stage_quarter(half)
        eighth = self.stage_eighth(quarter)
        sixteenth = self.stage_sixteenth(eighth)
        last = self.from_last(self.stage_last(sixteenth))
        joined = self.deepen_sixteenth(self.join_sixteenth(_twice(last) + self.from_sixteenth(sixteenth)))
        joined = self.deepen_eighth(self.join_eighth(_twice(joined) + self.from_eighth(eighth)))
        points = self.deepen_quarter(self.join_quarter(_twice(self.narrow(joined)) + self.from_quarter(quarter)))
        return points, self.deepen_half(self.join_half(_twice(self.narrower(points)) + self.from_half(half)))


class SegmenterNetwork(nn.Module):
    """The whole network; densities are (n, 1, h, w) at the working scale, h and w multiples of 32."""

    def __init__(self) -> None:
        super().__init__()
        self.trunk = Trunk()
        self.points = nn.Sequential(_layer(_POINTS, _POINTS), _layer(_POINTS, _POINTS))
        self.core = nn.Conv2d(_POINTS, 2, 1)
        self.reach = nn.Conv2d(_POINTS, 4, 1)
        self.kernels = nn.Conv2d(_POINTS, KERNEL, 1)
        self.features = nn.Conv2d(WIDTHS[0], FEATURES + 1, 1)
        assert self.core.bias is not None
        assert self.kernels.bias is not None
        nn.init.constant_(self.core.bias, _SURE_OF_NOTHING)
        nn.init.normal_(self.kernels.weight, std=0.02)
        nn.init.zeros_(self.kernels.bias)

    def begin_from(self, weights: Mapping[str, Tensor]) -> None:
        """Take over the weights of a network that was trained with fewer blocks; further ones change nothing at first.

        Raises:
            ValueError: where they are weights of another network.
        """
        result = self.load_state_dict(weights, strict=False)
        lacking = [name for name in result.missing_keys if not name.startswith("trunk.deepen_")]
        if lacking or result.unexpected_keys:
            raise ValueError(f"these are not weights of a segmenter: {(lacking + result.unexpected_keys)[0]}")

    def forward(self, density: Tensor) -> Outputs:
        """Read (n, 1, h, w) densities."""
        points, half = self.trunk(density)
        points = self.points(points)
        reach = functional.softplus(self.reach(points))
        return Outputs(self.core(points), reach, self.kernels(points), self.features(half))

