"""The case that the window shows: its cells, the present one, and what is chosen in it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Signal

from karyodesk.domain.case import CellFacts
from karyodesk.domain.cell import Cell, Doubt, Resolution
from karyodesk.domain.chromosome import Chromosome
from karyodesk.domain.edits import EXCHANGES, Edit
from karyodesk.domain.journal import Journal
from karyodesk.domain.view import ChromosomeView
from karyodesk.imaging.picture import Picture
from karyodesk.report.content import Identification
from karyodesk.store.records import Summary
from karyodesk.ui.writes import Mark, Word


class CellState(StrEnum):
    """How far a cell is."""

    WAITING = "waiting"
    WORKING = "working"
    READY = "ready"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    STORED = "stored"
    """In the case database; its picture is not before the window yet."""


class Views:
    """The straightened chromosomes of one picture, sampled once and kept; turning them samples nothing anew.

    Args:
        make: makes the view of a chromosome as it is now turned.
    """

    def __init__(self, make: Callable[[Chromosome], ChromosomeView]) -> None:
        self._make = make
        self._made: dict[tuple[str, bool], ChromosomeView] = {}

    def of(self, chromosome: Chromosome) -> ChromosomeView:
        """Return the view of one chromosome, turned as it now is."""
        key, other = (chromosome.id, chromosome.turned), (chromosome.id, not chromosome.turned)
        if key not in self._made:
            known = self._made.get(other)
            self._made[key] = known.upside_down() if known else self._make(chromosome)
        return self._made[key]

    def of_cell(self, cell: Cell) -> Mapping[str, ChromosomeView]:
        """Return the views of every chromosome of a cell by id, rejected ones too."""
        return {chromosome.id: self.of(chromosome) for chromosome in cell.chromosomes}


@dataclass(frozen=True, eq=False)
class Analysed:
    """What the analysis of one picture gave.

    Attributes:
        picture: the original.
        preview: (H, W) or (H, W, 3) uint8 of the original for the screen.
        thumbnail: the same, small, for the list of cells.
        views: its straightened chromosomes.
        journal: what was done to the cell since.
        models: by which it was analysed, with their versions.
    """

    picture: Picture
    preview: npt.NDArray[np.uint8]
    thumbnail: npt.NDArray[np.uint8]
    views: Views
    journal: Journal
    models: Mapping[str, str] = field(default_factory=dict)

    @property
    def cell(self) -> Cell:
        """The cell as it now is."""
        return self.journal.cell


@dataclass(frozen=True, eq=False)
class StoredLook:
    """How a cell of the case database looks before its picture is there.

    Attributes:
        thumbnail: small picture, as ``Analysed`` has it; None where none is kept.
        summary: of its chromosomes; None where there is no analysis.
    """

    thumbnail: npt.NDArray[np.uint8] | None
    summary: Summary | None


@dataclass(eq=False)
class CaseCell:
    """One row of the case: a picture on its way to a cell, or one that was refused.

    Attributes:
        name: of the file, with its page.
        path: of the file; None where it comes from the case database.
        state: how far it is.
        message: what is being done, or why it was refused, in one sentence.
        share: of the work done, 0 to 1.
        analysed: the cell, once it is ready.
        id: of the cell in the case database; empty where it is not there.
        facts: what people say of the cell as a whole.
        stored: how the list of the case database shows it; None for a cell that was added here.
        visitors: who else has it open, in words.
        marks: who wrote the entries of its journal that are stored, by their place from 0.
        words: the changes of its facts, in order.
        sha256: of its original, byte for byte; empty where it is not known or there is none.
    """

    name: str
    path: Path | None
    state: CellState = CellState.WAITING
    message: str = ""
    share: float = 0.0
    analysed: Analysed | None = None
    exported_entries: int = 0
    id: str = ""
    facts: CellFacts = field(default_factory=CellFacts)
    stored: "StoredLook | None" = None
    visitors: tuple[str, ...] = ()
    marks: dict[int, Mark] = field(default_factory=dict)
    words: list[Word] = field(default_factory=list)
    sha256: str = ""

    @property
    def is_of_case(self) -> bool:
        """Whether it is a cell, not a file on its way to one or one that was refused."""
        return self.analysed is not None or bool(self.id)

    @property
    def has_unexported_edits(self) -> bool:
        """Whether a person changed it since the last report."""
        return self.analysed is not None and len(self.analysed.journal.entries) != self.exported_entries


@dataclass(frozen=True)
class CaseDetails:
    """What the report says of the case.

    Attributes:
        identification: whose chromosomes they are.
        analysed_by: the person; their edits bear this name. Empty: the name the computer knows them by.
    """

    identification: Identification = field(default_factory=Identification)
    analysed_by: str = ""


@dataclass(frozen=True)
class Offer:
    """One reading of doubted outlines.

    Attributes:
        doubt: of the cell.
        place: of the reading among those of the doubt, from 0.
    """

    doubt: Doubt
    place: int

    @property
    def resolution(self) -> Resolution:
        """The reading."""
        return self.doubt.resolutions[self.place]


@dataclass
class _Chosen:
    selected: str | None = None
    hovered: str | None = None
    offer: Offer | None = None
    asked: bool = False


class Case(QObject):
    """The document of the window. It knows nothing of how it is shown."""

    cells_changed = Signal()
    """Cells were added."""
    cell_changed = Signal(object)
    """A cell's state, progress or content changed."""
    current_changed = Signal()
    edited = Signal()
    """The current cell was edited, undone or redone."""
    selection_changed = Signal()
    hover_changed = Signal()
    offer_changed = Signal()
    """Another reading of doubted outlines is shown, or none."""
    details_changed = Signal()
    stepped = Signal(object, int)
    """A cell's journal has a new entry, at this place from 0."""
    barred = Signal()
    """Somebody tried to change a case that is read-only."""

    def __init__(self, person: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.is_read_only = False
        self.cells: list[CaseCell] = []
        self.current: CaseCell | None = None
        self.details = CaseDetails()
        self._person = person
        self._chosen = _Chosen()

    # --- cells

    def insert(self, cells: list[CaseCell], after: CaseCell | None = None) -> None:
        """Add cells at the end, or after one of them."""
        place = len(self.cells) if after is None else self.cells.index(after) + 1
        self.cells[place:place] = cells
        self.cells_changed.emit()

    def remove(self, cell: CaseCell) -> None:
        """Take a cell out of the case; its neighbour is shown instead."""
        place = self.cells.index(cell)
        del self.cells[place]
        if cell is self.current:
            self.show_cell(self.cells[min(place, len(self.cells) - 1)] if self.cells else None)
        self.cells_changed.emit()

    def clear(self) -> None:
        """Close the case: nothing of it is shown any more."""
        self.cells = []
        self.is_read_only = False
        self.show_cell(None)
        known = Identification(laboratory=self.details.identification.laboratory)
        self.set_details(CaseDetails(known, self.details.analysed_by))
        self.cells_changed.emit()

    def update(self, cell: CaseCell, state: CellState, message: str = "", share: float = 0.0) -> None:
        """Say how far a cell is; the first one that is ready is shown. One that was taken out is left alone."""
        if cell not in self.cells:
            return
        cell.state, cell.message, cell.share = state, message, share
        self.cell_changed.emit(cell)
        if state is CellState.READY and self.current is None:
            self.show_cell(cell)
        elif cell is self.current:
            self.current_changed.emit()

    def show_cell(self, cell: CaseCell | None) -> None:
        """Make a cell the current one."""
        if cell is self.current:
            return
        self.current = cell
        self._chosen = _Chosen()
        self.current_changed.emit()
        self.selection_changed.emit()

    def step_cell(self, by: int) -> None:
        """Go to the next (1) or the previous (-1) cell, where there is one."""
        if not self.cells:
            return
        place = self.cells.index(self.current) + by if self.current else 0
        if 0 <= place < len(self.cells):
            self.show_cell(self.cells[place])

    @property
    def analysed(self) -> Analysed | None:
        """The analysis of the current cell."""
        return self.current.analysed if self.current else None

    @property
    def ready(self) -> list[CaseCell]:
        """The cells that were analysed."""
        return [cell for cell in self.cells if cell.analysed is not None]

    @property
    def has_unexported_edits(self) -> bool:
        """Whether closing would lose what a person did."""
        return any(cell.has_unexported_edits for cell in self.cells)

    def mark_exported(self, entries: Mapping[CaseCell, int]) -> None:
        """Remember how many journal entries of each cell a report has shown."""
        for cell, count in entries.items():
            cell.exported_entries = count

    def set_details(self, details: CaseDetails) -> None:
        """Name the case."""
        self.details = details
        self.details_changed.emit()

    def set_person(self, name: str) -> None:
        """Say who sits before the window."""
        self._person = name

    @property
    def person(self) -> str:
        """Who makes the edits."""
        return self.details.analysed_by or self._person

    # --- what is chosen

    @property
    def selected(self) -> Chromosome | None:
        """The chosen chromosome."""
        return self.find(self._chosen.selected)

    @property
    def hovered(self) -> Chromosome | None:
        """The chromosome under the pointer, in either picture."""
        return self.find(self._chosen.hovered)

    def find(self, chromosome_id: str | None) -> Chromosome | None:
        """Return a chromosome of the current cell by its id."""
        if self.analysed is None or chromosome_id is None:
            return None
        return self.analysed.cell.by_id.get(chromosome_id)

    def select(self, chromosome_id: str | None) -> None:
        """Choose a chromosome; None: none."""
        if chromosome_id != self._chosen.selected:
            self._chosen = _Chosen(chromosome_id, self._chosen.hovered)
            self.selection_changed.emit()

    def hover(self, chromosome_id: str | None) -> None:
        """Light a chromosome up in both pictures; None: none."""
        if chromosome_id != self._chosen.hovered:
            self._chosen.hovered = chromosome_id
            self.hover_changed.emit()

    # --- doubted outlines

    @property
    def offers(self) -> tuple[Offer, ...]:
        """The other readings of the chosen chromosome, those of the likeliest doubt first."""
        if self.analysed is None or self.selected is None:
            return ()
        doubts = self.analysed.cell.doubts_of(self.selected.id)
        return tuple(Offer(doubt, place) for doubt in doubts for place in range(len(doubt.resolutions)))

    @property
    def offer(self) -> Offer | None:
        """The reading that is shown."""
        return self._chosen.offer

    @property
    def asked_offer(self) -> Offer | None:
        """The reading that is shown because a person asked for it, not because the pointer rests somewhere."""
        return self._chosen.offer if self._chosen.asked else None

    def show_offer(self, offer: Offer | None, *, asked: bool = True) -> None:
        """Show a reading of the chosen chromosome; None: none."""
        asked = asked and offer is not None
        if (offer, asked) != (self._chosen.offer, self._chosen.asked):
            self._chosen.offer, self._chosen.asked = offer, asked
            self.offer_changed.emit()

    # --- edits

    def do(self, make: Callable[[Cell, str, str], Edit], chromosome_id: str) -> None:
        """Make an edit of a chromosome of the current cell: ``make(cell, chromosome_id, person)``."""
        if self.current is not None and self.find(chromosome_id) is not None:
            self.commit(self.current, lambda cell: make(cell, chromosome_id, self.person))

    def commit(self, cell: CaseCell, make: Callable[[Cell], Edit]) -> None:
        """Make an edit of any cell of the case; of one that was taken out nothing is left to edit."""
        if cell.analysed is None or cell not in self.cells or self._is_barred():
            return
        before = len(cell.analysed.journal.entries)
        cell.analysed.journal.do(make(cell.analysed.cell))
        if len(cell.analysed.journal.entries) != before:
            self._tell_edit(cell)

    def undo(self) -> None:
        """Take the last edit of the current cell back and choose what it touched."""
        if self.analysed and (edit := self.analysed.journal.next_undo) and not self._is_barred():
            self.analysed.journal.undo()
            self._tell_edit(self.current, edit)

    def redo(self) -> None:
        """Make the undone edit again and choose what it touches."""
        if self.analysed and (edit := self.analysed.journal.next_redo) and not self._is_barred():
            self.analysed.journal.redo()
            self._tell_edit(self.current, edit)

    def _is_barred(self) -> bool:
        if self.is_read_only:
            self.barred.emit()
        return self.is_read_only

    def take_journal(self, cell: CaseCell, journal: Journal) -> None:
        """Show a cell as it stands in the case database, where somebody else was first."""
        if cell.analysed is None or cell not in self.cells:
            return
        cell.analysed = replace(cell.analysed, journal=journal)
        if cell is self.current:
            self._chosen = _Chosen()
            self.current_changed.emit()
            self.edited.emit()
            self.selection_changed.emit()
        self.cell_changed.emit(cell)

    def _tell_edit(self, cell: CaseCell | None, edit: Edit | None = None) -> None:
        if cell is not None and cell.analysed is not None:
            self.stepped.emit(cell, len(cell.analysed.journal.entries) - 1)
        if cell is self.current:
            if self._chosen.offer not in self.offers:
                self._chosen.offer, self._chosen.asked = None, False
            self.edited.emit()
        self.cell_changed.emit(cell)
        if edit is not None:
            self.select(next(id_ for id_ in (main_chromosome(edit).id, edit.after[0].id) if self.find(id_)))
        if cell is self.current:
            self.selection_changed.emit()


def main_chromosome(edit: Edit) -> Chromosome:
    """Return the chromosome that the person took in hand, as it was; the others only made room."""
    if edit.kind in EXCHANGES:
        return edit.before[0]
    pairs = list(zip(edit.before, edit.after, strict=True))
    touched = [old for old, new in pairs if (old.label, old.confirmed) != (new.label, new.confirmed)]
    return (touched or [old for old, _ in pairs])[0]
