"""Doubted outlines in the metaphase: their marks, and how else they may be read."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF, QTransform
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from karyodesk.domain.cell import Doubt, DoubtKind, Resolution
from karyodesk.domain.chromosome import Chromosome
from karyodesk.domain.outline import Outline
from karyodesk.report.paint import BADGE, PAPER, SELECTED, paint_text

LABEL_PIXELS: Final = 11.5
FULL_LABELS_FROM: Final = 0.55
"""Zoom from which labels are drawn in full size; below they shrink with the picture."""
INKS: Final = (SELECTED, QColor("#a21caf"), QColor("#0f766e"), QColor("#92400e"))
"""Of the chromosomes of a reading, one after the other; they bear letters as well."""
LETTERS: Final = "abcdefgh"
"""Not numbers, which would be taken for labels."""
_ROOM: Final = 24.0
_TINT: Final = 0.2


def label_size(transform: QTransform) -> float:
    """Return the height of labels in pixels of the picture: even on the screen, whatever the zoom."""
    return LABEL_PIXELS / max(transform.m11(), FULL_LABELS_FROM)


def path_of(outline: Outline) -> QPainterPath:
    """Return an outline around the outermost pixels' centres, in the scene of its picture."""
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.WindingFill)
    for ring in outline.polygons:
        path.addPolygon(QPolygonF([QPointF(x + 0.5, y + 0.5) for x, y in ring]))
        path.closeSubpath()
    return path


def plate_of(at: QPointF, text: str, size: float) -> QRectF:
    """Return the plate about a point that holds a short text of a height."""
    plate = QRectF(0, 0, (0.58 * len(text) + 0.6) * size, 1.2 * size)
    plate.moveCenter(at)
    return plate


def paint_plate(painter: QPainter, at: QPointF, text: str, ground: QColor, ink: QColor) -> None:
    """Write a short text on a plate about a point."""
    size = label_size(painter.worldTransform())
    plate = plate_of(at, text, size)
    painter.save()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawRoundedRect(plate, 0.3 * size, 0.3 * size)
    painter.restore()
    paint_text(painter, QPointF(at.x(), at.y() + 0.36 * size), text, size, ink, align=0.5, bold=True)


class DoubtMark(QGraphicsItem):
    """A small sign beside one doubted body, or between several: "=2?" where one may be two, "=1?" where several one."""

    def __init__(self, doubt: Doubt, concerned: Sequence[Chromosome]) -> None:
        super().__init__()
        self.text, self.chromosome_id = doubt.mark, concerned[0].id
        self.setPos(beside(concerned[0]) if doubt.kind is DoubtKind.OVERLAP else between(*concerned[:2]))
        self.setZValue(3)

    def holds(self, point: QPointF, view: QTransform) -> bool:
        """Whether a point of the scene lies on the sign, as a view shows it."""
        return self.isVisible() and plate_of(self.pos(), self.text, label_size(view)).contains(point)

    def boundingRect(self) -> QRectF:
        """Room for the sign at every zoom."""
        return QRectF(-_ROOM, -_ROOM, 2 * _ROOM, 2 * _ROOM)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draw it, in a size of the screen rather than of the picture."""
        paint_plate(painter, QPointF(0, 0), self.text, BADGE, PAPER)


class Reading(QGraphicsItem):
    """The chromosomes that there would be instead, over the picture."""

    def __init__(self, resolution: Resolution) -> None:
        super().__init__()
        self._paths = [path_of(outline) for outline in resolution.outlines]
        self.setZValue(4)

    def boundingRect(self) -> QRectF:
        """Room for lines and letters."""
        whole = QPainterPath()
        for path in self._paths:
            whole.addPath(path)
        return whole.boundingRect().adjusted(-_ROOM, -_ROOM, _ROOM, _ROOM)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draw every chromosome tinted in a colour of its own, with its letter at its upper end."""
        for place, path in enumerate(self._paths):
            pen = QPen(INKS[place % len(INKS)], 2.4)
            pen.setCosmetic(True)
            painter.setPen(pen)
            tint = QColor(pen.color())
            tint.setAlphaF(_TINT)
            painter.setBrush(tint)
            painter.drawPath(path)
        for place, path in enumerate(self._paths):
            top = min((path.elementAt(i) for i in range(path.elementCount())), key=lambda element: element.y)
            at = QPointF(top.x, top.y - 0.7 * label_size(painter.worldTransform()))
            paint_plate(painter, at, LETTERS[place % len(LETTERS)], INKS[place % len(INKS)], PAPER)


def beside(chromosome: Chromosome) -> QPointF:
    """Return a point just beyond the lower end of a chromosome, in the scene."""
    (x, y), (x0, y0) = chromosome.axis[-1], chromosome.axis[max(-6, -len(chromosome.axis))]
    along = np.array([x - x0, y - y0])
    step = along / max(float(np.linalg.norm(along)), 1e-9) * chromosome.width * 0.5
    return QPointF(x + 0.5 + step[0], y + 0.5 + step[1])


def between(first: Chromosome, second: Chromosome) -> QPointF:
    """Return the middle between the nearest points of two outlines, in the scene."""
    here, there = (np.concatenate([np.array(ring) for ring in each.outline.polygons]) for each in (first, second))
    distances = np.linalg.norm(here[:, None] - there[None], axis=2)
    i, j = np.unravel_index(int(distances.argmin()), distances.shape)
    x, y = (here[i] + there[j]) / 2 + 0.5
    return QPointF(float(x), float(y))
