"""The records of the command line: one JSON object a picture or a cell, as other programs read them.

Imported by the command itself, so what is heavy is imported in the function that needs it.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from karyodesk.domain.cell import Cell, Doubt
from karyodesk.domain.chromosome import Chromosome, Suggestion
from karyodesk.domain.outline import Outline

CELL_SCHEMA: Final = "karyodesk.cell/1"
CHROMOSOMES_SCHEMA: Final = "karyodesk.chromosomes/1"

Record = dict[str, Any]
"""Holds only what JSON can say."""

_DIGITS: Final = 4
"""Of a probability: more would differ between machines."""


def cell_record(cell: Cell, elapsed: float) -> Record:
    """Return the record of an analysed picture.

    Args:
        cell: as analysed; what was outlined and then rejected is named among what was left out.
        elapsed: seconds it took.
    """
    return {
        "schema": CELL_SCHEMA,
        "image": cell.image,
        "sha256": cell.sha256,
        "width": cell.width,
        "height": cell.height,
        "elapsed_s": round(elapsed, 3),
        "count": len(cell.kept),
        "chromosomes": [_chromosome(chromosome, cell) for chromosome in cell.kept],
        "rejected": [*_rejected(cell)],
        "karyotype": cell.karyotype,
        "flags": list(cell.flags),
        "doubts": [_doubt(doubt, cell) for doubt in cell.standing_doubts],
    }


def _rejected(cell: Cell) -> Iterator[Record]:
    for body in cell.rejected:
        yield {"bbox": list(body.bbox), "kind": body.kind}
    for chromosome in cell.chromosomes:
        if chromosome.rejected:
            yield {"bbox": list(chromosome.outline.bbox), "kind": "no whole chromosome"}


def failed_picture(name: str, sentence: str, known: Mapping[str, Any] | None = None) -> Record:
    """Return the record of a picture that could not be analysed.

    Args:
        name: of the picture.
        sentence: why, and what to do.
        known: what is known of it all the same, such as its size.
    """
    return {"schema": CELL_SCHEMA, "image": name, **(known or {}), "error": sentence}


def chromosomes_record(
    cell: str, files: Sequence[str], answers: Sequence[Suggestion | str], karyotype: str, elapsed: float
) -> Record:
    """Return the record of a cell whose chromosomes came one a picture.

    Args:
        cell: name of the cell.
        files: of the chromosomes, as ``cell/file``.
        answers: one a file; a sentence where it shows no chromosome.
        karyotype: of the cell as suggested.
        elapsed: seconds it took.
    """
    return {
        "schema": CHROMOSOMES_SCHEMA,
        "cell": cell,
        "elapsed_s": round(elapsed, 3),
        "karyotype": karyotype,
        "chromosomes": [
            {"file": file, **_answer(answer)} for file, answer in zip(files, answers, strict=True)
        ],
    }


def failed_cell(cell: str, sentence: str) -> Record:
    """Return the record of a cell of cut-out chromosomes that could not be classified."""
    return {"schema": CHROMOSOMES_SCHEMA, "cell": cell, "chromosomes": [], "error": sentence}


def is_complete(record: Record) -> bool:
    """Whether a picture, or every picture of a cell, was analysed."""
    return "error" not in record and not any("error" in entry for entry in record["chromosomes"])


def _chromosome(chromosome: Chromosome, cell: Cell) -> Record:
    from karyodesk.imaging.boxes import reported_box

    box = reported_box(chromosome.outline.bbox, cell.chromosome_width, (cell.height, cell.width))
    return {
        "bbox": list(box),
        "polygons": _polygons(chromosome.outline),
        **_suggestion(chromosome.suggestion),
    }


def _doubt(doubt: Doubt, cell: Cell) -> Record:
    place = {chromosome.id: number for number, chromosome in enumerate(cell.kept)}
    return {
        "kind": doubt.kind.value,
        "chromosomes": [place[one] for one in doubt.chromosomes],
        "readings": [
            {
                "probability": round(reading.probability, _DIGITS),
                "chromosomes": [_polygons(outline) for outline in reading.outlines],
            }
            for reading in doubt.resolutions
        ],
    }


def _polygons(outline: Outline) -> list[list[list[int]]]:
    return [[[round(x), round(y)] for x, y in polygon] for polygon in outline.polygons]


def _answer(answer: Suggestion | str) -> Record:
    return {"label": None, "error": answer} if isinstance(answer, str) else _suggestion(answer)


def _suggestion(suggestion: Suggestion) -> Record:
    return {
        "label": suggestion.label,
        "confidence": round(suggestion.confidence, _DIGITS),
        "unconstrained_label": suggestion.unconstrained_label,
        "alternatives": [[label, round(share, _DIGITS)] for label, share in suggestion.alternatives],
        "upside_down": suggestion.upside_down,
        "uncertain": suggestion.uncertain,
    }
