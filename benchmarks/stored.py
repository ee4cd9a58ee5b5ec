"""Cells and cases of the size that a laboratory has, for the benchmarks of the store."""

import random
from dataclasses import replace

from karyodesk.domain import edits
from karyodesk.domain.case import Case, Culture, CultureMethod, Order, Patient, Slide, Specimen, SpecimenKind, new_id
from karyodesk.domain.cell import Cell
from karyodesk.domain.chromosome import Chromosome, Suggestion
from karyodesk.domain.edits import Edit
from karyodesk.domain.labels import LABELS
from karyodesk.domain.outline import Outline
from karyodesk.store import cells
from karyodesk.store.author import Author
from karyodesk.store.cells import Found, OpenCell

AUTHOR = Author("bench", "Kim Doe", "bench 1")
MODELS = {"segmenter": "3 0123456789ab", "classifier": "2 0123456789ab"}
REAL_POINTS = 72
"""Of the outline and of the axis of a chromosome, as analysed cells have them on average: about 190 kB a cell."""


def make_cell(rng: random.Random, chromosomes: int = 46, points: int = REAL_POINTS) -> Cell:
    """A cell as an analysis gives it, but for the sense of its outlines."""
    return Cell("cell.png", "0" * 64, 1280, 1024, tuple(_chromosome(rng, k, points) for k in range(chromosomes)))


def _chromosome(rng: random.Random, number: int, points: int) -> Chromosome:
    label = LABELS[number // 2 % len(LABELS)]
    left, top = 20 * (number % 12), 90 * (number // 12)
    ring = tuple((float(left + rng.randrange(18)), float(top + rng.randrange(80))) for _ in range(points))
    axis = tuple((left + 18 * rng.random(), top + 80 * rng.random()) for _ in range(points))
    alternatives = tuple((other, rng.random()) for other in rng.sample(LABELS, 3))
    suggestion = Suggestion(label, rng.random(), label, alternatives, rng.random() < 0.5, rng.random(), uncertain=False)
    outline = Outline((ring,))
    return Chromosome(f"c{number}", outline, axis, 9.5, rng.random(), suggestion, label, number % 2, turned=False)


def make_case(rng: random.Random, accession: str) -> Case:
    """A case with all that a laboratory files of it."""
    name = "".join(rng.choices("abcdefghijklmnoprstuvwz", k=7)).title()
    first = rng.choice(("Anna", "Jan", "Maria", "Omar", "Li", "Ines"))
    patient = Patient(f"{name}, {first}", f"P-{rng.randrange(10**7):07}")
    return Case(
        new_id(),
        patient,
        Order(accession, "developmental delay", "Dr Poe"),
        specimens=(Specimen("s", SpecimenKind.BLOOD),),
        cultures=(Culture("k", "s", f"{accession}-A", CultureMethod.SUSPENSION),),
        slides=(Slide("o", "k", f"{accession}-A1"),),
    )


def add_cells(store: cells.Store, case_id: str, found: list[Found]) -> list[str]:
    """Add cells to a case; return their ids."""
    ids = [new_id() for _ in found]
    for cell_id, each in zip(ids, found, strict=True):
        cells.add(store, case_id, cell_id, AUTHOR, found=each)
    return ids


def make_found(rng: random.Random, *, size: int = 1000, chromosomes: int = 46, points: int = REAL_POINTS) -> Found:
    """A picture of some bytes with what was found in it."""
    return Found(rng.randbytes(size), make_cell(rng, chromosomes, points), MODELS)


def gesture(rng: random.Random, cell: Cell, who: str) -> Edit:
    """What a person does next, by chance."""
    chosen = rng.choice(cell.chromosomes).id
    kind = rng.randrange(5)
    if kind < 2:
        return edits.move(cell, chosen, rng.choice(LABELS), who)
    if kind == 2:
        return edits.turn(cell, chosen, who)
    if kind == 3:
        return edits.mirror(cell, chosen, who)
    one = cell.by_id[chosen]
    return edits.restore(cell, chosen, who) if one.rejected else edits.reject(cell, chosen, who)


def do_something(rng: random.Random, cell: OpenCell, author: Author) -> str:
    """Make, undo or redo a gesture and return what the journal must hold of it: action and moment of the edit."""
    journal, kind = cell.journal, rng.randrange(10)
    if kind == 0 and journal.next_undo is not None:
        when = journal.next_undo.when
        cell.undo(author)
        return f"cell.undo {when.isoformat(timespec='microseconds')}"
    if kind == 1 and journal.next_redo is not None:
        when = journal.next_redo.when
        cell.redo(author)
        return f"cell.redo {when.isoformat(timespec='microseconds')}"
    edit = gesture(rng, journal.cell, author.name)
    while not edit.after:
        edit = gesture(rng, journal.cell, author.name)
    cell.do(replace(edit, who=author.name), author)
    return f"cell.do {edit.when.isoformat(timespec='microseconds')}"
