"""A case database that can be opened only some time after the window is taken up by itself; what was done stays."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox

from karyodesk.domain.case import Fact, Patient
from karyodesk.domain.case_edits import change, mark
from karyodesk.domain.errors import StoreLostError
from karyodesk.store import cases
from karyodesk.store.cells import OpenCell
from karyodesk.store.engine import Store
from karyodesk.store.verify import verify
from tests.e2e.hands import Hands
from tests.e2e.stand_in import write_metaphase
from tests.e2e.storing import disk, url, wait_until_stored
from tests.e2e.test_closing import answer_with
from tests.e2e.test_signing_in import PASSWORD, sign_in, staffed

__all__ = ["staffed", "url"]


class Late:
    """A database that is there when it is told so."""

    def __init__(self, url):
        self.url, self.is_there = url, False

    def open(self):
        if not self.is_there:
            raise StoreLostError("The connection to the case database was lost.")
        return Store(self.url)


@pytest.fixture
def late(url):
    return Late(url)


@pytest.fixture
def person(make_window, late, qtbot, metaphase):
    """Before a window without a database, with a cell that was turned and counted."""
    person = Hands(make_window(opener=late.open), qtbot)
    person.drop(metaphase)
    person.wait_for_jobs()
    person.choose("c000")
    person.press(Qt.Key.Key_F)
    window = person.window
    window.filing.say(window.case.current, lambda facts, who: mark(facts, Fact.COUNTED, who))
    person.choose("c004")
    person.press(Qt.Key.Key_T)
    return person


def appear(person, late):
    late.is_there = True
    person.qtbot.waitUntil(lambda: person.window.keeper.is_open, timeout=10000)


def test_an_empty_window_takes_the_database_up_and_stores_as_ever(make_window, late, qtbot, metaphase, url):
    person = Hands(make_window(opener=late.open), qtbot)
    window = person.window
    assert "tried again by itself" in window.store_line.text
    appear(person, late)
    qtbot.waitUntil(lambda: not window.store_line.isVisible())
    assert not window.apart_line.isVisible()
    assert window.start_page.browser.isVisible()
    person.drop(metaphase)
    person.wait_for_jobs()
    wait_until_stored(window, qtbot)
    with disk(url) as store:
        assert len(cases.read(store, window.filing.case_id).cells) == 1


def test_what_was_done_meanwhile_stays_and_is_stored_when_it_is_asked_for(person, late, qtbot, url, tmp_path):
    window = person.window
    window.book.edit(lambda data, who: change(data, Patient("Anna Doe"), who))
    appear(person, late)
    assert window.apart_line.isVisible()
    person.drop(write_metaphase(tmp_path / "other.png", 45))  # joins the case that is shown
    person.wait_for_jobs()
    assert window.keeper.pending == ()
    assert not window.filing.is_open
    window.apart_line.button.click()
    assert not window.apart_line.isVisible()
    person.choose("c006")
    person.press(Qt.Key.Key_F)
    wait_until_stored(window, qtbot)
    with disk(url) as store:
        stored = cases.read(store, window.filing.case_id)
        assert stored.case.patient.name == "Anna Doe"
        assert stored.case.order.accession.startswith("New case ")
        assert [cell.id for cell in stored.cells] == [cell.id for cell in window.case.cells]
        opened = OpenCell(store, stored.case.id, stored.cells[0].id)
        assert opened.journal.entries == window.case.cells[0].analysed.journal.entries
        assert opened.facts.counted
        actions = [row.action for row in cases.history(store, stored.case.id, cell_id=opened.id)]
        assert actions == ["cell.add", "cell.do", "cell.facts", "cell.do", "cell.do"]
        assert list(verify(store)) == []
    assert window.close()


def test_it_is_not_stored_unasked_and_closing_asks(person, late, qtbot, url):
    window = person.window
    appear(person, late)
    seen = []
    answer_with(QMessageBox.ButtonRole.RejectRole, seen)
    window.actions_["close_case"].trigger()
    assert seen == ["Your edits are in no report yet."]
    assert window.apart_line.isVisible()
    answer_with(QMessageBox.ButtonRole.DestructiveRole, seen)
    window.actions_["close_case"].trigger()
    assert not window.apart_line.isVisible()
    assert not window.actions_["store_case"].isEnabled()
    window.actions_["new_case"].trigger()
    wait_until_stored(window, qtbot)
    with disk(url) as store:
        assert cases.read(store, window.filing.case_id).cells == ()


def test_where_people_sign_in_it_is_stored_by_who_signed_in(staffed, person, late, qtbot, url):
    window = person.window
    appear(person, late)
    assert window.sign_in_page.isVisible()
    assert not window.apart_line.isVisible()
    window.filing.store_apart()
    assert window.keeper.pending == ()
    sign_in(window, "ada", PASSWORD)
    qtbot.waitUntil(lambda: window.apart_line.isVisible(), timeout=20000)
    window.actions_["store_case"].trigger()
    wait_until_stored(window, qtbot)
    with disk(url) as store:
        rows = cases.history(store, window.filing.case_id)
        assert {row.person_name for row in rows} == {"Ada Poe"}
        assert list(verify(store)) == []
