"""The worksheet as a table: one row a cell."""

from enum import IntEnum
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QCoreApplication, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QWidget

from karyodesk.domain.case import Case as CaseData
from karyodesk.domain.case import CultureMethod, Fact
from karyodesk.ui.case import CaseCell
from karyodesk.ui.worksheet import Worksheet

Index = QModelIndex | QPersistentModelIndex
_Role = Qt.ItemDataRole
CELL: Final = Qt.ItemDataRole.UserRole
BY_HAND: Final = "✎ "
"""Stands before what a person said against the program."""
DIFFERS: Final = " ⚑"


class Column(IntEnum):
    """The columns from the left."""

    CELL = 0
    COUNTED = 1
    ANALYSED = 2
    KARYOTYPED = 3
    SCORED = 4
    EXCLUDED = 5
    SLIDE = 6
    COUNT = 7
    OUTLINED = 8
    KARYOTYPE = 9
    CLONE = 10
    COLONY = 11
    POSITION = 12


FACTS: Final = {
    Column.COUNTED: Fact.COUNTED,
    Column.ANALYSED: Fact.ANALYSED,
    Column.KARYOTYPED: Fact.KARYOTYPED,
    Column.SCORED: Fact.SCORED,
}
TYPED: Final = (
    Column.COUNT,
    Column.KARYOTYPE,
    Column.SLIDE,
    Column.COLONY,
    Column.POSITION,
    Column.EXCLUDED,
)
"""What is changed by typing or choosing."""


def _tr(text: str) -> str:
    return QCoreApplication.translate("Worksheet", text)


def _headers() -> dict[Column, tuple[str, str]]:
    """The name of each column, and what it means."""
    return {
        Column.CELL: (_tr("Cell"), _tr("A click shows the cell.")),
        Column.COUNTED: (_tr("Counted"), _tr("Its chromosomes were counted.")),
        Column.ANALYSED: (_tr("Analysed"), _tr("Every chromosome of it was evaluated in full.")),
        Column.KARYOTYPED: (_tr("Karyotyped"), _tr("It was cut out and paired.")),
        Column.SCORED: (_tr("Scored"), _tr("It was looked at for one feature only.")),
        Column.COUNT: (_tr("Count"), _tr("Chromosomes as a person counted them.")),
        Column.OUTLINED: (_tr("Outlined"), _tr("Chromosomes as they are outlined.")),
        Column.KARYOTYPE: (_tr("Karyotype"), _tr("As the labels make it; after ✎ as a person stated it.")),
        Column.CLONE: (_tr("Clone"), _tr("As the rule of the policy finds it; after ✎ as a person said.")),
        Column.SLIDE: (_tr("Slide"), _tr("On which slide the cell lies, with its culture.")),
        Column.COLONY: (_tr("Colony"), _tr("Of which colony of a culture in situ it is.")),
        Column.POSITION: (_tr("Position"), _tr("Where on the slide the microscope finds it.")),
        Column.EXCLUDED: (_tr("Excluded because"), _tr("Why it is in no number; empty: it is not excluded.")),
    }


def slide_name(data: CaseData | None, slide: str | None) -> str:
    """Return a slide with its culture, such as ``A1 (culture A)``; empty where it is not known."""
    named = {each.id: each.name for each in data.slides} if data else {}
    if data is None or slide not in named:
        return ""
    return _tr("{slide} (culture {culture})").format(slide=named[slide], culture=data.culture_of(slide).name)


