"""What metaphase and karyogram share: zoom, moving the picture, pointing, choosing, carrying, typing."""

from enum import Enum, auto
from typing import Final

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QFrame, QGraphicsScene, QGraphicsView, QWidget

from karyodesk.ui.case import Case

ZOOM_STEP: Final = 1.2
LARGEST: Final = 40.0
"""Pixels of the screen a pixel of the original."""
_KEYPAD: Final = Qt.KeyboardModifier.KeypadModifier
_ARROWS: Final = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


class _Doing(Enum):
    """What the pressed pointer does."""

    NOTHING = auto()
    PRESSED = auto()
    CARRYING = auto()
    PANNING = auto()


class Canvas(QGraphicsView):
    """A picture of one cell whose chromosomes can be pointed at and chosen.

    Signals:
        carried: a chromosome was picked up; id and pointer in global coordinates.
        carried_on: the pointer moved while carrying.
        let_go: the carried chromosome was dropped.
        carry_cancelled: it goes back to where it was.
        double_clicked: a chromosome was.
        menu_wanted: for the chosen chromosome, or for none, at a global point.
        character_typed: a key that may be part of a label.
        space_tapped: the space bar was pressed without moving the picture.
        arrow_pressed: -1 for left, 1 for right.
    """

    carried = Signal(str, QPoint)
    carried_on = Signal(QPoint)
    let_go = Signal(QPoint)
    carry_cancelled = Signal()
    double_clicked = Signal(str)
    menu_wanted = Signal(QPoint)
    character_typed = Signal(str)
    space_tapped = Signal()
    arrow_pressed = Signal(int)

    def __init__(self, case: Case, ground: QColor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.case = case
        self.setScene(QGraphicsScene(self))
        self.setBackgroundBrush(ground)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.AnchorUnderMouse)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.AnchorViewCenter)
        self.setMouseTracking(True)
        self.setAcceptDrops(False)  # the window takes files, wherever they are dropped
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._doing = _Doing.NOTHING
        self._pressed_at = QPoint()
        self._pressed_id: str | None = None
        self._space = False
        self._space_panned = False
        self._fitted = True

    # --- what a subclass says

    def chromosome_at(self, point: QPointF) -> str | None:
        """Return the id of the chromosome at a point of the scene."""
        raise NotImplementedError

    def whole(self) -> QRectF:
        """Return what ``fit`` shows, in the scene."""
        return self.sceneRect()

    # --- zoom

    def fit(self) -> None:
        """Show the whole picture, and keep it whole as the window changes size, until a person zooms."""
        self._fitted = True
        self.setSceneRect(self.whole())
        self.fitInView(self.whole(), Qt.AspectRatioMode.KeepAspectRatio)

    def zoom(self, factor: float) -> None:
        """Enlarge (above 1) or reduce; never below half of the whole picture, never beyond ``LARGEST``."""
        now, view, whole = self.transform().m11(), self.viewport().rect(), self.whole()
        if whole.isEmpty():
            return
        smallest = min(view.width() / whole.width(), view.height() / whole.height()) / 2
        wanted = min(max(now * factor, smallest), LARGEST)
        self._fitted = False
        self.scale(wanted / now, wanted / now)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the pointer."""
        self.zoom(ZOOM_STEP ** (event.angleDelta().y() / 120))
        event.accept()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep a whole picture whole."""
        super().resizeEvent(event)
        if self._fitted:
            self.fit()

    # --- pointer

    @property
    def is_carrying(self) -> bool:
        """Whether a chromosome of this picture is in the air."""
        return self._doing is _Doing.CARRYING

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose what is under the pointer, or take hold of the picture."""
        self._pressed_at = event.position().toPoint()
        if event.button() == Qt.MouseButton.MiddleButton or (
            event.button() == Qt.MouseButton.LeftButton and self._space
        ):
            self._doing = _Doing.PANNING
            self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
        elif event.button() == Qt.MouseButton.LeftButton and self._doing is _Doing.NOTHING:
            self._doing = _Doing.PRESSED
            self._pressed_id = self._under(self._pressed_at)
            self.case.select(self._pressed_id)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Light up, carry or pan."""
        here = event.position().toPoint()
        if self._doing is _Doing.PANNING:
            self._pan(here)
        elif self._doing is _Doing.CARRYING:
            self.carried_on.emit(event.globalPosition().toPoint())
        elif self._doing is _Doing.PRESSED:
            self._carry_if_far(here, event.globalPosition().toPoint())
        else:
            self.case.hover(self._under(here))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        was, self._doing = self._doing, _Doing.NOTHING
        if was is _Doing.CARRYING:
            self.let_go.emit(event.globalPosition().toPoint())
        self._show_cursor()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Turn what is under the pointer."""
        under = self._under(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and under is not None:
            self.double_clicked.emit(under)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Choose what is under the pointer and ask for its menu."""
        if event.reason() == QContextMenuEvent.Reason.Mouse:
            self.case.select(self._under(event.pos()))
        self.menu_wanted.emit(event.globalPos())

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is pointed at any more."""
        self.case.hover(None)
        super().leaveEvent(event)

    def stop_carrying(self) -> None:
        """Put the chromosome back to where it was."""
        if self.is_carrying:
            self._doing = _Doing.NOTHING
            self.carry_cancelled.emit()

    def _under(self, here: QPoint) -> str | None:
        return self.chromosome_at(self.mapToScene(here))

    def _carry_if_far(self, here: QPoint, on_screen: QPoint) -> None:
        far = (here - self._pressed_at).manhattanLength() >= QApplication.startDragDistance()
        if far and self._pressed_id is not None:
            self._doing = _Doing.CARRYING
            self.carried.emit(self._pressed_id, on_screen)
            self.carried_on.emit(on_screen)

    def _pan(self, here: QPoint) -> None:
        moved = here - self._pressed_at
        self._pressed_at = here
        self._space_panned = True
        self._fitted = False
        self.horizontalScrollBar().setValue(self.horizontalScrollBar().value() - moved.x())
        self.verticalScrollBar().setValue(self.verticalScrollBar().value() - moved.y())

    def _show_cursor(self) -> None:
        shape = Qt.CursorShape.OpenHandCursor if self._space else Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(shape)

    # --- keys

    def event(self, event: QEvent) -> bool:
        """Keep Esc for the chromosome in the air, although it is a short cut as well."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Escape
            and self.is_carrying
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Hold the picture with the space bar; step with the arrows; pass on what may be a label."""
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier, _KEYPAD)
        if event.key() == Qt.Key.Key_Escape:
            self.stop_carrying()
        elif event.key() == Qt.Key.Key_Space:
            self._press_space(event)
        elif event.key() in _ARROWS:
            self.arrow_pressed.emit(_ARROWS[Qt.Key(event.key())])
        elif plain and event.text():
            self.character_typed.emit(event.text())
        else:
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Let the picture go; a space bar that moved nothing was a tap."""
        if event.key() != Qt.Key.Key_Space or event.isAutoRepeat():
            super().keyReleaseEvent(event)
            return
        self._space = False
        self._show_cursor()
        if not self._space_panned:
            self.space_tapped.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Forget a space bar that is released elsewhere."""
        self._space = False
        self._show_cursor()
        super().focusOutEvent(event)
        self.viewport().update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show that the keys come here."""
        super().focusInEvent(event)
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the picture, and a frame where it has the keyboard."""
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self.viewport())
            painter.setPen(QPen(self.palette().highlight(), 2))
            painter.drawRect(self.viewport().rect().adjusted(1, 1, -1, -1))
            painter.end()

    def _press_space(self, event: QKeyEvent) -> None:
        if not event.isAutoRepeat():
            self._space, self._space_panned = True, False
            self._show_cursor()
