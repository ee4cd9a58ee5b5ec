"""Small cases, cells and stores for tests."""

from dataclasses import replace

from karyodesk.domain.case import Case, Culture, CultureMethod, Order, Patient, Slide, Specimen, SpecimenKind, new_id
from karyodesk.store import cases, cells
from karyodesk.store.author import Author
from karyodesk.store.cells import Found, OpenCell
from tests.make import make_cell

KIM = Author("p1", "Kim Doe", "bench 1")
LEE = Author("p2", "Lee Roe", "bench 2")
PNG = b"\x89PNG\r\n\x1a\n"


def make_case(accession="24-0001", name="Müller, Anna Maria", identifier="P-77"):
    """A case with one specimen, culture and slide."""
    return Case(
        new_id(),
        Patient(name, identifier),
        Order(accession),
        specimens=(Specimen("s1", SpecimenKind.BLOOD),),
        cultures=(Culture("k1", "s1", "A", CultureMethod.SUSPENSION),),
        slides=(Slide("o1", "k1", "A-1"),),
    )


def make_found(number=0, *labels):
    """A picture with what was found in it; each number gives another one."""
    cell = replace(make_cell(*(labels or ("1", "1", "7", None))), image=f"{number}.png")
    return Found(PNG + number.to_bytes(4, "big"), cell, {"segmenter": "3"})


def stored_case(store, cell_count=1, **about):
    """Store a case with cells; return its id and theirs."""
    case = make_case(**about)
    cases.create(store, case, KIM)
    ids = [new_id() for _ in range(cell_count)]
    for number, cell_id in enumerate(ids):
        cells.add(store, case.id, cell_id, KIM, found=make_found(number))
    return case.id, ids


def open_cell(store):
    """The one cell of a new case."""
    case_id, (cell_id,) = stored_case(store)
    return OpenCell(store, case_id, cell_id)
