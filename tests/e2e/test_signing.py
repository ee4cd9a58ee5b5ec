"""Signing a case with mouse and keys: what is shown, what is asked, and what is read-only afterwards."""

from contextlib import closing
from threading import Event

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QInputDialog, QMessageBox

from karyodesk.store import signatures
from karyodesk.store.engine import Store
from karyodesk.store.journal import CaseState
from karyodesk.store.verify import verify
from karyodesk.ui import signing_commands
from karyodesk.ui.exports import UNSIGNED
from karyodesk.ui.sign_dialog import ReopenDialog, SignDialog
from karyodesk.ui.signing_work import look
from tests.e2e.hands import LEFT, Hands
from tests.e2e.test_window import unnamed
from tests.signing import PASSWORD, laboratory

SHIFT_CTRL = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


class Signer(Hands):
    """A person of a laboratory."""

    def sign_in(self, login):
        page = self.window.sign_in_page
        for field, text in ((page.login, login), (page.password, PASSWORD)):
            field.setFocus()
            field.clear()
            QTest.keyClicks(field, text)
        QTest.keyClick(page.password, Qt.Key.Key_Return)
        self.qtbot.waitUntil(lambda: not self.window.session.is_locked, timeout=30000)

    def command(self, key):
        """Ctrl+Shift and a key, in the window."""
        self.window.activateWindow()
        self.qtbot.waitUntil(self.window.isActiveWindow)
        self.press(key, SHIFT_CTRL, self.window)

    def stored(self):
        self.wait_for_jobs()
        self.qtbot.waitUntil(lambda: not self.window.keeper.pending, timeout=30000)

    def ask_to_sign(self):
        """Ctrl+Shift+S; returns the dialog."""
        self.command(Qt.Key.Key_S)
        self.qtbot.waitUntil(lambda: self.window.commands.signing.dialog is not None, timeout=30000)
        dialog = self.window.commands.signing.dialog
        assert isinstance(dialog, SignDialog)
        self.qtbot.waitExposed(dialog)
        return dialog

    def type_into(self, field, text):
        QTest.mouseClick(field, LEFT)
        QTest.keyClicks(field, text)

    def tick_all(self, dialog):
        """By keyboard: space on each row."""
        dialog.list.setFocus()
        for row in range(dialog.list.count()):
            dialog.list.setCurrentRow(row)
            if dialog.list.item(row).checkState() is Qt.CheckState.Unchecked:
                QTest.keyClick(dialog.list, Qt.Key.Key_Space)

    def sign(self, karyotype="46,XX"):
        count = len(self.window.signing.status.standing) + 1
        dialog = self.ask_to_sign()
        if not dialog.karyotype.isReadOnly():
            dialog.karyotype.clear()
            self.type_into(dialog.karyotype, karyotype)
        self.tick_all(dialog)
        self.type_into(dialog.password, PASSWORD)
        QTest.mouseClick(dialog.button, LEFT)
        self.qtbot.waitUntil(lambda: self.window.commands.signing.dialog is None, timeout=60000)
        self.wait_for_state(CaseState.SIGNED, count)

    def wait_for_state(self, state, count):
        def reached():
            status = self.window.signing.status
            return self.window.filing.state is state and status is not None and len(status.standing) == count

        self.qtbot.waitUntil(reached, timeout=30000)
        self.stored()

    def change_person(self, login):
        self.command(Qt.Key.Key_L)
        self.qtbot.waitUntil(lambda: self.window.session.is_locked)
        self.sign_in(login)


@pytest.fixture
def url(tmp_path):
    """A database with a technician (kim), a reviewer (lee), a director (max) and an administrator (ada)."""
    url = f"sqlite:///{tmp_path / 'laboratory.karyodesk'}"
    with closing(Store(url)) as store:
        laboratory(store)
    return url


@pytest.fixture
def person(make_window, url, metaphase, qtbot):
    """Kim before a case with one cell."""
    person = Signer(make_window(database=url), qtbot)
    person.sign_in("kim")
    person.drop(metaphase)
    person.stored()
    return person


