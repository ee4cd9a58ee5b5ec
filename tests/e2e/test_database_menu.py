"""Backup, restore and check from the menu, as jobs beside which a person goes on."""

import sqlite3
import time
from contextlib import closing

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QPlainTextEdit

from karyodesk.store.engine import Store
from karyodesk.store.verify import verify
from karyodesk.ui import database_commands
from tests.e2e.conftest import FILE
from tests.e2e.hands import LEFT
from tests.e2e.keeping import Keeper, backup
from tests.e2e.test_window import unnamed
from tests.signing import PASSWORD, laboratory

__all__ = ["backup"]


@pytest.fixture
def person(window, metaphase, qtbot):
    """Before a case with one cell."""
    person = Keeper(window, qtbot)
    person.drop(metaphase)
    person.stored()
    return person


def test_a_backup_is_made_beside_the_work_and_its_end_of_the_ledger_can_be_copied(person, backup):
    person.trigger("back_up")
    assert not backup.exists()  # a job does it
    person.choose("c000")
    person.press(Qt.Key.Key_F)
    result = person.result()
    assert any("holds all cases" in each for each in result.sentences)
    assert any("everything in it is as it was written" in each for each in result.sentences)
    QTest.mouseClick(result.head.copy, LEFT)
    with closing(Store(f"sqlite:///{backup}", create=False)) as copy:
        assert QGuiApplication.clipboard().text() == result.head.field.text()
        assert list(verify(copy)) == []
    assert person.case.analysed.cell.by_id["c000"].turned
    result.close()


def test_the_case_database_is_not_replaced_by_its_own_backup(person, tmp_path, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / FILE), ""))
    person.trigger("back_up")
    person.wait_for_jobs()
    assert "the case database itself" in person.window.notice.text
    person.name_case("24-1")
    assert person.window.windowTitle().startswith("24-1")


def test_a_backup_that_cannot_be_written_is_told(person, tmp_path, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "no" / "b.karyodesk"), ""))
    person.trigger("back_up")
    person.wait_for_jobs()
    assert "Nothing can be written here" in person.window.notice.text


def test_a_cancelled_backup_leaves_no_file(person, backup, monkeypatch):
    steps = []

    def slow(store, path, author, report):
        while True:
            report.step("Copying", 0.5)
            steps.append(path)
            time.sleep(0.01)

    monkeypatch.setattr(database_commands, "_back_up", slow)
    person.trigger("back_up")
    person.qtbot.waitUntil(lambda: bool(steps) and person.window.actions_["cancel_jobs"].isEnabled())
    person.window.activateWindow()
    person.qtbot.waitUntil(person.window.isActiveWindow)
    person.press(Qt.Key.Key_Period, Qt.KeyboardModifier.ControlModifier, person.window)
    assert person.window.jobs.active == ()
    assert "cancelled" in person.window.notice.text
    assert not backup.exists()


def test_a_backup_goes_on_when_the_case_is_closed(person, backup, monkeypatch):
    goes_on = []

    def slow(store, path, author, report):
        while not goes_on:
            report.step("Copying", 0.5)
            time.sleep(0.01)
        return made(store, path, author, report)

    made = database_commands._back_up
    monkeypatch.setattr(database_commands, "_back_up", slow)
    person.trigger("back_up")
    person.trigger("close_case")
    assert not person.window.filing.is_open
    goes_on.append(True)
    person.result().close()
    assert backup.exists()


def test_the_check_says_that_all_is_as_it_was_written_and_knows_a_noted_end(person, backup):
    noted = person.back_up()
    person.name_case("24-2")
    person.trigger("check_database")
    dialog = person.commands.dialog
    person.qtbot.waitExposed(dialog)
    assert unnamed(dialog) == []
    QTest.keyClicks(dialog.field, "nonsense")
    QTest.mouseClick(dialog.button, LEFT)
    assert "STORE:NUMBER:HASH" in dialog.message.text()
    dialog.field.clear()
    QTest.keyClicks(dialog.field, noted)
    QTest.mouseClick(dialog.button, LEFT)
    result = person.result()
    assert "Everything is as it was written." in result.sentences[0]
    assert "nothing before it was altered" in result.sentences[0]
    assert result.head is not None
    assert unnamed(result) == []
    result.close()


