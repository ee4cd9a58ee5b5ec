"""The worksheet of the open case: follows what is done in the window, and does what a person says of a cell."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from karyodesk.domain import case_edits
from karyodesk.domain.case import CellFacts, Fact
from karyodesk.domain.case_edits import FactsEdit
from karyodesk.domain.errors import EditError
from karyodesk.domain.worksheet import Line
from karyodesk.ui.case import Case, CaseCell
from karyodesk.ui.case_book import CaseBook
from karyodesk.ui.filing import Filing
from karyodesk.ui.reckoning import line_of, reckon


def _is_listed(cell: CaseCell) -> bool:
    return bool(cell.id) or cell.analysed is not None


class Worksheet(QObject):
    """The cells of the case with what was done with them.

    A cell is listed as soon as it was analysed, or where the case database has it.

    Signals:
        listed: other cells are listed.
        reckoned: what follows from the cells may be another.
        refused: what a person said cannot be; with the sentence that says why.
    """

    listed = Signal()
    reckoned = Signal()
    refused = Signal(str)

    def __init__(self, case: Case, book: CaseBook, filing: Filing, parent: QObject) -> None:
        super().__init__(parent)
        self.case, self.book, self._filing = case, book, filing
        self.cells: list[CaseCell] = []
        self._lines: dict[CaseCell, Line] = {}
        self._stale: set[CaseCell] = set()
        # cells are analysed and opened in crowds: one look after all of them is enough
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self.refresh)
        case.cells_changed.connect(self.refresh)
        case.cell_changed.connect(self._forget)
        book.changed.connect(self._soon.start)
        filing.warned.connect(lambda _: self._soon.start())  # what was refused stands as somebody else left it
        self.reckoning = reckon(None, (), ())

    def refresh(self) -> None:
        """List and reckon anew what changed."""
        self._soon.stop()
        cells = [cell for cell in self.case.cells if _is_listed(cell)]
        lines = {cell: self._reckoned(cell) for cell in cells}
        self._stale.clear()
        others = cells != self.cells
        self.cells, self._lines = cells, lines
        self.reckoning = reckon(self.book.data, list(lines.values()), self.book.policies)
        if others:
            self.listed.emit()
        self.reckoned.emit()

    def _reckoned(self, cell: CaseCell) -> Line:
        line, key = self._lines.get(cell), self.key(cell)
        if line is None or cell in self._stale or line.facts is not cell.facts or line.cell != key:
            return line_of(cell, key)
        return line

    def key(self, cell: CaseCell) -> str:
        """Return by what the reckoning tells a cell: its id, or its place where it is not stored."""
        return cell.id or f"#{self.case.cells.index(cell)}"

    def line(self, cell: CaseCell) -> Line:
        """Return a listed cell as it was last reckoned."""
        return self._lines[cell]

    def cell_of(self, key: str) -> CaseCell | None:
        """Return the listed cell of a key."""
        return next((cell for cell in self.cells if self.key(cell) == key), None)

    def _forget(self, cell: CaseCell) -> None:
        if _is_listed(cell):  # the progress of others is nothing to reckon
            self._stale.add(cell)
            self._soon.start()

    # --- what a person says of a cell

    def set_fact(self, cell: CaseCell, fact: Fact, holds: bool, scored_for: str = "") -> None:
        """Say that a cell was counted, analysed, karyotyped or scored, or that it was not."""
        if holds:
            self._say(cell, lambda facts, who: case_edits.mark(facts, fact, who, scored_for))
        else:
            self._say(cell, lambda facts, who: case_edits.unmark(facts, fact, who))

    def exclude(self, cell: CaseCell, reason: str) -> None:
        """Leave a cell out of every number for a reason; without one it is included again."""
        if reason.strip():
            self._say(cell, lambda facts, who: case_edits.exclude(facts, reason, who))
        else:
            self._say(cell, case_edits.include)

    def locate(
        self, cell: CaseCell, *, slide: str | None = None, colony: str | None = None, position: str | None = None
    ) -> None:
        """Say on which slide a cell lies (an empty text: on none that is known), of which colony it is and where."""

        def make(facts: CellFacts, who: str) -> FactsEdit:
            return case_edits.locate(
                facts,
                facts.slide if slide is None else slide or None,
                who,
                facts.colony if colony is None else colony.strip(),
                facts.position if position is None else position.strip(),
            )

        self._say(cell, make)

    def state_count(self, cell: CaseCell, text: str) -> None:
        """Say how many chromosomes a person counted; an empty text takes that back."""
        if text.strip() and not (text.strip().isdecimal() and len(text.strip()) <= 3):
            self.refused.emit(self.tr("A count is a whole number, such as 46."))
            return
        count = int(text) if text.strip() else None
        self._say(cell, lambda facts, who: case_edits.state_count(facts, count, who))

    def state_karyotype(self, cell: CaseCell, text: str) -> None:
        """Say the karyotype of a cell; an empty text: that which follows from its labels."""
        self._say(cell, lambda facts, who: case_edits.state_karyotype(facts, text.strip(), who))

    def put_in_clone(self, cell: CaseCell, clone: str | None) -> None:
        """Put a cell in the clone of a karyotype (empty: in none; None: where the rule puts it)."""
        self._say(cell, lambda facts, who: case_edits.put_in_clone(facts, clone, who))

    def _say(self, cell: CaseCell, make: Callable[[CellFacts, str], FactsEdit]) -> None:
        try:
            self._filing.say(cell, make)
        except EditError as error:
            self.refused.emit(error.message)
        if self._soon.isActive():
            self.refresh()
