"""What the actions on the whole case database do: backing it up, restoring it, looking through it."""

from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import islice
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QSettings, Signal
from PySide6.QtWidgets import QFileDialog

from karyodesk.domain.errors import Cancelled
from karyodesk.store import ledger
from karyodesk.store.author import Author
from karyodesk.store.backup import Backup, Restored, back_up, restore
from karyodesk.store.engine import Store
from karyodesk.store.ledger import LedgerHead
from karyodesk.store.location import address
from karyodesk.store.verify import verify
from karyodesk.ui.database_dialogs import CheckDialog, RestoreDialog, ResultDialog
from karyodesk.ui.jobs import Report
from karyodesk.ui.keeper import OWN
from karyodesk.ui.loader import sentence_of

if TYPE_CHECKING:
    from karyodesk.ui.main_window import MainWindow

LANE: Final = "database"
FOLDER: Final = "folders/backups"
"""The setting that keeps where backups go."""
MOST: Final = 1000
"""Breaches that are named: more would not be read."""


@dataclass(frozen=True)
class Inspection:
    """What an inspection found.

    Attributes:
        breaches: sentences, in the order they were found; at most ``MOST``.
        head: the end of the ledger.
    """

    breaches: tuple[str, ...]
    head: LedgerHead


def _back_up(store: Store, path: Path, author: Author, report: Report) -> Backup:
    return back_up(store, path, author, overwrite=True, step=report.step)


def inspect(store: Store, noted: LedgerHead | None, report: Report) -> Inspection:
    """Look through a store.

    Raises:
        StoreError: where it cannot be read.
        Cancelled: where the person no longer wants it.
    """
    report.step("Looking through the ledger", 0.0)
    found = islice(verify(store, [noted] if noted else [], report.step), MOST)
    breaches = tuple(each.message for each in found)
    with store.read() as connection:
        return Inspection(breaches, ledger.head(connection))


class _Restoring(QObject):
    """A restore that is under way in the thread of the case database.

    Signals:
        progressed: what is being done, and the share that is done.
    """

    progressed = Signal(str, float)

    def __init__(self, path: Path, url: str, author: Author, parent: QObject) -> None:
        super().__init__(parent)
        self._path, self._url, self._author = path, url, author
        self._stop = Event()

    def stop(self) -> None:
        """Let it end at its next step, with nothing changed."""
        self._stop.set()

    def work(self) -> Restored:
        return restore(self._path, self._url, self._author, overwrite=True, step=self._step)

    def _step(self, text: str, share: float) -> None:
        if self._stop.is_set():
            raise Cancelled
        self.progressed.emit(text, share)


