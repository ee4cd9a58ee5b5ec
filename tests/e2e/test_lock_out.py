"""After five wrong passwords a name is locked, for the right password too, until an administrator unlocks it."""

from contextlib import closing

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from karyodesk.domain.people import Role
from karyodesk.store.engine import Store
from karyodesk.store.people import People
from karyodesk.store.verify import verify
from tests.e2e.conftest import FILE

PASSWORD = "correct horse battery"
OWN = "a password of my own"
TRIES = 5


@pytest.fixture
def url(tmp_path):
    """A database of an administrator, ada, and a technician, max, who has a password of his own."""
    address = f"sqlite:///{tmp_path / FILE}"
    with closing(Store(address)) as store:
        people = People(store)
        ada = people.begin("ada", "Ada Poe", PASSWORD, "bench")
        people.add(ada, "max", "Max Moe", [Role.TECHNICIAN], "first password here")
        people.change_password(people.sign_in("max", "first password here", "bench"), "first password here", OWN)
    return address


class Door:
    """A person before the sign-in page, with the keyboard."""

    def __init__(self, window, qtbot):
        self.window, self.page, self.qtbot = window, window.sign_in_page, qtbot

    def try_to_enter(self, login, password):
        """Returns what the page then says."""
        for field, text in ((self.page.login, login), (self.page.password, password)):
            field.clear()
            QTest.keyClicks(field, text)
        QTest.keyClick(self.page.password, Qt.Key.Key_Return)
        assert not self.page.button.isEnabled()  # until there is an answer
        self.qtbot.waitUntil(self.page.button.isEnabled, timeout=20000)
        return self.page.message.text()

    def is_shut(self):
        can_work = self.window.actions_["new_case"].isEnabled()
        return self.page.isVisible() and self.window.session.is_locked and not can_work


def test_five_wrong_passwords_lock_the_name_until_it_is_unlocked(make_window, qtbot, url):
    door = Door(make_window(), qtbot)
    for _ in range(TRIES - 1):
        assert "do not belong together" in door.try_to_enter("max", "not my password")
        assert door.page.password.text() == ""
    door.try_to_enter("max", "not my password")
    assert door.is_shut()
    said = door.try_to_enter("max", OWN)
    assert "Too many wrong passwords" in said
    assert "15 more minutes" in said
    assert "administrator unlocks it" in said
    assert door.is_shut()
    other = Door(make_window(), qtbot)
    assert "Too many wrong passwords" in other.try_to_enter("max", OWN)  # it is the name, not the window
    assert other.try_to_enter("ada", PASSWORD) == ""
    assert other.window.start_page.isVisible()
    with closing(Store(url)) as store:
        people = People(store)
        locked = next(person for person in people.everyone() if person.login == "max")
        people.unlock(people.sign_in("ada", PASSWORD, "bench"), locked.id)
    assert door.try_to_enter("max", OWN) == ""
    assert door.window.start_page.isVisible()
    assert door.window.case.person == "Max Moe"
    with closing(Store(url)) as store:
        assert list(verify(store)) == []


def test_the_right_password_before_the_fifth_wrong_one_starts_the_count_anew(make_window, qtbot, url):
    door = Door(make_window(), qtbot)
    for _ in range(2):
        for _ in range(TRIES - 1):
            assert "do not belong together" in door.try_to_enter("max", "not my password")
        assert door.try_to_enter("max", OWN) == ""
        assert door.window.start_page.isVisible()
        door.window.actions_["sign_out"].trigger()
        assert door.is_shut()
