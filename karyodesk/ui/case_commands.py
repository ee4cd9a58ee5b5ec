"""What the actions on whole cases do: making, opening and closing them, signing out, and what closing asks."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QInputDialog, QLineEdit, QMessageBox

from karyodesk.ui.case_browser import OpenCaseDialog
from karyodesk.ui.jobs import Job

if TYPE_CHECKING:
    from karyodesk.ui.main_window import MainWindow


class CaseCommands(QObject):
    """Acts on cases as wholes."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        window.start_page.browser.chosen.connect(self.open_case)

    def new_case(self) -> None:
        """Make a case and show it."""
        if self._may_leave():
            self._window.filing.new_case()

    def ask_case(self) -> None:
        """Ask which case to open, and open it."""
        dialog = OpenCaseDialog(self._window.keeper, self._window)
        if dialog.exec():
            self.open_case(dialog.case_id)

    def open_case(self, case_id: str) -> None:
        """Open a case in the place of the one that is shown."""
        if case_id != self._window.filing.case_id and self._may_leave():
            self._window.filing.open_case(case_id)

    def close_case(self) -> None:
        """Go back to the list of cases."""
        if self._may_leave():
            self._window.filing.close_case()

    def sign_out(self) -> None:
        """Lock the window."""
        self._window.session.sign_out()

    def remove_cell(self) -> None:
        """Take the current cell out of the case; of one that is stored the reason is asked for."""
        cell = self._window.case.current
        if cell is None:
            return
        reason = ""
        if cell.id:
            title, label = self.tr("Take out of the case"), self.tr("Why is {name} taken out? The reason is kept.")
            reason, given = QInputDialog.getText(
                self._window, title, label.format(name=cell.name), QLineEdit.EchoMode.Normal
            )
            if not (given and reason.strip()):
                return
        elif cell.has_unexported_edits and not self._agrees(
            self.tr("{name} has edits that are in no report yet. Take it out and lose them?").format(name=cell.name)
        ):
            return
        self._window.filing.take_out(cell, reason.strip())

    # --- leaving

    def may_close(self) -> bool:
        """Ask where something would be lost or work still runs; whether the window may close."""
        window = self._window
        if window.filing.has_unsaved_edits:
            return self._ask_unexported()
        if window.keeper.pending and window.keeper.trouble is not None:
            return self._ask_unstored()
        question = self.tr("Work is still running:\n\n{names}\n\nClose and cancel it?")
        return self._may_cancel(window.jobs.active, question)

    def _may_leave(self) -> bool:
        """Whether the case that is shown may be closed."""
        window = self._window
        if window.filing.has_unsaved_edits and not self._ask_unexported():
            return False
        jobs = [job for job in window.jobs.active if job.of_case]
        if not self._may_cancel(jobs, self.tr("Work on this case is still running:\n\n{names}\n\nCancel it?")):
            return False
        for job in jobs:
            job.cancel()
        return True

    def _may_cancel(self, jobs: Sequence[Job], question: str) -> bool:
        names = "\n".join(job.title for job in jobs[:5])
        return not jobs or self._agrees(question.format(names=names))

    def _agrees(self, question: str) -> bool:
        return QMessageBox.question(self._window, "KaryoDesk", question) == QMessageBox.StandardButton.Yes

    def _ask_unstored(self) -> bool:
        """What this computer keeps too is stored later; the rest would be lost."""
        waiting, words = self._window.keeper.waiting, []
        if waiting.kept:
            words.append(self.tr("Steps that are stored at the next start: {count}.").format(count=waiting.kept))
        if waiting.with_pictures:
            kept = self.tr("Steps that are kept until their pictures are dropped again: {count}.")
            words.append(kept.format(count=waiting.with_pictures))
        if waiting.lost:
            lost = self.tr("New cases, cells without steps and other entries that would be lost: {count}.")
            words.append(lost.format(count=waiting.lost))
        box = QMessageBox(self._window)
        box.setWindowTitle("KaryoDesk")
        box.setIcon(QMessageBox.Icon.Warning)
        box.setText(self.tr("Not everything is stored yet."))
        box.setInformativeText("\n".join(words))
        leave = box.addButton(self.tr("&Close all the same"), QMessageBox.ButtonRole.DestructiveRole)
        stay = box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(stay)
        box.exec()
        return box.clickedButton() is leave

    def _ask_unexported(self) -> bool:
        box = QMessageBox(self._window)
        box.setWindowTitle("KaryoDesk")
        box.setIcon(QMessageBox.Icon.Warning)
        box.setText(self.tr("Your edits are in no report yet."))
        box.setInformativeText(self._what_closing_loses())
        export = box.addButton(self.tr("&Export report…"), QMessageBox.ButtonRole.AcceptRole)
        lose = box.addButton(self.tr("&Close all the same"), QMessageBox.ButtonRole.DestructiveRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(export)
        box.exec()
        if box.clickedButton() is export:
            self._window.commands.export_pdf()  # the window stays until the report is whole
        return box.clickedButton() is lose

    def _what_closing_loses(self) -> str:
        """Of a case that is in no database."""
        filing = self._window.filing
        words = [self.tr("This computer keeps your steps: when their pictures are dropped again, they are taken up.")]
        if count := filing.unkept_count:
            lost = self.tr("Steps that this computer does not keep and that would be lost: {count}.")
            words = [lost.format(count=count)]
        if filing.shown_data is not None:
            words.append(self.tr("The case details would be lost."))
        return "\n".join(words)
