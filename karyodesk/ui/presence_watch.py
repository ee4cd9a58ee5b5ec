"""Says that a cell is open here, and learns who else has which cell open and whether they changed it."""

from dataclasses import dataclass
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, QTimer

from karyodesk.domain.case import new_id
from karyodesk.store import presence
from karyodesk.store.author import Author
from karyodesk.store.presence import REFRESH_S, Visitor
from karyodesk.ui.case import Case, CaseCell
from karyodesk.ui.filing import Filing
from karyodesk.ui.keeper import Keeper
from karyodesk.ui.session import Session
from karyodesk.ui.writes import CellNow, Desk, NewCell, Write

MINUTE_S: Final = 60


@dataclass(frozen=True, eq=False)
class _Seen:
    visitors: dict[str, list[Visitor]]
    changed: CellNow | None


def _visit(case_id: str, cells: tuple[str, ...], current: str, session: str, author: Author, desk: Desk) -> _Seen:
    """Be in one cell and in no other, and look who is in which, and whether the cell is another one by now."""
    for cell_id in presence.where(desk.store, session) - {current}:
        presence.leave(desk.store, session, cell_id)
    if current:
        presence.enter(desk.store, current, session, author)
    opened = desk.cells.get(current)
    changed = desk.look_at_cell(case_id, current) if opened is not None and opened.refresh() else None
    return _Seen(presence.others(desk.store, cells, session), changed)


class PresenceWatch(QObject):
    """The heartbeat of the cell that is shown."""

    def __init__(self, case: Case, keeper: Keeper, session: Session, filing: Filing, parent: QObject) -> None:
        super().__init__(parent)
        self._case, self._keeper, self._session, self._filing = case, keeper, session, filing
        self.id = new_id()
        self._waits = False
        self._timer = QTimer(self, interval=round(1000 * REFRESH_S))
        self._timer.timeout.connect(self.beat)
        self._timer.start()
        # going through cells with a held key is no visit of each
        self._soon = QTimer(self, singleShot=True, interval=300)
        self._soon.timeout.connect(self.beat)
        case.current_changed.connect(self._soon.start)
        session.changed.connect(self._soon.start)
        keeper.stored.connect(self._follow_new)

    def beat(self) -> None:
        """Say what is open here, and ask who else is there."""
        if not self._keeper.is_open or self._waits:
            return
        waiting = {write.subject for write in self._keeper.pending}
        cells = tuple(cell.id for cell in self._case.cells if cell.id and cell.id not in waiting)
        shown = self._case.current.id if self._case.current and not self._session.is_locked else ""
        current = shown if shown in cells else ""
        self._waits = True
        author = self._session.author
        answer = self._keeper.ask(partial(_visit, self._filing.case_id, cells, current, self.id, author))
        answer.succeeded.connect(self._take)
        answer.failed.connect(self._miss)

    def leave(self) -> None:
        """Say that nothing is open here any more; nobody waits for it."""
        if self._keeper.is_open:
            self._keeper.ask(lambda desk: presence.leave(desk.store, self.id))

    def _follow_new(self, write: Write, _result: object) -> None:
        """A cell that is shown is open from the moment it is stored."""
        if isinstance(write, NewCell) and self._case.current and write.cell_id == self._case.current.id:
            self._soon.start()

    def _take(self, seen: _Seen) -> None:
        self._waits = False
        for cell in self._case.cells:
            self._show(cell, tuple(map(self._words, seen.visitors.get(cell.id, []))))
        if seen.changed is not None:
            self._filing.take_over(seen.changed)

    def _miss(self, _error: Exception) -> None:
        """The database cannot be reached: who is there is not known."""
        self._waits = False
        for cell in self._case.cells:
            self._show(cell, ())

    def _show(self, cell: CaseCell, visitors: tuple[str, ...]) -> None:
        if cell.visitors != visitors:
            cell.visitors = visitors
            self._case.cell_changed.emit(cell)

    def _words(self, visitor: Visitor) -> str:
        who = self.tr("{name} at {place}").format(name=visitor.author.name, place=visitor.author.workstation)
        minutes = int(visitor.since_s // MINUTE_S)
        return self.tr("{who} for {minutes} min").format(who=who, minutes=minutes) if minutes else who
