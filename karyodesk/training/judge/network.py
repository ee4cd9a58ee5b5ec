"""The network of the judge: a small residual network over a candidate and what lies around it."""

from itertools import pairwise

import torch
from torch import Tensor, nn

from karyodesk.recognition.surroundings import CHANNELS

_WIDTHS = (24, 40, 72, 112)
_HIDDEN = 64


def _conv(channels_in: int, channels_out: int, stride: int = 1, size: int = 3) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(channels_in, channels_out, size, stride, size // 2, bias=False), nn.BatchNorm2d(channels_out)
    )


class _Residual(nn.Module):
    """Two convolutions beside a straight way."""

    def __init__(self, channels_in: int, channels_out: int, stride: int) -> None:
        super().__init__()
        self.first, self.second = _conv(channels_in, channels_out, stride), _conv(channels_out, channels_out)
        self.straight = _conv(channels_in, channels_out, stride, 1) if stride > 1 else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        return nn.functional.relu(self.second(nn.functional.relu(self.first(x))) + self.straight(x))


class JudgeNetwork(nn.Module):
    """Input (n, 3, 112, 64) float32 from 0 to 1: the surroundings of candidates (see ``recognition.surroundings``)."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(nn.PixelUnshuffle(2), _conv(4 * CHANNELS, _WIDTHS[0]), nn.ReLU())
        steps = pairwise(_WIDTHS)
        self.body = nn.Sequential(*(block for i, o in steps for block in (_Residual(i, o, 2), _Residual(o, o, 1))))
        self.head = nn.Sequential(
            nn.Dropout(0.3), nn.Linear(2 * _WIDTHS[-1], _HIDDEN), nn.ReLU(), nn.Linear(_HIDDEN, 1)
        )

    def forward(self, pictures: Tensor) -> Tensor:
        """Return (n,) logits of "this is one whole chromosome"."""
        seen = self.body(self.stem(pictures))
        # The mean tells of the whole; the largest, of a place where something is wrong.
        logits: Tensor = self.head(torch.cat([seen.mean((2, 3)), seen.amax((2, 3))], 1))
        return logits[:, 0]