class DatabaseCommands(QObject):
    """Acts on the case database as a whole."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self.dialog: CheckDialog | RestoreDialog | None = None
        self.result: ResultDialog | None = None

    # --- backup

    def back_up(self) -> None:
        """Ask for a name and copy the database there, in the background."""
        opening = self._window.keeper.opening
        if opening is None:
            return
        title, kinds = self.tr("Back up the case database"), self.tr("Backups (*.karyodesk);;All files (*)")
        name = str(_folder() / f"{date.today().isoformat()}.karyodesk")
        chosen, _ = QFileDialog.getSaveFileName(self._window, title, name, kinds)
        if not chosen:
            return
        path = Path(chosen) if Path(chosen).suffix else Path(chosen).with_suffix(".karyodesk")
        QSettings().setValue(FOLDER, str(path.parent))
        late = bool(self._window.keeper.pending)
        work = partial(_back_up, opening.store, path, self._window.session.author)
        job = self._window.jobs.submit(self.tr("Backup"), work, LANE, of_case=False)
        job.succeeded.connect(partial(self._tell_backup, late))
        job.failed.connect(self._fail)
        job.cancelled.connect(lambda: self._say(self.tr("The backup was cancelled; no file was written.")))

    def _tell_backup(self, late: bool, made: Backup) -> None:
        size = f"{made.size / 1e6:.1f} MB"
        said = [self.tr("{path} holds all cases ({size}).").format(path=made.path, size=size)]
        if made.breach is not None:
            said.append(self.tr("The case database is not as it was written, and so is the copy."))
        elif made.read_back:
            said.append(self.tr("It was read back: everything in it is as it was written."))
        if not made.read_back:
            said.append(
                self.tr(
                    "It could not be read back, as this user may make no database on the server: restore it into an "
                    "empty one and check that one."
                )
            )
        if late:
            said.append(self.tr("What was not stored yet when it was begun may be missing in it."))
        said.append(self.tr("It holds every patient: keep it as safe as the database."))
        details = [made.breach.message] if made.breach else []
        self._show(ResultDialog(self.tr("Backup"), said, made.head, details, self._window))

    # --- looking through

    def check(self) -> None:
        """Ask for a noted end of the ledger, and look through everything in the background."""
        dialog = CheckDialog(self._window)
        dialog.wanted.connect(self._check)
        self._open(dialog)

    def _check(self, noted: LedgerHead | None) -> None:
        opening = self._window.keeper.opening
        if opening is None:
            return
        title, work = self.tr("Check of the database"), partial(inspect, opening.store, noted)
        job = self._window.jobs.submit(title, work, LANE, of_case=False)
        job.succeeded.connect(partial(self._tell_check, noted))
        job.failed.connect(self._fail)
        job.cancelled.connect(lambda: self._say(self.tr("The check was cancelled before its end.")))

    def _tell_check(self, noted: LedgerHead | None, found: Inspection) -> None:
        title = self.tr("Check of the database")
        if found.breaches:
            said = self.tr(
                "This is not as it was written. Keep the database as it is, take no backup over an older one, and show "
                "this to who looks after it."
            )
            self._show(ResultDialog(title, [said], None, found.breaches, self._window))
            return
        said = self.tr("Everything is as it was written.")
        if noted is not None:
            said += " " + self.tr("The end of the ledger that you noted is in it: nothing before it was altered.")
        self._show(ResultDialog(title, [said], found.head, (), self._window))

    # --- restoring

    def restore(self) -> None:
        """Ask for a backup, show what would become of the present database, and put it in its place."""
        if (sentence := self._why_not_restore()) is not None:
            self._say(sentence)
            return
        title, kinds = self.tr("Restore a backup"), self.tr("Backups (*.karyodesk);;All files (*)")
        chosen, _ = QFileDialog.getOpenFileName(self._window, title, str(_folder()), kinds)
        if not chosen:
            return
        url = self._url()
        dialog = RestoreDialog(Path(chosen), self._window)
        restoring = _Restoring(Path(chosen), url, self._window.session.author, dialog)
        restoring.progressed.connect(dialog.progress)
        dialog.stopped.connect(restoring.stop)
        dialog.wanted.connect(lambda: self._restore(dialog, restoring))
        self._open(dialog)

    def _why_not_restore(self) -> str | None:
        window = self._window
        who = window.session.signed_in
        if who is not None and not who.person.is_administrator:
            return self.tr("Only an administrator restores a backup: ask one.")
        if window.keeper.pending:
            return self.tr("Not everything is stored yet: restore as soon as it is.")
        if window.jobs.active:
            return self.tr("Work is still running: wait for its end or cancel it, and restore then.")
        if window.filing.has_unsaved_edits:
            return self.tr("Your edits are in no report yet, and a restore would close them: export the report first.")
        return None

    def _url(self) -> str:
        keeper = self._window.keeper
        if keeper.opening is not None:
            return keeper.opening.store.address.render_as_string(hide_password=False)
        return address(None if keeper.address == OWN else keeper.address)

    def _restore(self, dialog: RestoreDialog, restoring: _Restoring) -> None:
        answer = self._window.keeper.exchange(restoring.work)
        answer.succeeded.connect(lambda done: self._take_restored(dialog, done))
        answer.failed.connect(lambda error: self._refuse(dialog, error))

    def _take_restored(self, dialog: RestoreDialog, done: Restored) -> None:
        """The restored database is opened after this: nothing of the one before is to be shown, nobody signed in."""
        dialog.done(RestoreDialog.DialogCode.Accepted)
        self._window.filing.close_case()
        self._window.session.forget()
        said = [self.tr("The backup was looked through and restored: everything in it is as it was written.")]
        if done.aside is not None:
            said.append(self.tr("The case database before it is kept as {path}.").format(path=done.aside))
        self._show(ResultDialog(self.tr("Restore"), said, done.head, (), self._window))

    def _refuse(self, dialog: RestoreDialog, error: Exception) -> None:
        if isinstance(error, Cancelled):
            dialog.refuse(self.tr("Stopped: the case database is as it was."))
        else:
            dialog.refuse(sentence_of(error))

    # --- what is shown

    def _open(self, dialog: CheckDialog | RestoreDialog) -> None:
        self.dialog = dialog
        dialog.finished.connect(self._forget)
        dialog.open()

    def _forget(self) -> None:
        self.dialog = None

    def _show(self, result: ResultDialog) -> None:
        if self.result is not None:
            self.result.close()
        self.result = result
        result.finished.connect(self._forget_result)
        result.show()

    def _forget_result(self) -> None:
        self.result = None

    def _fail(self, error: Exception) -> None:
        self._say(sentence_of(error))

    def _say(self, sentence: str) -> None:
        self._window.notice.say(sentence, warning=True)


def _folder() -> Path:
    return Path(str(QSettings().value(FOLDER, "")))
