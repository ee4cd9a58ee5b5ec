"""The metaphase as photographed, with the outline of every chromosome over it."""

from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QGraphicsItem, QGraphicsPixmapItem, QStyleOptionGraphicsItem, QWidget

from karyodesk.domain.cell import Cell, Doubt, RejectedBody
from karyodesk.domain.chromosome import Chromosome
from karyodesk.report.metaphase import picture
from karyodesk.report.paint import BADGE, INK, PAPER, QUIET, SELECTED, paint_text
from karyodesk.ui.canvas import Canvas
from karyodesk.ui.case import Case, Offer
from karyodesk.ui.doubt_items import DoubtMark, Reading, label_size, path_of

GROUND: Final = QColor("#e4e6ea")
"""Around the picture, in every theme."""
OUTLINE: Final = QColor("#2f6f9f")
MARGIN: Final = 6.0


class _Body(QGraphicsItem):
    """The outline of one chromosome with its label."""

    def __init__(self, chromosome: Chromosome) -> None:
        super().__init__()
        self.chromosome = chromosome
        self.path = path_of(chromosome.outline)
        self.selected = self.hovered = self.doubted = False
        self._rect = self.path.boundingRect()

    @property
    def extent(self) -> float:
        """The area of its box."""
        return self._rect.width() * self._rect.height()

    def show_as(self, chromosome: Chromosome, *, selected: bool, hovered: bool, doubted: bool) -> None:
        """Take over a new state; drawn anew only where it differs."""
        new = (chromosome, selected, hovered, doubted)
        if new != (self.chromosome, self.selected, self.hovered, self.doubted):
            self.chromosome, self.selected, self.hovered, self.doubted = new
            self.setZValue(2 if selected else 1 if hovered else 0)
            self.update()

    def boundingRect(self) -> QRectF:
        """Room for the line, the label and the badge at every zoom."""
        return self._rect.adjusted(-24, -24, 24, 24)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draw the outline, more strongly the more it is chosen."""
        painter.setPen(self._pen())
        painter.setBrush(self._tint())
        painter.drawPath(self.path)
        self._paint_label(painter)

    def _pen(self) -> QPen:
        chromosome = self.chromosome
        attention = chromosome.needs_look or self.doubted
        colour = BADGE if attention else QUIET if chromosome.rejected else OUTLINE
        pen = QPen(SELECTED if self.selected or self.hovered else colour, 1.1)
        if self.selected:
            pen.setWidthF(2.6)
        elif self.hovered:
            pen.setWidthF(2.0)
        if chromosome.rejected:
            pen.setStyle(Qt.PenStyle.DotLine)
        elif attention and not self.selected:
            pen.setStyle(Qt.PenStyle.DashLine)
        pen.setCosmetic(True)
        return pen

    def _tint(self) -> QColor:
        tint = QColor(SELECTED)
        tint.setAlphaF(0.22 if self.selected else 0.12 if self.hovered else 0.0)
        return tint

    def _paint_label(self, painter: QPainter) -> None:
        """Write the label at the upper end, in a size of the screen rather than of the picture."""
        size = label_size(painter.worldTransform())
        text = "×" if self.chromosome.rejected else self.chromosome.label or "–"
        if self.chromosome.needs_look:
            text += "?"
        x, y = self.chromosome.axis[0]
        painter.save()
        metrics_width = 0.58 * size * len(text) + 0.5 * size
        plate = QRectF(x - metrics_width / 2, y - 1.35 * size, metrics_width, 1.15 * size)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._plate())
        painter.drawRoundedRect(plate, 0.3 * size, 0.3 * size)
        painter.restore()
        colour = PAPER if self.selected else BADGE if self.chromosome.needs_look else INK
        paint_text(painter, QPointF(x, y - 0.46 * size), text, size, colour, align=0.5, bold=True)

    def _plate(self) -> QColor:
        if self.selected:
            return SELECTED
        plate = QColor(PAPER)
        plate.setAlphaF(0.82)
        return plate


class _LeftOut(QGraphicsItem):
    """A body that the program left out, with what it took it for."""

    def __init__(self, body: RejectedBody) -> None:
        super().__init__()
        x0, y0, x1, y1 = body.bbox
        self._rect, self._kind = QRectF(x0, y0, x1 - x0, y1 - y0), body.kind

    def boundingRect(self) -> QRectF:
        """Room for the frame and its word."""
        return self._rect.adjusted(-24, -24, 24, 24)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draw a dotted frame and the word."""
        pen = QPen(QUIET, 1.2, Qt.PenStyle.DotLine)
        pen.setCosmetic(True)
        painter.setPen(pen)
        painter.drawRect(self._rect)
        at = QPointF(self._rect.center().x(), self._rect.center().y())
        paint_text(painter, at, self._kind, label_size(painter.worldTransform()), SELECTED, align=0.5, bold=True)


