"""The table of the worksheet: ticks, numbers and choices, by mouse and by keys."""

from typing import Final

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHeaderView,
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from karyodesk.ui.case import CaseCell
from karyodesk.ui.tick_list import BOX, draw_box, draw_ground
from karyodesk.ui.worksheet import Worksheet
from karyodesk.ui.worksheet_model import CELL, FACTS, Column, WorksheetModel, slide_name

Index = QModelIndex | QPersistentModelIndex
REACH: Final = 5
"""Pixels around a box in which a click ticks it; beside it a click shows the cell only."""
LONGEST: Final = 200
WIDTHS: Final = {
    Column.CELL: 118,
    Column.COUNTED: 68,
    Column.ANALYSED: 72,
    Column.KARYOTYPED: 86,
    Column.SCORED: 76,
    Column.EXCLUDED: 124,
    Column.SLIDE: 106,
    Column.COUNT: 62,
    Column.OUTLINED: 70,
    Column.KARYOTYPE: 130,
    Column.CLONE: 110,
    Column.COLONY: 70,
    Column.POSITION: 84,
}


class TickDelegate(QStyledItemDelegate):
    """A box that is ticked by a click on it or by Space; words stand beside it."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw ground, box and words."""
        option, text = draw_ground(self, painter, option, index)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        may = bool(index.flags() & Qt.ItemFlag.ItemIsUserCheckable)
        roles = QPalette.ColorRole
        group = QPalette.ColorGroup.Active if may else QPalette.ColorGroup.Disabled
        ink = option.palette.color(group, roles.HighlightedText if chosen else roles.Text)
        frame = ink if chosen else option.palette.color(roles.PlaceholderText)
        box = box_of(option.rect)
        ticked = index.data(Qt.ItemDataRole.CheckStateRole) is Qt.CheckState.Checked
        draw_box(painter, box, frame if may else ink, ink if ticked else None)
        if text:
            room = option.rect.adjusted(box.right() - option.rect.x() + 6, 0, -4, 0)
            words = option.fontMetrics.elidedText(text, Qt.TextElideMode.ElideRight, room.width())
            painter.setPen(ink)
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)

    def editorEvent(self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: Index) -> bool:
        """Tick or untick."""
        if not index.flags() & Qt.ItemFlag.ItemIsUserCheckable:
            return False
        if isinstance(event, QMouseEvent):
            reach = box_of(option.rect).adjusted(-REACH, -REACH, REACH, REACH)
            released = event.type() == QEvent.Type.MouseButtonRelease and event.button() == Qt.MouseButton.LeftButton
            if not (released and reach.contains(event.position().toPoint())):
                return False
        elif not (isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Space):
            return False
        ticked = index.data(Qt.ItemDataRole.CheckStateRole) is Qt.CheckState.Checked
        other = Qt.CheckState.Unchecked if ticked else Qt.CheckState.Checked
        return model.setData(index, other, Qt.ItemDataRole.CheckStateRole)


