"""Small hand-made cells for tests."""

from karyodesk.domain.cell import Cell
from karyodesk.domain.chromosome import Chromosome, Suggestion
from karyodesk.domain.outline import Outline


def make_chromosome(number: int, label: str | None, position: int = 0, *, uncertain: bool = False) -> Chromosome:
    left = 20.0 * number
    ring = ((left, 10.0), (left + 8, 10.0), (left + 8, 40.0), (left, 40.0))
    suggestion = Suggestion(
        label=label,
        confidence=0.6 if uncertain else 0.98,
        unconstrained_label=label,
        alternatives=(("7", 0.6), ("X", 0.3), ("8", 0.1)),
        upside_down=False,
        direction_confidence=0.9,
        uncertain=uncertain,
    )
    return Chromosome(
        id=f"c{number}",
        outline=Outline((ring,)),
        axis=((left + 4, 10.0), (left + 4, 40.0)),
        width=8.0,
        centromere=0.4,
        suggestion=suggestion,
        label=label,
        position=position,
        turned=False,
    )


def make_cell(*labels: str | None, uncertain: frozenset[int] = frozenset()) -> Cell:
    """A cell of chromosomes c0, c1, ... with these labels, each slot filled from the left."""
    chromosomes = []
    for number, label in enumerate(labels):
        position = sum(other.label == label for other in chromosomes)
        chromosomes.append(make_chromosome(number, label, position, uncertain=number in uncertain))
    return Cell("cell.png", "0" * 64, 640, 480, tuple(chromosomes))
