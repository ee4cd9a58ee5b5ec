"""Brings the cells of a stored case before the window, one after the other, the one that is looked at first."""

from dataclasses import dataclass
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, QTimer

from karyodesk.domain.errors import StoreBusyError, StoreLostError
from karyodesk.domain.journal import Journal, Step
from karyodesk.store import originals
from karyodesk.ui.case import Analysed, Case, CaseCell, CellState
from karyodesk.ui.jobs import JobRunner
from karyodesk.ui.keeper import Keeper
from karyodesk.ui.loader import sentence_of
from karyodesk.ui.pipeline import reopen
from karyodesk.ui.writes import CellNow, CellStep, CellWord, Desk, Word

OPENING: Final = "opening"
AGAIN_MS: Final = 3000
"""How long a cell waits that could not be read because the connection was lost."""


@dataclass(frozen=True, eq=False)
class _Fetched:
    now: CellNow
    data: bytes


def _fetch(case_id: str, cell_id: str, desk: Desk) -> _Fetched:
    now = desk.look_at_cell(case_id, cell_id)
    if not now.sha256:
        return _Fetched(now, b"")
    with desk.store.read() as connection:
        return _Fetched(now, originals.read(connection, now.sha256))


class CellOpener(QObject):
    """Fills the stored cells of the open case."""

    def __init__(self, case: Case, keeper: Keeper, jobs: JobRunner, parent: QObject) -> None:
        super().__init__(parent)
        self._case, self._keeper, self._jobs = case, keeper, jobs
        self._case_id = ""
        self._under_way: CaseCell | None = None
        self._left: set[CaseCell] = set()
        self._again = QTimer(self, singleShot=True, interval=AGAIN_MS)
        self._again.timeout.connect(self._go_on)
        case.current_changed.connect(self._wish)

    def start(self, case_id: str) -> None:
        """Open every stored cell of the case that is shown now."""
        self._case_id = case_id
        self._under_way = None
        self._left.clear()
        self._go_on()

    def go_on(self, case_id: str) -> None:
        """Open what was added to the case that is shown, after what is under way."""
        self._case_id = case_id
        self._go_on()

    def _wish(self) -> None:
        if self._case.current is not None:
            self._left.discard(self._case.current)
        self._go_on()

    def _go_on(self) -> None:
        waiting = [cell for cell in self._case.cells if cell.state is CellState.STORED and cell not in self._left]
        if self._under_way is not None or not waiting:
            return
        cell = self._case.current if self._case.current in waiting else waiting[0]
        self._under_way = cell
        answer = self._keeper.ask(partial(_fetch, self._case_id, cell.id))
        answer.succeeded.connect(partial(self._develop, cell))
        answer.failed.connect(partial(self._fail, cell))

    def _develop(self, cell: CaseCell, fetched: _Fetched) -> None:
        if self._is_gone(cell):
            return
        cell.marks = dict(enumerate(fetched.now.marks))
        cell.words = self._with_pending_words(cell, fetched.now)
        cell.facts = cell.words[-1].edit.after if cell.words else fetched.now.facts
        if fetched.now.journal is None:
            self._end(cell, CellState.REFUSED, self.tr("This cell was seen at the microscope: it has no picture."))
            return
        journal = self._with_pending_steps(cell, fetched.now.journal)
        title = self.tr("Opening {name}").format(name=cell.name)
        job = self._jobs.submit(title, partial(reopen, fetched.data, journal, fetched.now.models), OPENING)
        job.succeeded.connect(partial(self._show, cell))
        job.failed.connect(partial(self._fail, cell))
        job.cancelled.connect(partial(self._leave, cell))

    def _with_pending_steps(self, cell: CaseCell, journal: Journal) -> Journal:
        """What was done here and is not stored yet stands on top of what is."""
        for write in self._keeper.pending:
            if isinstance(write, CellStep) and write.cell_id == cell.id:
                if write.step is Step.DO:
                    journal.do(write.edit)
                else:
                    (journal.undo if write.step is Step.UNDO else journal.redo)()
        return journal

    def _with_pending_words(self, cell: CaseCell, now: CellNow) -> list[Word]:
        words, steps = list(now.words), len(now.marks)
        for write in self._keeper.pending:
            if isinstance(write, CellWord) and write.cell_id == cell.id:
                words.append(Word(write.edit, steps))
            steps += isinstance(write, CellStep) and write.cell_id == cell.id
        return words

    def _show(self, cell: CaseCell, analysed: Analysed) -> None:
        if self._is_gone(cell):
            return
        cell.analysed, cell.name = analysed, analysed.picture.name
        cell.exported_entries = len(analysed.journal.entries)
        self._end(cell, CellState.READY)

    def _fail(self, cell: CaseCell, error: Exception) -> None:
        if self._is_gone(cell):
            return
        if isinstance(error, StoreLostError | StoreBusyError):
            self._under_way = None
            self._again.start()
            return
        self._end(cell, CellState.REFUSED, sentence_of(error))

    def _leave(self, cell: CaseCell) -> None:
        """It was cancelled: it is opened when somebody goes to it."""
        self._left.add(cell)
        if not self._is_gone(cell):
            self._under_way = None
            self._go_on()

    def _is_gone(self, cell: CaseCell) -> bool:
        """Whether its case was closed or it was taken out; the others go on."""
        if cell in self._case.cells:
            return False
        if self._under_way is cell:
            self._under_way = None
            self._go_on()
        return True

    def _end(self, cell: CaseCell, state: CellState, message: str = "") -> None:
        self._under_way = None
        self._case.update(cell, state, message)
        self._go_on()
