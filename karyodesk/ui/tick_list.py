"""Boxes that are ticked, drawn so that they are seen in light and dark, and a list of sentences to be ticked off."""

from typing import Final

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPalette, QPen, QPolygonF
from PySide6.QtWidgets import (
    QApplication,
    QListView,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

Index = QModelIndex | QPersistentModelIndex
BOX: Final = 18
MARGIN: Final = 8
PADDING: Final = 5
_WORDS: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap


def draw_box(painter: QPainter, box: QRect, frame: QColor, tick: QColor | None) -> None:
    """Draw a box, and its tick where it has one, so that both are seen in light and dark."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(frame, 1.2))
    painter.drawRoundedRect(QRectF(box).adjusted(1, 1, -1, -1), 3, 3)
    if tick is not None:
        painter.setPen(QPen(tick, 2.2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
        corners = ((0.26, 0.52), (0.43, 0.69), (0.75, 0.31))
        painter.drawPolyline(
            QPolygonF([QPointF(box.x() + x * box.width(), box.y() + y * box.height()) for x, y in corners])
        )
    painter.restore()


def draw_ground(
    delegate: QStyledItemDelegate, painter: QPainter, option: QStyleOptionViewItem, index: Index
) -> tuple[QStyleOptionViewItem, str]:
    """Draw a field without its words and without the style's own box, which is hardly seen in dark.

    Returns:
        What the field is drawn with, its text taken off, and that text.
    """
    own = QStyleOptionViewItem(option)
    delegate.initStyleOption(own, index)
    text, own.text = own.text, ""
    own.features &= ~QStyleOptionViewItem.ViewItemFeature.HasCheckIndicator
    style = own.widget.style() if own.widget else QApplication.style()
    style.drawControl(QStyle.ControlElement.CE_ItemViewItem, own, painter, own.widget)
    return own, text


def _is_ticked(index: Index) -> bool:
    """Whether a row is ticked; an item that was ticked by the program answers with a number."""
    return Qt.CheckState(index.data(Qt.ItemDataRole.CheckStateRole)) is Qt.CheckState.Checked


class _Delegate(QStyledItemDelegate):
    """A row with its box and all of its sentence; a click anywhere in it ticks."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        option, text = draw_ground(self, painter, option, index)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        roles = QPalette.ColorRole
        ink = option.palette.color(roles.HighlightedText if chosen else roles.Text)
        ticked = _is_ticked(index)
        field = option.rect
        box = QRect(field.x() + MARGIN, field.y() + (field.height() - BOX) // 2, BOX, BOX)
        draw_box(painter, box, ink if chosen else option.palette.color(roles.PlaceholderText), ink if ticked else None)
        painter.setPen(ink)
        painter.drawText(field.adjusted(BOX + 2 * MARGIN, PADDING, -MARGIN, -PADDING), _WORDS, text)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        view = self.parent()
        width = view.viewport().width() if isinstance(view, QListView) else option.rect.width()
        room = QRect(0, 0, max(width - BOX - 3 * MARGIN, 100), 10000)
        text = str(index.data(Qt.ItemDataRole.DisplayRole))
        height = option.fontMetrics.boundingRect(room, _WORDS.value, text).height()
        return QSize(width, max(height, BOX) + 2 * PADDING)

    def editorEvent(self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: Index) -> bool:
        released = event.type() == QEvent.Type.MouseButtonRelease
        clicked = released and isinstance(event, QMouseEvent) and event.button() == Qt.MouseButton.LeftButton
        if not (clicked or (isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Space)):
            return False
        ticked = _is_ticked(index)
        other = Qt.CheckState.Unchecked if ticked else Qt.CheckState.Checked
        return model.setData(index, other, Qt.ItemDataRole.CheckStateRole)


class TickList(QListWidget):
    """Sentences, each to be ticked by a click or by Space."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setItemDelegate(_Delegate(self))
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)

    def show_sentences(self, sentences: tuple[str, ...]) -> None:
        """Show other sentences; those that were ticked and stay are still ticked."""
        ticked = set(self.ticked())
        self.clear()
        for sentence in sentences:
            item = QListWidgetItem(sentence, self)
            item.setFlags(Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
            item.setCheckState(Qt.CheckState.Checked if sentence in ticked else Qt.CheckState.Unchecked)

    def ticked(self) -> tuple[str, ...]:
        """Return the sentences that are ticked."""
        items = [self.item(row) for row in range(self.count())]
        return tuple(item.text() for item in items if item.checkState() is Qt.CheckState.Checked)
