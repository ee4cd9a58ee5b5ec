"""The journal of the current cell and what was said of it as a whole, as a list, the newest entry first."""

from dataclasses import dataclass
from itertools import takewhile
from operator import eq

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from karyodesk.domain.case_edits import FactsEdit, FactsEditKind
from karyodesk.domain.edits import EXCHANGES, Edit
from karyodesk.domain.journal import Entry, Step
from karyodesk.ui.case import Case, main_chromosome
from karyodesk.ui.writes import Mark, Word


@dataclass(frozen=True, eq=False)
class _Line:
    """An entry of the journal or a word on the cell, with what the case database says of it."""

    what: Entry | Word
    mark: Mark | None

    def __eq__(self, other: object) -> bool:
        """Whether it is the same one, not one that looks alike: looking through an edit takes long."""
        return isinstance(other, _Line) and self.what is other.what and self.mark == other.mark


class History(QListWidget):
    """What was done to the cell; undo and redo are entries too, nothing is ever taken out."""

    def __init__(self, case: Case, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._case = case
        self._listed: list[_Line] = []
        self.setAccessibleName(self.tr("History of the cell"))
        self.setFrameShape(QListWidget.Shape.NoFrame)
        self.setViewportMargins(12, 2, 6, 4)
        self.setSelectionMode(QListWidget.SelectionMode.NoSelection)
        case.current_changed.connect(self.refresh)
        case.edited.connect(self.refresh)
        case.cell_changed.connect(lambda cell: self.refresh() if cell is case.current else None)

    def refresh(self) -> None:
        """List what is new; what stands there already stays, however long the journal is."""
        lines = self._lines()
        kept = sum(takewhile(bool, map(eq, self._listed, lines)))
        for _ in range(len(self._listed) - kept):
            self.takeItem(0)
        for number, line in enumerate(lines[kept:], start=kept + 1):
            self.insertItem(0, self._item(number, line))
        self._listed = lines

    def _lines(self) -> list[_Line]:
        """Entries and words of the current cell, the oldest first."""
        cell = self._case.current
        entries = cell.analysed.journal.entries if cell and cell.analysed else []
        words, marks = (cell.words, cell.marks) if cell else ([], {})
        lines = [(place + 1.0, _Line(entry, marks.get(place))) for place, entry in enumerate(entries)]
        lines += [(min(word.after, len(entries)) + 0.5, _Line(word, word.mark)) for word in words]
        return [line for _, line in sorted(lines, key=lambda line: line[0])]

    def _item(self, number: int, line: _Line) -> QListWidgetItem:
        item = self._of_word(line.what) if isinstance(line.what, Word) else self._of_entry(line.what, line.mark)
        item.setText(f"{number}.  {item.text()}")
        item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{item.text()}. {item.toolTip()}")
        item.setFlags(Qt.ItemFlag.ItemIsEnabled)
        return item

    def _of_entry(self, entry: Entry, mark: Mark | None) -> QListWidgetItem:
        words = {
            Step.DO: "{edit}",
            Step.UNDO: self.tr("Undo: {edit}"),
            Step.REDO: self.tr("Redo: {edit}"),
        }[entry.step].format(edit=describe(entry.edit))
        item = QListWidgetItem(words)
        item.setToolTip(self._who_and_when(entry.edit, mark))
        if entry.step is not Step.DO:
            font = QFont(item.font())
            font.setItalic(True)
            item.setFont(font)
        return item

    def _of_word(self, word: Word) -> QListWidgetItem:
        item = QListWidgetItem(describe_word(word.edit))
        item.setToolTip(self._who_and_when(word.edit, word.mark))
        return item

    def _who_and_when(self, edit: Edit | FactsEdit, mark: Mark | None) -> str:
        """As the row of the case database says; of one that is not stored yet as it will say."""
        if mark is not None:
            when = mark.at.astimezone().strftime("%Y-%m-%d %H:%M:%S")
            return self.tr("{who}, {when}").format(who=mark.who, when=when)
        when = edit.when.astimezone().strftime("%Y-%m-%d %H:%M:%S")
        return self.tr("{who}, {when}, not stored yet").format(who=edit.who, when=when)


def describe_word(edit: FactsEdit) -> str:
    """Return what was said of a cell, with its reason or feature ("Exclude the cell (poor banding)")."""
    more = {
        FactsEditKind.MARK: edit.after.scored_for if edit.after.scored != edit.before.scored else "",
        FactsEditKind.EXCLUDE: edit.after.excluded,
    }.get(edit.kind)
    return f"{edit.text} ({more})" if more else edit.text


def describe(edit: Edit) -> str:
    """Return what an edit did and to which chromosome ("Turn 7", "Move to 21 (was 22)")."""
    if not edit.before:
        return edit.text
    if edit.kind in EXCHANGES:
        was, now = (" + ".join(each.label or "–" for each in side) for side in (edit.before, edit.after))
        return f"{edit.text} ({was} → {now})"
    old = main_chromosome(edit)
    new = edit.after[[c.id for c in edit.before].index(old.id)]
    was = old.label or "–"
    return f"{edit.text} ({was})" if new.label == old.label else f"{edit.text} ({was} → {new.label or '–'})"
