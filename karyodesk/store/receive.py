"""Taking in a case from a file that another store wrote: all of it or nothing, after everything in it was checked."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, insert, select

from karyodesk.domain import canonical
from karyodesk.domain.case import new_id
from karyodesk.domain.cell import Cell
from karyodesk.domain.errors import CanonicalError, EditError, ExchangeError, StoreAlteredError
from karyodesk.domain.labels import SLOTS
from karyodesk.store import cases, cells, ledger, originals, package, reports, search
from karyodesk.store.author import Author
from karyodesk.store.cells import Found
from karyodesk.store.chain import GENESIS
from karyodesk.store.deidentify import SharedCase, SharedCell
from karyodesk.store.engine import Store
from karyodesk.store.folding import CaseFold
from karyodesk.store.journal import IN_LEDGER, Action, Row
from karyodesk.store.package import Kind, Package
from karyodesk.store.records import CaseStart
from karyodesk.store.schema import CASES, CELLS, JOURNAL, SIGNATURES
from karyodesk.store.signed import SigningFold

_ALTERED: Final = "This file is not what was exported: it was damaged or altered on the way. Export the case again."
_THERE: Final = "This case is in the database already: nothing was taken in."


@dataclass(frozen=True)
class Received:
    """A case that was taken in.

    Attributes:
        case_id: of the case.
        kind: how much the file says of the patient.
        cells: how many.
    """

    case_id: str
    kind: Kind
    cells: int


def receive(store: Store, path: Path, author: Author) -> Received:
    """Take in a case from a file.

    A whole case keeps its id, its journal and its signatures, and gets an entry that says by whom and from which file
    it came. A case without identification starts a journal of its own.

    Args:
        store: the store.
        path: of the file.
        author: who takes it in.

    Raises:
        ExchangeError: where the file is not what KaryoDesk exports, or the case is there already; nothing was changed.
        StoreNewerError: where it was written by a newer version of the program.
        StoreError: where it cannot be stored; nothing was changed.
    """
    with package.opened(path) as file:
        with path.open("rb") as stream:
            source = hashlib.file_digest(stream, "sha256").hexdigest()
        if file.manifest.kind is Kind.FULL:
            return _receive_whole(store, file, author, source)
        return _receive_shared(store, file, author, source)


def _receive_shared(store: Store, file: Package, author: Author, source: str) -> Received:
    try:
        shared = canonical.decode(SharedCase, file.text("case.json"))
    except CanonicalError:
        raise ExchangeError(_ALTERED) from None
    if shared.case.id != file.manifest.case_id:
        raise ExchangeError(_ALTERED)
    with store.write() as connection:
        _refuse_there(connection, shared.case.id)
        cases.begin(connection, CaseStart(shared.case, source), author, Action.IMPORT)
        for cell in shared.cells:
            _put_in(connection, shared, cell, file, author)
    return Received(shared.case.id, Kind.DEIDENTIFIED, len(shared.cells))


def _refuse_there(connection: Connection, case_id: str) -> None:
    if connection.execute(select(CASES.c.id).where(CASES.c.id == case_id)).first() is not None:
        raise ExchangeError(_THERE)


def _put_in(connection: Connection, shared: SharedCase, cell: SharedCell, file: Package, author: Author) -> None:
    found = None
    if cell.cell is not None:
        _refuse_odd(cell.cell)
        found = Found(file.read(cell.picture), cell.cell, cell.models)
        if hashlib.sha256(found.data).hexdigest() != cell.cell.sha256:
            raise ExchangeError(_ALTERED)
    try:
        cells.put_in(connection, shared.case.id, new_id(), author, cell.facts, found)
    except EditError:
        raise ExchangeError(_ALTERED) from None


def _refuse_odd(cell: Cell) -> None:
    """Refuse what the program never writes and other parts of it rely on."""
    fine = cell.width > 0 and cell.height > 0 and len(cell.by_id) == len(cell.chromosomes)
    for chromosome in cell.chromosomes:
        fine &= chromosome.label is None or chromosome.label in SLOTS
        fine &= len(chromosome.axis) >= 2 and bool(chromosome.outline.polygons)
    if not fine:
        raise ExchangeError(_ALTERED)


def _receive_whole(store: Store, file: Package, author: Author, source: str) -> Received:
    rows = _rows(file)
    fold, signing = _folded(rows, file.manifest.case_id)
    for cell in fold.cells.values():
        if cell.journal is not None:
            _refuse_odd(cell.journal.cell)
    with store.write() as connection:
        _refuse_there(connection, file.manifest.case_id)
        _refuse_cells(connection, fold)
        _keep(connection, rows, fold)
        _keep_bytes(connection, file, fold, signing)
        for row in rows:
            if row.action in IN_LEDGER:
                ledger.append(connection, author, row.action, (row.case_id, row.number, row.hash))
        cases.enter(connection, file.manifest.case_id, Action.RECEIVE, {"file": source}, author)
    return Received(file.manifest.case_id, Kind.FULL, len(fold.cells))


def _rows(file: Package) -> list[Row]:
    try:
        return [canonical.decode(Row, line) for line in file.text("journal.jsonl").split("\n")]
    except CanonicalError:
        raise ExchangeError(_ALTERED) from None


def _folded(rows: Iterable[Row], case_id: str) -> tuple[CaseFold, SigningFold]:
    """The case that follows from its entries, where they are one whole chain."""
    fold, signing, previous = CaseFold(), SigningFold(), GENESIS
    for number, row in enumerate(rows, start=1):
        if (row.case_id, row.number, row.previous_hash) != (case_id, number, previous):
            raise ExchangeError(_ALTERED)
        try:
            dated = datetime.fromisoformat(row.at).tzinfo is not None
            fold.take(row)
            fault = signing.take(row, fold)
        except (StoreAlteredError, EditError, LookupError, ValueError, TypeError, AttributeError):
            raise ExchangeError(_ALTERED) from None
        if fault or not dated or row.action == Action.DELETE:
            raise ExchangeError(_ALTERED)
        previous = row.hash
    if fold.case is None or fold.case.id != case_id:
        raise ExchangeError(_ALTERED)
    return fold, signing


def _refuse_cells(connection: Connection, fold: CaseFold) -> None:
    there = connection.execute(select(CELLS.c.id).where(CELLS.c.id.in_(fold.cells))).first()
    if there is not None or len({cell.place for cell in fold.cells.values()}) != len(fold.cells):
        raise ExchangeError(_ALTERED)


def _keep(connection: Connection, rows: list[Row], fold: CaseFold) -> None:
    """Write the entries as they are, and what follows from them but for the cells, which name their pictures."""
    assert fold.case is not None
    head = {"number": rows[-1].number, "head_hash": rows[-1].hash, "version": fold.version, "state": fold.state}
    times = {"created": fold.created, "changed": fold.changed}
    data = canonical.encode(fold.case)
    connection.execute(insert(CASES).values(id=fold.case.id, **head, **times, data=data))
    connection.execute(insert(JOURNAL), [vars(row) for row in rows])
    search.index(connection, fold.case)


def _keep_bytes(connection: Connection, file: Package, fold: CaseFold, signing: SigningFold) -> None:
    """Write pictures, reports, and the cells and signatures that name them."""
    assert fold.case is not None
    for cell_id, cell in fold.cells.items():
        if cell.analysis is not None and originals.put(
            connection, file.read(f"originals/{cell.analysis.original.sha256}")
        ) != cell.analysis.original:
            raise ExchangeError(_ALTERED)
        values = {"id": cell_id, "case_id": fold.case.id, **cell.columns}
        connection.execute(insert(CELLS).values(**values))
    for signed in signing.all:
        name = f"reports/{signed.signature.report}.pdf"
        if reports.put(connection, file.read(name)) != signed.signature.report:
            raise ExchangeError(_ALTERED)
    for number, version, meaning, person, report, standing in signing.rows():
        values = {"case_id": fold.case.id, "number": number, "version": version, "meaning": meaning}
        more = {"person_id": person, "report": report, "standing": standing}
        connection.execute(insert(SIGNATURES).values(**values, **more))
