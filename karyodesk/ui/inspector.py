"""The chosen chromosome, enlarged, with what the program thinks of it."""

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import (
    QAbstractButton,
    QGridLayout,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from karyodesk.domain.cell import Doubt
from karyodesk.domain.chromosome import Chromosome
from karyodesk.domain.labels import MARKER
from karyodesk.report.paint import PAPER, paint_chromosome, prepare
from karyodesk.ui.actions import Actions
from karyodesk.ui.buttons import action_button
from karyodesk.ui.case import Case
from karyodesk.ui.doubt_panel import DoubtPanel
from karyodesk.ui.doubts import question
from karyodesk.ui.texts import text_label

ALTERNATIVES: Final = 4
BUTTONS: Final = ("confirm", "next_best", "turn", "mirror", "to_tray", "reject")
RESTORE_INSTEAD_OF: Final = "reject"
"""A rejected body is offered to be restored where others are offered to be rejected."""
SURE_END: Final = 0.9
"""Below this probability it is said that the direction is uncertain."""
LARGEST: Final = 5.0
"""Screen pixels a pixel of the original, at most."""


class Portrait(QWidget):
    """One chromosome on white, as large as fits."""

    def __init__(self, case: Case, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._case = case
        self.setAccessibleName(self.tr("Enlarged chromosome"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(110)

    def sizeHint(self) -> QSize:
        """Return a portrait format."""
        return QSize(240, 300)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the chromosome in the middle of a white card."""
        painter = QPainter(self)
        prepare(painter)
        painter.setPen(self.palette().color(QPalette.ColorRole.Mid))
        painter.setBrush(PAPER)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        chromosome = self._case.selected
        if chromosome is not None and self._case.analysed is not None:
            view = self._case.analysed.views.of(chromosome)
            rows, columns = view.pixels.shape
            room = self.rect().adjusted(18, 18, -18, -18)
            scale = min(room.width() / columns, room.height() / rows, LARGEST / view.scale)
            area = QRectF(0, 0, columns * scale, rows * scale)
            area.moveCenter(QRectF(room).center())
            paint_chromosome(painter, area, view, mirrored=chromosome.mirrored)
        painter.end()


class AlternativeButton(QAbstractButton):
    """A label with its probability as a bar; pressing it gives the chromosome that label."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.label, self._share, self._present = "", 0.0, False
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Alternative label"))

    def show_label(self, label: str, share: float, *, present: bool) -> None:
        """Show a label with its probability (0 to 1) and whether the chromosome has it now."""
        self.label, self._share, self._present = label, share, present
        words = self.tr("{label}, {share} per cent").format(label=label, share=round(100 * share))
        self.setAccessibleName(self.tr("{words}, present label").format(words=words) if present else words)
        self.setToolTip(self.tr("Label this chromosome {label}").format(label=label))
        self.update()

    def sizeHint(self) -> QSize:
        """Return the height of a row."""
        return QSize(200, 28)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw label, bar and per cent."""
        painter, palette = QPainter(self), self.palette()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        if self.underMouse() or self.hasFocus():
            painter.setPen(palette.color(QPalette.ColorRole.Highlight) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(palette.midlight())
            painter.drawRoundedRect(area, 6, 6)
        font = QFont(self.font())
        font.setWeight(QFont.Weight.DemiBold if self._present else QFont.Weight.Normal)
        painter.setFont(font)
        painter.setPen(palette.color(QPalette.ColorRole.WindowText))
        mark = "● " if self._present else ""
        painter.drawText(area.adjusted(8, 0, 0, 0), _LEFT, f"{mark}{self.label}")
        painter.drawText(area.adjusted(0, 0, -8, 0), _RIGHT, _per_cent(self._share))
        self._paint_bar(painter, QRectF(area.x() + 58, area.center().y() - 3, area.width() - 58 - 56, 6))
        painter.end()

    def _paint_bar(self, painter: QPainter, track: QRectF) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.palette().mid())
        painter.drawRoundedRect(track, 3, 3)
        track.setWidth(max(track.width() * self._share, 3.0))
        painter.setBrush(self.palette().highlight() if self._present else self.palette().placeholderText())
        painter.drawRoundedRect(track, 3, 3)


_LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def _per_cent(share: float) -> str:
    return "< 1 %" if 0 < share < 0.01 else f"{100 * share:.0f} %"


class Inspector(QWidget):
    """The right side of the window.

    Signals:
        label_wanted: an alternative was pressed.
        described: what is chosen, in words for those who do not see it; empty: nothing is.
    """

    label_wanted = Signal(str)
    described = Signal(str)

    def __init__(self, case: Case, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._case = case
        self._heading = text_label(self, "", 1.45, bold=True)
        self._state = text_label(self, quiet=True)
        self._notes = text_label(self)
        self.doubt = DoubtPanel(case, actions, self)
        self._portrait = Portrait(case, self)
        self.alternatives = [AlternativeButton(self) for _ in range(ALTERNATIVES)]
        for button in self.alternatives:
            button.clicked.connect(self._want_label)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self._nothing())
        self._stack.addWidget(self._something(actions))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._stack)
        self.setMinimumWidth(248)
        case.selection_changed.connect(self.refresh)
        case.edited.connect(self.refresh)
        self.refresh()

    @property
    def heading(self) -> str:
        """The name of the chosen chromosome."""
        return self._heading.text()

    @property
    def state(self) -> str:
        """Whether it is suggested, uncertain or confirmed."""
        return self._state.text()

    @property
    def notes(self) -> str:
        """What else a person should know of it."""
        return self._notes.text()

    def refresh(self) -> None:
        """Show the chosen chromosome as it now is."""
        chromosome = self._case.selected
        self._stack.setCurrentIndex(0 if chromosome is None else 1)
        if chromosome is None:
            self.described.emit("")
            return
        self._reject.setHidden(chromosome.rejected)
        self._restore.setVisible(chromosome.rejected)
        self._heading.setText(self._name_of(chromosome))
        self._state.setText(self._state_of(chromosome))
        notes = self._notes_of(chromosome)
        self._notes.setText("\n".join(f"⚑ {note}" for note in notes))
        self._notes.setVisible(bool(notes))
        best = chromosome.suggestion.alternatives
        for place, button in enumerate(self.alternatives):
            button.setVisible(place < len(best))
            if place < len(best):
                button.show_label(*best[place], present=best[place][0] == chromosome.label)
        self._portrait.update()
        words = [self.heading, self.state, *(question(doubt) for doubt in self._doubts_of(chromosome)), *notes]
        self.described.emit(". ".join(words))

    def _doubts_of(self, chromosome: Chromosome) -> tuple[Doubt, ...]:
        return self._case.analysed.cell.doubts_of(chromosome.id) if self._case.analysed else ()

    def _nothing(self) -> QWidget:
        page = QWidget(self)
        choose = self.tr("Choose a chromosome in either picture to see it enlarged.")
        go_on = self.tr("Tab goes to the next uncertain one.")
        words = text_label(page, f"{choose}\n\n{go_on}", quiet=True)
        words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column = QVBoxLayout(page)
        column.setContentsMargins(24, 24, 24, 24)
        column.addWidget(words)
        return page

    def _something(self, actions: Actions) -> QWidget:
        page = QWidget(self)
        column = QVBoxLayout(page)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(4)
        column.addWidget(self._heading)
        column.addWidget(self._state)
        column.addWidget(self.doubt)
        column.addSpacing(8)
        column.addWidget(self._portrait, 1)
        column.addSpacing(10)
        column.addWidget(text_label(page, self.tr("Suggested labels"), bold=True))
        for button in self.alternatives:
            column.addWidget(button)
        self._notes.setForegroundRole(QPalette.ColorRole.BrightText)
        column.addWidget(self._notes)
        column.addSpacing(8)
        column.addLayout(self._button_grid(page, actions))
        return page

    def _button_grid(self, page: QWidget, actions: Actions) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(6)
        for place, id_ in enumerate(BUTTONS):
            button = action_button(page, actions[id_])
            grid.addWidget(button, place // 2, place % 2)
            if id_ == RESTORE_INSTEAD_OF:
                self._reject, self._restore = button, action_button(page, actions["restore"])
                grid.addWidget(self._restore, place // 2, place % 2)
        return grid

    def _want_label(self) -> None:
        button = self.sender()
        if isinstance(button, AlternativeButton):
            self.label_wanted.emit(button.label)

    def _name_of(self, chromosome: Chromosome) -> str:
        if chromosome.rejected:
            return self.tr("Rejected")
        if chromosome.label is None:
            return self.tr("Unassigned")
        if chromosome.label == MARKER:
            return self.tr("Marker")
        return self.tr("Chromosome {label}").format(label=chromosome.label)

    def _state_of(self, chromosome: Chromosome) -> str:
        if chromosome.confirmed:
            return self.tr("Confirmed by a person")
        if chromosome.rejected and chromosome.needs_look:
            return self.tr("? Left out by the program, but may be a chromosome")
        if chromosome.rejected and chromosome.suggestion.left_out:
            return self.tr("Left out by the program: a piece, several together, or dirt")
        share = _per_cent(chromosome.suggestion.confidence)
        if chromosome.needs_look:
            return self.tr("? Uncertain suggestion, {share}").format(share=share)
        return self.tr("Suggestion, {share}").format(share=share)

    def _notes_of(self, chromosome: Chromosome) -> list[str]:
        suggestion, notes = chromosome.suggestion, []
        if suggestion.unconstrained_label != suggestion.label:
            alone = suggestion.unconstrained_label or self.tr("nothing")
            notes.append(self.tr("Seen alone it looks like {label}.").format(label=alone))
        if suggestion.direction_confidence < SURE_END:
            share = _per_cent(suggestion.direction_confidence)
            notes.append(self.tr("Which end is up is uncertain ({share}).").format(share=share))
        if chromosome.mirrored:
            notes.append(self.tr("Shown mirrored."))
        return notes