def case_status(url, case_id):
    with closing(Store(url)) as store:
        return signatures.status(store, case_id)


def test_the_dialog_shows_what_is_signed_and_each_finding_has_to_be_acknowledged(person):
    dialog = person.ask_to_sign()
    findings = [dialog.list.item(row).text() for row in range(dialog.list.count())]
    assert "No policy is chosen for this case: nothing says how many cells are enough." in findings
    assert "No cell is marked as counted, analysed or karyotyped." in findings
    assert any("uncertain and confirmed by no person: 3" in each for each in findings)
    assert unnamed(dialog) == []
    person.type_into(dialog.karyotype, "46,XX")
    person.type_into(dialog.password, PASSWORD)
    assert not dialog.button.isEnabled()
    person.tick_all(dialog)
    assert dialog.button.isEnabled()
    dialog.karyotype.clear()
    assert not dialog.button.isEnabled()
    person.press(Qt.Key.Key_Escape, widget=dialog)
    assert person.window.commands.signing.dialog is None
    assert person.window.filing.state is CaseState.OPEN


def test_a_signed_case_is_read_only_and_says_by_whom_and_when(person, url):
    person.choose("c000")
    person.press(Qt.Key.Key_F)
    person.stored()
    person.sign()
    line = person.window.signed_line
    assert line.isVisible()
    assert "analysed by Kim Doe, 20" in line.text
    assert "Still to be signed for: reviewed, approved." in line.text
    before = person.cell
    person.choose("c000")
    person.press(Qt.Key.Key_F)
    assert person.cell == before
    person.double_click(person.karyogram, person.in_karyogram("c001"))
    assert person.cell == before
    assert "signed and cannot be changed" in person.window.notice.text
    for id_ in ("open", "undo", "turn", "reject", "remove_cell"):
        assert not person.window.actions_[id_].isEnabled(), id_
    status = case_status(url, person.window.filing.case_id)
    assert [each.signature.signer.name for each in status.standing] == ["Kim Doe"]


def test_a_report_that_is_exported_anew_says_that_it_is_a_copy_without_signatures(person, tmp_path, monkeypatch):
    person.sign()
    made = []
    monkeypatch.setattr("karyodesk.ui.exports.write_report", lambda path, content: made.append(content.notes))
    person.window.exporter.report(tmp_path / "copy.pdf", {})
    person.wait_for_jobs()
    assert made == [(UNSIGNED,)]


def test_dropping_a_picture_on_a_signed_case_says_why_it_is_not_added(person, tmp_path):
    from tests.e2e.stand_in import write_metaphase

    person.sign()
    person.drop(write_metaphase(tmp_path / "other.png", 45))
    assert len(person.case.cells) == 1
    assert "signed" in person.window.notice.text


def test_what_is_changed_while_the_case_is_looked_through_is_not_proposed(person, monkeypatch):
    may_end = Event()

    def slow(*about):
        assert may_end.wait(30)
        return look(*about)

    monkeypatch.setattr(signing_commands, "look", slow)
    person.choose("c000")
    person.command(Qt.Key.Key_S)
    person.command(Qt.Key.Key_S)  # a second time starts nothing more
    assert len(person.window.jobs.active) == 1
    person.press(Qt.Key.Key_F, widget=person.karyogram)
    may_end.set()
    person.stored()
    assert person.window.commands.signing.dialog is None
    assert "changed while it was looked through" in person.window.notice.text
    person.sign()


def test_a_wrong_password_is_told_and_after_five_the_name_is_locked(person):
    dialog = person.ask_to_sign()
    person.type_into(dialog.karyotype, "46,XX")
    person.tick_all(dialog)
    for count in range(6):
        person.type_into(dialog.password, f"wrong words {count}")
        QTest.keyClick(dialog.password, Qt.Key.Key_Return)
        person.qtbot.waitUntil(lambda: dialog.password.isEnabled() and not dialog.password.text(), timeout=30000)
        told = "do not belong together" if count < 5 else "Too many wrong passwords"
        assert told in dialog.message.text()
    assert dialog.karyotype.text() == "46,XX"
    assert len(dialog.list.ticked()) == dialog.list.count()
    assert person.window.filing.state is CaseState.OPEN
    dialog.reject()


