"""The inspection: everything is computed anew from what is stored, and what does not fit is told in plain words.

What it can show and what it cannot is said in docs/adr/0008-one-journal.md.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, Table, select, text

from karyodesk.domain.errors import KaryoDeskError, StoreAlteredError
from karyodesk.store import ledger, verify_case, verify_people
from karyodesk.store.chain import text_hash
from karyodesk.store.engine import Store
from karyodesk.store.ledger import FOUNDED, LedgerHead, LedgerRow
from karyodesk.store.originals import reference
from karyodesk.store.schema import CASES, CELLS, IDENTIFIERS, JOURNAL, ORIGINALS, REPORTS, SIGNATURES, SNAPSHOTS, STORE
from karyodesk.store.verify_people import Moments, PeopleFold

_OF_NO_CASE: Final = {
    JOURNAL: (JOURNAL.c.case_id, CASES.c.id, "An entry of the journal is of no case."),
    CELLS: (CELLS.c.case_id, CASES.c.id, "A cell is of no case."),
    IDENTIFIERS: (IDENTIFIERS.c.case_id, CASES.c.id, "An identifier is of no case."),
    SNAPSHOTS: (SNAPSHOTS.c.cell_id, CELLS.c.id, "A snapshot is of no cell."),
    ORIGINALS: (ORIGINALS.c.sha256, CELLS.c.original, "A picture is of no cell."),
    SIGNATURES: (SIGNATURES.c.case_id, CASES.c.id, "A signature is of no case."),
    REPORTS: (REPORTS.c.sha256, SIGNATURES.c.report, "A signed report is of no signature."),
}


@dataclass(frozen=True)
class Breach:
    """Something that is not what was written.

    Attributes:
        message: what and where, in one plain sentence.
        case_id: of the case; None where it is of none.
        number: of the entry in the journal, or of the row of the ledger; None where it is of none.
    """

    message: str
    case_id: str | None = None
    number: int | None = None


def _quiet(_text: str, _share: float) -> None:
    """Nobody wants to know how far it is."""


def verify(
    store: Store,
    noted: Collection[LedgerHead] = (),
    step: Callable[[str, float], None] = _quiet,
) -> Iterator[Breach]:
    """Yield what was altered, as it is found; nothing, where all is as it was written.

    Args:
        store: the store; others may go on writing to it.
        noted: ends of the ledger that were noted elsewhere, such as on printed reports: they must be in it.
        step: is called with what is being looked through and the share that is done (0 to 1); it may raise
            ``Cancelled``.

    Raises:
        StoreError: where the store cannot be read for another reason than that it was altered.
    """
    try:
        with store.read() as connection, _any_text(connection):
            yield from _structure(connection)
            of_ledger = list(_ledger(connection, noted))
            yield from (each for each in of_ledger if isinstance(each, Breach))
            rows = [each for each in of_ledger if isinstance(each, LedgerRow)]
            people = PeopleFold()
            yield from (Breach(text, number=number) for text, number in verify_people.faults(connection, rows, people))
            yield from _cases(connection, rows, people.moments, step)
            yield from _bytes(connection, ORIGINALS, "Picture", step)
            yield from _bytes(connection, REPORTS, "Signed report", step)
            yield from _strays(connection)
    except StoreAlteredError as error:
        yield Breach(error.message)


@contextmanager
def _any_text(connection: Connection) -> Iterator[None]:
    """Let a text that is no UTF-8 any more be read, so that its row can be named."""
    if connection.dialect.name != "sqlite":
        yield
        return
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.text_factory = lambda data: data.decode(errors="surrogateescape")
    try:
        yield
    finally:
        driver.text_factory = str


def _structure(connection: Connection) -> Iterator[Breach]:
    """SQLite's own look at its file: pages, and indexes against their tables."""
    if connection.dialect.name == "sqlite":
        found = connection.execute(text("PRAGMA integrity_check(1)")).scalar()
        if found != "ok":
            yield Breach("The file of the database is damaged: restore a backup, and keep the file for an inspection.")


