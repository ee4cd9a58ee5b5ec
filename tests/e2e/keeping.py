"""What the tests of backup and restore share: who looks after the database, and file dialogs that are answered."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from karyodesk.domain.case import Order
from karyodesk.domain.case_edits import change
from tests.e2e.hands import LEFT, Hands
from tests.signing import PASSWORD


class Keeper(Hands):
    """A person who looks after the database."""

    @property
    def commands(self):
        return self.window.commands.database

    def stored(self):
        self.wait_for_jobs()
        self.qtbot.waitUntil(lambda: not self.window.keeper.pending, timeout=30000)

    def name_case(self, accession):
        self.window.filing.edit_case(lambda data, who: change(data, Order(accession), who))
        self.stored()

    def trigger(self, id_):
        self.window.actions_[id_].trigger()

    def result(self):
        self.qtbot.waitUntil(lambda: self.commands.result is not None, timeout=30000)
        return self.commands.result

    def back_up(self):
        self.trigger("back_up")
        result = self.result()
        head = result.head.field.text()
        result.close()
        return head

    def restore(self):
        """Returns the dialog, which asks."""
        self.trigger("restore_backup")
        dialog = self.commands.dialog
        self.qtbot.waitExposed(dialog)
        return dialog

    def open_only_case(self, accession):
        """Open the case of a restored database by a click and Enter in the list, in which there is no other."""
        rows = self.window.start_page.browser.rows
        self.qtbot.waitUntil(lambda: self.window.keeper.is_open and rows.topLevelItemCount() == 1)
        assert rows.topLevelItem(0).text(0) == accession
        QTest.mouseClick(rows.viewport(), LEFT, pos=rows.visualItemRect(rows.topLevelItem(0)).center())
        QTest.keyClick(rows, Qt.Key.Key_Return)
        self.qtbot.waitUntil(lambda: self.case.analysed is not None, timeout=30000)

    def sign_in(self, login):
        page = self.window.sign_in_page
        page.login.setText(login)
        page.password.setText(PASSWORD)
        QTest.keyClick(page.password, Qt.Key.Key_Return)
        self.qtbot.waitUntil(lambda: not self.window.session.is_locked, timeout=30000)


@pytest.fixture
def backup(tmp_path, monkeypatch):
    """The file that every file dialog is answered with."""
    path = tmp_path / "shelf.karyodesk"
    for ask in ("getSaveFileName", "getOpenFileName"):
        monkeypatch.setattr(QFileDialog, ask, lambda *_: (str(path), ""))
    return path
