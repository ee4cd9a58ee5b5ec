"""A calm line above the pictures that says what happened; it never stops the work."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from karyodesk.ui.icons import draw, icon


class Notice(QWidget):
    """One sentence with a sign, until it is closed or replaced.

    Args:
        parent: owner.
        closable: whether a person can close it.
    """

    def __init__(self, parent: QWidget | None = None, *, closable: bool = True) -> None:
        super().__init__(parent)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Midlight)
        self.setAccessibleName(self.tr("Notice"))
        self._sign = QLabel(self)
        self._text = QLabel(self)
        self._text.setWordWrap(True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._close = QToolButton(self)
        self._close.setAutoRaise(True)
        self._close.setAccessibleName(self.tr("Close the notice"))
        self._close.clicked.connect(self.hide)
        self._close.setVisible(closable)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 6, 8, 6)
        row.setSpacing(10)
        row.addWidget(self._sign)
        row.addWidget(self._text, 1)
        row.addWidget(self._close)
        self.hide()

    @property
    def text(self) -> str:
        """The sentence shown."""
        return self._text.text()

    def say(self, sentence: str, *, warning: bool = False) -> None:
        """Show a sentence."""
        role = QPalette.ColorRole.BrightText if warning else QPalette.ColorRole.Accent
        self._sign.setPixmap(draw("uncertain" if warning else "confirm", 18, self.palette().color(role), 2.0))
        self._close.setIcon(icon("cancel"))
        self._text.setText(sentence)
        self._text.setAccessibleName(sentence)
        self.show()
