"""A page of a report: millimetres, type and rules."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPageSize, QPainter, QTextLayout, QTextOption

from karyodesk.report.fonts import FONT_PIXELS, font
from karyodesk.report.paint import FAINT, INK, QUIET, paint_text, pen, text_width

MARGIN: Final = 15.0
"""Millimetres free at the left and right."""
TOP: Final = 26.0
"""Millimetres from the upper edge to the content: the running head stands above."""
BOTTOM: Final = 20.0
"""Millimetres from the content to the lower edge: the running foot stands beneath."""

# Heights of letters in millimetres; a point is 0.353 mm.
TITLE: Final = 7.0
FINDING: Final = 4.6
BODY: Final = 3.1
SMALL: Final = 2.5
LEADING: Final = 1.42
"""Distance of baselines as a multiple of the height of the letters."""


@dataclass(frozen=True)
class Paper:
    """A size of paper, upright, in millimetres."""

    name: str
    size: QPageSize.PageSizeId
    width: float
    height: float

    @property
    def content_width(self) -> float:
        """Between the margins."""
        return self.width - 2 * MARGIN

    @property
    def content_height(self) -> float:
        """Between the running head and foot."""
        return self.height - TOP - BOTTOM

    @property
    def right(self) -> float:
        """x of the right margin."""
        return self.width - MARGIN

    @property
    def bottom(self) -> float:
        """y where the content ends."""
        return self.height - BOTTOM


A4: Final = Paper("A4", QPageSize.PageSizeId.A4, 210.0, 297.0)
LETTER: Final = Paper("Letter", QPageSize.PageSizeId.Letter, 215.9, 279.4)


def wrap(text: str, width: float, size: float = BODY, *, bold: bool = False) -> list[str]:
    """Break a text into lines no wider than a width; words too long for a line are broken too.

    Args:
        text: of any script; line ends in it stay.
        width: in the unit of ``size``.
        size: of the letters.
        bold: semi-bold.
    """
    return [line for part in text.splitlines() for line in _wrapped(part, width / size * FONT_PIXELS, bold)]


def wrap_karyotype(text: str, width: float, size: float = BODY, *, bold: bool = False) -> list[str]:
    """Break a karyotype into lines, after its commas where that can be."""
    lines = wrap(text.replace(",", ",\u200b"), width, size, bold=bold)
    return [line.replace("\u200b", "") for line in lines]


def _wrapped(text: str, pixels: float, bold: bool) -> Iterator[str]:
    layout = QTextLayout(text, font(FONT_PIXELS, bold=bold))
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    units = text.encode("utf-16-le")  # Qt counts in these, not in characters
    layout.beginLayout()
    while (line := layout.createLine()).isValid():
        line.setLineWidth(pixels)
        start, length = line.textStart(), line.textLength()
        yield units[2 * start : 2 * (start + length)].decode("utf-16-le", errors="replace").strip()
    layout.endLayout()


def elided(text: str, width: float, size: float = BODY, *, bold: bool = False) -> str:
    """A text cut to one line of a width, with an ellipsis in its middle where something is left out."""
    metrics = QFontMetricsF(font(FONT_PIXELS, bold=bold))
    line = " ".join(text.split())
    return metrics.elidedText(line, Qt.TextElideMode.ElideMiddle, width / size * FONT_PIXELS)


@dataclass(frozen=True)
class Sheet:
    """A page that is being drawn; the painter's unit is the millimetre."""

    painter: QPainter
    paper: Paper

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float = BODY,
        colour: QColor = INK,
        *,
        align: float = 0.0,
        bold: bool = False,
    ) -> None:
        """Write one line on a baseline; see ``paint_text``."""
        paint_text(self.painter, QPointF(x, y), text, size, colour, align=align, bold=bold)

    def lines(
        self, x: float, y: float, lines: Sequence[str], size: float = BODY, colour: QColor = INK, *, bold: bool = False
    ) -> float:
        """Write lines beneath each other, the first baseline at y; return the baseline after the last."""
        for line in lines:
            self.text(x, y, line, size, colour, bold=bold)
            y += size * LEADING
        return y

    def heading(self, x: float, y: float, width: float, text: str) -> float:
        """Write a small heading over a hairline; return the first baseline beneath it."""
        self.text(x, y, text, BODY, INK, bold=True)
        self.rule(x, x + width, y + 1.3)
        return y + 1.3 + BODY * 1.6

    def rule(self, x0: float, x1: float, y: float, colour: QColor = FAINT, width: float = 0.15) -> None:
        """Draw a horizontal line."""
        self.painter.save()
        self.painter.setPen(pen(self.painter, colour, width))
        self.painter.drawLine(QPointF(x0, y), QPointF(x1, y))
        self.painter.restore()

    def box(self, x: float, y: float, width: float, height: float, colour: QColor = FAINT, line: float = 0.15) -> None:
        """Draw the border of a rectangle."""
        self.painter.save()
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        self.painter.setPen(pen(self.painter, colour, line))
        self.painter.drawRect(QRectF(x, y, width, height))
        self.painter.restore()

    def labelled(self, x: float, y: float, width: float, name: str, value: str, *, size: float = BODY) -> float:
        """Write a small name with its value beneath, wrapped; return the baseline for what follows."""
        self.text(x, y, name, SMALL, QUIET)
        lines = wrap(value, width, size) or ["–"]
        return self.lines(x, y + size * 1.3, lines, size) + 0.6 * size


def labelled_height(value: str, width: float, size: float = BODY) -> float:
    """The height that ``Sheet.labelled`` takes."""
    return size * 1.3 + max(len(wrap(value, width, size)), 1) * size * LEADING + 0.6 * size


def fits(text: str, width: float, size: float = BODY, *, bold: bool = False) -> bool:
    """Whether a text fits on one line of a width."""
    return text_width(text, size, bold=bold) <= width
