"""The line that stays above a signed case: who signed for what and when, and what can be done."""

from datetime import datetime
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton, QWidget

from karyodesk.store.signatures import SigningStatus
from karyodesk.store.signed import Signed
from karyodesk.ui.actions import Actions
from karyodesk.ui.filing import Filing
from karyodesk.ui.notice import Notice
from karyodesk.ui.session import Session
from karyodesk.ui.signing_state import SigningState

BUTTONS: Final = ("sign", "save_signed", "reopen")


def moment_of(when: datetime) -> str:
    """Return a moment as this computer's clock would show it."""
    return when.astimezone().strftime("%Y-%m-%d %H:%M")


class SignedLine(Notice):
    """Stays while a case is read-only, or its next report will be an amended one."""

    def __init__(
        self, state: SigningState, filing: Filing, session: Session, actions: Actions, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent, closable=False)
        self.setAccessibleName(self.tr("Signatures of the case"))
        self._state, self._filing, self._session = state, filing, session
        self.buttons = {id_: self._button(actions, id_) for id_ in BUTTONS}
        for signal in (state.changed, filing.changed, session.changed):
            signal.connect(self.refresh)

    def refresh(self) -> None:
        """Say how the case stands; nothing where nobody ever signed it."""
        status = self._state.status
        hidden = self._session.is_locked or status is None or not (status.standing or status.former)
        if hidden or status is None:
            self.hide()
            return
        sentence = self._signed(status) if status.standing else self._reopened(status)
        if self.isHidden() or sentence != self.text:
            self.say(sentence, warning=not status.complete)
        self.buttons["sign"].setVisible(not status.complete)
        self.buttons["reopen"].setVisible(self._filing.is_read_only)

    def _signed(self, status: SigningStatus) -> str:
        who = "; ".join(self._word(each) for each in status.standing)
        rest = self.tr("Still to be signed for: {missing}.").format(missing=", ".join(status.missing))
        if status.complete:
            rest = self.tr("Version {version} is final.").format(version=status.version)
        return self.tr("Signed: {who}. The case is read-only. {rest}").format(who=who, rest=rest)

    def _word(self, signed: Signed) -> str:
        signature = signed.signature
        return self.tr("{meaning} by {name}, {moment}").format(
            meaning=signature.meaning, name=signature.signer.name, moment=moment_of(signature.signed)
        )

    def _reopened(self, status: SigningStatus) -> str:
        if status.amends is None:
            return self.tr("Reopened before it was final: what was signed no longer stands.")
        return self.tr("Reopened: {reason} The next report is amended version {version}.").format(
            reason=status.reason.rstrip(".") + ".", version=status.version
        )

    def _button(self, actions: Actions, id_: str) -> QToolButton:
        button = QToolButton(self)
        button.setDefaultAction(actions[id_])
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.setAccessibleName(actions[id_].text().replace("&", ""))
        if (row := self.layout()) is not None:
            row.addWidget(button)
        return button
