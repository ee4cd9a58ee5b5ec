"""Deleting a case after its retention: what it says of the patient goes, who did what and when stays."""

from typing import Final

from sqlalchemy import Connection, delete, null, select, text, update

from karyodesk.domain.errors import EditError
from karyodesk.store import originals, reports
from karyodesk.store.author import Author
from karyodesk.store.cases import enter
from karyodesk.store.engine import Store
from karyodesk.store.journal import Action, Row
from karyodesk.store.schema import CASES, CELLS, DERIVED, IDENTIFIERS, JOURNAL, PRESENCE, SNAPSHOTS

_BY_CELL: Final = (SNAPSHOTS.c.cell_id, PRESENCE.c.cell_id, DERIVED.c.subject)


def delete_case(store: Store, case_id: str, reason: str, author: Author) -> Row:
    """Delete a case: its data, pictures, cells, signed reports and the bodies of its entries.

    The entries themselves stay, each with the hash of its body, and the chain still verifies. The last one says who
    deleted the case and why; it stands in the ledger as well.

    Args:
        store: the store.
        case_id: of the case.
        reason: in words; it is kept, so it must not name the patient.
        author: who deletes it.

    Raises:
        EditError: without a reason.
        ClosedCaseError: where it was deleted before.
        NotInStoreError: where there is no such case.
        StoreError: where it cannot be deleted; nothing was changed.
    """
    if not reason.strip():
        raise EditError("Say why the case is deleted, such as “retention ended”.")
    with store.write() as connection:
        row = enter(connection, case_id, Action.DELETE, {"reason": reason.strip()}, author).row
        _empty(connection, row)
    store.empty_log()
    return row


def _empty(connection: Connection, last: Row) -> None:
    """Take out everything but the entries without their bodies."""
    if connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA secure_delete = ON"))
    ours = JOURNAL.c.case_id == last.case_id
    connection.execute(update(JOURNAL).where(ours, JOURNAL.c.number < last.number).values(body=null()))
    of_case = CELLS.c.case_id == last.case_id
    pictures = set(connection.execute(select(CELLS.c.original).where(of_case)).scalars()) - {None}
    for column in _BY_CELL:
        connection.execute(delete(column.table).where(column.in_(select(CELLS.c.id).where(of_case))))
    connection.execute(delete(DERIVED).where(DERIVED.c.subject.in_(pictures)))
    connection.execute(delete(CELLS).where(of_case))
    originals.drop_unused(connection, pictures)
    reports.drop(connection, last.case_id)
    connection.execute(delete(IDENTIFIERS).where(IDENTIFIERS.c.case_id == last.case_id))
    connection.execute(update(CASES).where(CASES.c.id == last.case_id).values(data=null()))
    if connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA secure_delete = FAST"))
