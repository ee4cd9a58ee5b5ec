"""The metaphase as photographed, unmarked or with outlines and labels."""

from collections.abc import Iterable, Sequence
from math import cos, pi, sin
from typing import Final

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPainterPath, QPen, QPolygonF

from karyodesk.domain.cell import Cell
from karyodesk.domain.chromosome import Chromosome
from karyodesk.report.fonts import font
from karyodesk.report.paint import PAPER, QUIET, SELECTED, paint_text, pen, prepare

UNCERTAIN: Final = QColor("#9a4a00")
LABEL: Final = 2.3
"""Height of the labels in millimetres."""
_FONT_PIXELS: Final = 64
_DIRECTIONS: Final = 16


def fitted(area: QRectF, width: float, height: float) -> QRectF:
    """The largest rectangle of a shape within an area, at its top left."""
    scale = min(area.width() / width, area.height() / height)
    return QRectF(area.x(), area.y(), width * scale, height * scale)


def paint_original(painter: QPainter, rect: QRectF, original: npt.NDArray[np.uint8]) -> None:
    """Draw a picture into a rectangle, pixel for pixel as given; no pixel of it is resampled here.

    Args:
        painter: upright.
        rect: in units of the painter.
        original: (height, width) or (height, width, 3) RGB.
    """
    painter.save()
    prepare(painter)
    painter.drawImage(rect, picture(original))
    painter.restore()


def picture(original: npt.NDArray[np.uint8]) -> QImage:
    """A picture in Qt's form."""
    pixels = np.ascontiguousarray(original)
    form = QImage.Format.Format_Grayscale8 if pixels.ndim == 2 else QImage.Format.Format_RGB888
    return QImage(pixels.data, pixels.shape[1], pixels.shape[0], pixels.strides[0], form).copy()


def paint_outlines(painter: QPainter, rect: QRectF, cell: Cell, *, label_size: float = LABEL) -> None:
    """Draw the outlines of a cell with their labels over its picture.

    A chromosome that a person should look at has a dashed outline and a "?" after its label; a rejected one a
    dotted outline and no label.

    Args:
        painter: upright.
        rect: that the whole picture fills, in units of the painter.
        cell: outlines in pixels of the original.
        label_size: height of the labels in units of the painter.
    """
    painter.save()
    prepare(painter)
    scale = rect.width() / cell.width
    for chromosome in cell.chromosomes:
        _paint_outline(painter, chromosome, rect.topLeft(), scale)
    placed = [(_label(chromosome), _box(chromosome, rect.topLeft(), scale)) for chromosome in cell.kept]
    for (text, _), spot in zip(placed, _label_spots(placed, rect, label_size), strict=True):
        colour = UNCERTAIN if text.endswith("?") else SELECTED
        _paint_label(painter, spot, text, label_size, colour)
    painter.restore()


def _label(chromosome: Chromosome) -> str:
    return (chromosome.label or "–") + ("?" if chromosome.needs_look else "")


def _paint_outline(painter: QPainter, chromosome: Chromosome, origin: QPointF, scale: float) -> None:
    line = pen(painter, SELECTED, 0.16)
    if chromosome.rejected:
        line = pen(painter, QUIET, 0.16)
        line.setStyle(Qt.PenStyle.DotLine)
    elif chromosome.needs_look:
        line = pen(painter, UNCERTAIN, 0.28)
        line.setStyle(Qt.PenStyle.DashLine)
    painter.setPen(line)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for ring in chromosome.outline.polygons:
        # a point is the centre of a pixel, half a pixel from its corner
        points = [QPointF(origin.x() + (x + 0.5) * scale, origin.y() + (y + 0.5) * scale) for x, y in ring]
        painter.drawPolygon(QPolygonF(points))


def _box(chromosome: Chromosome, origin: QPointF, scale: float) -> QRectF:
    x0, y0, x1, y1 = chromosome.outline.bbox
    return QRectF(origin.x() + x0 * scale, origin.y() + y0 * scale, (x1 - x0) * scale, (y1 - y0) * scale)


def _label_spots(placed: Sequence[tuple[str, QRectF]], within: QRectF, size: float) -> list[QRectF]:
    """Where each label hides least of the chromosomes and of the labels placed before it."""
    boxes = [box for _, box in placed]
    metrics = QFontMetricsF(font(_FONT_PIXELS, bold=True))
    spots: list[QRectF] = []
    for text, box in placed:
        width = metrics.horizontalAdvance(text) * size / _FONT_PIXELS
        spots.append(min(_spots_around(box, width, size), key=lambda spot: _hidden(spot, boxes, spots, within)))
    return spots


def _spots_around(box: QRectF, width: float, height: float) -> Iterable[QRectF]:
    """Places for a label around a box, the ones to the right first."""
    for step in range(_DIRECTIONS):
        angle = 2 * pi * step / _DIRECTIONS
        x = box.center().x() + cos(angle) * ((box.width() + width) / 2 + 0.25 * height)
        y = box.center().y() + sin(angle) * ((box.height() + height) / 2 + 0.1 * height)
        yield QRectF(x - width / 2, y - height / 2, width, height)


def _hidden(spot: QRectF, boxes: Sequence[QRectF], spots: Sequence[QRectF], within: QRectF) -> float:
    outside = spot.width() * spot.height() - _common(spot, within)
    return sum(_common(spot, box) for box in boxes) + 4 * sum(_common(spot, other) for other in spots) + 8 * outside


def _common(one: QRectF, other: QRectF) -> float:
    shared = one.intersected(other)
    return shared.width() * shared.height()


def _paint_label(painter: QPainter, spot: QRectF, text: str, size: float, colour: QColor) -> None:
    """Write a label over a white halo, so that it is read on dark chromatin too."""
    baseline = QPointF(spot.x(), spot.y() + 0.86 * size)
    path = QPainterPath()
    path.addText(QPointF(0, 0), font(_FONT_PIXELS, bold=True), text)
    painter.save()
    painter.translate(baseline)
    painter.scale(size / _FONT_PIXELS, size / _FONT_PIXELS)
    halo = QPen(PAPER, 0.22 * _FONT_PIXELS)
    halo.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.strokePath(path, halo)
    painter.restore()
    paint_text(painter, baseline, text, size, colour, bold=True)
