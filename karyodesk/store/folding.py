"""The state of a cell and of a case as the fold of their entries."""

from dataclasses import dataclass, field
from typing import Final

from karyodesk.domain import canonical
from karyodesk.domain.case import Case, CellFacts
from karyodesk.domain.case_edits import CaseEdit, FactsEdit
from karyodesk.domain.errors import EditError, StoreAlteredError
from karyodesk.domain.journal import Journal, Step
from karyodesk.store.journal import CHANGES_NOTHING, NEXT_STATE, Action, CaseState, Row
from karyodesk.store.records import (
    KINDS,
    STEPS,
    Analysis,
    CaseStart,
    CellRemoval,
    CellStart,
    Gesture,
    Summary,
    applied,
    edit_of,
    record_of,
)

_NO_PICTURE: Final = "This cell has no analysed picture yet: analyse one first."


@dataclass
class CellFold:
    """One cell, entry by entry.

    Attributes:
        place: of the cell among those of its case, from 1.
        facts: what people say of it as a whole.
        analysis: what the program found last; None where there is none.
        journal: what was done to its chromosomes since; None where there is no analysis.
        summary: as its last entry gives it; None likewise.
        removed: whether it was taken out of the case.
        version: number of its last entry; 0 before the first.
        made: numbers of the entries whose edits stand, in order.
        unmade: numbers of the entries whose edits were taken back and can be made again, the next one last.
    """

    place: int = 0
    facts: CellFacts = field(default_factory=CellFacts)
    analysis: Analysis | None = None
    journal: Journal | None = None
    summary: Summary | None = None
    removed: bool = False
    version: int = 0
    made: list[int] = field(default_factory=list)
    unmade: list[int] = field(default_factory=list)

    @property
    def original(self) -> str | None:
        """The SHA-256 of its picture."""
        return self.analysis.original.sha256 if self.analysis else None

    @property
    def columns(self) -> dict[str, str | int | None]:
        """What the row of the cell holds of it."""
        return {
            "place": self.place,
            "version": self.version,
            "original": self.original,
            "removed": int(self.removed),
            "facts": canonical.encode(self.facts),
            "summary": canonical.encode(self.summary) if self.summary else None,
        }

    @property
    def analysed(self) -> Journal:
        """The journal of a cell that has one.

        Raises:
            EditError: where the cell has no analysis.
        """
        if self.journal is None:
            raise EditError(_NO_PICTURE)
        return self.journal

    def take(self, row: Row) -> None:
        """Go on by one entry.

        Raises:
            StoreAlteredError: where the entry is not what was written, or does not follow from those before.
        """
        record = record_of(row)
        if (self.version == 0) != isinstance(record, CellStart):
            raise does_not_follow(row)
        try:
            self._take(row, record)
        except (EditError, LookupError, ValueError):
            raise does_not_follow(row) from None
        self.version = row.number

    def _take(self, row: Row, record: object) -> None:
        match record:
            case CellStart():
                self.place, self.facts = record.place, record.facts
                if record.analysis is not None:
                    self._start(record.analysis)
            case Analysis():
                self._start(record)
            case FactsEdit():
                self.facts = record.apply(self.facts)
            case CellRemoval():
                self.removed = row.action == Action.REMOVE_CELL
            case Gesture():
                self._step(row, record)
            case _:
                raise EditError("This entry is of no cell.")

    def _start(self, analysis: Analysis) -> None:
        self.analysis, self.journal, self.summary = analysis, Journal(analysis.cell), analysis.summary
        self.made.clear()
        self.unmade.clear()

    def _step(self, row: Row, gesture: Gesture) -> None:
        journal, step = self.analysed, STEPS[Action(row.action)]
        after = applied(gesture, journal.cell, step)
        if step is Step.DO:
            journal.do(edit_of(gesture, journal.cell))
            self.made.append(row.number)
            self.unmade.clear()
        else:
            self._return(gesture, step)
        if journal.cell != after:
            raise EditError("This entry does something else than its edit.")
        self.summary = gesture.summary

    def _return(self, gesture: Gesture, step: Step) -> None:
        """Take an edit back, or make it again."""
        back = step is Step.UNDO
        source, target = (self.made, self.unmade) if back else (self.unmade, self.made)
        if source.pop() != gesture.of:
            raise EditError("This entry takes back another edit than the last one.")
        target.append(gesture.of)
        if back:
            self.analysed.undo()
        else:
            self.analysed.redo()


@dataclass
class CaseFold:
    """One case with its cells, entry by entry.

    Attributes:
        case: its data; None before the first entry.
        state: whether it may be changed.
        version: number of the last entry that is of no cell and changed something.
        created: the moment of the first entry.
        changed: the moment of the last entry.
        cells: by their id, in the order they came.
    """

    case: Case | None = None
    state: CaseState = CaseState.OPEN
    version: int = 0
    created: str = ""
    changed: str = ""
    cells: dict[str, CellFold] = field(default_factory=dict)

    def take(self, row: Row) -> None:
        """Go on by one entry.

        Raises:
            StoreAlteredError: where the entry is not what was written, or does not follow from those before.
        """
        if row.cell_id is not None:
            self.cells.setdefault(row.cell_id, CellFold()).take(row)
        else:
            self._take(row)
        self.created, self.changed = self.created or row.at, row.at

    def take_emptied(self, row: Row) -> None:
        """Go on by one entry of a case that was deleted: only the last one still has its body.

        Raises:
            StoreAlteredError: where it has a body and should not, or has none and should.
        """
        if (row.body is None) == (row.action == Action.DELETE):
            raise does_not_follow(row)
        if row.cell_id is None:
            self._count(row)
        self.created, self.changed = self.created or row.at, row.at

    def _take(self, row: Row) -> None:
        if row.action in KINDS:
            record = record_of(row)
            if isinstance(record, CaseStart) != (self.case is None):
                raise does_not_follow(row)
            if isinstance(record, CaseStart):
                self.case = record.case
            elif isinstance(record, CaseEdit) and self.case is not None:
                self.case = self._edited(self.case, record, row)
            else:
                raise does_not_follow(row)
        else:
            row.checked_body()
        self._count(row)

    def _count(self, row: Row) -> None:
        if row.action in NEXT_STATE:
            self.state = NEXT_STATE[Action(row.action)]
        if row.action not in CHANGES_NOTHING:
            self.version = row.number

    @staticmethod
    def _edited(case: Case, edit: CaseEdit, row: Row) -> Case:
        try:
            return edit.apply(case)
        except EditError:
            raise does_not_follow(row) from None


def does_not_follow(row: Row) -> StoreAlteredError:
    """The error of an entry that does not follow from those before it."""
    return StoreAlteredError(
        f"Entry {row.number} of this case does not follow from those before it: run karyodesk audit verify."
    )
