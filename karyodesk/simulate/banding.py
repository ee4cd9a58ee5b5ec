"""The stain of a straight chromosome from tip to tip, taken from the band tables."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from karyodesk.domain.labels import LABELS, MARKER
from karyodesk.iscn.bands import Band, bands, relative_length

Profile = npt.NDArray[np.float64]

SAMPLES: Final = 1024
"""Samples of a profile from the tip of the short arm to that of the long one."""
ACROCENTRICS: Final = ("13", "14", "15", "21", "22")

_PALE: Final = 0.06
_CENTROMERE: Final = 0.55
_STALK_WIDTH: Final = 0.62
_HETEROCHROMATIN: Final = {"1": 0.7, "3": 0.55, "9": 0.2, "16": 0.85, "19": 0.6, "Y": 0.95}
"""Stain of the variable regions of some types; satellites and others take the default."""
_SATELLITE: Final = 0.4
# Shortest chromosomes measure a little more than their share of base pairs: their rounded tips weigh more.
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


def _extent(label: str, band: Band) -> float:
    """Drawn length of a band.

    Along most types the drawn ISCN ideogram meets real chromosomes best; it draws the short arms of the
    acrocentrics and the Y too long, and there base pairs are nearer.
    """
    if label in ACROCENTRICS or label == "Y":
        return float(band.end - band.start)
    return float(band.iscn_end - band.iscn_start)


def _stain(label: str, band: Band) -> float:
    if band.stain == "gpos":
        return 0.16 + 0.84 * band.density
    if band.stain == "gvar":
        return _HETEROCHROMATIN.get(label, _SATELLITE)
    return {"acen": _CENTROMERE, "gneg": _PALE, "stalk": 0.0}[band.stain]


def _variant(label: str, band: Band, person: np.random.Generator) -> float:
    """Factor on the length of a band: satellites, stalks and heterochromatin differ between people."""
    if band.stain in ("gvar", "stalk") or (label in ACROCENTRICS and band.arm == "p"):
        return float(np.clip(person.lognormal(0, 0.25), 0.5, 1.7))
    return 1.0


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
        level: bands a haploid set.
        person: drawn from for the variants of this homologue.

    Raises:
        KeyError: for another label or level.
    """
    if label == MARKER:
        return _marker(person)
    table = bands(label, level)
    plain = np.array([_extent(label, band) for band in table])
    extents = plain * [_variant(label, band, person) for band in table]
    edges = np.concatenate([[0.0], np.cumsum(extents)])
    short_arm = sum(band.arm == "p" for band in table)
    return Banding(
        stain=_sample(edges, [_stain(label, band) for band in table]),
        thickness=_sample(edges, [_STALK_WIDTH if band.stain == "stalk" else 1.0 for band in table]),
        centromere=float(edges[short_arm] / edges[-1]),
        length=(relative_length(label) + _LENGTH_OFFSET) / (1 + _LENGTH_OFFSET) * float(edges[-1] / plain.sum()),
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
