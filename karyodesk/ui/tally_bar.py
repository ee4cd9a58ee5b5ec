"""Under the pictures: count, karyotype, flags, and how many stand in each slot."""

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from karyodesk.domain.labels import LABELS, MARKER, SEX_CHROMOSOMES
from karyodesk.ui.case import Case
from karyodesk.ui.tally import Tally, tally
from karyodesk.ui.texts import ElidedLabel, text_label

_TRAY_SIGN: Final = "tray"


class ClassTally(QWidget):
    """One column a slot: its label and how many stand in it; what is not a pair is bold and underlined."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tally: Tally | None = None
        self.setAccessibleName(self.tr("Chromosomes in each slot"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_tally(self, counted: Tally) -> None:
        """Show another count."""
        self._tally = counted
        self.setAccessibleDescription(", ".join(f"{label}: {count}" for label, count, _ in self._columns()))
        self.update()

    def sizeHint(self) -> QSize:
        """Return two lines' height."""
        return QSize(420, 2 * self.fontMetrics().height() + 8)

    def minimumSizeHint(self) -> QSize:
        """Return the least that can be read."""
        return QSize(400, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the columns."""
        columns = self._columns()
        painter = QPainter(self)
        # the words of markers and tray need more room than numbers
        shares = [1.6 if len(label) > 2 else 1.0 for label, _, _ in columns]
        unit, line, x = min(self.width() / max(sum(shares), 1), 30.0), self.fontMetrics().height(), 0.0
        for (label, count, usual), share in zip(columns, shares, strict=True):
            area = QRectF(x, 2, unit * share, line)
            x = area.right()
            painter.setFont(self._font(bold=False))
            painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, label)
            area.translate(0, line + 1)
            painter.setFont(self._font(bold=not usual))
            role = QPalette.ColorRole.WindowText if usual else QPalette.ColorRole.BrightText
            painter.setPen(self.palette().color(role))
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, str(count))
            if not usual:
                painter.fillRect(QRectF(area.center().x() - 6, area.bottom(), 12, 2), painter.pen().color())
        painter.end()

    def _font(self, *, bold: bool) -> QFont:
        font = QFont(self.font())
        font.setPointSizeF(font.pointSizeF() * 0.92)
        font.setWeight(QFont.Weight.Bold if bold else QFont.Weight.Normal)
        return font

    def _columns(self) -> list[tuple[str, int, bool]]:
        """Label, count and whether that count is usual."""
        if self._tally is None:
            return []
        copies = self._tally.copies
        sex = tuple(copies.get(label, 0) for label in SEX_CHROMOSOMES)
        columns = [
            (label, copies.get(label, 0), sex in ((2, 0), (1, 1)) if label in SEX_CHROMOSOMES else copies[label] == 2)
            for label in LABELS
        ]
        columns += [(MARKER, copies[MARKER], False)] if copies.get(MARKER) else []
        columns += [(_TRAY_SIGN, copies[None], False)] if copies.get(None) else []
        return columns


class TallyBar(QWidget):
    """The strip under metaphase and karyogram."""

    def __init__(self, case: Case, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._case = case
        self._count = text_label(self, "", 1.9, bold=True)
        self._count.setAccessibleName(self.tr("Count"))
        self._karyotype = ElidedLabel(self, self.tr("Karyotype"), 1.3, bold=True)
        self._origin = ElidedLabel(self, self.tr("Origin of the karyotype"), 0.95)
        self._origin.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._flags = ElidedLabel(self, self.tr("Flags"), 0.95)
        self._flags.setForegroundRole(QPalette.ColorRole.BrightText)
        self._classes = ClassTally(self)
        self._lay_out()
        case.current_changed.connect(self.refresh)
        case.edited.connect(self.refresh)

    @property
    def karyotype(self) -> str:
        """The karyotype shown."""
        return self._karyotype.text()

    def refresh(self) -> None:
        """Count the current cell anew."""
        analysed = self._case.analysed
        if analysed is None:
            return
        counted = tally(analysed.journal.start, analysed.cell)
        self._count.setText(str(counted.count))
        self._karyotype.setText(counted.karyotype)
        self._origin.setText(self._origin_of(counted, analysed.journal.start.karyotype))
        self._flags.setText("   ".join(f"⚑ {flag}" for flag in counted.flags))
        self._flags.setVisible(bool(counted.flags))
        self._classes.show_tally(counted)

    def _origin_of(self, counted: Tally, suggested: str) -> str:
        words = (
            self.tr("as suggested, for review")
            if counted.karyotype == suggested
            else self.tr("suggested: {karyotype}").format(karyotype=suggested)
        )
        parts = [self.tr("{count} uncertain").format(count=counted.uncertain)]
        if counted.doubts:
            parts.append(self.tr("{count} to cut or join").format(count=counted.doubts))
        if counted.left_out:
            parts.append(self.tr("{count} left out").format(count=counted.left_out))
        return " · ".join([*parts, words])

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addStretch(1)
        for label in (self._karyotype, self._origin, self._flags):
            words.addWidget(label)
        words.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(18, 8, 16, 8)
        row.setSpacing(18)
        row.addWidget(self._count)
        row.addLayout(words, 2)
        row.addWidget(self._classes, 3)
        self.setMinimumHeight(78)
