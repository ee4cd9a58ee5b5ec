"""The networks that name chromosomes: the extended ResNet, the Siamese network, and the one that sees a whole cell.

The extended ResNet has more convolution around each residual connection: our implementation of the published idea
(Wang, Yu, Zhu, Su, Ma, IEEE Access 8, 2020), whose exact layers are not known. A block of three convolutions is
followed by one residual layer with leaky rectification, as the same group describes in its next paper.
"""

from typing import NamedTuple

import torch
from torch import Tensor, nn

from karyodesk.domain.labels import LABELS

FEATURES = 128
"""Length of the feature vector."""
ROWS = 12
"""Rows of the feature map."""
_SLOPE = 0.01
_WIDTHS = (16, 48, 96, 160)
_HIDDEN = 256
_WHOLE = 64
TOKEN = len(LABELS) + FEATURES + 3
"""Numbers that describe a body: log-probabilities, feature vector, wholeness, length and area."""
# Of the network that sees a cell's bodies together.
_MODEL, _HEADS, _LAYERS = 128, 4, 3
# A pixel above this is of the chromosome.
_COVERED = 0.03


class Outputs(NamedTuple):
    """What the network says of a batch of n straightened chromosomes.

    Attributes:
        types: (n, 24) logits of the types.
        directions: (n, 24) logits of "the short arm is at the bottom", one for each type it may be.
        feature: (n, 128) feature vector, the input of the types.
        rows: (n, 12, 160) the feature map averaged across, one vector a stretch of the axis from the top.
        whole: (n,) logits of "this is one whole chromosome": not a piece, not several, not dirt.
    """

    types: Tensor
    directions: Tensor
    feature: Tensor
    rows: Tensor
    whole: Tensor


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


class Trunk(nn.Module):
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

    def forward(self, x: Tensor) -> Tensor:
        """Return (n, 12, 160) rows: the feature map averaged across, from the top."""
        return self.stages(self.stem(x)).mean(3).transpose(1, 2)


