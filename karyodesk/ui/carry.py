"""Carrying a chromosome with the pointer, from either picture into the karyogram."""

from typing import Final

from PySide6.QtCore import QObject, QPoint, QPointF, Qt, QTimer
from PySide6.QtWidgets import QLabel, QWidget

from karyodesk.domain import edits
from karyodesk.domain.cell import Cell
from karyodesk.domain.edits import Edit
from karyodesk.ui.canvas import Canvas
from karyodesk.ui.case import Case
from karyodesk.ui.karyogram_view import KaryogramView, Target

EDGE: Final = 36
"""Pixels from the edge of the karyogram, inside and outside, within which it scrolls."""
SCROLL_EVERY_MS: Final = 30
SCROLL_STEP: Final = 14


class Carrier(QObject):
    """Moves a chromosome when it is let go over the karyogram; anywhere else nothing happens."""

    def __init__(self, case: Case, karyogram: KaryogramView, window: QWidget) -> None:
        super().__init__(window)
        self._case, self._karyogram, self._window = case, karyogram, window
        self._carried: str | None = None
        self._pointer = QPoint()
        self._ghost = QLabel(window)
        self._ghost.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._ghost.setAccessibleName(self.tr("Carried chromosome"))
        self._ghost.setObjectName("carried")
        self._ghost.hide()
        self._scroll = QTimer(self, interval=SCROLL_EVERY_MS)
        self._scroll.timeout.connect(self._scroll_at_edge)

    def watch(self, canvas: Canvas) -> None:
        """Let chromosomes of a picture be picked up."""
        canvas.carried.connect(self._pick_up)
        canvas.carried_on.connect(self._carry_on)
        canvas.let_go.connect(self._let_go)
        canvas.carry_cancelled.connect(self._end)

    def _pick_up(self, chromosome_id: str, pointer: QPoint) -> None:
        if self._case.find(chromosome_id) is None:
            return  # it was cut or joined while the pointer was held down
        self._carried = chromosome_id
        pixmap = self._karyogram.carry_pixmap(chromosome_id)
        self._ghost.setPixmap(pixmap)
        self._ghost.resize(pixmap.deviceIndependentSize().toSize())
        self._ghost.raise_()
        self._ghost.show()
        self._scroll.start()

    def _carry_on(self, pointer: QPoint) -> None:
        self._pointer = pointer
        middle = QPoint(self._ghost.width() // 2, self._ghost.height() // 2)
        self._ghost.move(self._window.mapFromGlobal(pointer) - middle)
        self._karyogram.show_carrying(self._carried, self._target())

    def _let_go(self, pointer: QPoint) -> None:
        self._pointer = pointer
        chromosome_id, target = self._carried, self._target()
        self._end()
        if chromosome_id is None or target is None or target == self._present_place(chromosome_id):
            return

        def make(cell: Cell, moved: str, who: str) -> Edit:
            return edits.move(cell, moved, target.label, who, target.index)

        self._case.do(make, chromosome_id)

    def _end(self) -> None:
        self._carried = None
        self._scroll.stop()
        self._ghost.hide()
        self._karyogram.show_carrying(None, None)

    def _target(self) -> Target | None:
        """Where the chromosome would land; None beside the karyogram."""
        viewport = self._karyogram.viewport()
        here = viewport.mapFromGlobal(self._pointer)
        if self._carried is None or not self._karyogram.isVisible() or not viewport.rect().contains(here):
            return None
        return self._karyogram.target_at(QPointF(self._karyogram.mapToScene(here)), self._carried)

    def _present_place(self, chromosome_id: str) -> Target | None:
        chromosome = self._case.find(chromosome_id)
        if chromosome is None or chromosome.rejected or self._case.analysed is None:
            return None
        order = [member.id for member in self._case.analysed.cell.in_slot(chromosome.label)]
        return Target(chromosome.label, order.index(chromosome_id))

    def _scroll_at_edge(self) -> None:
        """Scroll the karyogram while the pointer is held near its edge."""
        viewport = self._karyogram.viewport()
        here, area = viewport.mapFromGlobal(self._pointer), viewport.rect()
        if not area.adjusted(-EDGE, -EDGE, EDGE, EDGE).contains(here):
            return
        for bar, at, length in (
            (self._karyogram.horizontalScrollBar(), here.x(), area.width()),
            (self._karyogram.verticalScrollBar(), here.y(), area.height()),
        ):
            direction = (at > length - EDGE) - (at < EDGE)
            bar.setValue(bar.value() + direction * SCROLL_STEP)
        self._karyogram.show_carrying(self._carried, self._target())
