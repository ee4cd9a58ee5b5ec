"""Where people sign in, nothing is seen before, and signing out loses nothing."""

from contextlib import closing

import pytest
from PySide6.QtCore import Qt

from karyodesk.domain.people import Role
from karyodesk.store.engine import Store
from karyodesk.store.people import People
from tests.e2e.hands import Hands
from tests.e2e.storing import url, wait_until_stored

__all__ = ["url"]
PASSWORD = "correct horse battery"


@pytest.fixture
def staffed(url):
    """A database with an administrator, and a technician who has to set a password first."""
    with closing(Store(url)) as store:
        people = People(store)
        ada = people.begin("ada", "Ada Poe", PASSWORD, "bench")
        people.add(ada, "max", "Max Moe", [Role.TECHNICIAN], "first password here")


def sign_in(window, login, password):
    page = window.sign_in_page
    page.login.setText(login)
    page.password.setText(password)
    page.button.click()


def test_nothing_is_seen_before_somebody_signs_in_and_signing_out_loses_nothing(staffed, make_window, qtbot, metaphase):
    window = make_window()
    person = Hands(window, qtbot)
    assert window.sign_in_page.isVisible()
    assert not window.actions_["open"].isEnabled()
    person.drop(metaphase)  # it waits
    sign_in(window, "ada", "wrong password here")
    qtbot.waitUntil(lambda: "do not belong together" in window.sign_in_page.message.text(), timeout=20000)
    assert window.case.cells == []
    sign_in(window, "ada", PASSWORD)
    qtbot.waitUntil(lambda: bool(window.case.ready), timeout=30000)
    person.choose("c000")
    person.press(Qt.Key.Key_F)
    assert window.case.analysed.journal.entries[-1].edit.who == "Ada Poe"
    window.actions_["sign_out"].trigger()
    assert window.sign_in_page.isVisible()
    assert not any(dock.isVisible() for dock in window.docks)
    assert not window.actions_["turn"].isEnabled()
    assert "New case" not in window.windowTitle()
    wait_until_stored(window, qtbot)
    sign_in(window, "ada", PASSWORD)
    qtbot.waitUntil(lambda: window.workspace.isVisible(), timeout=20000)
    assert person.cell.by_id["c000"].turned
    assert window.docks[0].isVisible()


def test_a_first_password_has_to_be_changed(staffed, make_window, qtbot):
    window = make_window()
    page = window.sign_in_page
    sign_in(window, "max", "first password here")
    qtbot.waitUntil(lambda: page.new.isVisible(), timeout=20000)
    assert window.session.is_locked
    page.new.setText("a password of my own")
    page.again.setText("another one, mistyped")
    page.button.click()
    assert "not the same" in page.message.text()
    page.again.setText("a password of my own")
    page.button.click()
    qtbot.waitUntil(lambda: window.start_page.isVisible(), timeout=20000)
    assert window.case.person == "Max Moe"
