"""The journal: everything that was done to a case, one chain of hashes a case, only ever appended to."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from sqlalchemy import Connection, insert, select, update

from karyodesk.domain.errors import ClosedCaseError, NotInStoreError, StaleEditError, StoreAlteredError
from karyodesk.store import ledger
from karyodesk.store.author import Author
from karyodesk.store.chain import GENESIS, row_hash, text_hash
from karyodesk.store.clock import moment
from karyodesk.store.schema import CASES, CELLS, JOURNAL

FORMAT: Final = 1
"""How this version of the program writes bodies; those of earlier versions are read as they were written."""


class Action(StrEnum):
    """What an entry did."""

    CREATE = "case.create"
    IMPORT = "case.import"
    EDIT_CASE = "case.edit"
    SIGN = "case.sign"
    REOPEN = "case.reopen"
    EXPORT = "case.export"
    RECEIVE = "case.receive"
    DELETE = "case.delete"
    ADD_CELL = "cell.add"
    ANALYSE = "cell.analyse"
    FACTS = "cell.facts"
    REMOVE_CELL = "cell.remove"
    RESTORE_CELL = "cell.restore"
    DO = "cell.do"
    UNDO = "cell.undo"
    REDO = "cell.redo"


class CaseState(StrEnum):
    """Whether a case may be changed."""

    OPEN = "open"
    SIGNED = "signed"
    DELETED = "deleted"


IN_LEDGER: Final = frozenset(
    {Action.CREATE, Action.IMPORT, Action.SIGN, Action.REOPEN, Action.EXPORT, Action.RECEIVE, Action.DELETE}
)
"""What is written into the ledger as well."""
NEXT_STATE: Final = {Action.SIGN: CaseState.SIGNED, Action.REOPEN: CaseState.OPEN, Action.DELETE: CaseState.DELETED}
"""What an entry makes of the state of its case; others leave it."""
CHANGES_NOTHING: Final = frozenset({Action.EXPORT, Action.RECEIVE})
"""After these the case is as it was, so that nobody is told to look at it again."""
_PAGE: Final = 200
"""Entries that are read at once: of a cell nearly always all, of a large case not."""
_ON_SIGNED: Final = frozenset({Action.SIGN, Action.REOPEN, Action.EXPORT, Action.RECEIVE, Action.DELETE})


@dataclass(frozen=True)
class Row:
    """One entry.

    Attributes:
        case_id: of the case.
        number: from 1 within the case.
        cell_id: of the cell; None for what concerns the case as a whole.
        at: the moment, in UTC.
        person_id: of the person.
        person_name: as printed.
        workstation: where it was done.
        action: what was done; one of ``Action`` or of a later version.
        format: how the body is written.
        body: what was before and what is after, as canonical JSON; None once the case was deleted.
        body_hash: SHA-256 of the body.
        previous_hash: of the entry before.
        hash: of this entry.
    """

    case_id: str
    number: int
    cell_id: str | None
    at: str
    person_id: str
    person_name: str
    workstation: str
    action: str
    format: int
    body: str | None
    body_hash: str
    previous_hash: str
    hash: str

    @property
    def true_hash(self) -> str:
        """The hash that follows from the other columns, the body by its own hash."""
        return row_hash(
            "karyodesk.journal/1",
            self.case_id,
            self.number,
            self.cell_id,
            self.at,
            self.person_id,
            self.person_name,
            self.workstation,
            self.action,
            self.format,
            self.body_hash,
            self.previous_hash,
        )

    @property
    def author(self) -> Author:
        """Who did it."""
        return Author(self.person_id, self.person_name, self.workstation)

    @property
    def is_whole(self) -> bool:
        """Whether its hashes are those of what stands in it."""
        return self.hash == self.true_hash and (self.body is None or self.body_hash == text_hash(self.body))

    def checked_body(self) -> str:
        """Return the body.

        Raises:
            StoreAlteredError: where the entry is not what was written, or its body was deleted.
        """
        if self.body is None or not self.is_whole:
            raise StoreAlteredError(
                f"Entry {self.number} of this case is not what was written: run karyodesk audit verify."
            )
        return self.body


@dataclass(frozen=True)
class Head:
    """The end of the journal of a case, locked until the transaction ends.

    Attributes:
        case_id: of the case.
        number: of the last entry.
        hash: of the last entry.
        version: number of the last entry that is of no cell and changed something.
        state: whether the case may be changed.
    """

    case_id: str
    number: int
    hash: str
    version: int
    state: CaseState


@dataclass(frozen=True)
class Appended:
    """What became of an entry.

    Attributes:
        row: as it stands in the journal.
        repeated: it stood there already, from a first try whose answer was lost; nothing was written now.
    """

    row: Row
    repeated: bool = False


def begin(connection: Connection, case_id: str) -> None:
    """Make the row of a new case, with no entry yet; one that is there stays as it is."""
    if connection.execute(select(CASES.c.id).where(CASES.c.id == case_id)).first() is None:
        now = moment(connection)
        row = {"id": case_id, "number": 0, "head_hash": GENESIS, "version": 0, "state": CaseState.OPEN}
        connection.execute(insert(CASES).values(**row, created=now, changed=now))


def lock(connection: Connection, case_id: str) -> Head:
    """Return the end of the journal of a case and keep others from appending until the transaction ends.

    Raises:
        NotInStoreError: where there is no such case.
    """
    columns = (CASES.c.id, CASES.c.number, CASES.c.head_hash, CASES.c.version, CASES.c.state)
    row = connection.execute(select(*columns).where(CASES.c.id == case_id).with_for_update()).first()
    if row is None:
        raise NotInStoreError("This case is not in the database.")
    return Head(row.id, row.number, row.head_hash, row.version, CaseState(row.state))


def append(
    connection: Connection,
    case_id: str,
    author: Author,
    action: str,
    body: str,
    *,
    cell_id: str | None = None,
    expected: int | None = None,
) -> Appended:
    """Write the next entry of a case, in the transaction of the connection.

    The caller brings the fold up to date in the same transaction, the version of the cell too.

    Args:
        connection: in a transaction that writes.
        case_id: of the case.
        author: who did it.
        action: what was done.
        body: canonical JSON of what was before and what is after.
        cell_id: of the cell that it concerns.
        expected: the version of the cell (of the case, where there is no cell) that the author had seen; None: any.

    Raises:
        StaleEditError: where somebody else was first.
        ClosedCaseError: where the case is signed or deleted.
        NotInStoreError: where there is no such case.
    """
    head = lock(connection, case_id)
    if expected is not None and (known := _since(connection, head, cell_id, expected)):
        return _repeated(known, author, action, body, of_cell=cell_id is not None)
    _refuse_closed(head.state, action)
    row = _next(head, author, action, body, cell_id, moment(connection))
    connection.execute(insert(JOURNAL).values(**vars(row)))
    connection.execute(update(CASES).where(CASES.c.id == case_id).values(**_head_after(row, head)))
    if action in IN_LEDGER:
        ledger.append(connection, author, action, (case_id, row.number, row.hash))
    return Appended(row)


def _since(connection: Connection, head: Head, cell_id: str | None, expected: int) -> Row | None:
    """The first entry of the cell, or of the case, after the version that was seen; None where there is none."""
    version = head.version
    if cell_id is not None:
        version = connection.execute(select(CELLS.c.version).where(CELLS.c.id == cell_id)).scalar() or 0
    if version == expected:
        return None
    of_cell = JOURNAL.c.cell_id.is_(None) if cell_id is None else JOURNAL.c.cell_id == cell_id
    query = select(JOURNAL).where(JOURNAL.c.case_id == head.case_id, of_cell, JOURNAL.c.number > expected)
    query = query.where(JOURNAL.c.action.not_in(CHANGES_NOTHING))
    first = connection.execute(query.order_by(JOURNAL.c.number).limit(1)).first()
    if first is None:
        raise StoreAlteredError("The journal of this case is cut off: run karyodesk audit verify.")
    return Row(*first)


def _repeated(first: Row, author: Author, action: str, body: str, *, of_cell: bool) -> Appended:
    """What stands there already is taken for the author's own where it is the same to the byte."""
    if (first.author, first.action, first.body_hash) == (author, action, text_hash(body)):
        return Appended(first, repeated=True)
    what = "cell" if of_cell else "case"
    raise StaleEditError(
        f"{first.person_name} changed this {what} first: look at it as it now is, and make the change again.",
        first.person_name,
    )


