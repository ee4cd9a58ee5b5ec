"""Which methods the program uses: what names chromosomes, and how those of a cell are allocated together."""

from dataclasses import dataclass
from enum import StrEnum


class NamingMethod(StrEnum):
    """The published methods of naming a chromosome."""

    EXTENDED_RESNET = "extended-resnet"
    """Features of an extended ResNet, compared with label feature vectors (Wang et al. 2020)."""
    SIAMESE = "siamese"
    """Embeddings that were learnt from pairs, and a perceptron on them (Swati et al. 2017)."""


class AllocationMethod(StrEnum):
    """How the labels of a cell's chromosomes follow from their costs."""

    ALONE = "alone"
    """Each chromosome gets its own best label."""
    LABEL_REDISTRIBUTION = "label-redistribution"
    """The published method: full labels leave the label space, the others ask again (Wang et al. 2020)."""
    DEFERRED_ACCEPTANCE = "deferred-acceptance"
    """Label Redistribution in which a nearer chromosome that asks later displaces a farther one."""
    OPTIMAL = "optimal"
    """The labels that are most probable together, given how often copies are lost or gained."""


@dataclass(frozen=True)
class Methods:
    """The methods of an analysis; the defaults are those that win on `val`.

    Attributes:
        naming: what names chromosomes.
        allocation: how those of a cell are allocated.
    """

    naming: NamingMethod = NamingMethod.EXTENDED_RESNET
    allocation: AllocationMethod = AllocationMethod.OPTIMAL
