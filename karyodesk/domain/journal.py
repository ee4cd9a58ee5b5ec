"""The journal of a cell: append-only; undo and redo append too."""

from dataclasses import dataclass, field
from enum import StrEnum

from karyodesk.domain.cell import Cell
from karyodesk.domain.edits import Edit


class Step(StrEnum):
    """What an entry of the journal did with its edit."""

    DO = "do"
    UNDO = "undo"
    REDO = "redo"


@dataclass(frozen=True)
class Entry:
    """One row of the journal.

    Attributes:
        step: whether the edit was made, taken back or made again.
        edit: the edit.
    """

    step: Step
    edit: Edit


@dataclass
class Journal:
    """All that was done to one cell, in order; the present cell is its fold.

    Attributes:
        start: the cell as analysed.
        entries: append-only.
        cell: the present state.
    """

    start: Cell
    entries: list[Entry] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.cell = self.start
        self._done: list[Edit] = []
        self._undone: list[Edit] = []
        for entry in self.entries:
            self._fold(entry)

    @property
    def next_undo(self) -> Edit | None:
        """The edit that undo would take back."""
        return self._done[-1] if self._done else None

    @property
    def next_redo(self) -> Edit | None:
        """The edit that redo would make again."""
        return self._undone[-1] if self._undone else None

    @property
    def standing(self) -> tuple[Edit, ...]:
        """The edits that were made and not taken back, in order."""
        return tuple(self._done)

    def do(self, edit: Edit) -> Cell:
        """Append an edit and return the cell after it; one that changes nothing is not written."""
        return self._append(Entry(Step.DO, edit)) if edit.after else self.cell

    def undo(self) -> Cell:
        """Take the last edit back; nothing happens where there is none."""
        return self._append(Entry(Step.UNDO, self._done[-1])) if self._done else self.cell

    def redo(self) -> Cell:
        """Make the last undone edit again; nothing happens where there is none."""
        return self._append(Entry(Step.REDO, self._undone[-1])) if self._undone else self.cell

    def _append(self, entry: Entry) -> Cell:
        self._fold(entry)
        self.entries.append(entry)
        return self.cell

    def _fold(self, entry: Entry) -> None:
        if entry.step is Step.UNDO:
            self.cell = entry.edit.revert(self.cell)
            self._undone.append(self._done.pop())
            return
        self.cell = entry.edit.apply(self.cell)
        self._done.append(entry.edit)
        if entry.step is Step.REDO:
            self._undone.pop()
        else:
            self._undone.clear()
