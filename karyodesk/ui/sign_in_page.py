"""The page before everything else where people sign in: nothing of a case is seen behind it."""

from typing import Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFormLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from karyodesk.domain.errors import SignInError
from karyodesk.store.people import SignedIn
from karyodesk.ui.loader import sentence_of
from karyodesk.ui.session import Session
from karyodesk.ui.store_thread import Answer
from karyodesk.ui.texts import text_label

WIDTH: Final = 420
FIELD: Final = 28


class SignInPage(QWidget):
    """Asks for name and password, and where it has to be for a password of one's own."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._given = ""
        self.login = self._field(self.tr("Name to sign in with"))
        self.password = self._field(self.tr("Password"), secret=True)
        self.new = self._field(self.tr("New password"), secret=True)
        self.again = self._field(self.tr("New password once more"), secret=True)
        self.message = text_label(self)
        self.message.setAccessibleName(self.tr("Message"))
        self._title = text_label(self, self.tr("Sign in"), 1.6, bold=True)
        self._title.setWordWrap(False)
        self._form = QFormLayout()
        self._form.setVerticalSpacing(10)
        self._form.addRow(self.tr("&Name"), self.login)
        self._form.addRow(self.tr("&Password"), self.password)
        self._form.addRow(self.tr("N&ew password"), self.new)
        self._form.addRow(self.tr("&Once more"), self.again)
        self.button = QPushButton(self.tr("&Sign in"), self)
        self.button.setAccessibleName(self.tr("Sign in"))
        self.button.setMinimumHeight(34)
        self.button.clicked.connect(self._go_on)
        for field in (self.login, self.password, self.new, self.again):
            field.returnPressed.connect(self._go_on)
        self._lay_out()
        session.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Ask for what is missing: a name and a password, or a password of one's own."""
        provisional = self._is_provisional()
        for field in (self.login, self.password):
            self._form.setRowVisible(field, not provisional)
        for field in (self.new, self.again):
            self._form.setRowVisible(field, provisional)
        self._title.setText(self.tr("Set a password of your own") if provisional else self.tr("Sign in"))
        self.button.setText(self.tr("&Set password") if provisional else self.tr("&Sign in"))
        if not self._session.is_locked:
            self._given = ""
            for field in (self.login, self.password, self.new, self.again):
                field.clear()
            self.message.clear()
        elif provisional:
            self.message.setText(
                self.tr("The present one is known to an administrator. Several words are easy to keep in mind.")
            )
        QTimer.singleShot(0, self, self._focus)

    def _is_provisional(self) -> bool:
        return self._session.signed_in is not None and self._session.signed_in.person.provisional

    def _focus(self) -> None:
        if self.isVisible():
            wanted = self.new if self._is_provisional() else self.password if self.login.text() else self.login
            wanted.setFocus()

    def _go_on(self) -> None:
        if not self.button.isEnabled():
            return
        who = self._session.signed_in
        if self._is_provisional() and who is not None:
            self._set_password(who)
            return
        if not self.login.text().strip():
            self.login.setFocus()
            return
        self._given = self.password.text()
        self._wait_for(self._session.sign_in(self.login.text(), self._given))

    def _set_password(self, who: SignedIn) -> None:
        if self.new.text() != self.again.text():
            self.message.setText(self.tr("The two are not the same: type them again."))
            return
        self._wait_for(self._session.set_password(who, self._given, self.new.text()))

    def _wait_for(self, answer: Answer) -> None:
        self.button.setEnabled(False)
        self.message.setText(self.tr("One moment…"))
        answer.succeeded.connect(self._let_in)
        answer.failed.connect(self._refuse)

    def _let_in(self) -> None:
        self.button.setEnabled(True)
        if not self._is_provisional():
            self.message.clear()

    def _refuse(self, error: Exception) -> None:
        self.button.setEnabled(True)
        self.message.setText(sentence_of(error))
        if isinstance(error, SignInError):
            self.password.clear()
        self._focus()

    def _field(self, name: str, *, secret: bool = False) -> QLineEdit:
        field = QLineEdit(self)
        field.setAccessibleName(name)
        field.setMaxLength(1024)
        field.setMinimumHeight(FIELD)
        if secret:
            field.setEchoMode(QLineEdit.EchoMode.Password)
        return field

    def _lay_out(self) -> None:
        box = QWidget(self)
        box.setFixedWidth(WIDTH)
        inner = QVBoxLayout(box)
        inner.setSpacing(16)
        inner.addWidget(self._title)
        inner.addLayout(self._form)
        inner.addWidget(self.message)
        inner.addWidget(self.button)
        outer = QVBoxLayout(self)
        outer.addStretch(2)
        outer.addWidget(box, 0, Qt.AlignmentFlag.AlignHCenter)
        outer.addStretch(3)
        self.message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
