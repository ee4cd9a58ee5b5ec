"""The extended ResNet: more convolution around each residual connection.

Our implementation of the published idea (Wang, Yu, Zhu, Su, Ma, IEEE Access 8, 2020), whose exact
layers are not known: a block of three convolutions followed by one residual layer with leaky
rectification, as the same group describes in its next paper.
"""

from typing import NamedTuple

from torch import Tensor, nn

from karyodesk.domain.labels import LABELS

FEATURES = 128
"""Length of the feature vector."""
_SLOPE = 0.01
_WIDTHS = (16, 48, 96, 160)


class Outputs(NamedTuple):
    """What the network says of a batch of n straightened chromosomes.

    Attributes:
        types: (n, 24) logits of the types.
        directions: (n, 24) logits of "the short arm is at the bottom", one for each type it may be.
        feature: (n, 128) feature vector, the input of the types.
        rows: (n, 12, 160) the feature map averaged across, one vector a stretch of the axis from the top.
    """

    types: Tensor
    directions: Tensor
    feature: Tensor
    rows: Tensor


def _conv(channels_in: int, channels_out: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(channels_in, channels_out, 3, stride, 1, bias=False), nn.BatchNorm2d(channels_out)
    )


class ExtendedBlock(nn.Module):
    """Three convolutions, then a residual layer of two: y = u + R(u), with leaky rectification."""

    def __init__(self, channels_in: int, channels_out: int, stride: int) -> None:
        super().__init__()
        self.extend = nn.Sequential(
            _conv(channels_in, channels_out, stride), nn.LeakyReLU(_SLOPE, inplace=True),
            _conv(channels_out, channels_out), nn.LeakyReLU(_SLOPE, inplace=True),
            _conv(channels_out, channels_out), nn.LeakyReLU(_SLOPE, inplace=True),
        )  # fmt: skip
        self.residual = nn.Sequential(
            _conv(channels_out, channels_out), nn.LeakyReLU(_SLOPE, inplace=True), _conv(channels_out, channels_out)
        )

    def forward(self, x: Tensor) -> Tensor:
        """Map (n, channels_in, h, w) to (n, channels_out, h / stride, w / stride)."""
        u = self.extend(x)
        return nn.functional.leaky_relu(u + self.residual(u), _SLOPE)


class ExtendedResNet(nn.Module):
    """Input (n, 1, 192, 40) float32 from 0 to 1: straightened chromosomes, ground 0 (see ``recognition.encode``)."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(1, _WIDTHS[0], (7, 5), 2, (3, 2), bias=False),
            nn.BatchNorm2d(_WIDTHS[0]), nn.LeakyReLU(_SLOPE, inplace=True),
        )  # fmt: skip
        ins = (_WIDTHS[0], *_WIDTHS[:-1])
        self.stages = nn.Sequential(
            *(ExtendedBlock(i, o, 1 if k == 0 else 2) for k, (i, o) in enumerate(zip(ins, _WIDTHS, strict=True)))
        )
        # The rows keep their order: where a band lies along the axis is half of what tells the types apart.
        self.along = nn.Sequential(nn.Flatten(), nn.Linear(12 * _WIDTHS[-1], FEATURES), nn.BatchNorm1d(FEATURES))
        self.drop = nn.Dropout(0.3)
        self.types = nn.Linear(FEATURES, len(LABELS))
        self.directions = nn.Linear(FEATURES, len(LABELS))

    def forward(self, x: Tensor) -> Outputs:
        """Return the four outputs for (n, 1, 192, 40) pictures."""
        rows = self.stages(self.stem(x)).mean(3).transpose(1, 2)
        feature = nn.functional.leaky_relu(self.along(rows), _SLOPE)
        dropped = self.drop(feature)
        return Outputs(self.types(dropped), self.directions(dropped), feature, rows)
