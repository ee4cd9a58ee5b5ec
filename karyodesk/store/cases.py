"""Stored cases: making, opening and changing them, and what is written of a case as a whole."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, select, update

from karyodesk.domain import canonical
from karyodesk.domain.case import Case, CellFacts, Slide
from karyodesk.domain.case_edits import CaseEdit
from karyodesk.domain.errors import CanonicalError, ClosedCaseError, EditError, NotInStoreError, StoreAlteredError
from karyodesk.store import journal, search
from karyodesk.store.author import Author
from karyodesk.store.engine import Store
from karyodesk.store.journal import Action, Appended, CaseState, Row
from karyodesk.store.records import CaseStart, Summary
from karyodesk.store.schema import CASES, CELLS

_UNREADABLE: Final = "The data of this case cannot be read: run karyodesk audit verify."


@dataclass(frozen=True)
class CellLine:
    """A cell as a list shows it.

    Attributes:
        id: of the cell.
        place: among the cells of the case, from 1.
        version: number of its last entry.
        original: SHA-256 of its picture; None for a cell that was only seen at the microscope.
        removed: whether it was taken out of the case.
        facts: what people say of it.
        summary: of its chromosomes; None where there is no analysis.
    """

    id: str
    place: int
    version: int
    original: str | None
    removed: bool
    facts: CellFacts
    summary: Summary | None


@dataclass(frozen=True)
class StoredCase:
    """A case as it stood at one moment.

    Attributes:
        case: its data.
        state: whether it may be changed.
        version: number of the last entry that changed something of the case as a whole.
        number: number of its last entry.
        head_hash: of its last entry.
        created: the moment of its first entry, in UTC.
        changed: the moment of its last entry, in UTC.
        cells: in the order they came, those taken out too.
    """

    case: Case
    state: CaseState
    version: int
    number: int
    head_hash: str
    created: str
    changed: str
    cells: tuple[CellLine, ...]


def create(store: Store, case: Case, author: Author) -> StoredCase:
    """Store a new case; making the same one a second time changes nothing.

    Raises:
        StaleEditError: where another case has its id.
        StoreError: where it cannot be stored; nothing was changed.
    """
    return _start(store, CaseStart(case), author, Action.CREATE)


def take_in(store: Store, case: Case, author: Author, source: str) -> StoredCase:
    """Store a case that comes from elsewhere.

    Args:
        store: the store.
        case: its data.
        author: who takes it in.
        source: the SHA-256 of the file it comes from.

    Raises:
        StaleEditError: where another case has its id.
        StoreError: where it cannot be stored; nothing was changed.
    """
    return _start(store, CaseStart(case, source), author, Action.IMPORT)


def _start(store: Store, start: CaseStart, author: Author, action: Action) -> StoredCase:
    with store.write() as connection:
        begin(connection, start, author, action)
        return _read(connection, start.case.id)


def begin(connection: Connection, start: CaseStart, author: Author, action: Action) -> None:
    """Write the first entry of a case in a transaction that writes more.

    Raises:
        StaleEditError: where another case has its id.
    """
    case = start.case
    journal.begin(connection, case.id)
    done = journal.append(connection, case.id, author, action, canonical.encode(start), expected=0)
    if not done.repeated:
        _keep(connection, case)


def _keep(connection: Connection, case: Case) -> None:
    """Bring up to date what follows from the data of a case."""
    connection.execute(update(CASES).where(CASES.c.id == case.id).values(data=canonical.encode(case)))
    search.index(connection, case)


def read(store: Store, case_id: str) -> StoredCase:
    """Open a case.

    Raises:
        NotInStoreError: where there is no such case.
        ClosedCaseError: where it was deleted.
        StoreError: where the store cannot be read.
    """
    with store.read() as connection:
        return _read(connection, case_id)


def _read(connection: Connection, case_id: str) -> StoredCase:
    row = connection.execute(select(CASES).where(CASES.c.id == case_id)).first()
    if row is None:
        raise NotInStoreError("This case is not in the database.")
    if row.data is None:
        raise ClosedCaseError("This case was deleted.")
    query = select(CELLS).where(CELLS.c.case_id == case_id).order_by(CELLS.c.place)
    try:
        cells = tuple(
            CellLine(
                cell.id,
                cell.place,
                cell.version,
                cell.original,
                bool(cell.removed),
                canonical.decode(CellFacts, cell.facts),
                canonical.decode(Summary, cell.summary) if cell.summary is not None else None,
            )
            for cell in connection.execute(query)
        )
        case = canonical.decode(Case, row.data)
    except CanonicalError:
        raise StoreAlteredError(_UNREADABLE) from None
    state = CaseState(row.state)
    return StoredCase(case, state, row.version, row.number, row.head_hash, row.created, row.changed, cells)


def state_of(connection: Connection, case_id: str) -> CaseState:
    """Return the state of a case that is there.

    Raises:
        NotInStoreError: where there is no such case.
        ClosedCaseError: where it was deleted.
    """
    state = connection.execute(select(CASES.c.state).where(CASES.c.id == case_id)).scalar()
    if state is None:
        raise NotInStoreError("This case is not in the database.")
    if state == CaseState.DELETED:
        raise ClosedCaseError("This case was deleted.")
    return CaseState(state)


def edit(store: Store, case_id: str, change: CaseEdit, author: Author, expected: int) -> StoredCase:
    """Change the data of a case; an edit that changes nothing is not written.

    Args:
        store: the store.
        case_id: of the case.
        change: the edit.
        author: who makes it.
        expected: the version of the case that the author had seen.

    Raises:
        EditError: where the edit is not one of the case as it is, or cells lie on a slide that it takes out.
        StaleEditError: where somebody else changed the case first.
        StoreError: where it cannot be stored; nothing was changed.
    """
    with store.write() as connection:
        if change.changes:
            body = canonical.encode(change)
            done = journal.append(connection, case_id, author, Action.EDIT_CASE, body, expected=expected)
            if not done.repeated:
                _follow(connection, case_id, change)
        return _read(connection, case_id)


def _follow(connection: Connection, case_id: str, change: CaseEdit) -> None:
    present = _read(connection, case_id)
    if change.after is None and isinstance(change.before, Slide):
        slide = change.before.id
        if any(cell.facts.slide == slide for cell in present.cells):
            raise EditError("Cells of the case lie on this slide: put them on another one first.")
    _keep(connection, change.apply(present.case))


def write_down(
    store: Store, case_id: str, action: str, body: Mapping[str, object], author: Author, expected: int | None = None
) -> Row:
    """Write an entry of the case as a whole that changes nothing of its data: an export, a signature, a reopening.

    Args:
        store: the store.
        case_id: of the case.
        action: what was done.
        body: what is to be known of it, as JSON can say it.
        author: who did it.
        expected: the version of the case that the author had seen; None: any.

    Raises:
        ClosedCaseError: where the state of the case does not allow it.
        StaleEditError: where somebody else changed the case first.
        StoreError: where it cannot be stored; nothing was changed.
    """
    with store.write() as connection:
        return enter(connection, case_id, action, body, author, expected).row


def enter(
    connection: Connection,
    case_id: str,
    action: str,
    body: Mapping[str, object],
    author: Author,
    expected: int | None = None,
) -> Appended:
    """Write such an entry in a transaction that writes more.

    Raises:
        ClosedCaseError: where the state of the case does not allow it.
        StaleEditError: where somebody else changed the case first.
        NotInStoreError: where there is no such case.
    """
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, allow_nan=False, separators=(",", ":"))
    return journal.append(connection, case_id, author, action, text, expected=expected)


def history(store: Store, case_id: str, *, cell_id: str | None = None, after: int = 0) -> list[Row]:
    """Return the entries of a case, or of one cell of it, in order.

    Args:
        store: the store.
        case_id: of the case.
        cell_id: of a cell; None: all entries.
        after: the number that the first one comes after.

    Raises:
        StoreError: where the store cannot be read.
    """
    with store.read() as connection:
        return list(journal.rows(connection, case_id, cell_id=cell_id, after=after))