class _Wholeness(nn.Module):
    """From (n, 12, 160) rows to (n,) logits of one whole chromosome."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Flatten(), nn.Dropout(0.3), nn.Linear(ROWS * _WIDTHS[-1], _WHOLE),
            nn.ReLU(inplace=True), nn.Linear(_WHOLE, 1),
        )  # fmt: skip

    def forward(self, rows: Tensor) -> Tensor:
        logits: Tensor = self.layers(rows)
        return logits[:, 0]


class ExtendedResNet(nn.Module):
    """The trunk with a linear layer for types and one for directions on one feature vector."""

    def __init__(self) -> None:
        super().__init__()
        self.trunk = Trunk()
        # The rows keep their order: where a band lies along the axis is half of what tells the types apart.
        self.along = nn.Sequential(nn.Flatten(), nn.Linear(ROWS * _WIDTHS[-1], FEATURES), nn.BatchNorm1d(FEATURES))
        self.drop = nn.Dropout(0.3)
        self.types = nn.Linear(FEATURES, len(LABELS))
        self.directions = nn.Linear(FEATURES, len(LABELS))
        self.whole = _Wholeness()

    def forward(self, x: Tensor) -> Outputs:
        """Return the outputs for (n, 1, 192, 40) pictures."""
        rows = self.trunk(x)
        feature = nn.functional.leaky_relu(self.along(rows), _SLOPE)
        dropped = self.drop(feature)
        return Outputs(self.types(dropped), self.directions(dropped), feature, rows, self.whole(rows))


class SiameseNetwork(nn.Module):
    """The trunk with an embedding that is compared in pairs, and a multilayer perceptron on it.

    Our reconstruction of the published idea (Swati, Gupta, Yadav, Sharma, Vig, ICCV Workshops 2017), whose layers are
    not known: unit embeddings learn from pairs first; then a perceptron with one hidden layer names types from an
    embedding and from the length and the area of the chromosome. Directions, which pairs know nothing of, are read
    from the rows.
    """

    def __init__(self) -> None:
        super().__init__()
        self.trunk = Trunk()
        self.embed = nn.Sequential(nn.Flatten(), nn.Linear(ROWS * _WIDTHS[-1], FEATURES))
        self.level = nn.BatchNorm1d(FEATURES + 2)
        self.types = nn.Sequential(
            nn.Linear(FEATURES + 2, _HIDDEN), nn.ReLU(inplace=True), nn.Dropout(0.3), nn.Linear(_HIDDEN, len(LABELS))
        )
        self.directions = nn.Sequential(
            nn.Flatten(), nn.Dropout(0.3), nn.Linear(ROWS * _WIDTHS[-1], len(LABELS))
        )
        self.whole = _Wholeness()

    def embedding(self, x: Tensor) -> Tensor:
        """Return the (n, 128) unit embeddings of (n, 1, 192, 40) pictures."""
        return nn.functional.normalize(self.embed(self.trunk(x)))

    def forward(self, x: Tensor) -> Outputs:
        """Return the outputs for (n, 1, 192, 40) pictures; the feature vectors are the embeddings."""
        rows = self.trunk(x)
        feature = nn.functional.normalize(self.embed(rows))
        known = self.level(torch.cat([feature, _length_and_area(x)], 1))
        return Outputs(self.types(known), self.directions(rows), feature, rows, self.whole(rows))


def _length_and_area(x: Tensor) -> Tensor:
    """(n, 2) shares of the rows, and of all pixels, that a chromosome takes."""
    covered = (x[:, 0] > _COVERED).float()
    return torch.stack([covered.amax(2).mean(1), covered.mean((1, 2))], 1)


class Together(NamedTuple):
    """What the network says of n bodies of b cells.

    Attributes:
        types: (b, n, 24) logits of the types.
        whole: (b, n) logits of one whole chromosome.
    """

    types: Tensor
    whole: Tensor


class _AttentionBlock(nn.Module):
    """Attention of every body to every other, then a perceptron, each added to what goes in."""

    def __init__(self) -> None:
        super().__init__()
        self.before, self.between = nn.LayerNorm(_MODEL), nn.LayerNorm(_MODEL)
        self.asked, self.told = nn.Linear(_MODEL, 3 * _MODEL), nn.Linear(_MODEL, _MODEL)
        self.perceptron = nn.Sequential(
            nn.Linear(_MODEL, 2 * _MODEL), nn.GELU(), nn.Dropout(0.1), nn.Linear(2 * _MODEL, _MODEL)
        )
        self.drop = nn.Dropout(0.1)

    def forward(self, x: Tensor, absent: Tensor) -> Tensor:
        b, n, _ = x.shape
        q, k, v = self.asked(self.before(x)).reshape(b, n, 3, _HEADS, -1).permute(2, 0, 3, 1, 4).unbind(0)
        heed = q @ k.transpose(-1, -2) * (_MODEL // _HEADS) ** -0.5 + absent[:, None, None]
        heard = (heed.softmax(-1) @ v).transpose(1, 2).reshape(b, n, _MODEL)
        x = x + self.drop(self.told(heard))
        return x + self.drop(self.perceptron(self.between(x)))


class ContextNetwork(nn.Module):
    """A transformer over the bodies of a cell; what it says starts from what each body says by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(TOKEN))
        self.register_buffer("spread", torch.ones(TOKEN))
        self.enter = nn.Linear(TOKEN, _MODEL)
        self.blocks = nn.ModuleList(_AttentionBlock() for _ in range(_LAYERS))
        self.last = nn.LayerNorm(_MODEL)
        self.change = nn.Linear(_MODEL, len(LABELS) + 1)
        nn.init.zeros_(self.change.weight)
        nn.init.zeros_(self.change.bias)
        self.trust = nn.Parameter(torch.ones(2))

    def forward(self, bodies: Tensor, absent: Tensor) -> Together:
        """Say what (b, n, TOKEN) bodies are; ``absent`` (b, n) is 0 where there is one and far below 0 elsewhere."""
        x = self.enter((bodies - self.mean) / self.spread)
        for block in self.blocks:
            x = block(x, absent)
        change = self.change(self.last(x))
        types = bodies[..., : len(LABELS)] * self.trust[0] + change[..., : len(LABELS)]
        return Together(types, bodies[..., len(LABELS) + FEATURES] * self.trust[1] + change[..., -1])
