"""Labels in the sizes of the window, and one that never asks for more room than there is."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QLabel, QWidget


def scaled(font: QFont, size: float, *, bold: bool = False) -> QFont:
    """Return a font enlarged by a factor, semi-bold or not."""
    made = QFont(font)
    made.setPointSizeF(font.pointSizeF() * size)
    made.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    return made


def text_label(
    parent: QWidget, text: str = "", size: float = 1.0, *, bold: bool = False, quiet: bool = False
) -> QLabel:
    """Return a wrapping label."""
    label = QLabel(text, parent)
    label.setWordWrap(True)
    label.setFont(scaled(label.font(), size, bold=bold))
    if quiet:
        label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    return label


class ElidedLabel(QLabel):
    """One line that ends in "…" where it is too long; all of it is in its tool tip."""

    def __init__(self, parent: QWidget, name: str, size: float = 1.0, *, bold: bool = False) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setFont(scaled(self.font(), size, bold=bold))

    def setText(self, text: str) -> None:
        """Show another text."""
        super().setText(text)
        self.setToolTip(text)

    def minimumSizeHint(self) -> QSize:
        """Return room for a few letters."""
        return QSize(40, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what fits."""
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        painter.end()
