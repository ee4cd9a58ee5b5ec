"""The cases of the database: those that were changed last, and those that are looked for."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QIcon, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLineEdit,
    QToolButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from karyodesk.store import search
from karyodesk.store.journal import CaseState
from karyodesk.store.search import CaseLine
from karyodesk.ui.keeper import Keeper
from karyodesk.ui.loader import sentence_of
from karyodesk.ui.store_thread import Answer
from karyodesk.ui.texts import text_label
from karyodesk.ui.writes import Desk

PAUSE_MS: Final = 120
"""How long nothing is typed before it is looked for."""
LIMIT: Final = 50
_ID: Final = Qt.ItemDataRole.UserRole


def _find(text: str, desk: Desk) -> list[CaseLine]:
    return search.find(desk.store, text, LIMIT)


class CaseBrowser(QWidget):
    """A field to search in, and the cases that are found.

    Signals:
        chosen: a case is to be opened; its id.
        marked: another row is current, or none.
    """

    chosen = Signal(str)
    marked = Signal()

    def __init__(self, keeper: Keeper, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keeper = keeper
        self._question: Answer | None = None
        self.field = QLineEdit(self)
        self.field.setPlaceholderText(self.tr("Search: accession, name, patient number, birth date, culture or slide"))
        self.field.setAccessibleName(self.tr("Search for a case"))
        self.field.setMinimumHeight(30)
        self.field.setClearButtonEnabled(True)
        for button in self.field.findChildren(QToolButton):
            button.setAccessibleName(self.tr("Clear the search"))
        self.rows = self._tree()
        self._message = text_label(self, quiet=True)
        self._message.setContentsMargins(4, 0, 4, 0)
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self.refresh)
        self.field.textChanged.connect(self._pause.start)
        self.field.returnPressed.connect(self._open_first)
        self.field.installEventFilter(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for widget in (self.field, self.rows, self._message):
            column.addWidget(widget)
        self.setFocusProxy(self.field)

    def refresh(self) -> None:
        """Look for what is typed, in the background."""
        if not self._keeper.is_open:
            return
        if self._question is not None:
            self._question.cancel()
        self._question = self._keeper.ask(partial(_find, self.field.text()))
        self._question.succeeded.connect(self._show)
        self._question.failed.connect(self._fail)

    def marked_id(self) -> str:
        """Return the id of the case that is marked; empty where none is."""
        item = self.rows.currentItem()
        return str(item.data(0, _ID)) if item is not None else ""

    def open_marked(self) -> None:
        """Have the marked case opened."""
        if case_id := self.marked_id():
            self.chosen.emit(case_id)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Go from the field to the rows with the arrow that points there."""
        pressed = watched is self.field and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent)
        if pressed and event.key() == Qt.Key.Key_Down and self.rows.topLevelItemCount():  # type: ignore[attr-defined]
            self.rows.setFocus()
            return True
        return super().eventFilter(watched, event)

    def _open_first(self) -> None:
        if self._pause.isActive():
            self._pause.stop()
            self.refresh()
            if self._question is not None:
                self._question.succeeded.connect(lambda _: self.open_marked())
            return
        self.open_marked()

    def _show(self, lines: Sequence[CaseLine]) -> None:
        self._question = None
        marked = self.marked_id()
        self.rows.clear()
        items = [self._item(line) for line in lines]
        self.rows.addTopLevelItems(items)
        self.rows.setVisible(bool(items))
        again = next((item for item in items if item.data(0, _ID) == marked), items[0] if items else None)
        if again is not None:
            self.rows.setCurrentItem(again)
        self._say("" if items else self.tr("No case begins so.") if self.field.text().strip() else "")
        self.marked.emit()

    def _fail(self, error: Exception) -> None:
        self._question = None
        self._say(sentence_of(error))

    def _say(self, sentence: str) -> None:
        self._message.setText(sentence)
        self._message.setVisible(bool(sentence))

    def _item(self, line: CaseLine) -> QTreeWidgetItem:
        order, patient = line.case.order, line.case.patient
        changed = datetime.fromisoformat(line.changed).astimezone().strftime("%Y-%m-%d %H:%M")
        state = self.tr("signed") if line.state is CaseState.SIGNED else self.tr("open")
        texts = [order.accession or self.tr("without accession"), patient.name, patient.identifier, state, changed]
        item = QTreeWidgetItem(texts)
        item.setData(0, _ID, line.case.id)
        item.setData(0, Qt.ItemDataRole.AccessibleTextRole, ", ".join(text for text in texts if text))
        return item

    def _tree(self) -> QTreeWidget:
        tree = QTreeWidget(self)
        tree.setAccessibleName(self.tr("Cases"))
        tree.setRootIsDecorated(False)
        tree.setUniformRowHeights(True)
        tree.setAllColumnsShowFocus(True)
        tree.setAlternatingRowColors(True)
        tree.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        names = ("Case", "Patient", "Patient ID", "State", "Last changed")
        tree.setHeaderLabels([self.tr(name) for name in names])
        tree.header().setAccessibleName(self.tr("Columns of the cases"))
        for column in range(len(names)):
            stretches = column < 2
            mode = QHeaderView.ResizeMode.Stretch if stretches else QHeaderView.ResizeMode.ResizeToContents
            tree.header().setSectionResizeMode(column, mode)
        tree.itemActivated.connect(lambda item: self.chosen.emit(str(item.data(0, _ID))))
        tree.currentItemChanged.connect(lambda *_: self.marked.emit())
        return tree


class OpenCaseDialog(QDialog):
    """Asks which case to open."""

    def __init__(self, keeper: Keeper, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Open case"))
        self.case_id = ""
        self.browser = CaseBrowser(keeper, self)
        self._buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Open | QDialogButtonBox.StandardButton.Cancel, self
        )
        for button in self._buttons.buttons():
            button.setIcon(QIcon())
        self._buttons.accepted.connect(self.browser.open_marked)
        self._buttons.rejected.connect(self.reject)
        self.browser.chosen.connect(self._take)
        self.browser.marked.connect(self._allow)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.setSpacing(16)
        column.addWidget(self.browser)
        column.addWidget(self._buttons)
        self.resize(760, 480)
        self._allow()
        self.browser.refresh()

    def _allow(self) -> None:
        self._buttons.button(QDialogButtonBox.StandardButton.Open).setEnabled(bool(self.browser.marked_id()))

    def _take(self, case_id: str) -> None:
        self.case_id = case_id
        self.accept()