class MetaphaseView(Canvas):
    """Shows the original; choosing here chooses in the karyogram too."""

    def __init__(self, case: Case, parent: QWidget | None = None) -> None:
        super().__init__(case, GROUND, parent)
        self.setAccessibleName(self.tr("Metaphase"))
        self._picture: QGraphicsPixmapItem | None = None
        self._bodies: dict[str, _Body] = {}
        self._left_out: list[_LeftOut] = []
        self._marks: dict[Doubt, DoubtMark] = {}
        self._offer: Offer | None = None
        self._reading: Reading | None = None
        self._show_rejected = False
        case.current_changed.connect(self.rebuild)
        case.edited.connect(self.refresh)
        case.selection_changed.connect(self.refresh)
        case.hover_changed.connect(self.refresh)
        case.offer_changed.connect(self.refresh)

    def whole(self) -> QRectF:
        """Return the picture with a margin."""
        if self._picture is None:
            return QRectF()
        return self._picture.boundingRect().adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN)

    def set_show_rejected(self, shown: bool) -> None:
        """Outline rejected bodies too, or not: those a person rejected and those the program left out."""
        self._show_rejected = shown
        self.refresh()

    def rebuild(self) -> None:
        """Show the current cell from scratch."""
        self.scene().clear()
        self._bodies, self._left_out, self._marks, self._picture = {}, [], {}, None
        self._offer, self._reading = None, None
        if self.case.analysed is None:
            return
        self._picture = QGraphicsPixmapItem(QPixmap.fromImage(picture(self.case.analysed.preview)))
        self._picture.setTransformationMode(Qt.TransformationMode.SmoothTransformation)
        self.scene().addItem(self._picture)
        for body in self.case.analysed.cell.rejected:
            self._left_out.append(_LeftOut(body))
            self.scene().addItem(self._left_out[-1])
        self.refresh()
        self.fit()

    def refresh(self) -> None:
        """Show the present state of every chromosome."""
        if self.case.analysed is None:
            return
        self._exchange_bodies(self.case.analysed.cell)
        self._exchange_marks(self.case.analysed.cell)
        self._show_offer()
        for left_out in self._left_out:
            left_out.setVisible(self._show_rejected)
        selected, hovered = self.case.selected, self.case.hovered
        doubted = {id_ for doubt in self._marks for id_ in doubt.chromosomes}
        replaced = self._offer.doubt.chromosomes if self._offer else ()
        for chromosome in self.case.analysed.cell.chromosomes:
            body = self._bodies[chromosome.id]
            is_selected = selected is not None and selected.id == chromosome.id
            body.setVisible(chromosome.is_at_hand or self._show_rejected or is_selected)
            body.setOpacity(0.0 if chromosome.id in replaced else 1.0)  # it can be pointed at all the same
            is_hovered = hovered is not None and hovered.id == chromosome.id
            is_doubted = chromosome.id in doubted
            body.show_as(chromosome, selected=is_selected, hovered=is_hovered, doubted=is_doubted)

    def _exchange_bodies(self, cell: Cell) -> None:
        """Bring the outlines in step with the cell, where bodies were cut or joined."""
        for gone in set(self._bodies) - set(cell.by_id):
            self.scene().removeItem(self._bodies.pop(gone))
        for chromosome in cell.chromosomes:
            if chromosome.id not in self._bodies:
                self._bodies[chromosome.id] = _Body(chromosome)
                self.scene().addItem(self._bodies[chromosome.id])

    def _exchange_marks(self, cell: Cell) -> None:
        for gone in set(self._marks).difference(cell.standing_doubts):
            self.scene().removeItem(self._marks.pop(gone))
        for doubt in cell.standing_doubts:
            if doubt not in self._marks:
                self._marks[doubt] = DoubtMark(doubt, [cell.by_id[id_] for id_ in doubt.chromosomes])
                self.scene().addItem(self._marks[doubt])

    def _show_offer(self) -> None:
        """Draw the reading that is shown, instead of the outlines that it would replace."""
        if self.case.offer != self._offer:
            if self._reading is not None:
                self.scene().removeItem(self._reading)
            self._offer = self.case.offer
            self._reading = Reading(self._offer.resolution) if self._offer else None
            if self._reading is not None:
                self.scene().addItem(self._reading)
        for doubt, mark in self._marks.items():
            mark.setVisible(self._offer is None or doubt != self._offer.doubt)

    def chromosome_at(self, point: QPointF) -> str | None:
        """Return the smallest chromosome whose outline holds a point: the upper one where two cross.

        A mark stands for the first of the chromosomes that it doubts.
        """
        if mark := next((mark for mark in self._marks.values() if mark.holds(point, self.transform())), None):
            return mark.chromosome_id
        under = [body for body in self._bodies.values() if body.isVisible() and body.path.contains(point)]
        return min(under, key=lambda body: body.extent).chromosome.id if under else None

    def show_chromosome(self, chromosome_id: str) -> None:
        """Bring a chromosome into sight."""
        self.ensureVisible(self._bodies[chromosome_id].path.boundingRect(), 40, 40)
