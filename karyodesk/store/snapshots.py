"""Snapshots: the chromosomes of a cell after one of its entries, so that few are left to fold.

They follow from the journal and can be thrown away.
"""

from typing import Final

from sqlalchemy import Connection, delete, insert, or_, select, update

from karyodesk.domain import canonical
from karyodesk.domain.cell import Cell
from karyodesk.domain.errors import CanonicalError, EditError, StoreAlteredError
from karyodesk.store.chain import text_hash
from karyodesk.store.folding import does_not_follow
from karyodesk.store.journal import Action, Row
from karyodesk.store.memory import uncollected
from karyodesk.store.records import STEPS, Analysis, CellStart, Gesture, applied, record_of
from karyodesk.store.schema import CELLS, JOURNAL, SNAPSHOTS

EVERY: Final = 20
"""Gestures from one snapshot of a cell to the next."""
_SHAPING: Final = (Action.ADD_CELL, Action.ANALYSE, *STEPS)
"""The entries that the chromosomes of a cell follow from."""


def put(connection: Connection, cell_id: str, number: int, cell: Cell) -> None:
    """Keep a cell as it is after an entry, instead of an earlier snapshot of it."""
    body = canonical.encode(cell)
    values = {"number": number, "body": body, "body_hash": text_hash(body)}
    changed = connection.execute(update(SNAPSHOTS).where(SNAPSHOTS.c.cell_id == cell_id).values(**values))
    if not changed.rowcount:
        connection.execute(insert(SNAPSHOTS).values(cell_id=cell_id, **values))


def drop(connection: Connection, cell_id: str) -> None:
    """Throw the snapshot of a cell away."""
    connection.execute(delete(SNAPSHOTS).where(SNAPSHOTS.c.cell_id == cell_id))


def present_cells(connection: Connection, case_id: str) -> dict[str, Cell]:
    """Return the analysed cells of a case as they now are, by id; those taken out too.

    Raises:
        StoreAlteredError: where a snapshot or an entry is not what was written.
    """
    kept = select(SNAPSHOTS).join(CELLS, CELLS.c.id == SNAPSHOTS.c.cell_id).where(CELLS.c.case_id == case_id)
    cells = {row.cell_id: _cell(row.body, row.body_hash) for row in connection.execute(kept)}
    later = or_(SNAPSHOTS.c.number.is_(None), JOURNAL.c.number > SNAPSHOTS.c.number)
    query = select(JOURNAL).outerjoin(SNAPSHOTS, SNAPSHOTS.c.cell_id == JOURNAL.c.cell_id)
    query = query.where(JOURNAL.c.case_id == case_id, JOURNAL.c.action.in_(_SHAPING), later)
    for columns in connection.execute(query.order_by(JOURNAL.c.number)):
        row = Row(*columns)
        if (cell := _after(row, cells.get(row.cell_id or ""))) is not None:
            cells[row.cell_id or ""] = cell
    return cells


def _cell(body: str, body_hash: str) -> Cell:
    if text_hash(body) != body_hash:
        raise StoreAlteredError("A snapshot of this case is not what was written: run karyodesk audit verify.")
    try:
        with uncollected():
            return canonical.decode(Cell, body)
    except CanonicalError:
        raise StoreAlteredError("A snapshot of this case cannot be read: run karyodesk audit verify.") from None


def _after(row: Row, cell: Cell | None) -> Cell | None:
    """The cell after an entry; None where it has no chromosomes yet."""
    record = record_of(row)
    if isinstance(record, CellStart):
        return record.analysis.cell if record.analysis else None
    if isinstance(record, Analysis):
        return record.cell
    if not isinstance(record, Gesture) or cell is None:
        raise does_not_follow(row)
    try:
        return applied(record, cell, STEPS[Action(row.action)])
    except (EditError, LookupError, ValueError):
        raise does_not_follow(row) from None
