"""The karyogram on the screen: the report's own drawing, with chromosomes that can be carried."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from karyodesk.domain.view import ChromosomeView
from karyodesk.report.layout import KaryogramLayout, Placement, Slot, layout_karyogram
from karyodesk.report.paint import (
    NO_MARKS,
    PAPER,
    SELECTED,
    KeptImage,
    Marks,
    paint_chromosome,
    paint_frame,
    paint_placement,
    prepare,
    qrect,
)
from karyodesk.ui.canvas import Canvas
from karyodesk.ui.case import Case

IN_THE_AIR: Final = 0.25
"""Opacity of the place that a carried chromosome came from."""
CARRIED: Final = 0.8
"""Opacity of what is carried, so that one sees where it would land."""
MARKER_PIXELS: Final = 3.0


@dataclass(frozen=True)
class Target:
    """Where a carried chromosome would land.

    Attributes:
        label: of the slot; None: the tray.
        index: from the left.
    """

    label: str | None
    index: int


def _drawn(layout: KaryogramLayout, marks: Marks) -> tuple[object, ...]:
    """All that the frame of a layout shows: of the chromosomes whether there are any, and how many are in the tray."""
    slots = [(slot.label, slot.rect, slot.line, slot.label_baseline, bool(slot.members)) for slot in layout.slots]
    groups, in_tray = [row.groups for row in layout.rows], len(layout.tray.members)
    return layout.width, layout.height, layout.unit, slots, groups, in_tray, marks


class _Frame(QGraphicsItem):
    """Slots, labels and brackets."""

    def __init__(self, layout: KaryogramLayout) -> None:
        super().__init__()
        self.layout, self.marks = layout, NO_MARKS
        self.setZValue(-1)

    def show_layout(self, layout: KaryogramLayout, marks: Marks) -> None:
        """Draw another layout; all of the karyogram is drawn anew, so only where the frame itself differs."""
        differs = _drawn(layout, marks) != _drawn(self.layout, self.marks)
        if differs:
            self.prepareGeometryChange()
        self.layout, self.marks = layout, marks
        if differs:
            self.update()

    def boundingRect(self) -> QRectF:
        """All of the karyogram."""
        return QRectF(0, 0, self.layout.width, self.layout.height)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draw with the report's code."""
        prepare(painter)
        paint_frame(painter, self.layout, marks=self.marks)


class _Member(QGraphicsItem):
    """One chromosome in its slot."""

    def __init__(self, placement: Placement, view: ChromosomeView, unit: float) -> None:
        super().__init__()
        self.placement, self.view, self.unit, self.marks = placement, view, unit, NO_MARKS
        self._kept = KeptImage()

    def show_as(self, placement: Placement, view: ChromosomeView, unit: float, marks: Marks) -> None:
        """Take over a new place or state; drawn anew only where it differs."""
        new = (placement, unit, marks)
        if new != (self.placement, self.unit, self.marks) or view is not self.view:
            self.prepareGeometryChange()
            self.placement, self.unit, self.marks = new
            self.view = view
            self.update()

    def boundingRect(self) -> QRectF:
        """Room for frame and badge."""
        grow = 0.3 * self.unit
        return qrect(self.placement.rect).adjusted(-grow, -1.3 * self.unit, grow, grow)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draw with the report's code."""
        prepare(painter)
        paint_placement(painter, self.placement, self.view, self.unit, marks=self.marks, kept=self._kept)


