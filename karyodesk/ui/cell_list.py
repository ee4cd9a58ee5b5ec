"""The cells of the case: picture, name, count, state and what is uncertain."""

from typing import Any, Final

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QFont, QPainter, QPainterPath, QPalette, QPixmap
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from karyodesk.report.metaphase import picture
from karyodesk.store.records import Summary
from karyodesk.ui.case import Case, CaseCell, CellState
from karyodesk.ui.icons import draw
from karyodesk.ui.tally import tally

Index = QModelIndex | QPersistentModelIndex
THUMBNAIL: Final = QSize(64, 56)
PADDING: Final = 10
ROW: Final = 78
BAR: Final = 3


class CellModel(QAbstractListModel):
    """The cells of a case as rows."""

    def __init__(self, case: Case, parent: QWidget) -> None:
        super().__init__(parent)
        self._case = case
        self._thumbnails: dict[CaseCell, QPixmap] = {}
        case.cells_changed.connect(self._reset)
        case.cell_changed.connect(self._tell)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """Return how many cells there are."""
        return 0 if parent.isValid() else len(self._case.cells)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401 - Qt's own signature
        """Return the name, all that the row shows in words, or the cell itself."""
        cell = self._case.cells[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return cell.name
        if role == Qt.ItemDataRole.UserRole:
            return cell
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{cell.name}. {self.summary(cell)}. {self.attention(cell)}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{cell.path or cell.name}\n{cell.message}".strip()
        return None

    def summary(self, cell: CaseCell) -> str:
        """Return the second line of a row."""
        if cell.analysed is not None:
            counted = tally(cell.analysed.journal.start, cell.analysed.cell)
            return f"{counted.count} · {counted.karyotype}"
        if cell.state is CellState.STORED:
            summary = cell.stored.summary if cell.stored else None
            return f"{summary.count} · {summary.karyotype}" if summary else self.tr("Being opened")
        return {
            CellState.WAITING: self.tr("Waiting"),
            CellState.WORKING: cell.message,
            CellState.REFUSED: cell.message,
        }.get(cell.state, self.tr("Cancelled"))

    def attention(self, cell: CaseCell) -> str:
        """Return the third line of a ready cell."""
        words = self._uncertain(cell)
        if words and cell.visitors:
            return self.tr("{words} · also open: {who}").format(words=words, who=", ".join(cell.visitors))
        return words

    def _uncertain(self, cell: CaseCell) -> str:
        if (summary := _known(cell)) is not None:
            return self._questions(summary.uncertain + summary.doubts)
        if cell.analysed is None:
            return ""
        counted = tally(cell.analysed.journal.start, cell.analysed.cell)
        return self._questions(counted.uncertain + counted.doubts)

    def _questions(self, count: int) -> str:
        return self.tr("{count} uncertain").format(count=count) if count else self.tr("Nothing uncertain")

    def needs_attention(self, cell: CaseCell) -> bool:
        """Whether a person should look at something of a ready cell."""
        if (summary := _known(cell)) is not None:
            return bool(summary.uncertain + summary.doubts)
        present = cell.analysed.cell if cell.analysed else None
        return present is not None and bool(present.standing_doubts or present.to_look_at)

    def thumbnail(self, cell: CaseCell) -> QPixmap | None:
        """Return a small picture of a ready cell."""
        kept = cell.stored.thumbnail if cell.stored else None
        small = cell.analysed.thumbnail if cell.analysed else kept
        if small is None:
            return None
        if cell not in self._thumbnails:
            image = picture(small)
            self._thumbnails[cell] = QPixmap.fromImage(
                image.scaled(
                    THUMBNAIL * 2,
                    Qt.AspectRatioMode.KeepAspectRatioByExpanding,
                    Qt.TransformationMode.SmoothTransformation,
                )
            )
        return self._thumbnails[cell]

    def _reset(self) -> None:
        self.beginResetModel()
        self.endResetModel()

    def _tell(self, cell: CaseCell) -> None:
        index = self.index(self._case.cells.index(cell))
        self.dataChanged.emit(index, index)


def _known(cell: CaseCell) -> Summary | None:
    """What the list of the case database says of a cell whose picture is not there yet."""
    return cell.stored.summary if cell.stored and cell.state is CellState.STORED else None


class _CellDelegate(QStyledItemDelegate):
    """Draws one row."""

    def __init__(self, model: CellModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the height of a row: higher where a refusal needs it."""
        cell: CaseCell = index.data(Qt.ItemDataRole.UserRole)
        if cell.state is not CellState.REFUSED or not isinstance(option.widget, QListView):
            return QSize(160, ROW)
        width = option.widget.viewport().width() - THUMBNAIL.width() - PADDING - 28
        words = option.fontMetrics.boundingRect(QRect(0, 0, width, 1000), Qt.TextFlag.TextWordWrap, cell.message)
        return QSize(160, max(ROW, words.height() + option.fontMetrics.height() + 26))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw thumbnail, name, summary and what needs attention."""
        cell: CaseCell = index.data(Qt.ItemDataRole.UserRole)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRect(option.rect).adjusted(6, 3, -6, -3)
        self._ground(painter, area, option)
        frame = QRect(area.topLeft() + QPoint(8, (area.height() - THUMBNAIL.height()) // 2), THUMBNAIL)
        self._thumbnail(painter, frame, cell, option)
        text = QRect(area).adjusted(THUMBNAIL.width() + 8 + PADDING, 8, -8, -8)
        self._words(painter, text, cell, option)
        if cell.state is CellState.WORKING:
            self._bar(painter, text, cell, option)
        painter.restore()

    def _ground(self, painter: QPainter, area: QRect, option: QStyleOptionViewItem) -> None:
        state, palette = option.state, option.palette
        painter.setPen(Qt.PenStyle.NoPen)
        if state & QStyle.StateFlag.State_Selected:
            tint = palette.color(QPalette.ColorRole.Highlight)
            painter.setBrush(palette.base())
            painter.drawRoundedRect(area, 7, 7)
            tint.setAlphaF(0.16)
            painter.setBrush(tint)
            painter.drawRoundedRect(area, 7, 7)
            painter.setBrush(palette.highlight())
            painter.drawRoundedRect(QRectF(area.x(), area.y() + 14, 3, area.height() - 28), 1.5, 1.5)
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(palette.midlight())
            painter.drawRoundedRect(area, 7, 7)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(palette.color(QPalette.ColorRole.Highlight))
            painter.drawRoundedRect(QRectF(area).adjusted(0.5, 0.5, -0.5, -0.5), 7, 7)

    def _thumbnail(self, painter: QPainter, area: QRect, cell: CaseCell, option: QStyleOptionViewItem) -> None:
        palette = option.palette
        outline = QPainterPath()
        outline.addRoundedRect(QRectF(area), 5, 5)
        painter.save()
        painter.setClipPath(outline)
        painter.fillRect(area, palette.color(QPalette.ColorRole.Midlight))
        pixmap = self._model.thumbnail(cell)
        if pixmap is not None:
            source = QRect(QPoint(0, 0), THUMBNAIL * 2)
            source.moveCenter(pixmap.rect().center())
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawPixmap(area, pixmap, source)
        painter.restore()
        if pixmap is None:
            name = "uncertain" if cell.state is CellState.REFUSED else "picture"
            role = QPalette.ColorRole.BrightText if cell.state is CellState.REFUSED else QPalette.ColorRole.Dark
            sign = draw(name, 24, palette.color(role), 2.0)
            painter.drawPixmap(area.center() - QPoint(11, 11), sign)

    def _words(self, painter: QPainter, area: QRect, cell: CaseCell, option: QStyleOptionViewItem) -> None:
        palette, font = option.palette, QFont(option.font)
        line = painter.fontMetrics().height() + 1
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(palette.color(QPalette.ColorRole.Text))
        top = QRect(area.x(), area.y(), area.width(), line)
        painter.drawText(top, _LEFT, painter.fontMetrics().elidedText(cell.name, _MIDDLE, area.width()))
        font.setWeight(QFont.Weight.Normal)
        painter.setFont(font)
        painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
        if cell.analysed is None and _known(cell) is None:
            rest = area.adjusted(0, line + 1, 0, 6)
            painter.drawText(rest, Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop, self._model.summary(cell))
            return
        summary = painter.fontMetrics().elidedText(self._model.summary(cell), _RIGHT, area.width())
        painter.drawText(top.translated(0, line + 1), _LEFT, summary)
        self._attention(painter, top.translated(0, 2 * line + 2), cell, palette)

    def _attention(self, painter: QPainter, area: QRect, cell: CaseCell, palette: QPalette) -> None:
        uncertain = self._model.needs_attention(cell)
        role = QPalette.ColorRole.BrightText if uncertain else QPalette.ColorRole.PlaceholderText
        colour = palette.color(role)
        sign = draw("uncertain" if uncertain else "confirm", 14, colour, 2.0)
        painter.drawPixmap(area.x(), area.y() + (area.height() - 14) // 2, sign)
        painter.setPen(colour)
        words = area.adjusted(19, 0, 0, 0)
        painter.drawText(
            words, _LEFT, painter.fontMetrics().elidedText(self._model.attention(cell), _RIGHT, words.width())
        )

    def _bar(self, painter: QPainter, area: QRect, cell: CaseCell, option: QStyleOptionViewItem) -> None:
        palette = option.palette
        track = QRectF(area.x(), area.bottom() - BAR, area.width(), BAR)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(palette.mid())
        painter.drawRoundedRect(track, BAR / 2, BAR / 2)
        track.setWidth(track.width() * cell.share)
        painter.setBrush(palette.highlight())
        painter.drawRoundedRect(track, BAR / 2, BAR / 2)


_LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_MIDDLE: Final = Qt.TextElideMode.ElideMiddle
_RIGHT: Final = Qt.TextElideMode.ElideRight


class CellList(QListView):
    """The list of cells; choosing a row shows that cell."""

    def __init__(self, case: Case, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._case = case
        self.setAccessibleName(self.tr("Cells of the case"))
        self._model = CellModel(case, self)
        self.setModel(self._model)
        self.setItemDelegate(_CellDelegate(self._model, self))
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumWidth(200)
        self.selectionModel().currentChanged.connect(self._show_chosen)
        case.cells_changed.connect(self._follow)
        case.current_changed.connect(self._follow)

    def _show_chosen(self, index: QModelIndex) -> None:
        if index.isValid():
            self._case.show_cell(index.data(Qt.ItemDataRole.UserRole))

    def _follow(self) -> None:
        """Mark the row of the current cell."""
        if self._case.current is not None:
            self.setCurrentIndex(self._model.index(self._case.cells.index(self._case.current)))
