"""The inspection of one case: its chain, what is folded from it, and what the ledger says of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, select

from karyodesk.domain import canonical
from karyodesk.domain.errors import StoreAlteredError
from karyodesk.store import journal, verify_signer
from karyodesk.store.chain import GENESIS, text_hash
from karyodesk.store.folding import CaseFold, CellFold
from karyodesk.store.journal import IN_LEDGER, CaseState, Row
from karyodesk.store.ledger import LedgerRow
from karyodesk.store.schema import CASES, CELLS, IDENTIFIERS, ORIGINALS, REPORTS, SIGNATURES, SNAPSHOTS
from karyodesk.store.search import identifiers
from karyodesk.store.signed import SigningFold
from karyodesk.store.verify_people import Moments

_LOWEST: Final = -(2**31)


@dataclass(frozen=True)
class Fault:
    """Something of a case that is not what was written.

    Attributes:
        text: what, in words.
        number: of the entry; None where it is of none.
    """

    text: str
    number: int | None = None


def faults(
    connection: Connection, case_id: str, of_ledger: list[LedgerRow], moments: Moments
) -> Iterator[Fault]:
    """Yield what is wrong with a case; after a broken entry nothing that rests on it.

    Args:
        connection: in a transaction.
        case_id: of the case.
        of_ledger: its rows of the ledger.
        moments: what the ledger says of who signed and reopened cases here.

    Raises:
        StoreAlteredError: where a row cannot be read at all.
    """
    case = connection.execute(select(CASES).where(CASES.c.id == case_id)).one()
    snapshots = {row.cell_id: row for row in connection.execute(_of_cells(SNAPSHOTS.c.cell_id, case_id))}
    fold, signing, last, entered = CaseFold(), SigningFold(), None, list[tuple[str, int, str]]()
    deleted = case.state == CaseState.DELETED
    for row in journal.rows(connection, case_id, after=_LOWEST):
        if fault := _fault_of(row, last):
            yield Fault(fault, last.number + 1 if last else 1)
            return
        if row.action in IN_LEDGER:
            entered.append((row.action, row.number, row.hash))
        if not deleted:
            fold.take(row)
            yield from _snapshot(row, fold, snapshots)
            fault = signing.take(row, fold)
        else:
            fold.take_emptied(row)
        if fault := fault or verify_signer.fault_of(row, moments.get((case_id, row.number)), signing):
            yield Fault(fault, row.number)
        last = row
    yield from _head(case, last)
    if (case.version, case.state, case.created) != (fold.version, fold.state, fold.created):
        yield Fault("its state does not follow from its entries")
    if entered != [(row.action, row.case_number, row.case_hash) for row in of_ledger]:
        yield Fault("the ledger of the store does not say the same of it")
    if deleted:
        yield from _emptied(connection, case)
    else:
        yield from _state(connection, case, fold, set(snapshots))
        yield from _signatures(connection, case_id, signing)


def _of_cells(column: Any, case_id: str) -> Any:  # noqa: ANN401 - SQLAlchemy's own types say nothing more here
    return select(column.table).join(CELLS, CELLS.c.id == column).where(CELLS.c.case_id == case_id)


def _fault_of(row: Row, last: Row | None) -> str:
    """What is wrong with an entry by itself and after the one before it."""
    number = last.number + 1 if last else 1
    if row.number != number:
        return f"entry {number} is missing"
    if row.previous_hash != (last.hash if last else GENESIS):
        return f"entry {number} does not follow from the one before it"
    return "" if row.is_whole else f"entry {number} is not what was written"


def _snapshot(row: Row, fold: CaseFold, snapshots: dict[str, Any]) -> Iterator[Fault]:
    """The snapshot that was made with an entry."""
    kept = snapshots.get(row.cell_id or "")
    if kept is None or kept.number != row.number:
        return
    present = fold.cells[row.cell_id or ""].analysed.cell
    if kept.body != canonical.encode(present) or kept.body_hash != text_hash(kept.body):
        yield Fault(f"the snapshot of entry {row.number} is not what was written", row.number)
    del snapshots[row.cell_id or ""]


def _head(case: Any, last: Row | None) -> Iterator[Fault]:  # noqa: ANN401 - a row
    if last is None:
        yield Fault("it has no entry")
    elif (case.number, case.head_hash, case.changed) != (last.number, last.hash, last.at):
        yield Fault(f"its journal does not end with entry {last.number} as it should", last.number)


def _state(connection: Connection, case: Any, fold: CaseFold, stray: set[str]) -> Iterator[Fault]:  # noqa: ANN401
    """What follows from the entries, against what is stored of it."""
    if fold.case is None:
        raise StoreAlteredError("it does not begin with its data.")
    if case.id != fold.case.id or case.data != canonical.encode(fold.case):
        yield Fault("its data do not follow from its entries")
    found = {(row.kind, row.folded) for row in _mine(connection, IDENTIFIERS, case.id)}
    if found != identifiers(fold.case):
        yield Fault("what it is found by does not follow from its data")
    if stray:
        yield Fault("a snapshot is of no entry")
    cells = {row.id: row for row in _mine(connection, CELLS, case.id)}
    for cell_id in sorted(set(cells) ^ set(fold.cells)):
        yield Fault(f"cell {cell_id} does not follow from its entries")
    for cell_id in set(cells) & set(fold.cells):
        yield from _cell(connection, cells[cell_id], fold.cells[cell_id])


def _mine(connection: Connection, table: Any, case_id: str) -> Any:  # noqa: ANN401
    return connection.execute(select(table).where(table.c.case_id == case_id))


def _cell(connection: Connection, row: Any, fold: CellFold) -> Iterator[Fault]:  # noqa: ANN401 - a row
    expected = fold.columns
    if {name: row._mapping[name] for name in expected} != expected:
        yield Fault(f"cell {fold.place} does not follow from its entries", fold.version)
    if fold.analysis is None:
        return
    known = fold.analysis.original
    query = select(ORIGINALS.c.size, ORIGINALS.c.media_type).where(ORIGINALS.c.sha256 == known.sha256)
    stored = connection.execute(query).first()
    if stored is None or tuple(stored) != (known.size, known.media_type):
        yield Fault(f"the picture of cell {fold.place} is not the one that was stored", fold.version)


def _signatures(connection: Connection, case_id: str, signing: SigningFold) -> Iterator[Fault]:
    """The signatures and the reports that were signed."""
    found = {tuple(row) for row in _mine(connection, SIGNATURES, case_id)}
    if found != {(case_id, *row) for row in signing.rows()}:
        yield Fault("its signatures do not follow from its entries")
    for signed in signing.all:
        size = connection.execute(select(REPORTS.c.size).where(REPORTS.c.sha256 == signed.signature.report)).scalar()
        if size != signed.signature.report_size:
            yield Fault(f"the report that entry {signed.number} signs is not the one that was stored", signed.number)


def _emptied(connection: Connection, case: Any) -> Iterator[Fault]:  # noqa: ANN401 - a row
    """What must be gone of a deleted case."""
    rests = any(_mine(connection, table, case.id).first() for table in (CELLS, IDENTIFIERS, SIGNATURES))
    if rests or case.data is not None:
        yield Fault("it is not as its deletion left it")