def _ledger(connection: Connection, noted: Collection[LedgerHead]) -> Iterator[Breach | LedgerRow]:
    """The rows of the ledger, and what is wrong with them."""
    heads = connection.execute(select(STORE)).all()
    if len(heads) != 1 or heads[0].id != 1:
        yield Breach("The store has not one id.")
        return
    head, due = heads[0], {(each.number, each.hash) for each in noted}
    previous, number = text_hash(head.store_id), 0
    for row in ledger.rows(connection):
        number += 1
        if fault := _fault_of(row, number, previous):
            yield Breach(f"Row {number} of the ledger {fault}.", number=number)
            return
        due.discard((row.number, row.hash))
        previous = row.hash
        yield row
    if (head.ledger_number, head.ledger_hash) != (number, previous) or not number:
        yield Breach(f"The ledger does not end with row {number} as it should.", number=number)
    for missing, _ in sorted(due):
        yield Breach(f"Row {missing} of the ledger is not the one that was noted elsewhere.", number=missing)
    if any(each.store_id != head.store_id for each in noted):
        yield Breach("This store is not the one of which the ledger was noted elsewhere.")


def _fault_of(row: LedgerRow, number: int, previous: str) -> str:
    if row.number != number:
        return "is missing"
    if row.previous_hash != previous:
        return "does not follow from the one before it"
    if row.hash != row.true_hash or (row.action == FOUNDED) != (number == 1):
        return "is not what was written"
    return ""


def _cases(
    connection: Connection, of_ledger: list[LedgerRow], moments: Moments, step: Callable[[str, float], None]
) -> Iterator[Breach]:
    by_case: dict[str, list[LedgerRow]] = defaultdict(list)
    for row in of_ledger:
        if row.case_id is not None:
            by_case[row.case_id].append(row)
    there = list(connection.execute(select(CASES.c.id).order_by(CASES.c.id)).scalars())
    for done, case_id in enumerate(there):
        step("Looking through the cases", done / len(there))
        yield from _case(connection, case_id, by_case.pop(case_id, []), moments)
    for case_id, rows in by_case.items():
        yield Breach(f"Case {case_id} was taken out of the store.", case_id, rows[0].number)


def _case(
    connection: Connection, case_id: str, of_ledger: list[LedgerRow], moments: Moments
) -> Iterator[Breach]:
    try:
        yield from (
            Breach(f"Case {case_id}: {fault.text}.", case_id, fault.number)
            for fault in verify_case.faults(connection, case_id, of_ledger, moments)
        )
    except KaryoDeskError as error:
        yield Breach(f"Case {case_id}: {error.message}", case_id)
    except (LookupError, ValueError, TypeError, AttributeError):
        yield Breach(f"Case {case_id} cannot be read: it is not what was written.", case_id)


def _bytes(connection: Connection, table: Table, what: str, step: Callable[[str, float], None]) -> Iterator[Breach]:
    """Each picture or report against its own hash."""
    there = connection.execute(select(table.c.sha256).order_by(table.c.sha256)).scalars().all()
    for done, sha256 in enumerate(there):
        step(f"Looking through the {what.lower()}s", done / len(there))
        row = connection.execute(select(table).where(table.c.sha256 == sha256)).first()
        if row is None or not isinstance(row.data, bytes):
            yield Breach(f"{what} {sha256} cannot be read.")
            continue
        known = reference(row.data)
        if (known.sha256, known.size) != (row.sha256, row.size):
            yield Breach(f"{what} {sha256} is not the one that was stored.")


def _strays(connection: Connection) -> Iterator[Breach]:
    """Rows that belong to nothing."""
    for table, (column, owner, sentence) in _OF_NO_CASE.items():
        of_none = select(table.c[column.name]).where(column.not_in(select(owner).where(owner.is_not(None))))
        if connection.execute(of_none.limit(1)).first() is not None:
            yield Breach(sentence)