def test_three_persons_sign_and_the_report_is_the_one_that_was_signed(person, url, tmp_path, monkeypatch):
    person.sign()
    person.change_person("lee")
    dialog = person.ask_to_sign()
    assert dialog.karyotype.isReadOnly()
    dialog.reject()
    person.sign()
    person.change_person("max")
    person.sign()
    window = person.window
    assert "Version 1 is final." in window.signed_line.text
    assert not window.actions_["sign"].isEnabled()
    path = tmp_path / "saved.pdf"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    monkeypatch.setattr(QInputDialog, "getItem", lambda *asked: (asked[3][0], True))
    QTest.mouseClick(window.signed_line.buttons["save_signed"], LEFT)
    person.wait_for_jobs()
    status = case_status(url, window.filing.case_id)
    with closing(Store(url)) as store:
        assert path.read_bytes() == signatures.signed_report(store, status.standing[-1].signature.report)
        assert list(verify(store)) == []


def test_the_one_who_analysed_cannot_review_and_is_told(person):
    person.sign()
    dialog = person.ask_to_sign()
    assert "takes a reviewer or director, which Kim Doe is not" in dialog.message.text()
    assert not dialog.password.isEnabled()
    dialog.reject()


def test_reopening_asks_for_a_reason_and_the_password_and_makes_an_amended_version(person, url):
    for login in ("", "lee", "max"):
        if login:
            person.change_person(login)
        person.sign()
    QTest.mouseClick(person.window.signed_line.buttons["reopen"], LEFT)
    dialog = person.window.commands.signing.dialog
    assert isinstance(dialog, ReopenDialog)
    person.type_into(dialog.password, PASSWORD)
    assert not dialog.button.isEnabled()
    dialog.reason.setFocus()
    QTest.keyClicks(dialog.reason, "A second culture came.")
    QTest.mouseClick(dialog.button, LEFT)
    person.wait_for_state(CaseState.OPEN, 0)
    person.qtbot.waitUntil(lambda: "amended version 2" in person.window.signed_line.text)
    assert "A second culture came." in person.window.signed_line.text
    person.choose("c000")
    person.press(Qt.Key.Key_F)
    person.stored()
    dialog = person.ask_to_sign()
    assert dialog.karyotype.text() == ""
    dialog.reject()
    person.sign("46,XX")
    status = case_status(url, person.window.filing.case_id)
    assert status.version == 2
    assert [len(status.former), len(status.standing)] == [3, 1]


def test_what_somebody_else_changed_meanwhile_is_not_signed(person, make_window, url, qtbot):
    dialog = person.ask_to_sign()
    person.type_into(dialog.karyotype, "46,XX")
    person.tick_all(dialog)
    other = Signer(make_window(database=url), qtbot)
    other.sign_in("lee")
    other.window.filing.open_case(person.window.filing.case_id)
    qtbot.waitUntil(lambda: other.case.analysed is not None, timeout=30000)
    other.stored()
    other.choose("c000")
    other.press(Qt.Key.Key_F)
    other.stored()
    person.type_into(dialog.password, PASSWORD)
    QTest.mouseClick(dialog.button, LEFT)
    qtbot.waitUntil(lambda: person.window.commands.signing.dialog is None, timeout=30000)
    assert "Somebody else changed this case" in person.window.notice.text
    qtbot.waitUntil(lambda: person.case.analysed and person.cell.by_id["c000"].turned, timeout=30000)
    assert case_status(url, person.window.filing.case_id).standing == ()


def test_in_the_single_user_mode_it_is_said_why_nobody_can_sign(hands):
    hands.qtbot.waitUntil(lambda: not hands.window.keeper.pending)
    hands.press(Qt.Key.Key_S, SHIFT_CTRL, hands.window)
    (box,) = [each for each in QApplication.topLevelWidgets() if isinstance(each, QMessageBox)]
    assert "Nobody can sign" in box.text()
    assert "karyodesk people add ada" in box.informativeText()
    box.close()
