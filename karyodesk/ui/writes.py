"""What the window has written into the case database: plain values, each of which can be tried again. Free of Qt."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from karyodesk.domain import canonical, case_edits, edits
from karyodesk.domain.case import Case, CellFacts
from karyodesk.domain.errors import (
    ClosedCaseError,
    EditError,
    NotInStoreError,
    RightsError,
    StaleEditError,
    StoreAlteredError,
    StoreError,
)
from karyodesk.domain.journal import Entry, Journal, Step
from karyodesk.store import cache, cases, cells, journal
from karyodesk.store.author import Author
from karyodesk.store.cases import StoredCase
from karyodesk.store.cells import Found, OpenCell
from karyodesk.store.engine import Store
from karyodesk.store.journal import Action, Row
from karyodesk.store.records import STEPS, record_of

THUMBNAIL: Final = "thumbnail"
"""The kind of the small pictures in the cache."""
REFUSALS: Final = (StaleEditError, ClosedCaseError, NotInStoreError, RightsError, EditError)
"""What the store will never take; whatever else goes wrong may pass, so that the write is kept and tried again."""


@dataclass(frozen=True)
class Mark:
    """Who wrote an entry of the journal, and when.

    Attributes:
        who: as printed.
        at: the moment.
    """

    who: str
    at: datetime


@dataclass(frozen=True)
class Word:
    """A change of the facts of a cell, in its history.

    Attributes:
        edit: the change.
        after: how many entries of the journal of the cell came before it.
        mark: who wrote it, and when; None where it is not stored yet.
    """

    edit: case_edits.FactsEdit
    after: int
    mark: Mark | None = None


@dataclass(frozen=True, eq=False)
class CellNow:
    """A cell as it stands in the store.

    Attributes:
        id: of the cell.
        version: number of its last entry.
        journal: a copy of what was done to its chromosomes; None without an analysis.
        facts: what people say of it.
        removed: whether it was taken out of the case.
        sha256: of its original; empty without an analysis.
        models: by which it was analysed.
        marks: one an entry of the journal.
        words: the changes of its facts, in order.
    """

    id: str
    version: int
    journal: Journal | None
    facts: CellFacts
    removed: bool
    sha256: str
    models: dict[str, str]
    marks: tuple[Mark, ...]
    words: tuple[Word, ...]


@dataclass
class Desk:
    """What the thread of the case database has before it: the store, and cells and cases as the window knows them.

    Attributes:
        store: the store.
        cells: open cells by their id.
        versions: of open cases by their id.
    """

    store: Store
    cells: dict[str, OpenCell] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)

    def cell(self, case_id: str, cell_id: str) -> OpenCell:
        """Return a cell as the window knows it; one that is not open yet is read."""
        if cell_id not in self.cells:
            self.cells[cell_id] = OpenCell(self.store, case_id, cell_id)
        return self.cells[cell_id]

    def look_at_cell(self, case_id: str, cell_id: str) -> CellNow:
        """Read a cell as it now is; the window is to show it so from then on."""
        opened = self.cell(case_id, cell_id)
        opened.refresh()
        analysis = opened.analysis
        journal = Journal(opened.journal.start, list(opened.journal.entries)) if analysis else None
        sha256, models = (analysis.original.sha256, dict(analysis.models)) if analysis else ("", {})
        rows = cases.history(self.store, case_id, cell_id=cell_id)
        rows = [row for row in rows if row.number <= opened.version]
        said = _marks(rows), _words(rows)
        return CellNow(cell_id, opened.version, journal, opened.facts, opened.removed, sha256, models, *said)

    def look_at_case(self, case_id: str) -> StoredCase:
        """Read a case as it now is; the window is to show it so from then on."""
        stored = cases.read(self.store, case_id)
        self.versions[case_id] = stored.version
        return stored

    def stored_among(self, places: Iterable[tuple[str, str]]) -> frozenset[str]:
        """Return which of these cells, each with the id of its case, the store has.

        Raises:
            StoreLostError: where it cannot be asked at present; or ``StoreBusyError``.
        """
        found = set()
        for case_id, cell_id in places:
            with suppress(*REFUSALS, StoreAlteredError):
                found.add(self.cell(case_id, cell_id).id)
        return frozenset(found)

    def row_of(self, edit: case_edits.FactsEdit | case_edits.CaseEdit, case_id: str, cell_id: str | None) -> Row | None:
        """Return the entry that an edit became, as no two have one moment; None where it is not stored."""
        with self.store.read() as connection:
            return journal.find(connection, case_id, canonical.encode(edit), cell_id)


@dataclass(frozen=True)
class NewCase:
    """A case that is made."""

    case: Case
    author: Author

    @property
    def case_id(self) -> str:
        """Of the case."""
        return self.case.id

    @property
    def subject(self) -> str:
        """What later writes of the same id rest on."""
        return self.case.id

    def store(self, desk: Desk) -> StoredCase:
        """Write it; again where a first try may have arrived."""
        stored = cases.create(desk.store, self.case, self.author)
        desk.versions[self.case.id] = stored.version
        return stored


@dataclass(frozen=True, eq=False)
class NewCell:
    """A cell that is added.

    Attributes:
        case_id: of the case.
        cell_id: of the cell.
        found: its original, and what was found in it.
        thumbnail: a small picture for the list, an encoded PNG.
        author: who adds it.
        page: of the original, from 0.
    """

    case_id: str
    cell_id: str
    found: Found
    thumbnail: bytes
    author: Author
    page: int = 0

    @property
    def subject(self) -> str:
        """What later writes of the same id rest on."""
        return self.cell_id

    def store(self, desk: Desk) -> None:
        """Write it; again where a first try may have arrived."""
        cells.add(desk.store, self.case_id, self.cell_id, self.author, found=self.found)
        desk.cell(self.case_id, self.cell_id)  # as the window knows it, so that what others do to it is seen
        keep_thumbnail(desk, self.cell_id, self.thumbnail)


@dataclass(frozen=True)
class CellStep:
    """An edit of a cell that is made, taken back or made again.

    Attributes:
        case_id: of the case.
        cell_id: of the cell.
        step: which of the three.
        edit: the edit.
        place: of this entry among those of the journal, from 0.
        author: who did it.
    """

    case_id: str
    cell_id: str
    step: Step
    edit: edits.Edit
    place: int
    author: Author

    @property
    def subject(self) -> str:
        """What later writes of the same id rest on."""
        return self.cell_id

    def store(self, desk: Desk) -> Mark:
        """Write it, unless it stands in its place already; return who wrote it and when.

        Raises:
            StaleEditError: where another entry stands in its place.
            EditError: where one before it is missing.
        """
        cell = desk.cell(self.case_id, self.cell_id)
        entries, before = cell.journal.entries, cell.version
        if len(entries) > self.place:
            _refuse_other(entries[self.place], Entry(self.step, self.edit))
        elif len(entries) < self.place:
            raise EditError("A step before this one was not stored, so that this one cannot be either.")
        else:
            self._write(cell)
        if cell.version > before:
            return _marks(cases.history(desk.store, self.case_id, cell_id=self.cell_id, after=before))[-1]
        return _marks(cases.history(desk.store, self.case_id, cell_id=self.cell_id))[self.place]

    def _write(self, cell: OpenCell) -> None:
        if self.step is Step.DO:
            cell.do(self.edit, self.author)
            return
        back = self.step is Step.UNDO
        if (cell.journal.next_undo if back else cell.journal.next_redo) != self.edit:
            raise EditError("Another step is the last one by now: nothing was taken back or made again.")
        (cell.undo if back else cell.redo)(self.author)


@dataclass(frozen=True)
class CellWord:
    """A change of the facts of a cell."""

    case_id: str
    cell_id: str
    edit: case_edits.FactsEdit
    author: Author

    @property
    def subject(self) -> str:
        """What later writes of the same id rest on."""
        return self.cell_id

    def store(self, desk: Desk) -> Mark | None:
        """Write it, unless it is written already; return who wrote it and when, None where it changes nothing."""
        cell = desk.cell(self.case_id, self.cell_id)
        row = desk.row_of(self.edit, self.case_id, self.cell_id)
        if row is None or row.number > cell.version:  # the latter: a first try arrived whose answer was lost
            cell.say(self.edit, self.author)
            row = desk.row_of(self.edit, self.case_id, self.cell_id)
        return _mark(row) if row is not None else None


@dataclass(frozen=True)
class CellOut:
    """A cell that is taken out of its case, for a reason."""

    case_id: str
    cell_id: str
    reason: str
    author: Author

    @property
    def subject(self) -> str:
        """What later writes of the same id rest on."""
        return self.cell_id

    def store(self, desk: Desk) -> None:
        """Write it, unless the cell is out already."""
        desk.cell(self.case_id, self.cell_id).remove(self.reason, self.author)


@dataclass(frozen=True)
class CaseChange:
    """A change of the data of a case."""

    case_id: str
    edit: case_edits.CaseEdit
    author: Author

    @property
    def subject(self) -> str:
        """What later writes of the same id rest on."""
        return self.case_id

    def store(self, desk: Desk) -> StoredCase:
        """Write it; again where a first try may have arrived, and not again where it is known to have."""
        if self.case_id not in desk.versions:  # done in a window that ended
            desk.look_at_case(self.case_id)
        expected, row = desk.versions[self.case_id], desk.row_of(self.edit, self.case_id, None)
        if row is not None and row.number <= expected:
            return cases.read(desk.store, self.case_id)
        stored = cases.edit(desk.store, self.case_id, self.edit, self.author, expected)
        desk.versions[self.case_id] = stored.version
        return stored


Write = NewCase | NewCell | CellStep | CellWord | CellOut | CaseChange
Gesture = CellStep | CellWord | CellOut | CaseChange
"""What may also lie in a file of this computer until it is stored, where it names no patient."""


def keep_thumbnail(desk: Desk, cell_id: str, png: bytes) -> None:
    """Keep a small picture for the list; where it cannot be kept it is made anew another time."""
    try:
        cache.put(desk.store, cell_id, THUMBNAIL, 0, png)
    except StoreError:
        return


def _marks(rows: Iterable[Row]) -> tuple[Mark, ...]:
    """Who wrote the entries since the last analysis, of which the journal consists."""
    marks: list[Mark] = []
    for row in rows:
        if row.action in (Action.ADD_CELL, Action.ANALYSE):
            marks.clear()
        elif row.action in STEPS:
            marks.append(_mark(row))
    return tuple(marks)


def _mark(row: Row) -> Mark:
    return Mark(row.person_name, datetime.fromisoformat(row.at))


def _words(rows: Iterable[Row]) -> tuple[Word, ...]:
    """The changes of the facts among the entries of a cell; those before the last analysis come before its journal."""
    words: list[Word] = []
    steps = 0
    for row in rows:
        if row.action == Action.ANALYSE:
            words, steps = [replace(word, after=0) for word in words], 0
        elif row.action == Action.FACTS:
            words.append(Word(record_of(row), steps, _mark(row)))
        steps += row.action in STEPS
    return tuple(words)


def _refuse_other(present: Entry, wanted: Entry) -> None:
    if present != wanted:
        first = present.edit.who
        raise StaleEditError(
            f"{first} changed this cell first: look at it as it now is, and make the change again.", first
        )
