"""Drawing a karyogram: one code for the screen, the picture and the report.

Everything is drawn in the units of its layout (pixels of the original); whoever calls scales the painter. The ground
is white in every theme, because the karyogram is data.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPaintEngine, QPainter, QPen

from karyodesk.domain.view import ChromosomeView
from karyodesk.report.fonts import FONT_PIXELS, font
from karyodesk.report.layout import LINE_INSET, Group, KaryogramLayout, Placement, Rect, Slot

PAPER: Final = QColor("#ffffff")
INK: Final = QColor("#16181d")
QUIET: Final = QColor("#6b7280")
FAINT: Final = QColor("#a3a9b3")
SELECTED: Final = QColor("#1d4ed8")
BADGE: Final = QColor("#9a4a00")

# Sizes as multiples of the layout's unit, the median width of a chromosome.
LABEL_SIZE: Final = 0.95
GROUP_SIZE: Final = 0.9
TRAY_SIZE: Final = 0.75
LINE: Final = 0.06
HAIRLINE: Final = 0.035
BADGE_SIZE: Final = 0.9


@dataclass(frozen=True)
class Marks:
    """What the drawing shows besides the karyogram itself.

    Attributes:
        selected: ids of chromosomes, framed with a full line on a tinted ground.
        hovered: ids of chromosomes, framed with a dashed line.
        target: the slot where a dragged chromosome would land, in a tuple of one; empty: none.
        badges: chromosomes that a person should look at carry a "?".
    """

    selected: frozenset[str] = frozenset()
    hovered: frozenset[str] = frozenset()
    target: tuple[str | None, ...] = ()
    badges: bool = True


NO_MARKS: Final = Marks()


def paint_karyogram(
    painter: QPainter,
    layout: KaryogramLayout,
    views: Mapping[str, ChromosomeView],
    *,
    marks: Marks = NO_MARKS,
) -> None:
    """Draw a whole karyogram with its top left corner at the origin of the painter.

    Raises:
        KeyError: where a placed chromosome has no view.
    """
    placed = [(placement, views[placement.id]) for placement in layout.placements.values()]
    painter.save()
    prepare(painter)
    paint_frame(painter, layout, marks=marks)
    for placement, view in placed:
        paint_placement(painter, placement, view, layout.unit, marks=marks)
    painter.restore()


def prepare(painter: QPainter) -> None:
    """Set the quality every part of the drawing counts on."""
    hints = QPainter.RenderHint
    painter.setRenderHints(
        hints.Antialiasing | hints.TextAntialiasing | hints.SmoothPixmapTransform | hints.LosslessImageRendering
    )


def paint_frame(painter: QPainter, layout: KaryogramLayout, *, marks: Marks = NO_MARKS) -> None:
    """Draw everything but the chromosomes: ground, slots, brackets and the tray."""
    painter.fillRect(QRectF(0, 0, layout.width, layout.height), PAPER)
    for slot in layout.slots:
        paint_slot(painter, slot, layout.unit, target=slot.label in marks.target)
    for row in layout.rows:
        for group in row.groups:
            paint_group(painter, group, layout.unit)


def paint_slot(painter: QPainter, slot: Slot, unit: float, *, target: bool = False) -> None:
    """Draw the line and label of a slot, or the heading of the tray; no chromosomes.

    Args:
        painter: in units of the layout.
        slot: of the layout.
        unit: of the layout.
        target: a dragged chromosome would land here.
    """
    if target:
        _paint_target(painter, slot.rect, unit)
    if slot.label is None:
        _paint_tray(painter, slot, unit)
        return
    inset = LINE_INSET * unit
    _line(painter, slot.rect.x + inset, slot.rect.right - inset, slot.line, INK, LINE * unit)
    middle = slot.rect.x + slot.rect.width / 2
    colour = INK if slot.members else QUIET
    paint_text(painter, QPointF(middle, slot.label_baseline), slot.label, LABEL_SIZE * unit, colour, align=0.5)


def paint_group(painter: QPainter, group: Group, unit: float) -> None:
    """Draw the bracket of a Denver group with its letter beneath; a field without a letter has none."""
    if not group.letter:
        return
    painter.save()
    painter.setPen(pen(painter, QUIET, HAIRLINE * unit))
    tick = 0.22 * unit
    corners = [(group.x0, group.y - tick), (group.x0, group.y), (group.x1, group.y), (group.x1, group.y - tick)]
    painter.drawPolyline([QPointF(x, y) for x, y in corners])
    painter.restore()
    middle = QPointF((group.x0 + group.x1) / 2, group.letter_baseline)
    paint_text(painter, middle, group.letter, GROUP_SIZE * unit, INK, align=0.5, bold=True)


def paint_placement(
    painter: QPainter,
    placement: Placement,
    view: ChromosomeView,
    unit: float,
    *,
    marks: Marks = NO_MARKS,
    kept: "KeptImage | None" = None,
) -> None:
    """Draw one chromosome in its place with its frame and badge; with an image kept from before where it fits."""
    if placement.id in marks.selected:
        paint_frame_of(painter, placement.rect, unit, selected=True)
    elif placement.id in marks.hovered:
        paint_frame_of(painter, placement.rect, unit, selected=False)
    paint_chromosome(painter, qrect(placement.rect), view, mirrored=placement.mirrored, kept=kept)
    if marks.badges and placement.needs_look:
        paint_badge(painter, QPointF(placement.rect.x + placement.rect.width / 2, placement.rect.y), unit)


class KeptImage:
    """The image of one chromosome as it was last drawn: a screen is painted far oftener than it changes."""

    def __init__(self) -> None:
        self._of: tuple[ChromosomeView, int, int, bool] | None = None
        self._image = QImage()

    def get(self, view: ChromosomeView, width: int, height: int, mirrored: bool) -> QImage:
        """Return ``chromosome_image`` of the same, made anew only where it is asked for something else."""
        if self._of != (view, width, height, mirrored):
            self._of = (view, width, height, mirrored)
            self._image = chromosome_image(view, width, height, mirrored=mirrored)
        return self._image


def paint_chromosome(
    painter: QPainter, rect: QRectF, view: ChromosomeView, *, mirrored: bool = False, kept: KeptImage | None = None
) -> None:
    """Draw a chromosome into a rectangle, sharp at the resolution of the device.

    A PDF is looked at closer than it is printed, so there the picture keeps every pixel of the view at least, and
    stands on white.

    Args:
        painter: neither rotated nor sheared.
        rect: in units of the painter.
        view: derived view; what its alpha leaves out stays as it was.
        mirrored: left to right.
        kept: keeps the image from one painting to the next; not for a PDF.
    """
    device = painter.deviceTransform()
    on_device = device.mapRect(rect)
    width, height = max(round(on_device.width()), 1), max(round(on_device.height()), 1)
    snapped = QRectF(round(on_device.x()), round(on_device.y()), width, height)
    if painter.paintEngine().type() == QPaintEngine.Type.Pdf:
        rows, columns = view.pixels.shape
        width, height = max(width, columns), max(height, rows)
        image = _on_paper(view, width, height, mirrored)
    else:
        image = (kept or KeptImage()).get(view, width, height, mirrored)
    back, invertible = device.inverted()
    painter.drawImage(back.mapRect(snapped) if invertible else rect, image)


def chromosome_image(view: ChromosomeView, width: int, height: int, *, mirrored: bool = False) -> QImage:
    """A chromosome as a picture with soft rim, resampled to a size: cubic when enlarged, averaged when reduced."""
    grey, alpha = _resampled(view, width, height, mirrored)
    pixels = np.ascontiguousarray(np.dstack([grey, grey, grey, alpha]))
    return QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGBA8888_Premultiplied).copy()


def _on_paper(view: ChromosomeView, width: int, height: int, mirrored: bool) -> QImage:
    """A chromosome on white: PDF/A-1 knows no transparency, and grey alone is a third of the bytes."""
    grey, alpha = _resampled(view, width, height, mirrored)
    pixels = np.ascontiguousarray(grey + (255 - alpha))
    return QImage(pixels.data, width, height, width, QImage.Format.Format_Grayscale8).copy()


def _resampled(
    view: ChromosomeView, width: int, height: int, mirrored: bool
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    """Grey values times alpha, and alpha, both (height, width)."""
    alpha = view.alpha.astype(np.float32)
    grey = view.pixels.astype(np.float32) * (alpha / 255)
    method = cv2.INTER_CUBIC if height >= view.pixels.shape[0] else cv2.INTER_AREA
    resized = cv2.resize(np.dstack([grey, alpha]), (width, height), interpolation=method)
    if mirrored:
        resized = resized[:, ::-1]
    alpha = np.clip(np.rint(resized[..., 1]), 0, 255)
    grey = np.clip(np.rint(resized[..., 0]), 0, alpha)
    return grey.astype(np.uint8), alpha.astype(np.uint8)


def paint_badge(painter: QPainter, top: QPointF, unit: float) -> None:
    """Draw the sign "a person should look at this": a disc with a question mark, just above a point."""
    size = BADGE_SIZE * unit
    centre = QPointF(top.x(), top.y() - size / 2 - 0.1 * unit)
    painter.save()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(BADGE)
    painter.drawEllipse(centre, size / 2, size / 2)
    painter.restore()
    baseline = QPointF(centre.x(), centre.y() + 0.27 * size)
    paint_text(painter, baseline, "?", 0.78 * size, PAPER, align=0.5, bold=True)


def paint_frame_of(painter: QPainter, rect: Rect, unit: float, *, selected: bool) -> None:
    """Draw the frame behind a chromosome: full and tinted where selected, dashed where pointed at."""
    grow = 0.15 * unit
    painter.save()
    line = pen(painter, SELECTED, (2 * LINE if selected else LINE) * unit)
    if selected:
        tint = QColor(SELECTED)
        tint.setAlphaF(0.12)
        painter.setBrush(tint)
    else:
        line.setStyle(Qt.PenStyle.DashLine)
    painter.setPen(line)
    painter.drawRoundedRect(qrect(rect).adjusted(-grow, -grow, grow, grow), grow, grow)
    painter.restore()


def paint_text(
    painter: QPainter,
    at: QPointF,
    text: str,
    size: float,
    colour: QColor = INK,
    *,
    align: float = 0.0,
    bold: bool = False,
) -> None:
    """Write one line; it stays text in a PDF.

    Args:
        painter: any units.
        at: on the baseline.
        text: the line.
        size: of the letters, in units of the painter; not rounded to whole pixels.
        colour: of the letters.
        align: share of the line left of the point: 0 starts there, 0.5 is centred, 1 ends there.
        bold: semi-bold.
    """
    painter.save()
    chosen = font(FONT_PIXELS, bold=bold)
    painter.setFont(chosen)
    painter.setPen(colour)
    painter.translate(at)
    painter.scale(size / FONT_PIXELS, size / FONT_PIXELS)
    painter.drawText(QPointF(-align * QFontMetricsF(chosen).horizontalAdvance(text), 0), text)
    painter.restore()


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """The width of a line that ``paint_text`` would write."""
    return QFontMetricsF(font(FONT_PIXELS, bold=bold)).horizontalAdvance(text) * size / FONT_PIXELS


def qrect(rect: Rect) -> QRectF:
    """A rectangle of the layout in Qt's form."""
    return QRectF(rect.x, rect.y, rect.width, rect.height)


