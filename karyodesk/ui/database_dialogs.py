"""What is asked before work on the whole case database, how far it is, and what came of it."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from karyodesk.domain.errors import StoreError
from karyodesk.store.ledger import LedgerHead, read_head
from karyodesk.ui.texts import text_label

WIDTH: Final = 560


def _tr(text: str) -> str:
    return QCoreApplication.translate("DatabaseDialogs", text)


class _Dialog(QDialog):
    """A title, what its heirs add, and buttons."""

    def __init__(self, title: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.column = QVBoxLayout(self)
        self.column.addStrut(WIDTH)  # so that texts are measured in the width they get
        self.column.setContentsMargins(20, 20, 20, 16)
        self.column.setSpacing(14)
        self.column.addWidget(text_label(self, title, 1.4, bold=True))

    def add_text(self, text: str, *, quiet: bool = False) -> QLabel:
        label = text_label(self, text, quiet=quiet)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.column.addWidget(label)
        return label

    def add_buttons(self, *standard: QDialogButtonBox.StandardButton) -> QDialogButtonBox:
        buttons = QDialogButtonBox(self)
        for each in standard:
            button = buttons.addButton(each)
            button.setIcon(QIcon())
            button.setAccessibleName(button.text().replace("&", ""))
        buttons.rejected.connect(self.reject)
        self.column.addWidget(buttons)
        return buttons


class HeadLine(QWidget):
    """An end of the ledger, to be read and copied."""

    def __init__(self, head: LedgerHead, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = QLineEdit(str(head), self)
        self.field.setReadOnly(True)
        self.field.setCursorPosition(0)
        self.field.setAccessibleName(self.tr("End of the ledger"))
        self.copy = QPushButton(self.tr("&Copy"), self)
        self.copy.setAccessibleName(self.tr("Copy the end of the ledger"))
        self.copy.setAutoDefault(False)
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.field.text()))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.field, 1)
        row.addWidget(self.copy)


class ResultDialog(_Dialog):
    """What came of it, in plain words; it does not keep anybody from working."""

    def __init__(
        self,
        title: str,
        sentences: Sequence[str],
        head: LedgerHead | None = None,
        details: Sequence[str] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(title, parent)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.sentences = tuple(sentences)
        self.add_text("\n\n".join(sentences))
        if details:
            self._add_details(details)
        self.head = HeadLine(head, self) if head else None
        if self.head:
            self.add_text(
                self.tr(
                    "The end of the ledger. Note it where nobody who may write to the database can write: given back "
                    "at a later check, it shows that nothing before it was altered."
                ),
                quiet=True,
            )
            self.column.addWidget(self.head)
        self.add_buttons(QDialogButtonBox.StandardButton.Close)

    def _add_details(self, details: Sequence[str]) -> None:
        text = QPlainTextEdit("\n".join(details), self)
        text.setReadOnly(True)
        text.setTabChangesFocus(True)
        text.setAccessibleName(self.tr("What is not as it was written"))
        self.column.addWidget(text, 1)


class CheckDialog(_Dialog):
    """Asks for an end of the ledger that was noted.

    Signals:
        wanted: the noted end, or None.
    """

    wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_tr("Check the database"), parent)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.add_text(
            self.tr(
                "Every entry, picture, list, account, signature and signed report is computed anew from what is "
                "stored. Others can go on working, and so can you."
            )
        )
        self.field = QLineEdit(self)
        self.field.setAccessibleName(self.tr("Noted end of the ledger"))
        self.field.setPlaceholderText(self.tr("An end of the ledger that you noted; may stay empty"))
        self.column.addWidget(self.field)
        self.message = self.add_text("")
        self.button = QPushButton(self.tr("C&heck"), self)
        self.button.setAccessibleName(self.tr("Check"))
        self.button.setDefault(True)
        self.button.clicked.connect(self._go_on)
        buttons = self.add_buttons(QDialogButtonBox.StandardButton.Cancel)
        buttons.addButton(self.button, QDialogButtonBox.ButtonRole.ActionRole)

    def _go_on(self) -> None:
        noted = None
        if self.field.text().strip():
            try:
                noted = read_head(self.field.text())
            except StoreError as error:
                self.message.setText(error.message)
                self.field.setFocus()
                return
        self.accept()
        self.wanted.emit(noted)


class RestoreDialog(_Dialog):
    """Asks whether a backup is to take the place of the case database, and shows how far that is.

    Signals:
        wanted: it is to be done.
        stopped: it is to be stopped.
    """

    wanted = Signal()
    stopped = Signal()

    def __init__(self, backup: Path, parent: QWidget | None = None) -> None:
        super().__init__(_tr("Restore a backup"), parent)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self._works = False
        self.add_text(self._question(backup))
        self.bar = QProgressBar(self)
        self.bar.setAccessibleName(self.tr("Share that is done"))
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(8)
        self.bar.hide()
        self.column.addWidget(self.bar)
        self.message = self.add_text("")
        self.message.setAccessibleName(self.tr("Message"))
        self.button = QPushButton(self.tr("&Restore"), self)
        self.button.setAccessibleName(self.tr("Restore"))
        self.button.setAutoDefault(False)
        self.button.clicked.connect(self._go_on)
        self._buttons = self.add_buttons(QDialogButtonBox.StandardButton.Cancel)
        self._buttons.addButton(self.button, QDialogButtonBox.ButtonRole.ActionRole)

    def progress(self, text: str, share: float) -> None:
        """Say how far it is."""
        self.message.setText(text + "…")
        self.bar.setValue(round(1000 * share))

    def refuse(self, sentence: str) -> None:
        """Say why it was not done."""
        self._works = False
        self.bar.hide()
        self.button.setEnabled(True)
        self._cancel().setEnabled(True)
        self.message.setText(sentence)

    def reject(self) -> None:
        """Leave, or stop what is being done and wait until it has stopped."""
        if not self._works:
            super().reject()
            return
        self._cancel().setEnabled(False)
        self.message.setText(self.tr("Stopping…"))
        self.stopped.emit()

    def _cancel(self) -> QPushButton:
        return self._buttons.button(QDialogButtonBox.StandardButton.Cancel)

    def _go_on(self) -> None:
        self._works = True
        self.button.setEnabled(False)
        self.bar.show()
        self.progress(self.tr("Closing the case database"), 0.0)
        self.wanted.emit()

    def _question(self, backup: Path) -> str:
        made = datetime.fromtimestamp(backup.stat().st_mtime).astimezone().strftime("%Y-%m-%d %H:%M")
        words = self.tr("{name}, written {made}, is looked through, and then takes the place of the case database.")
        rest = self.tr(
            "What was done since that backup is in the present database alone: it is kept beside it under another "
            "name. Nobody else may have it open: close KaryoDesk on every other computer first."
        )
        return f"{words.format(name=backup.name, made=made)}\n\n{rest}"
