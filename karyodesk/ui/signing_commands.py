"""What the actions of signing do."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QSettings, Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QFileDialog, QInputDialog, QMessageBox

from karyodesk.domain.case import Case as CaseData
from karyodesk.domain.case import CellFacts
from karyodesk.domain.cell import Cell
from karyodesk.domain.errors import StaleEditError
from karyodesk.domain.signing import Signature
from karyodesk.domain.worksheet import Line
from karyodesk.report.files import write_whole
from karyodesk.store import signatures
from karyodesk.store.engine import Store
from karyodesk.store.people import People, SignedIn
from karyodesk.store.signatures import SigningStatus
from karyodesk.store.signed import Signed
from karyodesk.ui.case import CellState
from karyodesk.ui.exports import report_content
from karyodesk.ui.jobs import Report
from karyodesk.ui.loader import sentence_of
from karyodesk.ui.reckoning import Reckoning, line_of, reckon
from karyodesk.ui.sign_dialog import Proposal, ReopenDialog, SignDialog
from karyodesk.ui.signed_line import moment_of
from karyodesk.ui.signing_check import disagreement, findings, not_in_report, questions_of
from karyodesk.ui.signing_work import Shown, Turn, Wish, look, sign
from karyodesk.ui.writes import Desk

if TYPE_CHECKING:
    from karyodesk.ui.main_window import MainWindow

LANE: Final = "signing"
"""Apart from backups, behind which nobody is to wait."""
SAYING_MS: Final = 10000


def _save(store: Store, sha256: str, path: Path, report: Report) -> Path:
    report.step("Writing", 0.1)
    write_whole(path, signatures.signed_report(store, sha256))
    return path


def _reopen(who: SignedIn, password: str, case_id: str, reason: str, desk: Desk) -> SigningStatus:
    return signatures.reopen(People(desk.store), who, password, case_id, reason)


class SigningCommands(QObject):
    """Signs the open case, opens it again, and writes signed reports out."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self._state = window.signing
        self.dialog: SignDialog | ReopenDialog | None = None
        self._looking = False
        window.case.barred.connect(self._say_barred)

    @property
    def can_sign(self) -> bool:
        """Whether there is something to sign; in the single-user mode signing says why it cannot be done."""
        case, filing = self._window.case, self._window.filing
        whole = bool(case.ready) and all(cell.state is not CellState.STORED for cell in case.cells)
        return filing.is_open and whole and not self._state.is_complete

    # --- signing

    def sign(self) -> None:
        """Look through the case in the background, then show what would be signed."""
        window = self._window
        if window.session.single_user:
            self._explain_single_user()
            return
        who, opening, data = window.session.signed_in, window.keeper.opening, window.filing.data
        busy = self._looking or self.dialog is not None
        if busy or who is None or opening is None or data is None or not self._is_stored():
            return
        self._looking = True
        shown = self._shown(data)
        job = window.jobs.submit(self.tr("Signing"), partial(look, opening.store, who, shown), LANE)
        job.ended.connect(self._end_looking)
        job.succeeded.connect(lambda turn: self._propose(who, shown, turn))
        job.failed.connect(partial(self._fail_to_look, shown))

    def _end_looking(self) -> None:
        self._looking = False

    def _is_stored(self) -> bool:
        if self._window.keeper.pending:
            self._say(self.tr("Not everything is stored yet: sign as soon as it is."))
        return not self._window.keeper.pending

    def _shown(self, data: CaseData) -> Shown:
        window = self._window
        models = window.loader.analyser.model_versions
        report = report_content(window.case, models, datetime.now().astimezone(), window.session.notes)
        return Shown(data, self._cells(), report)

    def _cells(self) -> dict[str, tuple[Cell, CellFacts]]:
        ready = self._window.case.ready
        return {cell.id: (cell.analysed.cell, cell.facts) for cell in ready if cell.id and cell.analysed}

    def _propose(self, who: SignedIn, shown: Shown, turn: Turn) -> None:
        if self._has_moved_on(shown):
            return
        if who != self._window.session.signed_in:
            return
        dialog = SignDialog(self._proposal(who, shown, turn), self._window)
        dialog.wanted.connect(
            lambda password, karyotype, known: self._sign(dialog, shown, Wish(who, password, turn, karyotype, known))
        )
        self._open(dialog)

    def _has_moved_on(self, shown: Shown) -> bool:
        """Whether the window shows something else by now, which is said."""
        moved = (shown.case, shown.cells) != (self._window.filing.data, self._cells())
        if moved:
            self._say(self.tr("The case was changed while it was looked through: sign it again."))
        return moved

    def _fail_to_look(self, shown: Shown, error: Exception) -> None:
        # One's own step may have been stored before the case was read.
        if not (isinstance(error, StaleEditError) and self._has_moved_on(shown)):
            self._fail(error)

    def _proposal(self, who: SignedIn, shown: Shown, turn: Turn) -> Proposal:
        reckoning, names = self._reckoning(shown)
        chosen = reckoning.chosen
        questions = {cell.id: questions_of(cell) for cell in self._window.case.ready}
        found = findings(shown.case, reckoning, names, questions)
        patient, order = shown.case.patient, shown.case.order
        birth = patient.birth_date.isoformat() if patient.birth_date else ""
        policy = ""
        if chosen.policy and chosen.rule:
            policy = f"{chosen.policy.name}, {chosen.policy.version}: {chosen.rule.title}"
        return Proposal(
            whose=" · ".join(filter(None, (order.accession, patient.name, patient.identifier, birth))),
            signer=who.person.name,
            turn=turn,
            karyotype=turn.karyotype or reckoning.karyotype,
            policy=policy,
            totals=reckoning.totals,
            cells=len(shown.cells),
            findings=(*found, *not_in_report(self._window.case.cells)),
            disagreement=partial(disagreement, reckoning),
        )

    def _reckoning(self, shown: Shown) -> tuple[Reckoning, Mapping[str, str]]:
        cells = [cell for cell in self._window.case.ready if cell.id]
        lines: list[Line] = [line_of(cell, cell.id) for cell in cells]
        names = {
            cell.id: self.tr("Cell {number} ({name})").format(number=number, name=cell.name)
            for number, cell in enumerate(cells, start=1)
        }
        return reckon(shown.case, lines, self._window.book.policies), names

    def _sign(self, dialog: SignDialog, shown: Shown, wish: Wish) -> None:
        opening = self._window.keeper.opening
        if opening is None:
            return
        work = partial(sign, opening.store, wish, shown)
        job = self._window.jobs.submit(self.tr("Signing"), work, LANE, urgent=True)
        job.succeeded.connect(lambda signature: self._signed(dialog, signature))
        job.failed.connect(lambda error: self._refused(dialog, error))
        job.cancelled.connect(lambda: self._refused(dialog, None))

    def _signed(self, dialog: SignDialog, signature: Signature) -> None:
        dialog.done(SignDialog.DialogCode.Accepted)
        self._take_in()
        words = self.tr("Signed as “{meaning}” by {name}, {moment}.")
        self._tell(
            words.format(meaning=signature.meaning, name=signature.signer.name, moment=moment_of(signature.signed))
        )

    def _refused(self, dialog: SignDialog, error: Exception | None) -> None:
        """What was not signed is told in the dialog; of a case that is another by now nothing more can be asked."""
        if error is not None and not isinstance(error, StaleEditError):
            dialog.refuse(error)
            return
        dialog.done(SignDialog.DialogCode.Rejected)
        if error is not None:
            self._fail(error)
        else:
            self._take_in()

    def _fail(self, error: Exception) -> None:
        self._say(sentence_of(error))
        if isinstance(error, StaleEditError):
            self._window.filing.open_case(self._window.filing.case_id)
            self._state.refresh()

    def _take_in(self) -> None:
        self._window.filing.reread()
        self._state.refresh()

    def _explain_single_user(self) -> None:
        box = QMessageBox(self._window)
        box.setWindowTitle(self.tr("Sign the report"))
        box.setIcon(QMessageBox.Icon.Information)
        box.setText(self.tr("Nobody can sign in this case database yet."))
        box.setInformativeText(
            self.tr(
                "It is in the single-user mode: nobody signs in with a password, so no signature could say whose it "
                "is, and every report says so. The mode ends, for good, when the first person is added at the command "
                "line; that person is the administrator and adds the others:\n\n"
                'karyodesk people add ada --name "Ada Poe"\n'
                'karyodesk people add kim --name "Kim Doe" --role technician --login ada\n\n'
                "Then start KaryoDesk again and sign in."
            )
        )
        box.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.addButton(QMessageBox.StandardButton.Close).setIcon(QIcon())
        box.open()

    # --- reopening

    def reopen(self) -> None:
        """Ask why, and for the password, and open the signed case again."""
        who, case_id = self._window.session.signed_in, self._window.filing.case_id
        if who is None:
            self._explain_single_user()
            return
        dialog = ReopenDialog(self._state.is_complete, self._window)
        dialog.wanted.connect(lambda reason, password: self._reopen(dialog, who, case_id, reason, password))
        self._open(dialog)

    def _reopen(self, dialog: ReopenDialog, who: SignedIn, case_id: str, reason: str, password: str) -> None:
        answer = self._window.keeper.ask(partial(_reopen, who, password, case_id, reason))
        answer.succeeded.connect(lambda _: self._reopened(dialog))
        answer.failed.connect(dialog.refuse)

    def _reopened(self, dialog: ReopenDialog) -> None:
        dialog.done(ReopenDialog.DialogCode.Accepted)
        self._take_in()
        self._tell(self.tr("The case is open again."))

    def _open(self, dialog: SignDialog | ReopenDialog) -> None:
        self.dialog = dialog
        dialog.finished.connect(self._forget)
        dialog.open()

    def _forget(self) -> None:
        self.dialog = None

    # --- signed reports

    def save_signed(self) -> None:
        """Write a signed report to a file, byte for byte as it was signed; where there are several, ask which."""
        chosen, opening = self._which(), self._window.keeper.opening
        if chosen is None or opening is None:
            return
        version = chosen.signature.content.version
        name = self.tr("signed report, version {version}.pdf").format(version=version)
        folder = Path(str(QSettings().value("folders/exports", "")))
        title = self.tr("Save the signed report")
        asked, _ = QFileDialog.getSaveFileName(self._window, title, str(folder / name), self.tr("PDF (*.pdf)"))
        if not asked:
            return
        path = Path(asked) if Path(asked).suffix else Path(asked).with_suffix(".pdf")
        QSettings().setValue("folders/exports", str(path.parent))
        work = partial(_save, opening.store, chosen.signature.report, path)
        job = self._window.jobs.submit(self.tr("Signed report"), work, LANE)
        job.succeeded.connect(self._window.exporter.written)
        job.failed.connect(lambda error: self._say(sentence_of(error)))

    def _which(self) -> Signed | None:
        reports = list(reversed(self._state.reports))
        if len(reports) < 2:
            return reports[0] if reports else None
        names = [self._name(each) for each in reports]
        title, label = self.tr("Save the signed report"), self.tr("Which report? The last one comes first.")
        chosen, given = QInputDialog.getItem(self._window, title, label, names, 0, False)
        return reports[names.index(chosen)] if given else None

    def _name(self, signed: Signed) -> str:
        made = signed.signature
        words = self.tr("version {version}, {meaning} by {name}, {moment} (entry {number})")
        return words.format(
            version=made.content.version,
            meaning=made.meaning,
            name=made.signer.name,
            moment=moment_of(made.signed),
            number=signed.number,
        )

    # --- what is said

    def _say_barred(self) -> None:
        self._say(self.tr("This case is signed and cannot be changed: reopen it first."))

    def _tell(self, sentence: str) -> None:
        self._window.statusBar().showMessage(sentence, SAYING_MS)

    def _say(self, sentence: str) -> None:
        self._window.notice.say(sentence, warning=True)
