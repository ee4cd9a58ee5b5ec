"""The title of a panel, in the hand of the rest of the window."""

from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QToolButton, QWidget

from karyodesk.ui.icons import icon
from karyodesk.ui.texts import text_label


class PanelTitle(QWidget):
    """Name and close button; the panel is moved by it."""

    def __init__(self, dock: QDockWidget) -> None:
        super().__init__(dock)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 4, 6, 4)
        row.addWidget(text_label(self, dock.windowTitle(), bold=True), 1)
        self._close = QToolButton(self)
        self._close.setAutoRaise(True)
        self._close.setAccessibleName(self.tr("Close {panel}").format(panel=dock.windowTitle()))
        self._close.clicked.connect(dock.close)
        row.addWidget(self._close)
        self.draw_icon()

    def draw_icon(self) -> None:
        """Draw the cross in the colours of the present palette."""
        self._close.setIcon(icon("cancel"))
