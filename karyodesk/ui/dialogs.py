"""The small dialogs: keys, about."""

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QFont, QKeySequence, QPalette
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QLabel,
    QMessageBox,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from karyodesk import __version__
from karyodesk.ui.actions import ACTIONS, GESTURES, Menu, translated


def _tr(text: str) -> str:
    return QCoreApplication.translate("Dialogs", text)


def key_sheet() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return every key and gesture with what it does, by menu."""
    sheet = [(_tr("Typing and pointing"), [(translated(keys), translated(text)) for keys, text in GESTURES])]
    for menu in Menu:
        rows = [
            (" / ".join(_native(key) for key in spec.keys), translated(spec.help))
            for spec in ACTIONS
            if spec.menu is menu and spec.keys
        ]
        sheet.append((translated(menu.value).replace("&", ""), rows))
    return sheet


def _native(key: str) -> str:
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)


class KeysDialog(QDialog):
    """Every key and gesture; made from the table of actions."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keys and gestures"))
        sheet = QWidget()
        grid = QGridLayout(sheet)
        grid.setContentsMargins(24, 12, 24, 24)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(5)
        grid.setColumnStretch(1, 1)
        for title, rows in key_sheet():
            self._add(grid, title, rows)
        area = QScrollArea(self)
        area.setAccessibleName(self.tr("Keys and gestures"))
        area.setWidget(sheet)
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(area)
        self.resize(720, 640)

    def _add(self, grid: QGridLayout, title: str, rows: list[tuple[str, str]]) -> None:
        heading = QLabel(title, self)
        font = QFont(heading.font())
        font.setPointSizeF(font.pointSizeF() * 1.15)
        font.setWeight(QFont.Weight.DemiBold)
        heading.setFont(font)
        heading.setContentsMargins(0, 14, 0, 2)
        grid.addWidget(heading, grid.rowCount(), 0, 1, 2)
        for keys, text in rows:
            place = grid.rowCount()
            key = QLabel(keys, self)
            key.setForegroundRole(QPalette.ColorRole.Link)
            words = QLabel(text, self)
            words.setWordWrap(True)
            grid.addWidget(key, place, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(words, place, 1)


def show_about(parent: QWidget) -> None:
    """Say what the program is and is not."""
    QMessageBox.about(
        parent,
        _tr("About KaryoDesk"),
        _tr(
            "KaryoDesk {version}\n\nFrom a metaphase photograph to a reviewed karyogram and a report.\n\n"
            "Every result is a suggestion for review by a qualified person. This is not a cleared medical device."
        ).format(version=__version__),
    )
