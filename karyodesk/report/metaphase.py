"""The metaphase as photographed, unmarked or with outlines and labels."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen, QPolygonF

from karyodesk.domain.cell import Cell
from karyodesk.domain.chromosome import Chromosome
from karyodesk.report.fonts import FONT_PIXELS, font
from karyodesk.report.paint import PAPER, QUIET, SELECTED, paint_text, pen, prepare, text_width

UNCERTAIN: Final = QColor("#9a4a00")
LABEL: Final = 2.3
"""Height of the labels in millimetres."""
_CANDIDATES: Final = 32

Points = npt.NDArray[np.float64]
"""(number, 2): x and y."""


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
    spots = label_spots(cell, rect, label_size)
    for chromosome, spot in zip(cell.kept, spots, strict=True):
        colour = UNCERTAIN if chromosome.needs_look else SELECTED
        _paint_label(painter, spot, _label(chromosome), label_size, colour)
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


def label_spots(cell: Cell, rect: QRectF, size: float) -> list[QRectF]:
    """Where the labels of the kept chromosomes go: close to each, hiding least of all chromosomes and labels.

    Args:
        cell: outlines in pixels of the original.
        rect: that the whole picture fills.
        size: height of the labels, in the unit of ``rect``.
    """
    scale, origin = rect.width() / cell.width, np.array([rect.x(), rect.y()])
    rings = [_dense(_closed(one) * scale + origin, size / 4) for one in cell.kept]
    axes = [_dense(np.array(one.axis) * scale + origin, size / 4) for one in cell.kept]
    bodies = np.concatenate([np.empty((0, 2)), *rings, *axes])
    spots: list[QRectF] = []
    for chromosome, ring in zip(cell.kept, rings, strict=True):
        width = text_width(_label(chromosome), size, bold=True)
        candidates = _spots_along(ring, width, size)
        spots.append(min(candidates, key=lambda spot: _hidden(spot, bodies, spots, rect)))
    return spots


def _closed(chromosome: Chromosome) -> Points:
    """The longest ring of an outline, its first point repeated at the end."""
    ring = max(chromosome.outline.polygons, key=len)
    return np.array([*ring, ring[0]], np.float64)


def _dense(line: Points, step: float) -> Points:
    """The points of a line with others between them, at most a step apart."""
    lengths = np.linalg.norm(np.diff(line, axis=0), axis=1)
    parts = [
        start + (end - start) * np.linspace(0, 1, max(int(length / step), 1), endpoint=False)[:, None]
        for start, end, length in zip(line[:-1], line[1:], lengths, strict=True)
    ]
    return np.concatenate([*parts, line[-1:]])


def _spots_along(ring: Points, width: float, height: float) -> list[QRectF]:
    """Places for a label just outside a closed outline, whose last point is its first."""
    ring = ring[:-1]
    after, before = np.roll(ring, -1, axis=0), np.roll(ring, 1, axis=0)
    turning = np.sign(np.sum(ring[:, 0] * after[:, 1] - after[:, 0] * ring[:, 1])) or 1.0
    spots = []
    for place in np.linspace(0, len(ring), min(_CANDIDATES, len(ring)), endpoint=False).astype(int):
        along = after[place] - before[place]
        outward = np.array([along[1], -along[0]]) * turning / max(float(np.linalg.norm(along)), 1e-9)
        reach = abs(outward[0]) * width / 2 + abs(outward[1]) * height / 2 + 0.2 * height
        x, y = ring[place] + outward * reach
        spots.append(QRectF(x - width / 2, y - height / 2, width, height))
    return spots


def _hidden(spot: QRectF, bodies: Points, spots: Sequence[QRectF], within: QRectF) -> float:
    """How much a label at a spot would hide: points of bodies, other labels, and itself beyond the picture."""
    corner, far = np.array([spot.x(), spot.y()]), np.array([spot.right(), spot.bottom()])
    covered = np.count_nonzero(np.all((bodies >= corner) & (bodies <= far), axis=1))
    labels = sum(spot.intersected(other).width() > 0 for other in spots)
    return covered + 30.0 * labels + 1000.0 * (not within.contains(spot))


def _paint_label(painter: QPainter, spot: QRectF, text: str, size: float, colour: QColor) -> None:
    """Write a label over a white halo, so that it is read on dark chromatin too."""
    baseline = QPointF(spot.x(), spot.y() + 0.86 * size)
    path = QPainterPath()
    path.addText(QPointF(0, 0), font(FONT_PIXELS, bold=True), text)
    painter.save()
    painter.translate(baseline)
    painter.scale(size / FONT_PIXELS, size / FONT_PIXELS)
    halo = QPen(PAPER, 0.22 * FONT_PIXELS)
    halo.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.strokePath(path, halo)
    painter.restore()
    paint_text(painter, baseline, text, size, colour, bold=True)
