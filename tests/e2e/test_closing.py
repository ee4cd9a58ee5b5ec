import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QMessageBox

from karyodesk.domain.errors import StoreReadOnlyError
from tests.e2e.hands import Hands
from tests.e2e.stand_in import SlowAnalyser


def answer_with(role, seen):
    """Press a button of the question that will come."""

    def press():
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        seen.append(box.text())
        next(button for button in box.buttons() if box.buttonRole(button) == role).click()

    QTimer.singleShot(50, press)


def test_without_edits_it_closes_without_a_question(hands):
    assert hands.window.close()


@pytest.fixture
def unstored(make_window, qtbot, metaphase):
    """A person before a window that has no case database."""

    def refuse():
        raise StoreReadOnlyError("The case database cannot be written.")

    person = Hands(make_window(opener=refuse), qtbot)
    person.drop(metaphase)
    person.wait_for_jobs()
    return person


def test_with_a_case_database_edits_are_no_reason_to_ask(hands):
    hands.choose("c000")
    hands.press(Qt.Key.Key_F)
    assert hands.window.close()


def test_without_a_case_database_the_window_says_so_and_goes_on(unstored):
    line = unstored.window.store_line
    assert line.isVisible()
    assert "cannot be written" in line.text
    assert "nothing is stored" in line.text
    assert not unstored.window.actions_["open_case"].isEnabled()


def test_unexported_edits_are_asked_for_and_cancel_keeps_the_window(unstored):
    hands = unstored
    hands.choose("c000")
    hands.press(Qt.Key.Key_F)
    seen = []
    answer_with(QMessageBox.ButtonRole.RejectRole, seen)
    assert not hands.window.close()
    assert hands.window.isVisible()
    assert seen == ["Your edits are in no report yet."]


def test_they_can_be_lost_on_purpose(unstored):
    hands = unstored
    hands.choose("c000")
    hands.press(Qt.Key.Key_F)
    answer_with(QMessageBox.ButtonRole.DestructiveRole, [])
    assert hands.window.close()


@pytest.mark.parametrize(("role", "closes"), [("NoRole", False), ("YesRole", True)])
def test_running_work_is_named_before_it_is_cancelled(make_window, qtbot, metaphase, role, closes):
    window = make_window(SlowAnalyser)
    Hands(window, qtbot).drop(metaphase)
    seen = []
    answer_with(QMessageBox.ButtonRole[role], seen)
    assert window.close() is closes
    assert "cell.png" in seen[0]
    assert bool(window.jobs.active) is not closes


def test_the_arrangement_is_remembered(make_window, qtbot, metaphase):
    first = make_window()
    person = Hands(first, qtbot)
    person.drop(metaphase)
    person.wait_for_jobs()
    first.docks[2].hide()
    assert first.close()
    second = make_window()
    again = Hands(second, qtbot)
    again.drop(metaphase)
    again.wait_for_jobs()
    assert not second.docks[2].isVisible()
    second.actions_["reset_layout"].trigger()
    assert second.docks[2].isVisible()