def box_of(field: QRect) -> QRect:
    """Return where the box of a field stands."""
    return QRect(field.x() + 8, field.y() + (field.height() - BOX) // 2, BOX, BOX)


def _field(parent: QWidget, name: str, longest: int = LONGEST) -> QLineEdit:
    field = QLineEdit(parent)
    field.setAccessibleName(name)
    field.setMaxLength(longest)
    return field


class Chooser(QComboBox):
    """Choices in a field of the table.

    Signals:
        picked: one was taken from the list; going through them with the arrows takes none.
    """

    picked = Signal()

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.view().setAccessibleName(name)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self._keys = False
        self.activated.connect(self._tell)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave it to Return to take what the keys reached."""
        self._keys = True
        super().keyPressEvent(event)
        self._keys = False

    def _tell(self) -> None:
        if not self._keys:
            self.picked.emit()


class WordDelegate(QStyledItemDelegate):
    """Text is typed; slides are chosen, and reasons are chosen or typed."""

    def __init__(self, sheet: Worksheet, parent: QWidget) -> None:
        super().__init__(parent)
        self._sheet = sheet

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        """Make the field in which it is done."""
        column = Column(index.column())
        name = str(index.model().headerData(column, Qt.Orientation.Horizontal))
        if column in (Column.SLIDE, Column.EXCLUDED):
            box = Chooser(name, parent)
            if column is Column.SLIDE:
                self._fill_slides(box)
            else:
                box.setLineEdit(_field(box, name))
                box.addItems(["", *self._reasons()])
            box.picked.connect(lambda: self._take(box))
            return box
        return _field(parent, name, 3 if column is Column.COUNT else LONGEST)

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """Show what is held."""
        held = str(index.data(Qt.ItemDataRole.EditRole))
        if isinstance(editor, QComboBox) and (field := editor.lineEdit()) is not None:
            field.setText(held)
            field.selectAll()
        elif isinstance(editor, QComboBox):
            editor.setCurrentIndex(max(0, editor.findData(held)))
        elif isinstance(editor, QLineEdit):
            editor.setText(held)

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        """Say what was typed or chosen."""
        if isinstance(editor, QComboBox):
            model.setData(index, editor.currentText() if editor.isEditable() else editor.currentData())
        elif isinstance(editor, QLineEdit):
            model.setData(index, editor.text())

    def _take(self, editor: QWidget) -> None:
        self.commitData.emit(editor)
        self.closeEditor.emit(editor, QStyledItemDelegate.EndEditHint.NoHint)

    def _fill_slides(self, box: QComboBox) -> None:
        data = self._sheet.book.data
        box.addItem(self.tr("not known"), "")
        for slide in data.slides if data else ():
            box.addItem(slide_name(data, slide.id), slide.id)

    def _reasons(self) -> list[str]:
        usual = [self.tr("poor banding"), self.tr("broken cell"), self.tr("random loss"), self.tr("too many overlaps")]
        given = {cell.facts.excluded for cell in self._sheet.cells if cell.facts.excluded}
        return [*usual, *sorted(given - set(usual))]


class WorksheetView(QTableView):
    """Going to a row shows its cell.

    Signals:
        menu_wanted: of a cell, at a point of the screen.
    """

    menu_wanted = Signal(object, QPoint)

    def __init__(self, sheet: Worksheet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sheet = sheet
        self.setAccessibleName(self.tr("Worksheet"))
        self.table = WorksheetModel(sheet, self)
        self.setModel(self.table)
        words, ticks = WordDelegate(sheet, self), TickDelegate(self)
        self.setItemDelegate(words)
        for column in FACTS:
            self.setItemDelegateForColumn(column, ticks)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        triggers = QAbstractItemView.EditTrigger
        self.setEditTriggers(triggers.DoubleClicked | triggers.EditKeyPressed | triggers.AnyKeyPressed)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self._set_up_headers()
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._ask_menu)
        self.selectionModel().currentRowChanged.connect(self._show_chosen)
        sheet.listed.connect(self.follow)
        sheet.reckoned.connect(self._show_columns)
        sheet.case.current_changed.connect(self.follow)
        self._show_columns()

    def sizeHint(self) -> QSize:
        """Return room for some rows."""
        return QSize(820, 220)

    def follow(self) -> None:
        """Mark the row of the current cell."""
        current = self._sheet.case.current
        if current not in self._sheet.cells:
            self.selectionModel().clearSelection()
            return
        row = self._sheet.cells.index(current)
        if row != self.currentIndex().row() or not self.selectionModel().hasSelection():
            column = max(self.currentIndex().column(), 0)
            flags = QItemSelectionModel.SelectionFlag
            index = self.table.index(row, column)
            self.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
            self.scrollTo(index)

    def _set_up_headers(self) -> None:
        header = self.horizontalHeader()
        header.setAccessibleName(self.tr("Columns of the worksheet"))
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setStretchLastSection(True)
        for column, width in WIDTHS.items():
            header.resizeSection(column, width)
        rows = self.verticalHeader()
        rows.setAccessibleName(self.tr("Rows of the worksheet"))
        rows.setDefaultSectionSize(self.fontMetrics().height() + 12)
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.hide()

    def _show_columns(self) -> None:
        self.setColumnHidden(Column.COLONY, not self.table.has_colonies)

    def _show_chosen(self, index: QModelIndex) -> None:
        if index.isValid():
            self._sheet.case.show_cell(index.data(CELL))

    def _ask_menu(self, at: QPoint) -> None:
        cell: CaseCell | None = self.indexAt(at).data(CELL)
        if cell is not None:
            self.menu_wanted.emit(cell, self.viewport().mapToGlobal(at))