def test_the_check_names_what_was_altered(person, tmp_path):
    person.name_case("24-3")
    with closing(sqlite3.connect(tmp_path / FILE)) as connection:
        connection.execute("UPDATE journal SET person_name = 'Nobody' WHERE number = 2")
        connection.commit()
    person.trigger("check_database")
    QTest.mouseClick(person.commands.dialog.button, LEFT)
    result = person.result()
    assert "not as it was written" in result.sentences[0]
    text = result.findChild(QPlainTextEdit).toPlainText()
    assert "entry 2 is not what was written" in text
    assert result.head is None
    result.close()


def test_a_restore_opens_the_restored_database_and_keeps_the_one_before(person, backup, tmp_path):
    person.name_case("24-before")
    person.back_up()
    person.name_case("24-after")
    dialog = person.restore()
    QTest.mouseClick(dialog.button, LEFT)
    result = person.result()
    (aside,) = [path for path in tmp_path.iterdir() if ".replaced-" in path.name and "-wal" not in path.name]
    assert any(str(aside) in each for each in result.sentences)
    result.close()
    assert not person.window.filing.is_open
    person.open_only_case("24-before")
    person.name_case("24-again")
    with closing(Store(f"sqlite:///{tmp_path / FILE}")) as store:
        assert list(verify(store)) == []


def test_a_restore_that_is_stopped_or_refused_leaves_everything_as_it_was(person, backup, tmp_path, monkeypatch):
    person.name_case("24-4")
    backup.write_bytes(b"no backup at all")
    dialog = person.restore()
    QTest.mouseClick(dialog.button, LEFT)
    person.qtbot.waitUntil(lambda: "no backup of a case database" in dialog.message.text(), timeout=30000)
    person.qtbot.waitUntil(lambda: person.window.keeper.is_open)
    backup.unlink()

    def endless(path, url, author, *, overwrite, step):
        while True:
            step("Copying the case database", 0.5)
            time.sleep(0.01)

    monkeypatch.setattr(database_commands, "restore", endless)
    QTest.mouseClick(dialog.button, LEFT)
    person.qtbot.waitUntil(lambda: "Copying" in dialog.message.text(), timeout=30000)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    person.qtbot.waitUntil(lambda: "Stopped" in dialog.message.text(), timeout=30000)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert person.commands.dialog is None
    person.qtbot.waitUntil(lambda: person.window.keeper.is_open)
    assert person.window.filing.data.order.accession == "24-4"
    person.choose("c000")
    person.press(Qt.Key.Key_F)
    person.stored()


def test_a_database_that_cannot_be_opened_is_restored_from_the_window(make_window, backup, tmp_path, qtbot):
    with closing(Store(f"sqlite:///{backup}")) as store:
        laboratory(store)
    (tmp_path / FILE).write_bytes(b"this is no database" * 400)
    person = Keeper(make_window(), qtbot)
    assert person.window.keeper.is_unavailable
    dialog = person.restore()
    QTest.mouseClick(dialog.button, LEFT)
    person.result().close()
    qtbot.waitUntil(lambda: person.window.keeper.is_open, timeout=30000)
    assert person.window.session.is_locked  # the people of the backup sign in
    assert not person.window.store_line.isVisible()
    person.sign_in("ada")


def test_only_an_administrator_restores(make_window, backup, tmp_path, qtbot):
    url = f"sqlite:///{tmp_path / 'laboratory.karyodesk'}"
    with closing(Store(url)) as store:
        laboratory(store)
    person = Keeper(make_window(database=url), qtbot)
    person.window.session.sign_in("kim", PASSWORD)
    qtbot.waitUntil(lambda: not person.window.session.is_locked, timeout=30000)
    person.trigger("restore_backup")
    assert person.commands.dialog is None
    assert "Only an administrator" in person.window.notice.text
