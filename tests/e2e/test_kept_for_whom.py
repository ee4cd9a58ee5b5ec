"""Steps on a picture that could not be stored are there for who made them, and for no case that refuses them."""

import shutil

import pytest
from PySide6.QtCore import Qt

from karyodesk.domain.errors import ClosedCaseError, StoreLostError
from karyodesk.store import cases, cells
from karyodesk.store.cells import OpenCell
from karyodesk.store.verify import verify
from karyodesk.ui.case import CellState
from karyodesk.ui.kept_files import KeptFiles
from tests.e2e.hands import Hands
from tests.e2e.storing import disk, kept, kill_like, lose_database, url, wait_until_stored
from tests.e2e.test_late_database import Late
from tests.e2e.test_signing_in import PASSWORD, sign_in, staffed
from tests.failing import FailingStore

__all__ = ["staffed", "url"]


def turn(window, qtbot, picture):
    """Drop a picture and turn a chromosome of it."""
    person = Hands(window, qtbot)
    person.drop(picture)
    person.wait_for_jobs()
    person.choose("c000")
    person.press(Qt.Key.Key_F)
    return person


def come_in(window, qtbot, login, password, new=""):
    sign_in(window, login, password)
    if new:
        page = window.sign_in_page
        qtbot.waitUntil(lambda: page.new.isVisible(), timeout=20000)
        page.new.setText(new)
        page.again.setText(new)
        page.button.click()
    qtbot.waitUntil(lambda: not window.session.is_locked and not window.keeper.is_looking, timeout=20000)


@pytest.fixture
def left_by_ada(staffed, make_window, qtbot, tmp_path, metaphase, url):
    """A window of Ada that ended while the database took nothing."""
    made = []

    def opener():
        made.append(FailingStore(url))
        return made[-1]

    window = make_window(opener=opener)
    come_in(window, qtbot, "ada", PASSWORD)
    made[-1].failure = StoreLostError("lost")
    turn(window, qtbot, metaphase)
    kill_like(window)
    assert len(kept(tmp_path)) == 1


def assert_stored_by_ada(window, url, who):
    with disk(url) as store:
        stored = cases.read(store, window.filing.case_id)
        (line,) = stored.cells
        (entry,) = OpenCell(store, stored.case.id, line.id).journal.entries
        rows = cases.history(store, stored.case.id, cell_id=line.id)
        assert [(row.action, row.person_name) for row in rows] == [("cell.add", "Ada Poe"), ("cell.do", "Ada Poe")]
        assert entry.edit.who == who
        assert list(verify(store)) == []


def test_they_stay_for_who_made_them(left_by_ada, make_window, qtbot, tmp_path, metaphase, url):
    window = make_window()
    come_in(window, qtbot, "max", "first password here", new="a password of my own")
    assert not window.notice.isVisible()
    turn(window, qtbot, metaphase)  # his own, of the same picture
    assert "taken up" not in window.notice.text
    wait_until_stored(window, qtbot)
    window.actions_["close_case"].trigger()
    window.actions_["sign_out"].trigger()
    assert len(kept(tmp_path)) == 1
    come_in(window, qtbot, "ada", PASSWORD)
    qtbot.waitUntil(lambda: "one picture" in window.notice.text)
    Hands(window, qtbot).drop(shutil.copy(metaphase, tmp_path / "again.png"))
    wait_until_stored(window, qtbot)
    assert window.notice.text.startswith("Your step on again.png from ")
    assert_stored_by_ada(window, url, "Ada Poe")
    assert kept(tmp_path) == []


def test_those_of_a_case_apart_are_taken_up_by_who_signs_in(staffed, make_window, qtbot, tmp_path, metaphase, url):
    window = make_window(opener=Late(url).open)
    turn(window, qtbot, metaphase)
    who = window.case.person
    kill_like(window)
    later = make_window()
    come_in(later, qtbot, "ada", PASSWORD)
    qtbot.waitUntil(lambda: "one picture" in later.notice.text)
    Hands(later, qtbot).drop(metaphase)
    wait_until_stored(later, qtbot)
    assert later.case.analysed.cell.by_id["c000"].turned
    assert_stored_by_ada(later, url, who)
    assert kept(tmp_path) == []


def test_a_case_that_refuses_the_picture_leaves_them_for_another_one(
    make_window, qtbot, tmp_path, metaphase, url, monkeypatch
):
    opener, made = lose_database(url)

    def refuse(*_, **__):
        raise ClosedCaseError("This case is signed and cannot be changed.")

    window = make_window(opener=opener)
    turn(window, qtbot, metaphase)
    with monkeypatch.context() as patch:
        patch.setattr(cells, "add", refuse)
        made[-1].failure = None
        qtbot.waitUntil(lambda: "drop it on another case to take them up" in window.notice.text, timeout=20000)
    assert [cell.state for cell in window.case.cells] == [CellState.REFUSED]
    window.actions_["new_case"].trigger()
    person = Hands(window, qtbot)
    person.drop(metaphase)
    wait_until_stored(window, qtbot)
    assert person.cell.by_id["c000"].turned
    assert kept(tmp_path) == []
    with disk(url) as store:
        (line,) = cases.read(store, window.filing.case_id).cells
        assert len(OpenCell(store, window.filing.case_id, line.id).journal.entries) == 1
        assert list(verify(store)) == []


def test_a_disk_without_room_is_said_once_and_closing_counts_the_steps(
    make_window, qtbot, metaphase, url, monkeypatch
):
    monkeypatch.setattr(KeptFiles, "begin", lambda *_: None)
    window = make_window(opener=Late(url).open)
    person = turn(window, qtbot, metaphase)
    assert "cannot keep your steps" in window.notice.text
    window.notice.hide()
    person.press(Qt.Key.Key_F)
    assert not window.notice.isVisible()
    assert window.filing.unkept_count == 2
    monkeypatch.undo()
    person.press(Qt.Key.Key_F)
    assert window.filing.unkept_count == 0