def pen(painter: QPainter, colour: QColor, width: float) -> QPen:
    """A pen that never falls below one pixel of the device, so that no line fades away."""
    scale = abs(painter.deviceTransform().m11()) or 1.0
    pen = QPen(colour, max(width, 1 / scale))
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    return pen


def _line(painter: QPainter, x0: float, x1: float, y: float, colour: QColor, width: float) -> None:
    painter.save()
    painter.setPen(pen(painter, colour, width))
    painter.drawLine(QPointF(x0, y), QPointF(x1, y))
    painter.restore()


def _paint_target(painter: QPainter, rect: Rect, unit: float) -> None:
    painter.save()
    tint = QColor(SELECTED)
    tint.setAlphaF(0.1)
    painter.setBrush(tint)
    painter.setPen(pen(painter, SELECTED, LINE * unit))
    painter.drawRoundedRect(qrect(rect), 0.25 * unit, 0.25 * unit)
    painter.restore()


def _paint_tray(painter: QPainter, slot: Slot, unit: float) -> None:
    left, right = slot.rect.x + LINE_INSET * unit, slot.rect.right - LINE_INSET * unit
    _line(painter, left, right, slot.line, FAINT, HAIRLINE * unit)
    heading = f"Unassigned: {len(slot.members) or 'none'}"
    paint_text(painter, QPointF(left, slot.label_baseline), heading, TRAY_SIZE * unit, QUIET)
