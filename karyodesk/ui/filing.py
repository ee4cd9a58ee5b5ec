"""Everything that is done in the window, into the case database: the open case and what becomes of it there."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, Signal

from karyodesk.domain.case import Case as CaseData
from karyodesk.domain.case import CellFacts, Order, new_id
from karyodesk.domain.case_edits import CaseEdit, FactsEdit
from karyodesk.domain.errors import EditError, KaryoDeskError
from karyodesk.store import cache
from karyodesk.store.cases import CellLine, StoredCase
from karyodesk.store.cells import Found
from karyodesk.store.journal import CaseState
from karyodesk.ui import thumbnails
from karyodesk.ui.apart import Apart
from karyodesk.ui.case import Case, CaseCell, CaseDetails, CellState, StoredLook
from karyodesk.ui.cell_opener import CellOpener
from karyodesk.ui.identification import identification_of
from karyodesk.ui.jobs import JobRunner
from karyodesk.ui.keeper import Keeper, Refusal
from karyodesk.ui.kept_files import Claimed, KeptFile
from karyodesk.ui.loader import Loader, sentence_of
from karyodesk.ui.pipeline import Page
from karyodesk.ui.session import Session
from karyodesk.ui.store_thread import Answer
from karyodesk.ui.writes import (
    THUMBNAIL,
    CaseChange,
    CellNow,
    CellOut,
    CellStep,
    CellWord,
    Desk,
    Mark,
    NewCase,
    NewCell,
    Word,
    Write,
)


@dataclass(frozen=True, eq=False)
class _Read:
    stored: StoredCase
    thumbnails: dict[str, bytes]


def _read(case_id: str, desk: Desk) -> _Read:
    stored = desk.look_at_case(case_id)
    wanted = [(line.id, 0) for line in stored.cells if not line.removed]
    return _Read(stored, cache.get(desk.store, THUMBNAIL, wanted))


class Filing(QObject):
    """Keeps the case of the window and that of the database in step.

    Signals:
        changed: another case is open, none is, or its data or state changed.
        warned: with a sentence that a person has to read.
        said: with a sentence that is good to know.
    """

    changed = Signal()
    warned = Signal(str)
    said = Signal(str)

    def __init__(
        self, case: Case, keeper: Keeper, session: Session, loader: Loader, jobs: JobRunner, parent: QObject
    ) -> None:
        super().__init__(parent)
        self.data: CaseData | None = None
        self.state = CaseState.OPEN
        self._case, self._keeper, self._session, self._loader = case, keeper, session, loader
        self._opener = CellOpener(case, keeper, jobs, self)
        self._held: list[Path] = []
        self._question: Answer | None = None
        self._apart = Apart(keeper.kept_files)
        loader.found.connect(self._file)
        case.stepped.connect(self._follow)
        keeper.stored.connect(self._take_stored)
        keeper.refused.connect(self._take_refusal)
        session.changed.connect(self._let_in)
        keeper.unavailable.connect(lambda _: self._begin_apart())
        keeper.opened.connect(lambda _: self._end_apart())
        keeper.looked.connect(self._take_looked)

    # --- what is open

    @property
    def is_open(self) -> bool:
        """Whether a case of the database is open."""
        return self.data is not None

    @property
    def case_id(self) -> str:
        """Of the open case; empty where none is."""
        return self.data.id if self.data else ""

    @property
    def is_read_only(self) -> bool:
        """Whether the open case may not be changed, as it is signed."""
        return self.state is not CaseState.OPEN

    @property
    def is_apart(self) -> bool:
        """Whether what is shown is in no database, as it was begun while none could be opened."""
        return self.data is None and self._apart.begun

    @property
    def has_unsaved_edits(self) -> bool:
        """Whether edits of what is shown are in no database, and in no report yet either."""
        return self.is_apart and self._case.has_unexported_edits

    @property
    def shown_data(self) -> CaseData | None:
        """Of the case that is shown, in the database or apart from it; None where nothing was said of it."""
        return self._apart.data if self.is_apart else self.data

    @property
    def can_store_apart(self) -> bool:
        """Whether a case that was begun apart can be stored by now."""
        return self.is_apart and self._keeper.is_open and not self._session.is_locked

    @property
    def unkept_count(self) -> int:
        """How many steps on cells that are in no database this computer does not keep either."""
        return self._apart.unkept(self._case.ready) if self.is_apart else 0

    def add(self, paths: Iterable[Path]) -> None:
        """Add files and folders to the case; they wait where the database is not open or nobody signed in yet."""
        self._held += paths
        self._let_in()

    def _let_in(self) -> None:
        ready = self._keeper.is_unavailable or (self._keeper.is_open and not self._session.is_locked)
        if not ready or not self._held or self._keeper.is_looking:
            return
        paths, self._held = self._held, []
        if self.is_read_only:
            self.warned.emit(self.tr("This case is signed: reopen it before adding cells."))
        else:
            self._loader.add(paths)

    def new_case(self) -> None:
        """Make a case in the database and open it."""
        self.close_case()
        self._ensure_case()

    def open_case(self, case_id: str) -> Answer:
        """Open a case of the database in the place of the one that is shown, once it is read."""
        if self._question is not None:
            self._question.cancel()
        self._question = self._keeper.ask(partial(_read, case_id))
        self._question.succeeded.connect(self._show)
        self._question.failed.connect(lambda error: self.warned.emit(sentence_of(error)))
        return self._question

    def close_case(self) -> None:
        """Show no case; what is not stored yet is stored behind."""
        self.data, self.state = None, CaseState.OPEN
        self._apart.close()
        self._apart = Apart(self._keeper.kept_files, self._keeper.is_unavailable)
        self._case.clear()
        self.changed.emit()

    def store_apart(self) -> None:
        """Store what was begun apart as a new case, with all that was done to its cells, in order."""
        if not self.can_store_apart:
            return
        apart, self._apart = self._apart, Apart(self._keeper.kept_files)
        data = apart.data or CaseData(new_id())
        if not data.order.accession:
            data = replace(data, order=replace(data.order, accession=self._made_up_name()))
        self.data = data
        self._put(NewCase(data, self._session.author))
        for cell in self._case.ready:
            self._put_cell(cell, apart.pages[cell], apart.files.get(cell))
            self._case.cell_changed.emit(cell)
        self._tell()

    def reread(self) -> None:
        """Take in how the open case stands in the database now, such as after a signature."""
        if self.data is not None:
            answer = self._keeper.ask(partial(Desk.look_at_case, case_id=self.case_id))
            answer.succeeded.connect(self._take_case)
            answer.failed.connect(lambda error: self.warned.emit(sentence_of(error)))

    def take_over(self, now: CellNow) -> None:
        """Show a cell as somebody else has changed it, unless something of it waits here to be stored or refused."""
        cell = next((cell for cell in self._case.cells if cell.id == now.id), None)
        if cell is not None and not any(write.subject == now.id for write in self._keeper.pending):
            self._take_cell(cell, now)

    # --- what is done to it

    def edit_case(self, make: Callable[[CaseData, str], CaseEdit]) -> None:
        """Change the data of the case by one edit: ``make(data, person)``; a case is made where none is open.

        Raises:
            EditError: where the edit is not one of the case as it is.
        """
        if self.is_apart:
            known = self._apart.data or CaseData(new_id())
            self._apart.data = make(known, self._case.person).apply(known)
            self._tell()
            return
        data = self._ensure_case()
        if data is None or self._is_barred():
            return
        edit = make(data, self._case.person)
        if edit.changes:
            self.data = edit.apply(data)
            self._put(CaseChange(data.id, edit, self._session.author))
            self._tell()

    def say(self, cell: CaseCell, make: Callable[[CellFacts, str], FactsEdit]) -> None:
        """Change the facts of a cell by one edit: ``make(facts, person)``.

        Raises:
            EditError: where it is not one that can be made.
        """
        if cell not in self._case.cells or self._is_barred():
            return
        edit = make(cell.facts, self._case.person)
        if edit.changes:
            cell.facts = edit.apply(cell.facts)
            cell.words.append(Word(edit, len(cell.analysed.journal.entries) if cell.analysed else 0))
            if cell.id:
                self._put(CellWord(self.case_id, cell.id, edit, self._session.author))
            elif cell in self._apart.pages:
                self._keep_apart(cell)
            self._case.cell_changed.emit(cell)

    def take_out(self, cell: CaseCell, reason: str) -> None:
        """Take a cell out of the case, for a reason; its journal stays in the database."""
        if not self._is_barred():
            self._case.remove(cell)
            self._apart.forget(cell)
            if cell.id:
                self._put(CellOut(self.case_id, cell.id, reason, self._session.author))

    def _put(self, write: Write) -> None:
        self._keeper.put(write, self.data)

    def _is_barred(self) -> bool:
        if self.is_read_only:
            self._case.barred.emit()
        return self.is_read_only

    def _ensure_case(self) -> CaseData | None:
        """The open case; a new one with a made-up accession where none is; None without a database."""
        if self.data is None and self._keeper.is_open and not self.is_apart:
            self.data = CaseData(new_id(), order=Order(accession=self._made_up_name()))
            self._put(NewCase(self.data, self._session.author))
            self._tell()
        return self.data

    def _made_up_name(self) -> str:
        moment = datetime.now().astimezone().strftime("%Y-%m-%d %H:%M")
        return self.tr("New case {moment}").format(moment=moment)

    def _begin_apart(self) -> None:
        """There is no database: what is done from now on belongs to no case of it, unless one is open."""
        self._apart.begun = self.data is None
        self._let_in()

    def _end_apart(self) -> None:
        """There is one by now; what is shown stays apart from it until it is stored or closed."""
        self._apart.begun = self.is_apart and bool(self._case.cells or self._apart.data)
        self.changed.emit()

    def _file(self, cell: CaseCell, page: Page) -> None:
        """Store a cell as soon as it is analysed."""
        self._ensure_case()
        file = self._take_up(cell, page.kept) if page.kept is not None else None
        if self.is_apart:
            self._apart.pages[cell] = page
            if file is not None:
                self._apart.take_up(cell, self._done_to(cell), self._session.author, file)
        elif self.is_open:
            self._put_cell(cell, page, file)

    def _take_up(self, cell: CaseCell, kept: Claimed) -> KeptFile | None:
        """Show what was left behind as what was done to this cell; its file."""
        slides = {slide.id for slide in self.shown_data.slides} if self.shown_data else ()
        cell.words = kept.content.words(slides)
        if cell.words:
            cell.facts = cell.words[-1].edit.after
        self._case.cell_changed.emit(cell)
        done = self._done_to(cell)
        if done:
            self.said.emit(_taken_up(cell.name, done))
        return self._keeper.kept_files.use(kept)

    def _put_cell(self, cell: CaseCell, page: Page, file: KeptFile | None) -> None:
        """Store a cell with all that was done to it before."""
        if cell.analysed is None:
            return
        cell.id = new_id()
        found = Found(page.data, cell.analysed.journal.start, cell.analysed.models)
        small = thumbnails.encode(cell.analysed.thumbnail)
        new = NewCell(self.case_id, cell.id, found, small, self._session.author, page.number)
        self._keeper.put_cell(new, self._done_to(cell), self.data, file)

    def _done_to(self, cell: CaseCell) -> list[CellStep | CellWord]:
        """All that was done to a cell, in order."""
        author, done = self._session.author, list[CellStep | CellWord]()
        entries = cell.analysed.journal.entries if cell.analysed else []
        for place in range(len(entries) + 1):
            said = [word.edit for word in cell.words if word.after == place]
            done += [CellWord(self.case_id, cell.id, edit, author) for edit in said]
            if place < len(entries):
                entry = entries[place]
                done.append(CellStep(self.case_id, cell.id, entry.step, entry.edit, place, author))
        return done

    def _follow(self, cell: CaseCell, place: int) -> None:
        """Store a step as soon as it is made."""
        if cell.analysed is None:
            return
        if cell.id:
            entry = cell.analysed.journal.entries[place]
            self._put(CellStep(self.case_id, cell.id, entry.step, entry.edit, place, self._session.author))
        elif cell in self._apart.pages:
            self._keep_apart(cell)

    def _keep_apart(self, cell: CaseCell) -> None:
        """Keep what was just done to a cell that cannot be stored yet; where that is not possible, say so once."""
        is_kept = self._apart.keep(cell, self._done_to(cell), self._session.author)
        if self._keeper.is_kept_on_disk and not is_kept:
            self.warned.emit(self.tr("This computer's disk cannot keep your steps: leave the window open."))
        self._keeper.is_kept_on_disk = is_kept

    # --- what the database says

    def _show(self, read: _Read) -> None:
        self.close_case()
        self._take_case(read.stored)
        out = {write.cell_id for write in self._keeper.pending if isinstance(write, CellOut)}
        lines = [line for line in read.stored.cells if not line.removed and line.id not in out]
        cells = [_row(line, read.thumbnails.get(line.id)) for line in lines]
        self._case.insert(cells)
        if cells:
            self._case.show_cell(cells[0])
        self._opener.start(self.case_id)

    def _take_case(self, stored: StoredCase) -> None:
        """What was changed here and is not stored yet stands on top of what is."""
        self.data, self.state = stored.case, stored.state
        for write in self._keeper.pending:
            if isinstance(write, CaseChange) and write.case_id == stored.case.id:
                with suppress(EditError):  # it will be refused, and then this is told
                    self.data = write.edit.apply(self.data)
        self._tell()

    def _tell(self) -> None:
        if (data := self.shown_data) is not None:
            details = self._case.details
            known = identification_of(data, details.identification.laboratory)
            self._case.set_details(CaseDetails(known, details.analysed_by))
        self._case.is_read_only = self.is_read_only
        self.changed.emit()

    def _take_stored(self, write: Write, result: object) -> None:
        cell = next((cell for cell in self._case.cells if cell.id == write.subject), None)
        if isinstance(write, CellStep) and isinstance(result, Mark) and cell is not None:
            cell.marks[write.place] = result
            self._case.cell_changed.emit(cell)
        if isinstance(write, CellWord) and isinstance(result, Mark) and cell is not None:
            cell.words = [replace(word, mark=result) if word.edit == write.edit else word for word in cell.words]
            self._case.cell_changed.emit(cell)
        if isinstance(write, CaseChange | NewCase) and write.case_id == self.case_id:
            self.changed.emit()

    def _take_refusal(self, refusal: Refusal) -> None:
        if refusal.case is not None and refusal.case.case.id == self.case_id:
            self._take_case(refusal.case)
        cell = next((cell for cell in self._case.cells if cell.id == refusal.write.subject), None)
        if cell is not None and isinstance(refusal.write, NewCell):
            self._take_back(cell, refusal.error)
        elif cell is not None:
            self._take_cell(cell, refusal.cell)
        elif isinstance(refusal.write, CellOut):
            self._bring_back(refusal)
        self.warned.emit(self._why(refusal.error, len(refusal.lost), refusal.is_kept))

    def _bring_back(self, refusal: Refusal) -> None:
        """A cell that could not be taken out is in the case as it was."""
        lines = refusal.case.cells if refusal.case is not None and refusal.case.case.id == self.case_id else ()
        cells = [_row(line, None) for line in lines if line.id == refusal.write.subject and not line.removed]
        if cells:
            self._case.insert(cells)
            self._opener.go_on(self.case_id)

    def _take_back(self, cell: CaseCell, error: KaryoDeskError) -> None:
        """A cell that will never be in the database, such as of a case that was signed meanwhile, is not shown."""
        cell.id, cell.analysed = "", None
        self._case.update(cell, CellState.REFUSED, error.message)

    def _take_cell(self, cell: CaseCell, now: CellNow | None) -> None:
        if now is None:
            return
        cell.facts, cell.marks, cell.words = now.facts, dict(enumerate(now.marks)), list(now.words)
        if now.removed:
            self._case.remove(cell)
        elif now.journal is not None:
            self._case.take_journal(cell, now.journal)

    def _take_looked(self, pictures: int) -> None:
        """Say how many pictures have steps that were left behind, and let in what waited for it."""
        if pictures == 1:
            sentence = self.tr("Your steps on one picture are kept, but not stored: drop it again to take them up.")
            self.said.emit(sentence)
        elif pictures:
            sentence = self.tr(
                "Your steps on {count} pictures are kept, but not stored: drop these again to take the steps up."
            )
            self.said.emit(sentence.format(count=pictures))
        self._let_in()

    def _why(self, error: KaryoDeskError, lost: int, is_kept: bool) -> str:
        if is_kept:
            kept = self.tr("{why} Your steps on this picture are kept: drop it on another case to take them up.")
            return kept.format(why=error.message)
        if lost == 1:
            return self.tr("{why} Your last step was not stored.").format(why=error.message)
        return self.tr("{why} Your {count} last steps were not stored.").format(why=error.message, count=lost)


def _row(line: CellLine, png: bytes | None) -> CaseCell:
    name = QCoreApplication.translate("Filing", "Cell {place}").format(place=line.place)
    small = thumbnails.decode(png) if png else None
    look = StoredLook(small, line.summary)
    return CaseCell(name, None, CellState.STORED, id=line.id, facts=line.facts, stored=look, sha256=line.original or "")


def _taken_up(name: str, done: list[CellStep | CellWord]) -> str:
    """What is said where steps on a picture were left behind."""
    when = done[-1].edit.when.astimezone().strftime("%Y-%m-%d %H:%M")
    one = QCoreApplication.translate("Filing", "Your step on {name} from {when} was kept and is taken up.")
    many = QCoreApplication.translate("Filing", "Your {count} steps on {name} from {when} were kept and are taken up.")
    return (one if len(done) == 1 else many).format(count=len(done), name=name, when=when)
