"""Small cases, cells and stores for tests."""

from dataclasses import replace

from karyodesk.domain import case_edits, edits
from karyodesk.domain.case import (
    Case,
    Culture,
    CultureMethod,
    Fact,
    Order,
    Patient,
    Slide,
    Specimen,
    SpecimenKind,
    new_id,
)
from karyodesk.store import cases, cells, deletion, signatures, snapshots
from karyodesk.store.author import Author
from karyodesk.store.cells import Found, OpenCell
from karyodesk.store.journal import Action
from tests.make import make_cell
from tests.signing import PASSWORD, laboratory, sign, sign_all

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


def fill(store):
    """Store two cases with an entry of every kind; the second one is deleted."""
    case_id, ids = stored_case(store, 2)
    cell = OpenCell(store, case_id, ids[0])
    for number in range(snapshots.EVERY + 4):
        cell.do(edits.move(cell.journal.cell, f"c{number % 3}", "7" if number % 2 else "X", "Kim Doe"), KIM)
    cell.undo(LEE)
    cell.redo(KIM)
    cell.say(case_edits.mark(cell.facts, Fact.COUNTED, "Kim Doe"), KIM)
    other = OpenCell(store, case_id, ids[1])
    other.remove("of another patient", KIM)
    other.restore("it was not", LEE)
    other.analyse(make_found(1, "X", "Y"), LEE)
    seen = cases.read(store, case_id)
    cases.edit(store, case_id, case_edits.change(seen.case, Patient("Ann Poe"), "Kim Doe"), KIM, seen.version)
    people, *staff = laboratory(store)
    sign_all(people, *staff, case_id)
    cases.write_down(store, case_id, Action.EXPORT, {"to": "report"}, LEE)
    cases.write_down(store, case_id, Action.RECEIVE, {"file": "cd" * 32}, KIM)
    signatures.reopen(people, staff[-1], PASSWORD, case_id, "a second culture came")
    sign(people, staff[0], "analysed", case_id)
    deleted = make_case(accession="24-0002")
    cases.take_in(store, deleted, KIM, "ab" * 32)
    deletion.delete_case(store, deleted.id, "retention ended", LEE)
