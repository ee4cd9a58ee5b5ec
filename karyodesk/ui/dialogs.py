"""The small dialogs: case details, keys, about."""

from typing import Final

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QFont, QIcon, QKeySequence, QPalette
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QGridLayout,
    QLabel,
    QLineEdit,
    QMessageBox,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from karyodesk import __version__
from karyodesk.report.content import Identification
from karyodesk.ui.actions import ACTIONS, GESTURES, Menu, translated
from karyodesk.ui.case import CaseDetails

FIELDS: Final = (
    ("case", "&Case or accession number"),
    ("patient", "&Patient"),
    ("patient_id", "Patient &ID"),
    ("birth_date", "&Date of birth"),
    ("specimen", "&Specimen"),
    ("indication", "I&ndication"),
    ("banding", "&Banding"),
    ("laboratory", "&Laboratory"),
)
"""Fields of ``Identification`` with their names in the form."""


def _tr(text: str) -> str:
    return QCoreApplication.translate("Dialogs", text)


class DetailsDialog(QDialog):
    """What the report says of the case."""

    def __init__(self, details: CaseDetails, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Case details"))
        self._further = details.identification.further
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(8)
        self.fields = {name: self._field(getattr(details.identification, name)) for name, _ in FIELDS}
        for name, text in FIELDS:
            form.addRow(_tr(text), self.fields[name])
            self.fields[name].setAccessibleName(_tr(text).replace("&", ""))
        self.analysed_by = self._field(details.analysed_by)
        self.analysed_by.setAccessibleName(self.tr("Analysed by"))
        form.addRow(self.tr("&Analysed by"), self.analysed_by)
        note = QLabel(self.tr("All of it may stay empty. It is printed on the report and kept nowhere else."), self)
        note.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, self)
        for button in buttons.buttons():
            button.setIcon(QIcon())
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.setSpacing(16)
        column.addLayout(form)
        column.addWidget(note)
        column.addWidget(buttons)
        self.setMinimumWidth(460)

    def details(self) -> CaseDetails:
        """Return what stands in the form."""
        texts = {name: field.text().strip() for name, field in self.fields.items()}
        identification = Identification(further=self._further, **texts)
        return CaseDetails(identification, self.analysed_by.text().strip())

    def _field(self, text: str) -> QLineEdit:
        field = QLineEdit(text, self)
        field.setMaxLength(200)
        return field


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