def _refuse_closed(state: CaseState, action: str) -> None:
    if state is CaseState.DELETED:
        raise ClosedCaseError("This case was deleted.")
    if state is CaseState.SIGNED and action not in _ON_SIGNED:
        raise ClosedCaseError("This case is signed and cannot be changed: reopen it, giving a reason.")
    if state is CaseState.OPEN and action == Action.REOPEN:
        raise ClosedCaseError("This case is open already.")


def _next(head: Head, author: Author, action: str, body: str, cell_id: str | None, at: str) -> Row:
    blank = Row(
        head.case_id,
        head.number + 1,
        cell_id,
        at,
        author.id,
        author.name,
        author.workstation,
        action,
        FORMAT,
        body,
        text_hash(body),
        head.hash,
        "",
    )
    return replace(blank, hash=blank.true_hash)


def _head_after(row: Row, head: Head) -> dict[str, object]:
    state = NEXT_STATE[Action(row.action)] if row.action in NEXT_STATE else head.state
    version = row.number if row.cell_id is None and row.action not in CHANGES_NOTHING else head.version
    changed = {"number": row.number, "head_hash": row.hash, "version": version, "state": state, "changed": row.at}
    return {**changed, "created": row.at} if row.number == 1 else changed


def find(connection: Connection, case_id: str, body: str, cell_id: str | None = None) -> Row | None:
    """Return the last entry of a case, or of a cell, with this body; None where there is none.

    Args:
        connection: in a transaction.
        case_id: of the case.
        body: canonical JSON.
        cell_id: of the cell that it concerns; None: the case as a whole.
    """
    of_cell = JOURNAL.c.cell_id.is_(None) if cell_id is None else JOURNAL.c.cell_id == cell_id
    query = select(JOURNAL).where(JOURNAL.c.case_id == case_id, of_cell, JOURNAL.c.body_hash == text_hash(body))
    found = connection.execute(query.order_by(JOURNAL.c.number.desc()).limit(1)).first()
    return Row(*found) if found is not None else None


def rows(
    connection: Connection, case_id: str, *, cell_id: str | None = None, after: int = 0
) -> Iterator[Row]:
    """Yield the entries of a case in order.

    Args:
        connection: in a transaction.
        case_id: of the case.
        cell_id: of one cell alone.
        after: the number that the first one comes after.
    """
    query = select(JOURNAL).where(JOURNAL.c.case_id == case_id).order_by(JOURNAL.c.number).limit(_PAGE)
    if cell_id is not None:
        query = query.where(JOURNAL.c.cell_id == cell_id)
    while found := connection.execute(query.where(JOURNAL.c.number > after)).all():
        yield from (Row(*row) for row in found)
        if len(found) < _PAGE:
            return
        after = found[-1].number
