"""A cell: one metaphase with its chromosomes."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from karyodesk.domain.chromosome import Chromosome
from karyodesk.domain.outline import Box


@dataclass(frozen=True)
class RejectedBody:
    """A body of the picture that is no chromosome.

    Attributes:
        bbox: in pixels of the original.
        kind: ``nucleus``, ``debris`` or ``cut by the border``.
    """

    bbox: Box
    kind: str


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

    @cached_property
    def by_id(self) -> dict[str, Chromosome]:
        """The chromosomes by their id."""
        return {chromosome.id: chromosome for chromosome in self.chromosomes}

    @property
    def kept(self) -> tuple[Chromosome, ...]:
        """The chromosomes that no person has rejected: what is counted."""
        return tuple(chromosome for chromosome in self.chromosomes if not chromosome.rejected)

    def in_slot(self, label: str | None) -> tuple[Chromosome, ...]:
        """The chromosomes of one slot (None: of the tray), from the left."""
        members = [chromosome for chromosome in self.kept if chromosome.label == label]
        return tuple(sorted(members, key=lambda chromosome: (chromosome.position, chromosome.id)))

    def with_chromosomes(self, changed: Iterable[Chromosome]) -> "Cell":
        """Return the cell with some chromosomes replaced by those of the same id.

        Raises:
            KeyError: where an id is unknown.
        """
        new = {chromosome.id: chromosome for chromosome in changed}
        if unknown := set(new) - set(self.by_id):
            raise KeyError(f"no such chromosome: {sorted(unknown)}")
        return replace(self, chromosomes=tuple(new.get(old.id, old) for old in self.chromosomes))
