"""The centre of the window: metaphase and karyogram side by side, linked, over the tally."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QPalette
from PySide6.QtWidgets import QAbstractItemView, QApplication, QLabel, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from karyodesk.ui.canvas import ZOOM_STEP, Canvas
from karyodesk.ui.carry import Carrier
from karyodesk.ui.case import Case, CellState
from karyodesk.ui.karyogram_view import KaryogramView
from karyodesk.ui.metaphase_view import MetaphaseView
from karyodesk.ui.notice import Notice
from karyodesk.ui.tally_bar import TallyBar


class Workspace(QWidget):
    """Shows the current cell, or what keeps it from being shown."""

    def __init__(self, case: Case, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._case = case
        self.metaphase = MetaphaseView(case, self)
        self.karyogram = KaryogramView(case, self)
        self.tally = TallyBar(case, self)
        self.visitors = Notice(self, closable=False)
        self.visitors.setAccessibleName(self.tr("Who else has this cell open"))
        self._message = QLabel(self)
        self._message.setWordWrap(True)
        self._message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._message.setMargin(60)
        self._message.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setHandleWidth(5)
        self._panes = {
            self.metaphase: self._pane(self.tr("Metaphase"), self.metaphase),
            self.karyogram: self._pane(self.tr("Karyogram"), self.karyogram),
        }
        self._splitter.setSizes([460, 540])
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self._message)
        self._stack.addWidget(self._shown_cell())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)
        case.current_changed.connect(self.refresh)
        case.cells_changed.connect(self._say_whether_there_are_cells)
        case.selection_changed.connect(self._bring_into_sight)
        case.current_changed.connect(self._show_visitors)
        case.cell_changed.connect(self._show_visitors)
        self.refresh()

    @property
    def canvases(self) -> tuple[Canvas, Canvas]:
        """Metaphase and karyogram."""
        return self.metaphase, self.karyogram

    @property
    def message(self) -> str:
        """What is said while no cell can be shown."""
        return self._message.text()

    def carry_within(self, window: QWidget) -> None:
        """Let chromosomes be carried between the pictures of a window."""
        carrier = Carrier(self._case, self.karyogram, window)
        for canvas in self.canvases:
            carrier.watch(canvas)

    def refresh(self) -> None:
        """Show the current cell or say what is the matter with it."""
        cell = self._case.current
        if cell is not None and cell.analysed is not None:
            comes = self._stack.currentIndex() == 0
            self._stack.setCurrentIndex(1)
            if comes and not isinstance(QApplication.focusWidget(), QAbstractItemView):
                self.karyogram.setFocus()  # so that the review can start with the next key
            return
        self._stack.setCurrentIndex(0)
        self._message.setText(self._matter())

    def _say_whether_there_are_cells(self) -> None:
        if self._case.current is None:
            self.refresh()

    def fit(self) -> None:
        """Show both pictures whole."""
        for canvas in self.canvases:
            canvas.fit()

    def zoom(self, steps: int) -> None:
        """Zoom the picture that has the focus; the karyogram where none has."""
        canvas = self.metaphase if self.metaphase.hasFocus() else self.karyogram
        canvas.zoom(ZOOM_STEP**steps)

    def toggle_alone(self, canvas: Canvas) -> None:
        """Give one picture the whole room, or share it again."""
        other = next(each for each in self.canvases if each is not canvas)
        self._panes[canvas].show()
        self._panes[other].setVisible(not self._panes[other].isVisible())
        canvas.setFocus()

    def share(self) -> None:
        """Give both pictures their first room."""
        for pane in self._panes.values():
            pane.show()
        self._splitter.setSizes([460, 540])

    def _matter(self) -> str:
        cell = self._case.current
        if cell is None and not self._case.cells:
            return self.tr("This case has no cells yet. Drop metaphase pictures or folders here.")
        if cell is None:
            return self.tr("The first cell is shown as soon as it is ready.")
        if cell.state is CellState.STORED:
            return self.tr("{name} is being opened.").format(name=cell.name)
        if cell.state in (CellState.REFUSED, CellState.CANCELLED):
            return f"{cell.name}\n\n{cell.message}"
        return self.tr("{name} is not ready yet.").format(name=cell.name)

    def _show_visitors(self) -> None:
        """Say who else has the cell open."""
        visitors = self._case.current.visitors if self._case.current else ()
        words = self.tr(
            "Also open: {who}. Who changes it first is stored; the other is told, and nothing is overwritten."
        )
        sentence = words.format(who=", ".join(visitors))
        if visitors and (self.visitors.isHidden() or self.visitors.text != sentence):
            self.visitors.say(sentence, warning=True)
        self.visitors.setVisible(bool(visitors))

    def _bring_into_sight(self) -> None:
        chosen = self._case.selected
        if chosen is not None:
            for view in (self.metaphase, self.karyogram):
                if not view.underMouse():
                    view.show_chromosome(chosen.id)

    def _pane(self, title: str, canvas: Canvas) -> QWidget:
        pane = QWidget(self)
        heading = QLabel(title, pane)
        font = QFont(heading.font())
        font.setWeight(QFont.Weight.DemiBold)
        heading.setFont(font)
        heading.setContentsMargins(14, 6, 14, 6)
        heading.setBuddy(canvas)
        column = QVBoxLayout(pane)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(heading)
        column.addWidget(canvas, 1)
        self._splitter.addWidget(pane)
        return pane

    def _shown_cell(self) -> QWidget:
        page = QWidget(self)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.visitors)
        column.addWidget(self._splitter, 1)
        column.addWidget(self.tally)
        return page
