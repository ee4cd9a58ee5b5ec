"""A cell: one metaphase with its chromosomes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

from karyodesk.domain.chromosome import Chromosome
from karyodesk.domain.outline import Box, Outline


@dataclass(frozen=True)
class RejectedBody:
    """A body of the picture that is no chromosome.

    Attributes:
        bbox: in pixels of the original.
        kind: ``nucleus``, ``debris``, ``other cell`` or ``cut by the border``.
    """

    bbox: Box
    kind: str


class DoubtKind(StrEnum):
    """What may be wrong with outlines."""

    OVERLAP = "overlap"
    """One outlined body may be two chromosomes."""
    JOIN = "join"
    """Several outlined bodies may be one chromosome."""


@dataclass(frozen=True)
class Resolution:
    """Another reading of what lies in some outlines.

    Attributes:
        outlines: of the chromosomes that there would be instead.
        probability: that this reading is the right one, as against the present.
    """

    outlines: tuple[Outline, ...]
    probability: float


@dataclass(frozen=True)
class Doubt:
    """Outlines that may have to be cut or joined; nothing is forced, a person decides.

    Attributes:
        kind: what may be wrong.
        chromosomes: ids of the chromosomes concerned.
        resolutions: other readings, the likeliest first.
    """

    kind: DoubtKind
    chromosomes: tuple[str, ...]
    resolutions: tuple[Resolution, ...]

    def __post_init__(self) -> None:
        if not self.chromosomes or not self.resolutions:
            raise ValueError("a doubt concerns a chromosome and has another reading")

    @property
    def mark(self) -> str:
        """The sign for the eye: "=2?" where one outline may be two chromosomes, "=1?" where several may be one."""
        return f"={len(self.resolutions[0].outlines)}?"


@dataclass(frozen=True)
class Cell:
    """One metaphase.

    Attributes:
        image: name of the file, with ``#2`` and so on for further pages of it.
        sha256: of the stored file, in hexadecimal.
        width: of the original in pixels.
        height: of the original in pixels.
        chromosomes: every outlined body, rejected ones too.
        rejected: bodies that the program left out.
        flags: what a person must look at, such as ``+21`` or ``count 45``.
        karyotype: the karyotype the program suggests.
        chromosome_width: usual width of a chromosome in pixels: the scale of the cell.
        doubts: outlines that may have to be cut or joined, the likeliest first.
    """

    image: str
    sha256: str
    width: int
    height: int
    chromosomes: tuple[Chromosome, ...]
    rejected: tuple[RejectedBody, ...] = ()
    flags: tuple[str, ...] = ()
    karyotype: str = ""
    chromosome_width: float = 0.0
    doubts: tuple[Doubt, ...] = ()

    @cached_property
    def by_id(self) -> dict[str, Chromosome]:
        """The chromosomes by their id."""
        return {chromosome.id: chromosome for chromosome in self.chromosomes}

    @property
    def kept(self) -> tuple[Chromosome, ...]:
        """The chromosomes that were not rejected: what is counted."""
        return tuple(chromosome for chromosome in self.chromosomes if not chromosome.rejected)

    @property
    def left_out(self) -> int:
        """How many outlined bodies the program took for no whole chromosome, and no person has restored."""
        return sum(chromosome.rejected and chromosome.suggestion.left_out for chromosome in self.chromosomes)

    @property
    def to_look_at(self) -> tuple[Chromosome, ...]:
        """Those that are to be badged; what the program left out and may be a chromosome all the same is among them."""
        return tuple(chromosome for chromosome in self.chromosomes if chromosome.needs_look)

    @cached_property
    def standing_doubts(self) -> tuple[Doubt, ...]:
        """The doubts that are open: every chromosome concerned is there, and no person has said that one is whole."""
        open_ones = {chromosome.id for chromosome in self.kept if not chromosome.whole}
        return tuple(doubt for doubt in self.doubts if open_ones.issuperset(doubt.chromosomes))

    def doubts_of(self, chromosome_id: str) -> tuple[Doubt, ...]:
        """Return the open doubts that concern a chromosome, the likeliest first."""
        return tuple(doubt for doubt in self.standing_doubts if chromosome_id in doubt.chromosomes)

    def in_slot(self, label: str | None) -> tuple[Chromosome, ...]:
        """The chromosomes of one slot (None: of the tray), from the left."""
        members = [chromosome for chromosome in self.kept if chromosome.label == label]
        return tuple(sorted(members, key=lambda chromosome: (chromosome.position, chromosome.id)))

    def with_chromosomes(self, changed: Iterable[Chromosome]) -> "Cell":
        """Return the cell with some chromosomes replaced by those of the same id.

        Raises:
            KeyError: where an id is unknown.
        """
        changed = tuple(changed)
        return self.exchanged(changed, changed)

    def without(self, ids: Iterable[str]) -> "Cell":
        """Return the cell with some chromosomes taken out.

        Raises:
            KeyError: where an id is unknown.
        """
        return self.exchanged([self.by_id[id_] for id_ in ids], ())

    def exchanged(self, old: Iterable[Chromosome], new: Iterable[Chromosome], places: Sequence[int] = ()) -> "Cell":
        """Return the cell with some chromosomes instead of others.

        Args:
            old: of the cell; those that are not among the new by their id are taken out.
            new: those that are among the old by their id take their place, the others are added.
            places: where in the cell the added ones then stand, one each; empty: at the end.

        Raises:
            KeyError: where the id of an old one is unknown, or that of an added one is in the cell already.
        """
        present = {chromosome.id: chromosome for chromosome in new}
        before = {chromosome.id for chromosome in old}
        added = [chromosome for chromosome in present.values() if chromosome.id not in before]
        if unknown := before - set(self.by_id):
            raise KeyError(f"no such chromosome: {sorted(unknown)}")
        if known := {chromosome.id for chromosome in added} & set(self.by_id):
            raise KeyError(f"in the cell already: {sorted(known)}")
        gone = before - set(present)
        chromosomes = [present.get(each.id, each) for each in self.chromosomes if each.id not in gone]
        spots = places or range(len(chromosomes), len(chromosomes) + len(added))
        for spot, chromosome in sorted(zip(spots, added, strict=True), key=lambda pair: pair[0]):
            chromosomes.insert(spot, chromosome)
        return replace(self, chromosomes=tuple(chromosomes))