class WorksheetModel(QAbstractTableModel):
    """Cells as rows, what is said of them as columns."""

    def __init__(self, sheet: Worksheet, parent: QWidget) -> None:
        super().__init__(parent)
        self._sheet = sheet
        self._headers = _headers()
        sheet.listed.connect(self._reset)
        sheet.reckoned.connect(self._tell)

    @property
    def has_colonies(self) -> bool:
        """Whether the case has a culture whose colonies stay apart."""
        data = self._sheet.book.data
        return data is not None and any(culture.method is CultureMethod.IN_SITU for culture in data.cultures)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """Return how many cells are listed."""
        return 0 if parent.isValid() else len(self._sheet.cells)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """Return how many columns there are."""
        return 0 if parent.isValid() else len(Column)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole) -> Any:  # noqa: ANN401
        """Return the name of a column, or what it means."""
        if orientation is not Qt.Orientation.Horizontal or role not in (_Role.DisplayRole, _Role.ToolTipRole):
            return None
        return self._headers[Column(section)][role == _Role.ToolTipRole]

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Return what a person can do with a field."""
        flags = super().flags(index)
        if not index.isValid() or self._sheet.case.is_read_only:
            return flags
        if index.column() in FACTS:
            return flags | Qt.ItemFlag.ItemIsUserCheckable
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() in TYPED else flags

    def data(self, index: Index, role: int = _Role.DisplayRole) -> Any:  # noqa: ANN401 - Qt's own signature
        """Return what a field shows, holds or says."""
        cell, column = self._sheet.cells[index.row()], Column(index.column())
        match role:
            case _Role.DisplayRole:
                return self.text(cell, column)
            case _Role.EditRole:
                return self._held(cell, column)
            case _Role.CheckStateRole if column in FACTS:
                holds = getattr(cell.facts, FACTS[column].value)
                return Qt.CheckState.Checked if holds else Qt.CheckState.Unchecked
            case _Role.ToolTipRole:
                return self._explained(cell, column) or None
            case _Role.AccessibleTextRole:
                return self._spoken(cell, column)
            case _Role.FontRole if cell.facts.excluded is not None and column is not Column.EXCLUDED:
                font = QFont(QGuiApplication.font())
                font.setStrikeOut(True)
                return font
            case _Role.ForegroundRole:
                return self._colour(cell, column)
            case _ if role == CELL:
                return cell
        return None

    def setData(self, index: Index, value: Any, role: int = _Role.EditRole) -> bool:  # noqa: ANN401 - Qt's own signature
        """Say of a cell what was typed, chosen or ticked."""
        cell, column = self._sheet.cells[index.row()], Column(index.column())
        if role == _Role.CheckStateRole and column in FACTS:
            self._sheet.set_fact(cell, FACTS[column], Qt.CheckState(value) is Qt.CheckState.Checked)
            return True
        if role != _Role.EditRole or value == self._held(cell, column):
            return False
        self._say(cell, column, value)
        return True

    def _say(self, cell: CaseCell, column: Column, value: Any) -> None:  # noqa: ANN401 - text, or the id of a slide
        match column:
            case Column.COUNT:
                self._sheet.state_count(cell, value)
            case Column.KARYOTYPE:
                self._sheet.state_karyotype(cell, value)
            case Column.SLIDE:
                self._sheet.locate(cell, slide=value)
            case Column.COLONY:
                self._sheet.locate(cell, colony=value)
            case Column.POSITION:
                self._sheet.locate(cell, position=value)
            case Column.EXCLUDED:
                self._sheet.exclude(cell, value)

    # --- what a field shows

    def text(self, cell: CaseCell, column: Column) -> str:
        """Return what a field shows in words; facts are ticks."""
        facts, line = cell.facts, self._sheet.line(cell)
        match column:
            case Column.CELL:
                return cell.name
            case Column.SCORED:
                return facts.scored_for
            case Column.COUNT:
                return f"{facts.count}{DIFFERS * line.counts_differ}" if facts.count is not None else ""
            case Column.OUTLINED:
                return str(line.segmented) if line.suggested else "–"
            case Column.KARYOTYPE:
                return f"{BY_HAND}{facts.karyotype}" if facts.karyotype else line.suggested
            case Column.CLONE:
                return self._clone(cell)
            case Column.SLIDE:
                return slide_name(self._sheet.book.data, facts.slide)
        return self._held(cell, column) if column in TYPED else ""

    def _clone(self, cell: CaseCell) -> str:
        reckoning, key = self._sheet.reckoning, self._sheet.key(cell)
        if (clone := reckoning.clone_of.get(key)) is not None:
            return f"{BY_HAND}{clone}" if cell.facts.clone else clone
        if cell.facts.clone == "":
            return BY_HAND + _tr("none")
        return _tr("none?") if key in reckoning.left_out else ""

    def _held(self, cell: CaseCell, column: Column) -> str:
        """What is edited: the word of a person alone."""
        facts = cell.facts
        return {
            Column.COUNT: "" if facts.count is None else str(facts.count),
            Column.KARYOTYPE: facts.karyotype,
            Column.SLIDE: facts.slide or "",
            Column.COLONY: facts.colony,
            Column.POSITION: facts.position,
            Column.EXCLUDED: facts.excluded or "",
        }.get(column, "")

    def _explained(self, cell: CaseCell, column: Column) -> str:
        """What lies behind a field."""
        line = self._sheet.line(cell)
        if column is Column.CLONE:
            left_out = self._sheet.reckoning.left_out.get(line.cell)
            return left_out.reason if left_out else ""
        if column in (Column.COUNT, Column.OUTLINED) and line.counts_differ:
            words = _tr("A person counted {count}, but {outlined} are outlined: one of the two is wrong.")
            return words.format(count=cell.facts.count, outlined=line.segmented)
        if column is Column.KARYOTYPE and cell.facts.karyotype:
            return _tr("The labels make {karyotype}.").format(karyotype=line.suggested or "–")
        return self.text(cell, column)

    def _spoken(self, cell: CaseCell, column: Column) -> str:
        """A field for those who do not see the table."""
        name, text = self._headers[column][0], self.text(cell, column)
        if column in FACTS:
            word = _tr("yes") if getattr(cell.facts, FACTS[column].value) else _tr("no")
            return f"{name}: {word} {text}".strip()
        why = self._explained(cell, column)
        return f"{name}: {text}. {why}" if why and why != text else f"{name}: {text}"

    def _colour(self, cell: CaseCell, column: Column) -> Any:  # noqa: ANN401 - a colour or none
        palette = QGuiApplication.palette()
        differs = column in (Column.COUNT, Column.OUTLINED) and self._sheet.line(cell).counts_differ
        if differs or (column is Column.CLONE and self._sheet.key(cell) in self._sheet.reckoning.left_out):
            return palette.color(QPalette.ColorRole.BrightText)
        if cell.facts.excluded is not None:
            return palette.color(QPalette.ColorRole.PlaceholderText)
        return None

    def _reset(self) -> None:
        self.beginResetModel()
        self.endResetModel()

    def _tell(self) -> None:
        if self._sheet.cells:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._sheet.cells) - 1, len(Column) - 1))
