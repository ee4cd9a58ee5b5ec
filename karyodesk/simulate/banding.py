"""The stain of a straight chromosome from tip to tip, taken from the band tables."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from karyodesk.domain.labels import LABELS, MARKER
from karyodesk.iscn.bands import Band, bands, relative_length

Profile = npt.NDArray[np.float64]

SAMPLES: Final = 1024
"""Samples of a profile from the tip of the short arm to that of the long one."""
ACROCENTRICS: Final = ("13", "14", "15", "21", "22")

_BLEND: Final = {400: 0.65, 550: 0.5, 850: 0.15}
"""Share of the 400-band table in the stain; the rest is the 850-band table.

The coarse table has the places of the bands that are seen on stout chromosomes but calls nearly all of
them equally dark; the fine one has the shades. Measured on mean profiles of real G-banded chromosomes, the blend agrees
better with them than any single table.
"""
_PALE: Final = 0.06
_STALK_WIDTH: Final = 0.62
_DARK_CENTROMERES: Final = frozenset(("3", "6", "7", "9", "10", "11", "15", "17", "19", "20", "22"))
_PALE_CENTROMERES: Final = frozenset(("1", "2", "4", "8", "12", "13", "16", "18", "X", "Y"))
_HETEROCHROMATIN: Final = {"1": 0.9, "3": 0.65, "9": 0.25, "16": 0.95, "19": 0.95, "Y": 0.9}
"""Stain of the variable regions, which the tables leave open; those of the acrocentrics take _SATELLITE."""
_SATELLITE: Final = 0.25
# Short chromosomes measure a little more than their share of base pairs: their rounded tips weigh more.
_LENGTH_OFFSET: Final = 0.035


@dataclass(frozen=True, eq=False)
class Banding:
    """A straight chromosome, short arm first.

    Attributes:
        stain: (SAMPLES,) 0 (palest band) to 1 (darkest).
        thickness: (SAMPLES,) relative width, 1 but in the stalks.
        centromere: its place as a share of the length from the tip of the short arm.
        length: relative to chromosome 1.
    """

    stain: Profile
    thickness: Profile
    centromere: float
    length: float


def _extents(label: str, table: tuple[Band, ...]) -> Profile:
    """Drawn length of every band, adding to 1.

    Along most types the drawn ISCN ideogram meets real chromosomes best; it draws the short arms of the
    acrocentrics and the Y too long, and there the mean with base pairs is nearer.
    """
    drawn = np.array([band.iscn_end - band.iscn_start for band in table], float)
    drawn /= drawn.sum()
    if label not in ACROCENTRICS and label != "Y":
        return drawn
    pairs = np.array([band.end - band.start for band in table], float)
    mean: Profile = (drawn + pairs / pairs.sum()) / 2
    return mean


def _stain(label: str, band: Band) -> float:
    if band.stain == "gpos":
        return 0.16 + 0.84 * band.density
    if band.stain == "gvar":
        return _HETEROCHROMATIN.get(label, _SATELLITE)
    if band.stain == "acen":
        return 0.8 if label in _DARK_CENTROMERES else 0.25 if label in _PALE_CENTROMERES else 0.5
    return {"gneg": _PALE, "stalk": 0.0}[band.stain]


def _variants(label: str, person: np.random.Generator) -> tuple[float, float]:
    """Factors on the length of satellites and stalks, and of heterochromatin: they differ between people."""
    short_arm, heterochromatin = np.clip(person.lognormal(0, 0.25, 2), 0.55, 1.6)
    return (float(short_arm) if label in ACROCENTRICS else 1.0), float(heterochromatin)


def _sample(edges: Profile, values: list[float]) -> Profile:
    """A staircase sampled at the middles of SAMPLES equal steps between the first and the last edge."""
    places = (np.arange(SAMPLES) + 0.5) / SAMPLES * edges[-1]
    steps = np.searchsorted(edges, places, side="right") - 1
    picked: Profile = np.asarray(values)[np.clip(steps, 0, len(values) - 1)]
    return picked


def banding(label: str, level: int, person: np.random.Generator) -> Banding:
    """Return the stain of one chromosome of a person.

    Args:
        label: one of the 24 types, or ``mar`` for a small marker of no known origin.
        level: bands a haploid set, 400, 550 or 850.
        person: drawn from for the variants of this homologue.

    Raises:
        KeyError: for another label or level.
    """
    if label == MARKER:
        return _marker(person)
    variants = _variants(label, person)
    coarse, fine = (_straight(label, table_level, variants) for table_level in (400, 850))
    share = _BLEND[level]
    blend = share * coarse.stain + (1 - share) * fine.stain
    # Blending evens the shades out; this gives them their full range back.
    return replace(fine, stain=np.clip(1.15 * blend - 0.05, 0, 1))


def _straight(label: str, level: int, variants: tuple[float, float]) -> Banding:
    """The stain by one table."""
    table = bands(label, level)
    short_arm, heterochromatin = variants
    plain = _extents(label, table)
    acrocentric = label in ACROCENTRICS
    factors = [
        short_arm if acrocentric and band.arm == "p" else heterochromatin if band.stain == "gvar" else 1.0
        for band in table
    ]
    edges = np.concatenate([[0.0], np.cumsum(plain * factors)])
    return Banding(
        stain=_sample(edges, [_stain(label, band) for band in table]),
        thickness=_sample(edges, [_STALK_WIDTH if band.stain == "stalk" else 1.0 for band in table]),
        centromere=float(edges[sum(band.arm == "p" for band in table)] / edges[-1]),
        length=(relative_length(label) + _LENGTH_OFFSET) / (1 + _LENGTH_OFFSET) * float(edges[-1]),
    )


def _marker(person: np.random.Generator) -> Banding:
    """A small chromosome of a few bands around a centromere."""
    count = int(person.integers(3, 7))
    edges = np.concatenate([[0.0], np.cumsum(person.uniform(0.5, 1.5, count))])
    return Banding(
        stain=_sample(edges, [float(value) for value in person.uniform(0, 1, count)]),
        thickness=np.ones(SAMPLES),
        centromere=float(person.uniform(0.2, 0.5)),
        length=float(person.uniform(0.14, 0.3)),
    )


def homologues(labels: tuple[str, ...], level: int, person: int) -> tuple[Banding, ...]:
    """Return the banding of every chromosome; the n-th copy of a label is the same in all cells of a person."""
    seen: dict[str, int] = {}
    found = []
    for label in labels:
        copy = seen.get(label, 0)
        seen[label] = copy + 1
        place = LABELS.index(label) if label in LABELS else len(LABELS)
        found.append(banding(label, level, np.random.default_rng([person, place, copy])))
    return tuple(found)
