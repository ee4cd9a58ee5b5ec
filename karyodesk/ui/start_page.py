"""What is shown before the first picture comes: where to drop it."""

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from karyodesk.ui.actions import Actions
from karyodesk.ui.case_browser import CaseBrowser
from karyodesk.ui.icons import draw
from karyodesk.ui.keeper import Keeper
from karyodesk.ui.texts import text_label

CASES_WIDTH: Final = 900


class DropZone(QWidget):
    """A dashed field; the window itself takes the drop."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hot = False
        self.setAccessibleName(self.tr("Drop metaphase pictures or folders here"))

    def set_hot(self, hot: bool) -> None:
        """Show that letting go would work, or not."""
        self._hot = hot
        self.update()

    def sizeHint(self) -> QSize:
        """Return a wide field; it may be narrower in a small window."""
        return QSize(640, super().sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the field."""
        painter, palette = QPainter(self), self.palette()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        role = QPalette.ColorRole.Highlight if self._hot else QPalette.ColorRole.Dark
        pen = QPen(palette.color(role), 2.5 if self._hot else 1.5, Qt.PenStyle.DashLine)
        pen.setDashPattern([5, 4])
        painter.setPen(pen)
        painter.setBrush(palette.base())
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(2, 2, -2, -2), 16, 16)
        painter.end()


class StartPage(QWidget):
    """No case yet: where to drop pictures, and the cases there are."""

    def __init__(self, actions: Actions, keeper: Keeper, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.browser = CaseBrowser(keeper, self)
        self.browser.setMaximumWidth(CASES_WIDTH)
        self.browser.setVisible(keeper.is_open)
        keeper.opened.connect(self._show_cases)
        self.zone = DropZone(self)
        self._sign = QLabel(self.zone)
        self._sign.setAccessibleName(self.tr("Picture"))
        self._sign.setAlignment(Qt.AlignmentFlag.AlignCenter)
        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        buttons.addStretch(1)
        for id_ in ("open", "open_folder", "open_sample"):
            buttons.addWidget(self._button(actions, id_))
        buttons.addStretch(1)
        field = QVBoxLayout(self.zone)
        field.setContentsMargins(48, 28, 48, 28)
        field.setSpacing(10)
        field.addWidget(self._sign)
        field.addWidget(_centred(text_label(self, self.tr("Drop metaphase pictures or folders here"), 1.6, bold=True)))
        kinds = self.tr("TIFF, PNG, JPEG, BMP, WebP or DICOM, 8 or 16 bit, one page or many")
        field.addWidget(_centred(text_label(self, kinds, quiet=True)))
        field.addSpacing(16)
        field.addLayout(buttons)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(40, 24, 40, 16)
        outer.addStretch(1)
        outer.addLayout(self._masthead())
        outer.addSpacing(28)
        outer.addWidget(self.zone, 0, Qt.AlignmentFlag.AlignHCenter)
        outer.addSpacing(24)
        outer.addLayout(self._cases(), 12)
        outer.addStretch(1)
        note = self.tr("Every result is a suggestion for review. KaryoDesk is not a cleared medical device.")
        outer.addWidget(_centred(text_label(self, note, 0.95, quiet=True)))
        self.draw_sign()

    def showEvent(self, event: QShowEvent) -> None:
        """List the cases as they now are."""
        super().showEvent(event)
        self.browser.refresh()

    def _show_cases(self) -> None:
        self.browser.show()
        if self.isVisible():
            self.browser.refresh()

    def _cases(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.browser, 12)
        row.addStretch(1)
        return row

    def draw_sign(self) -> None:
        """Draw the picture above the words in the colours of the present palette."""
        colour = self.palette().color(QPalette.ColorRole.Dark)
        self._sign.setPixmap(draw("picture", 52, colour, 2.0))

    def _button(self, actions: Actions, id_: str) -> QPushButton:
        action = actions[id_]
        button = QPushButton(action.text(), self)
        button.setIcon(action.icon())
        button.setAccessibleName(action.text().replace("&", ""))
        button.setToolTip(action.toolTip())
        button.clicked.connect(action.trigger)
        button.setMinimumSize(button.sizeHint().width() + 20, 36)
        action.changed.connect(lambda: button.setIcon(action.icon()))
        return button

    def _masthead(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(14)
        sign = QLabel(self)
        sign.setAccessibleName("KaryoDesk")
        sign.setPixmap(draw("karyodesk", 44, self.palette().color(QPalette.ColorRole.WindowText), 2.0))
        name = text_label(self, "KaryoDesk", 2.0, bold=True)
        name.setWordWrap(False)
        row.addStretch(1)
        row.addWidget(sign)
        row.addWidget(name)
        row.addStretch(1)
        return row


def _centred(label: QLabel) -> QLabel:
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    return label
