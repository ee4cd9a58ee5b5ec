"""The human bands at 400, 550 and 850 bands a haploid set (resources/bands)."""

import csv
from dataclasses import dataclass
from functools import cache
from typing import Final

from karyodesk.domain.labels import LABELS
from karyodesk.paths import resources

LEVELS: Final = (400, 550, 850)
"""The standard band levels."""


@dataclass(frozen=True)
class Band:
    """One band.

    Attributes:
        arm: ``p`` or ``q``.
        name: without chromosome and arm, such as ``36.3``.
        start: base pairs of GRCh38 from the tip of the short arm.
        end: exclusive.
        iscn_start: place along the drawn ideogram, chromosome 1 being 10,000 units long.
        iscn_end: the same of its other edge.
        stain: ``gpos``, ``gneg``, ``acen``, ``gvar`` or ``stalk``.
        density: darkness of a ``gpos`` band, 0.25 to 1; 0 for the others.
    """

    arm: str
    name: str
    start: int
    end: int
    iscn_start: int
    iscn_end: int
    stain: str
    density: float


@cache
def _tables() -> dict[tuple[str, int], tuple[Band, ...]]:
    found: dict[tuple[str, int], list[Band]] = {}
    with (resources() / "bands" / "human.csv").open(encoding="ascii", newline="") as file:
        for row in csv.DictReader(file):
            key = row["chromosome"], int(row["level"])
            found.setdefault(key, []).append(
                Band(
                    arm=row["arm"],
                    name=row["band"],
                    start=int(row["start"]),
                    end=int(row["end"]),
                    iscn_start=int(row["iscn_start"]),
                    iscn_end=int(row["iscn_end"]),
                    stain=row["stain"],
                    density=int(row["density"] or 0) / 100,
                )
            )
    return {key: tuple(members) for key, members in found.items()}


def bands(label: str, level: int = 550) -> tuple[Band, ...]:
    """Return the bands of one of the 24 types, from the tip of the short arm to that of the long one.

    Args:
        label: ``1`` to ``22``, ``X`` or ``Y``.
        level: one of ``LEVELS``.

    Raises:
        KeyError: for another label or level.
    """
    return _tables()[label, level]


def length(label: str) -> int:
    """Return the length of a chromosome in base pairs (GRCh38).

    Raises:
        KeyError: for a label outside the 24.
    """
    return bands(label)[-1].end


def relative_length(label: str) -> float:
    """Return the length of a chromosome as a share of that of chromosome 1, by base pairs.

    Raises:
        KeyError: for a label outside the 24.
    """
    return length(label) / length(LABELS[0])


def centromere(label: str) -> float:
    """Return the share of the short arm in the whole chromosome, by base pairs (0 to 1).

    Raises:
        KeyError: for a label outside the 24.
    """
    return next(band.start for band in bands(label) if band.arm == "q") / length(label)
