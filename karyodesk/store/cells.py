"""Cells of a stored case: adding them, opening them, and the one way by which a person changes them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, func, insert, select, update

from karyodesk.domain import canonical
from karyodesk.domain.case import Case, CellFacts
from karyodesk.domain.case_edits import FactsEdit
from karyodesk.domain.cell import Cell
from karyodesk.domain.edits import AGREEMENTS, Edit
from karyodesk.domain.errors import EditError, NotInStoreError
from karyodesk.domain.journal import Journal, Step
from karyodesk.store import journal, originals, snapshots
from karyodesk.store.author import Author
from karyodesk.store.engine import Store
from karyodesk.store.folding import CellFold
from karyodesk.store.journal import Action, Row
from karyodesk.store.records import STEPS, Analysis, CellRemoval, CellStart, Gesture, applied, gesture_of, summary
from karyodesk.store.schema import CASES, CELLS

_Record = Analysis | FactsEdit | CellRemoval | Gesture
_ACTIONS: Final = {Step.DO: Action.DO, Step.UNDO: Action.UNDO, Step.REDO: Action.REDO}


@dataclass(frozen=True)
class Found:
    """What the analysis of a picture gave, to be stored.

    Attributes:
        data: the file of the picture, byte for byte.
        cell: as analysed.
        models: name of each model to its version and hash.
    """

    data: bytes
    cell: Cell
    models: Mapping[str, str]


def add(
    store: Store,
    case_id: str,
    cell_id: str,
    author: Author,
    facts: CellFacts = CellFacts(),  # noqa: B008 - frozen
    found: Found | None = None,
) -> None:
    """Add a cell to a case.

    Args:
        store: the store.
        case_id: of the case.
        cell_id: from ``domain.case.new_id``; adding the same cell a second time changes nothing.
        author: who adds it.
        facts: what is known of it.
        found: None for a cell that was only seen at the microscope.

    Raises:
        StoreError: where it cannot be stored; nothing was changed.
    """
    with store.write() as connection:
        put_in(connection, case_id, cell_id, author, facts, found)


def put_in(
    connection: Connection, case_id: str, cell_id: str, author: Author, facts: CellFacts, found: Found | None
) -> None:
    """Add a cell in a transaction that writes more; otherwise as ``add``."""
    journal.lock(connection, case_id)
    _refuse_unknown_slide(connection, case_id, facts.slide)
    start = CellStart(_place(connection, case_id, cell_id), facts, _analysis(connection, found))
    body = canonical.encode(start)
    done = journal.append(connection, case_id, author, Action.ADD_CELL, body, cell_id=cell_id, expected=0)
    if not done.repeated:
        row = {"id": cell_id, "case_id": case_id, "place": start.place, "removed": 0}
        connection.execute(insert(CELLS).values(**row, **_columns(done.row, start)))


def _refuse_unknown_slide(connection: Connection, case_id: str, slide: str | None) -> None:
    if slide is None:
        return
    data = connection.execute(select(CASES.c.data).where(CASES.c.id == case_id)).scalar()
    if data is not None and slide not in {each.id for each in canonical.decode(Case, data).slides}:
        raise EditError("This slide is no longer in the case: choose another one.")


def _place(connection: Connection, case_id: str, cell_id: str) -> int:
    """The place of a cell in its case: the next one, or its own where it is there already."""
    own = connection.execute(select(CELLS.c.place).where(CELLS.c.id == cell_id)).scalar()
    last = connection.execute(select(func.max(CELLS.c.place)).where(CELLS.c.case_id == case_id)).scalar()
    return own or (last or 0) + 1


def _analysis(connection: Connection, found: Found | None) -> Analysis | None:
    if found is None:
        return None
    original = originals.put(connection, found.data)
    return Analysis(original, found.cell, dict(found.models), summary(found.cell, 0))


def _columns(row: Row, record: CellStart | _Record) -> dict[str, Any]:
    """What an entry makes of the row of its cell."""
    changed: dict[str, Any] = {"version": row.number}
    match record:
        case CellStart():
            changed["facts"] = canonical.encode(record.facts)
            return changed | (_columns(row, record.analysis) if record.analysis else {})
        case Analysis():
            return changed | {"original": record.original.sha256, "summary": canonical.encode(record.summary)}
        case FactsEdit():
            return changed | {"facts": canonical.encode(record.after)}
        case CellRemoval():
            return changed | {"removed": int(row.action == Action.REMOVE_CELL)}
        case Gesture():
            return changed | {"summary": canonical.encode(record.summary)}


class OpenCell:
    """A cell as one person has it before them; every change is on the disk when the call returns.

    To be used by one thread at a time. A call that fails with ``StoreLostError`` may be made once more with the same
    edit: where the first try had arrived it is not made twice.

    Attributes:
        id: of the cell.
        case_id: of its case.
    """

    def __init__(self, store: Store, case_id: str, cell_id: str) -> None:
        """Read a cell and all that was done to it.

        Raises:
            NotInStoreError: where the case has no such cell.
            StoreAlteredError: where an entry of it is not what was written.
            StoreError: where the store cannot be read.
        """
        self.id, self.case_id = cell_id, case_id
        self._store = store
        self._fold = CellFold()
        self.refresh()
        if not self._fold.version:
            raise NotInStoreError("This cell is not in the case.")

    @property
    def version(self) -> int:
        """Number of the last entry that is known of here."""
        return self._fold.version

    @property
    def facts(self) -> CellFacts:
        """What people say of the cell as a whole."""
        return self._fold.facts

    @property
    def removed(self) -> bool:
        """Whether it was taken out of the case."""
        return self._fold.removed

    @property
    def analysis(self) -> Analysis | None:
        """What the program found in its picture; None for a cell that was only seen at the microscope."""
        return self._fold.analysis

    @property
    def journal(self) -> Journal:
        """What was done to its chromosomes; to be read, not to be written.

        Raises:
            EditError: where the cell has no analysis.
        """
        return self._fold.analysed

    def refresh(self) -> bool:
        """Take in what others did meanwhile; return whether there was anything.

        Raises:
            StoreError: where the store cannot be read, or an entry of it is not what was written.
        """
        before = self.version
        with self._store.read() as connection:
            for row in journal.rows(connection, self.case_id, cell_id=self.id, after=before):
                self._fold.take(row)
        return self.version != before

    def do(self, edit: Edit, author: Author) -> Cell:
        """Make an edit and return the cell after it; one that changes nothing is not written.

        Raises:
            EditError: where the edit is not one of the cell as it is here.
            StaleEditError: where somebody else changed the cell first.
            StoreError: where it cannot be stored.
        """
        return self._step(Step.DO, edit, None, author) if edit.after else self.journal.cell

    def undo(self, author: Author) -> Cell:
        """Take the last edit back and return the cell after it; nothing happens where there is none.

        Raises:
            StaleEditError: where somebody else changed the cell first.
            StoreError: where it cannot be stored.
        """
        edit = self.journal.next_undo
        return self._step(Step.UNDO, edit, self._fold.made[-1], author) if edit else self.journal.cell

    def redo(self, author: Author) -> Cell:
        """Make the last undone edit again and return the cell after it; nothing happens where there is none.

        Raises:
            StaleEditError: where somebody else changed the cell first.
            StoreError: where it cannot be stored.
        """
        edit = self.journal.next_redo
        return self._step(Step.REDO, edit, self._fold.unmade[-1], author) if edit else self.journal.cell

    def say(self, edit: FactsEdit, author: Author) -> CellFacts:
        """Change the facts of the cell; an edit that changes nothing is not written.

        Raises:
            EditError: where the facts are no longer as they were, or the slide is none of the case.
            StaleEditError: where somebody else changed the cell first.
            StoreError: where it cannot be stored.
        """
        edit.apply(self.facts)
        if edit.changes:
            self._append(Action.FACTS, edit, author)
        return self.facts

    def analyse(self, found: Found, author: Author) -> Cell:
        """Give a cell its first analysis, or start it anew; what was done to a former one stays in the journal.

        Raises:
            EditError: where the picture is another one than before.
            StaleEditError: where somebody else changed the cell first.
            StoreError: where it cannot be stored.
        """
        known = originals.reference(found.data)
        if self.analysis is not None and self.analysis.original != known:
            raise EditError("This is another picture: add it as another cell.")
        analysis = Analysis(known, found.cell, dict(found.models), summary(found.cell, 0))
        self._append(Action.ANALYSE, analysis, author, data=found.data)
        return self.journal.cell

    def remove(self, reason: str, author: Author) -> None:
        """Take the cell out of the case, for a reason; its journal stays and it can be put back.

        Raises:
            EditError: without a reason.
            StaleEditError: where somebody else changed the cell first.
            StoreError: where it cannot be stored.
        """
        self._move(Action.REMOVE_CELL, reason, author)

    def restore(self, reason: str, author: Author) -> None:
        """Put a cell back that was taken out of the case, for a reason.

        Raises:
            EditError: without a reason.
            StaleEditError: where somebody else changed the cell first.
            StoreError: where it cannot be stored.
        """
        self._move(Action.RESTORE_CELL, reason, author)

    def _move(self, action: Action, reason: str, author: Author) -> None:
        if not reason.strip():
            raise EditError("Say why, in a few words.")
        if self.removed != (action == Action.REMOVE_CELL):
            self._append(action, CellRemoval(reason.strip()), author)

    def _step(self, step: Step, edit: Edit, of: int | None, author: Author) -> Cell:
        standing = [*self.journal.standing[:-1]] if step is Step.UNDO else [*self.journal.standing, edit]
        corrections = sum(each.kind not in AGREEMENTS for each in standing)
        gesture = gesture_of(step, edit, self.journal.cell, of=of, corrections=corrections)
        self._append(_ACTIONS[step], gesture, author)
        return self.journal.cell

    def _append(
        self, action: Action, record: _Record, author: Author, data: bytes = b""
    ) -> None:
        """Write an entry, and what follows from it; only then is it known of here."""
        if self.removed and action != Action.RESTORE_CELL:
            raise EditError("This cell was taken out of the case: put it back first.")
        body = canonical.encode(record)
        with self._store.write() as connection:
            done = journal.append(
                connection, self.case_id, author, action, body, cell_id=self.id, expected=self.version
            )
            if not done.repeated:
                self._follow(connection, done.row, record, data)
        self._fold.take(done.row)

    def _follow(self, connection: Connection, row: Row, record: _Record, data: bytes) -> None:
        """Bring up to date what follows from an entry."""
        match record:
            case FactsEdit() if record.after.slide != record.before.slide:
                _refuse_unknown_slide(connection, self.case_id, record.after.slide)
            case Analysis():
                originals.put(connection, data)
                snapshots.drop(connection, self.id)
            case Gesture() if (len(self.journal.entries) + 1) % snapshots.EVERY == 0:
                after = applied(record, self.journal.cell, STEPS[Action(row.action)])
                snapshots.put(connection, self.id, row.number, after)
        connection.execute(update(CELLS).where(CELLS.c.id == self.id).values(**_columns(row, record)))
