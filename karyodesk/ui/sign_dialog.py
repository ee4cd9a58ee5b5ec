"""The dialogs of signing: what is signed, and why a signed case is opened again."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QLineEdit, QPlainTextEdit, QWidget

from karyodesk.domain.worksheet import Totals
from karyodesk.ui.password_dialog import PasswordDialog
from karyodesk.ui.signing_work import Turn
from karyodesk.ui.texts import text_label
from karyodesk.ui.tick_list import TickList

REASON_LINES: Final = 4


@dataclass(frozen=True, eq=False)
class Proposal:
    """What is shown before signing.

    Attributes:
        whose: the case and its patient, in one line.
        signer: name of the person.
        turn: what it is signed for.
        karyotype: that is proposed.
        policy: in words; empty where none is chosen.
        totals: of the cells.
        cells: how many the report holds.
        findings: what has to be acknowledged.
        disagreement: what has to be acknowledged beside where another karyotype is stated.
    """

    whose: str
    signer: str
    turn: Turn
    karyotype: str
    policy: str
    totals: Totals
    cells: int
    findings: tuple[str, ...]
    disagreement: Callable[[str], tuple[str, ...]]


class SignDialog(PasswordDialog):
    """Shows what would be signed, and asks for each acknowledgement and the password.

    Signals:
        wanted: password, karyotype and what was acknowledged (a tuple of sentences).
    """

    wanted = Signal(str, str, object)

    def __init__(self, proposal: Proposal, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._proposal = proposal
        turn = proposal.turn
        self._fill_form()
        self.list = TickList(self.tr("What is missing or disagrees"), self)
        self.list.setMinimumHeight(120)
        self.heading = text_label(self, bold=True)
        self.column.addWidget(self.heading)
        self.column.addWidget(self.list, 1)
        self.column.addWidget(text_label(self, self._consequence(), quiet=True))
        self.finish_layout(self.tr("Sign the report"), self.tr("&Sign as “{meaning}”").format(meaning=turn.meaning))
        self.karyotype.textChanged.connect(self._list_anew)
        self.list.itemChanged.connect(lambda _: self.refresh())
        self._list_anew()
        if turn.refusal:
            self.message.setText(turn.refusal)
            self.password.setEnabled(False)
        first = self.karyotype if not proposal.karyotype else self.list if self.list.count() else self.password
        first.setFocus()
        self.setMinimumWidth(620)

    # --- what is shown

    def _fill_form(self) -> None:
        proposal, turn = self._proposal, self._proposal.turn
        meaning = self.tr("“{meaning}”, as {name}").format(meaning=turn.meaning, name=proposal.signer)
        if turn.after:
            meaning += self.tr("; after this: {after}").format(after=", ".join(turn.after))
        self.karyotype = QLineEdit(proposal.karyotype, self)
        self.karyotype.setAccessibleName(self.tr("Karyotype of the case"))
        self.karyotype.setReadOnly(bool(turn.karyotype))
        self.karyotype.setPlaceholderText(self.tr("In ISCN, such as 46,XX"))
        for name, text in (
            (self.tr("Case"), proposal.whose),
            (self.tr("Report"), self._version()),
            (self.tr("You sign"), meaning),
            (self.tr("Cells"), self._cells()),
            (self.tr("Policy"), proposal.policy or self.tr("none chosen")),
        ):
            self.form.addRow(name, self._value(name, text))
        self.form.addRow(self.tr("&Karyotype"), self.karyotype)

    def _value(self, name: str, text: str) -> QLabel:
        label = text_label(self, text)
        label.setAccessibleName(f"{name}: {text}")
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return label

    def _version(self) -> str:
        status = self._proposal.turn.status
        if status.amends is None:
            return self.tr("version {version}").format(version=status.version)
        words = self.tr("amended version {version}; the reason: {reason}")
        return words.format(version=status.version, reason=status.reason)

    def _cells(self) -> str:
        found = self._proposal.totals
        words = self.tr("{cells}; counted {counted}, analysed {analysed}, karyotyped {karyotyped}, excluded {excluded}")
        return words.format(
            cells=self._proposal.cells,
            counted=found.counted,
            analysed=found.analysed,
            karyotyped=found.karyotyped,
            excluded=found.excluded,
        )

    def _consequence(self) -> str:
        return self.tr(
            "Your name, the meaning and the moment are printed on the report and bound to its bytes, the pictures, the "
            "journal, the karyotypes, the models and the policy. The case is read-only from then on."
        )

    # --- what is acknowledged

    def _list_anew(self) -> None:
        wanted = (*self._proposal.findings, *self._proposal.disagreement(self.karyotype.text().strip()))
        self.list.show_sentences(wanted)
        self.list.setVisible(bool(wanted))
        self.heading.setText(
            self.tr("Missing or not in agreement: acknowledge each, it is printed on the report")
            if wanted
            else self.tr("Nothing is missing by the policy, and nothing disagrees.")
        )
        self.refresh()

    def is_filled(self) -> bool:
        """Whether there is a karyotype, and everything is acknowledged."""
        stated = bool(self.karyotype.text().strip()) and not self._proposal.turn.refusal
        return stated and len(self.list.ticked()) == self.list.count()

    def send(self) -> None:
        """Have it signed."""
        self.wanted.emit(self.password.text(), self.karyotype.text().strip(), self.list.ticked())


class ReopenDialog(PasswordDialog):
    """Asks why a signed case is opened again.

    Signals:
        wanted: reason and password.
    """

    wanted = Signal(str, str)

    def __init__(self, is_complete: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.reason = QPlainTextEdit(self)
        self.reason.setAccessibleName(self.tr("Reason"))
        self.reason.setTabChangesFocus(True)
        self.reason.setFixedHeight(self.reason.fontMetrics().lineSpacing() * REASON_LINES + 12)
        self.form.addRow(self.tr("&Reason"), self.reason)
        words = self.tr(
            "The signatures no longer stand for what comes. The signed report stays as it is, and the next one is an "
            "amended version that names it and prints the reason."
        )
        if not is_complete:
            words = self.tr(
                "The case goes back to those who work it up, and has to be signed anew; the reason is kept."
            )
        self.column.addWidget(text_label(self, words, quiet=True))
        self.finish_layout(self.tr("Reopen the case"), self.tr("&Reopen"))
        self.reason.textChanged.connect(self.refresh)
        self.setMinimumWidth(520)

    def is_filled(self) -> bool:
        """Whether there is a reason."""
        return bool(self.reason.toPlainText().strip())

    def send(self) -> None:
        """Have it reopened."""
        self.wanted.emit(" ".join(self.reason.toPlainText().split()), self.password.text())
