"""The part of the inspector that says what is doubted of the chosen outline, and offers what can be done."""

from typing import Final

from PySide6.QtCore import QEvent, QSize, Signal
from PySide6.QtGui import QEnterEvent, QPalette
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from karyodesk.domain.cell import DoubtKind
from karyodesk.ui.actions import Actions
from karyodesk.ui.buttons import action_button
from karyodesk.ui.case import Case
from karyodesk.ui.doubts import question
from karyodesk.ui.texts import text_label

BUTTONS: Final = ("show_reading", "keep_outlines")


class DoubtPanel(QWidget):
    """Hidden where nothing is doubted. The likeliest reading is seen in the metaphase while the pointer is here.

    Signals:
        take_wanted: the button that cuts or joins was pressed.
    """

    take_wanted = Signal()

    def __init__(self, case: Case, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._case = case
        self._line = text_label(self, bold=True)
        self._line.setForegroundRole(QPalette.ColorRole.BrightText)
        self._reading = text_label(self, quiet=True)
        self.take_button = QToolButton(self)
        self.take_button.setAccessibleName(self.tr("Cut or join as in this reading"))
        self.take_button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.take_button.setIconSize(QSize(0, 0))
        self.take_button.clicked.connect(self.take_wanted)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 2)
        column.setSpacing(2)
        column.addWidget(self._line)
        column.addWidget(self._reading)
        column.addSpacing(4)
        grid = QGridLayout()
        grid.setSpacing(6)
        grid.addWidget(self.take_button, 0, 0, 1, 2)
        for place, id_ in enumerate(BUTTONS):
            grid.addWidget(action_button(self, actions[id_]), 1, place)
        column.addLayout(grid)
        case.offer_changed.connect(self.refresh)
        case.selection_changed.connect(self.refresh)
        case.edited.connect(self.refresh)
        self.refresh()

    @property
    def line(self) -> str:
        """What is doubted; empty where nothing is."""
        return self._line.text() if self._case.offers else ""

    def refresh(self) -> None:
        """Show what is doubted of the chosen chromosome as it now is."""
        offers = self._case.offers
        self.setVisible(bool(offers))
        if not offers:
            return
        offer = self._case.offer or offers[0]
        self._line.setText(f"{offer.doubt.mark}  {question(offer.doubt)}")
        words = self.tr("Reading {place} of {count}: {share} %") if len(offers) > 1 else self.tr("Likely by {share} %")
        share = f"{100 * offer.resolution.probability:.0f}"
        self._reading.setText(words.format(place=offers.index(offer) + 1, count=len(offers), share=share))
        cut = offer.doubt.kind is DoubtKind.OVERLAP
        self.take_button.setText(self.tr("Cut as in this reading") if cut else self.tr("Join as in this reading"))
        self.take_button.setAccessibleName(self.take_button.text())
        self.take_button.setToolTip(self.tr("Enter does the same while the reading is shown."))

    def enterEvent(self, event: QEnterEvent) -> None:
        """Give a glimpse of the likeliest reading."""
        if self._case.offer is None and self._case.offers:
            self._case.show_offer(self._case.offers[0], asked=False)
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """End the glimpse; what was asked for stays."""
        if self._case.asked_offer is None:
            self._case.show_offer(None, asked=False)
        super().leaveEvent(event)
