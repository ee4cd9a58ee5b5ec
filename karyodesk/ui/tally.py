"""What a person reads under a cell: its chromosomes, counted. Free of Qt."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from karyodesk.domain.cell import Cell
from karyodesk.iscn import karyotype


@dataclass(frozen=True)
class Tally:
    """What a person reads under a cell.

    Attributes:
        count: chromosomes counted.
        copies: chromosomes in each slot; the unassigned under None.
        uncertain: how many a person should look at.
        doubts: how many outlines may have to be cut or joined.
        left_out: how many outlined bodies the program left out and no person has restored.
        karyotype: that the present labels make.
        flags: of the present labels, and of the picture.
    """

    count: int
    copies: Mapping[str | None, int]
    uncertain: int
    doubts: int
    left_out: int
    karyotype: str
    flags: tuple[str, ...]


def tally(start: Cell, cell: Cell) -> Tally:
    """Count a cell as it now is.

    Args:
        start: the cell as analysed: those of its flags that do not come from the labels stay.
        cell: the cell now.
    """
    labels = [chromosome.label for chromosome in cell.kept]
    of_labels = karyotype.flags([chromosome.label for chromosome in start.kept])
    of_picture = tuple(flag for flag in start.flags if flag not in of_labels)
    return Tally(
        count=len(labels),
        copies=Counter(labels),
        uncertain=len(cell.to_look_at),
        doubts=len(cell.standing_doubts),
        left_out=cell.left_out,
        karyotype=karyotype.propose(labels),
        flags=(*karyotype.flags(labels), *of_picture),
    )
