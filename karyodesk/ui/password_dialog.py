"""A dialog that ends with the password of the person, given once more, and stays until the work behind it is done."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon, QKeyEvent
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from karyodesk.domain.errors import SignInError
from karyodesk.ui.loader import sentence_of
from karyodesk.ui.texts import text_label


class PasswordDialog(QDialog):
    """Asks for what its heirs put into ``form`` and ``column``, and for the password."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._works = False
        self.form = QFormLayout()
        self.form.setHorizontalSpacing(16)
        self.form.setVerticalSpacing(8)
        self.form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.password = QLineEdit(self)
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.setMaxLength(1024)
        self.password.setAccessibleName(self.tr("Your password"))
        self.message = text_label(self)
        self.message.setAccessibleName(self.tr("Message"))
        self.message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.button = QPushButton(self)
        self.button.setDefault(True)
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self._buttons.addButton(self.button, QDialogButtonBox.ButtonRole.ActionRole)
        for button in self._buttons.buttons():
            button.setIcon(QIcon())
            button.setAccessibleName(button.text().replace("&", ""))
        self._buttons.rejected.connect(self.reject)
        self.button.clicked.connect(self._go_on)
        self.password.textChanged.connect(self.refresh)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(20, 20, 20, 16)
        self.column.setSpacing(14)
        self.column.addLayout(self.form)

    def finish_layout(self, title: str, verb: str) -> None:
        """Put the title above, and password, message and buttons beneath what the heir has added."""
        self.setWindowTitle(title)
        self.column.insertWidget(0, text_label(self, title, 1.4, bold=True))
        self.button.setText(verb)
        self.button.setAccessibleName(verb.replace("&", ""))
        last = QFormLayout()
        last.setHorizontalSpacing(16)
        last.addRow(self.tr("Your &password, once more"), self.password)
        self.column.addLayout(last)
        self.column.addWidget(self.message)
        self.column.addWidget(self._buttons)
        self.refresh()

    def is_filled(self) -> bool:
        """Whether all but the password is there."""
        raise NotImplementedError

    def send(self) -> None:
        """Have it done."""
        raise NotImplementedError

    def refresh(self) -> None:
        """Let the button be pressed where everything is there."""
        self.button.setEnabled(not self._works and bool(self.password.text()) and self.is_filled())

    def refuse(self, error: Exception) -> None:
        """Say why it was not done; all that was typed stays, but a wrong password."""
        self._works = False
        self._enable(True)
        self.message.setText(sentence_of(error))
        if isinstance(error, SignInError):
            self.password.clear()
        self.password.setFocus()
        self.refresh()

    def reject(self) -> None:
        """Leave, unless it is being done."""
        if not self._works:
            super().reject()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return asks for the rest where something is missing, instead of nothing."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not self.button.isEnabled():
            event.accept()
            return
        super().keyPressEvent(event)

    def _go_on(self) -> None:
        self._works = True
        self._enable(False)
        self.message.setText(self.tr("One moment…"))
        self.send()

    def _enable(self, free: bool) -> None:
        self.password.setEnabled(free)
        self._buttons.setEnabled(free)
        self.refresh()