class _InsertMarker(QGraphicsItem):
    """A bar between two chromosomes where the carried one would stand."""

    def __init__(self) -> None:
        super().__init__()
        self._top, self._bottom = QPointF(), QPointF()
        self.setZValue(5)
        self.hide()

    def stand_at(self, x: float, top: float, bottom: float) -> None:
        """Show the bar at a place."""
        self.prepareGeometryChange()
        self._top, self._bottom = QPointF(x, top), QPointF(x, bottom)
        self.show()
        self.update()

    def boundingRect(self) -> QRectF:
        """Room for the bar and its feet at every zoom."""
        return QRectF(self._top, self._bottom).normalized().adjusted(-20, -20, 20, 20)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draw the bar with a foot at each end."""
        pen = QPen(SELECTED, MARKER_PIXELS)
        pen.setCosmetic(True)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawLine(self._top, self._bottom)
        foot = QPointF(4 / max(painter.worldTransform().m11(), 1e-6), 0)
        for end in (self._top, self._bottom):
            painter.drawLine(end - foot, end + foot)


class KaryogramView(Canvas):
    """Shows the arrangement of the current cell."""

    def __init__(self, case: Case, parent: QWidget | None = None) -> None:
        super().__init__(case, PAPER, parent)
        self.setAccessibleName(self.tr("Karyogram"))
        self.layout_shown: KaryogramLayout | None = None
        self._frame: _Frame | None = None
        self._members: dict[str, _Member] = {}
        self._marker: _InsertMarker | None = None
        self._carried: str | None = None
        self._target: Target | None = None
        case.current_changed.connect(self.rebuild)
        case.edited.connect(self.relayout)
        case.selection_changed.connect(self.refresh)
        case.hover_changed.connect(self.refresh)

    # --- showing

    def whole(self) -> QRectF:
        """Return the karyogram with its margins."""
        return QRectF(0, 0, self.layout_shown.width, self.layout_shown.height) if self.layout_shown else QRectF()

    def rebuild(self) -> None:
        """Show the current cell from scratch."""
        self.scene().clear()
        self._members, self._frame, self.layout_shown = {}, None, None
        self._carried, self._target = None, None
        self._marker = _InsertMarker()
        self.scene().addItem(self._marker)
        self.relayout()
        if self.layout_shown:
            self.fit()

    def relayout(self) -> None:
        """Lay the present cell out and move what has moved."""
        if self.case.analysed is None:
            return
        cell, views = self.case.analysed.cell, self._views()
        self.layout_shown = layout_karyogram(cell, views)
        if self._frame is None:
            self._frame = _Frame(self.layout_shown)
            self.scene().addItem(self._frame)
        self._drop_members(set(self._members) - set(self.layout_shown.placements))
        for placement in self.layout_shown.placements.values():
            if placement.id not in self._members:
                self._members[placement.id] = _Member(placement, views[placement.id], self.layout_shown.unit)
                self.scene().addItem(self._members[placement.id])
        self.refresh()
        if self._fitted and self.whole() != self.sceneRect():
            self.fit()
        else:
            self.setSceneRect(self.whole())

    def refresh(self) -> None:
        """Show what is chosen, pointed at and carried."""
        if self.layout_shown is None or self._frame is None:
            return
        views, shown = self._views(), self.layout_shown
        self._frame.show_layout(shown, self._frame_marks())
        for placement in shown.placements.values():
            member = self._members[placement.id]
            member.show_as(placement, views[placement.id], shown.unit, self._marks_of(placement.id))
            member.setOpacity(IN_THE_AIR if placement.id == self._carried else 1.0)

    def _drop_members(self, gone: set[str]) -> None:
        for chromosome_id in gone:
            self.scene().removeItem(self._members.pop(chromosome_id))

    def _views(self) -> Mapping[str, ChromosomeView]:
        return self.case.analysed.views.of_cell(self.case.analysed.cell) if self.case.analysed else {}

    def _marks_of(self, chromosome_id: str) -> Marks:
        selected, hovered = self.case.selected, self.case.hovered
        return Marks(
            selected=frozenset([chromosome_id] if selected and selected.id == chromosome_id else ()),
            hovered=frozenset([chromosome_id] if hovered and hovered.id == chromosome_id else ()),
        )

    def _frame_marks(self) -> Marks:
        return Marks(target=(self._target.label,)) if self._target else NO_MARKS

    # --- pointing

    def chromosome_at(self, point: QPointF) -> str | None:
        """Return the id of the chromosome at a point of the scene."""
        found = self.layout_shown.chromosome_at(point.x(), point.y()) if self.layout_shown else None
        return found.id if found else None

    def show_chromosome(self, chromosome_id: str) -> None:
        """Bring a chromosome into sight."""
        if self.layout_shown and chromosome_id in self.layout_shown.placements:
            self.ensureVisible(qrect(self.layout_shown.placements[chromosome_id].rect), 40, 40)

    def neighbour(self, chromosome_id: str | None, step: int) -> str | None:
        """Return the chromosome after (1) or before (-1) one in reading order; the first or last where it is None."""
        order = list(self.layout_shown.placements) if self.layout_shown else []
        if not order:
            return None
        if chromosome_id not in order:
            return order[0 if step > 0 else -1]
        return order[(order.index(chromosome_id) + step) % len(order)]

    # --- carrying

    def target_at(self, point: QPointF, chromosome_id: str) -> Target | None:
        """Return where a chromosome dropped at a point of the scene would land; bare ground stands for the tray."""
        if self.layout_shown is None:
            return None
        slot = self.layout_shown.slot_at(point.x(), point.y()) or self.layout_shown.tray
        return Target(slot.label, self.layout_shown.index_at(slot, point.x(), point.y(), chromosome_id))

    def show_carrying(self, chromosome_id: str | None, target: Target | None) -> None:
        """Show what is carried and where it would land; None, None: nothing is."""
        self._carried, self._target = chromosome_id, target
        self.refresh()
        if self._marker is None or self.layout_shown is None:
            return
        if target is None:
            self._marker.hide()
        else:
            slot = self.layout_shown.slot_by_label[target.label]
            self._marker.stand_at(*self._bar(slot, target.index, chromosome_id))

    def _bar(self, slot: Slot, index: int, moving: str | None) -> tuple[float, float, float]:
        """The x, top and bottom of the insert marker in the scene; it stands out above what is carried."""
        members = [member.rect for member in slot.members if member.id != moving]
        unit = self.layout_shown.unit if self.layout_shown else 1.0
        if slot.label is None:
            row = members[min(index, len(members) - 1)] if members else slot.rect
            top, bottom = (row.y, row.bottom) if members else (slot.line + 1.2 * unit, slot.rect.bottom)
        else:
            top, bottom = slot.rect.y + 0.1 * unit, slot.line
        if not members:
            return slot.rect.x + (unit if slot.label is None else slot.rect.width / 2), top, bottom
        beside = members[min(index, len(members) - 1)]
        return (beside.x - 0.2 * unit if index < len(members) else beside.right + 0.2 * unit), top, bottom

    def carry_pixmap(self, chromosome_id: str) -> QPixmap:
        """Return a chromosome as it looks in the karyogram, for carrying under the pointer."""
        assert self.case.analysed is not None
        chromosome = self.case.analysed.cell.by_id[chromosome_id]
        view = self.case.analysed.views.of(chromosome)
        scale = self.transform().m11() / view.scale
        rows, columns = view.pixels.shape
        ratio = self.devicePixelRatioF()
        pixmap = QPixmap(max(round(columns * scale * ratio), 1), max(round(rows * scale * ratio), 1))
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(QColor(0, 0, 0, 0))
        painter = QPainter(pixmap)
        prepare(painter)
        painter.setOpacity(CARRIED)
        area = QRectF(0, 0, columns * scale, rows * scale)
        paint_chromosome(painter, area, view, mirrored=chromosome.mirrored)
        painter.end()
        return pixmap
