"""What a person does at the window, as real events of mouse and keyboard."""

from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

LEFT = Qt.MouseButton.LeftButton


class Hands:
    def __init__(self, window, qtbot):
        self.window, self.qtbot = window, qtbot
        self.case = window.case
        self.metaphase, self.karyogram = window.workspace.canvases

    # --- files

    def drop(self, *paths):
        self.drop_urls(*(QUrl.fromLocalFile(str(path)) for path in paths))

    def drop_urls(self, *urls):
        data = QMimeData()
        data.setUrls(list(urls))
        target = self.window.start_page.zone if not self.case.cells else self.karyogram.viewport()
        at = self.window.rect().center()
        buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        entered = QDragEnterEvent(at, Qt.DropAction.CopyAction, data, buttons, keys)
        QApplication.sendEvent(self.window, entered)
        assert not target.acceptDrops()  # nothing between the pointer and the window takes the drop
        if entered.isAccepted():
            dropped = QDropEvent(QPointF(at), Qt.DropAction.CopyAction, data, buttons, keys)
            QApplication.sendEvent(self.window, dropped)
        return entered.isAccepted()

    def wait_for_jobs(self, timeout=30000):
        self.qtbot.waitUntil(lambda: not self.window.jobs.active, timeout=timeout)

    # --- what is shown

    @property
    def cell(self):
        return self.case.analysed.cell

    def slot(self, label):
        return [chromosome.id for chromosome in self.cell.in_slot(label)]

    def in_karyogram(self, chromosome_id):
        """Where a chromosome stands, in the viewport of the karyogram."""
        rect = self.karyogram.layout_shown.placements[chromosome_id].rect
        return self.at(QPointF(rect.x + rect.width / 2, rect.y + rect.height / 2))

    def in_slot(self, label, share=0.5):
        rect = self.karyogram.layout_shown.slot_by_label[label].rect
        return self.at(QPointF(rect.x + rect.width * share, rect.y + rect.height / 2))

    def at(self, point):
        return self.karyogram.mapFromScene(point)

    def in_metaphase(self, chromosome_id):
        x0, y0, x1, y1 = self.cell.by_id[chromosome_id].outline.bbox
        return self.metaphase.mapFromScene(QPointF((x0 + x1) / 2, (y0 + y1) / 2))

    # --- pointer

    def click(self, canvas, point):
        QTest.mouseClick(canvas.viewport(), LEFT, pos=point)

    def double_click(self, canvas, point):
        QTest.mouseDClick(canvas.viewport(), LEFT, pos=point)

    def point_at(self, canvas, point):
        QTest.mouseMove(canvas.viewport(), point)

    def carry(self, canvas, start, end, end_canvas=None, *, let_go=True):
        """Press, move in steps, and let go; the end may lie in another picture."""
        goal = canvas.viewport().mapFromGlobal((end_canvas or canvas).viewport().mapToGlobal(end))
        QTest.mousePress(canvas.viewport(), LEFT, pos=start)
        for step in range(1, 5):
            QTest.mouseMove(canvas.viewport(), start + (goal - start) * step / 4)
        if let_go:
            QTest.mouseRelease(canvas.viewport(), LEFT, pos=goal)

    # --- keys

    def press(self, key, modifier=Qt.KeyboardModifier.NoModifier, widget=None):
        QTest.keyClick(widget or self.focused(), key, modifier)

    def type(self, text):
        for character in text:
            QTest.keyClick(self.focused(), character)

    def focused(self):
        return QApplication.focusWidget() or self.karyogram

    def choose(self, chromosome_id):
        self.karyogram.setFocus()
        self.click(self.karyogram, self.in_karyogram(chromosome_id))
        assert self.case.selected.id == chromosome_id
