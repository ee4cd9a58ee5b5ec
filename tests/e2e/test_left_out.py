"""A body that the program left out, though it may be a chromosome: it is shown, and a person decides."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from tests.e2e.hands import Hands
from tests.e2e.stand_in import StandInAnalyser

CONTROL = Qt.KeyboardModifier.ControlModifier
GONE = "c045"


class Hesitating(StandInAnalyser):
    """Leaves the last chromosome out, but would have a person look at it."""

    def analyse(self, picture, step):
        cell = super().analyse(picture, step)
        last = cell.by_id[GONE]
        hesitant = replace(last.suggestion, left_out=True, uncertain=True)
        return cell.with_chromosomes([replace(last, rejected=True, suggestion=hesitant)])


@pytest.fixture
def hands(make_window, metaphase, qtbot):
    person = Hands(make_window(Hesitating), qtbot)
    person.drop(metaphase)
    person.wait_for_jobs()
    person.karyogram.setFocus()
    return person


def to_the_left_out(hands):
    """Go with Tab as far as to the body that was left out: it comes after all that stand in the karyogram."""
    met = []
    while not met or met[-1] != GONE:
        assert len(met) < 10
        hands.press(Qt.Key.Key_Tab)
        met.append(hands.case.selected.id)
    return met


def test_it_is_outlined_and_counted_and_tab_comes_to_it_last(hands):
    assert hands.metaphase._bodies[GONE].isVisible()
    assert "4 uncertain" in hands.window.workspace.tally._origin.text()
    assert to_the_left_out(hands) == ["c005", "c020", "c040", GONE]
    assert "may be a chromosome" in hands.window.inspector.state


def test_enter_agrees_and_undo_asks_again(hands):
    to_the_left_out(hands)
    hands.press(Qt.Key.Key_Return)
    assert hands.cell.by_id[GONE].rejected
    assert "3 uncertain" in hands.window.workspace.tally._origin.text()
    assert hands.case.selected.id == "c005"
    assert not hands.metaphase._bodies[GONE].isVisible()
    hands.press(Qt.Key.Key_Z, CONTROL)
    assert hands.cell.by_id[GONE].needs_look


def test_r_restores_it_into_its_slot(hands):
    to_the_left_out(hands)
    hands.press(Qt.Key.Key_R)
    assert not hands.cell.by_id[GONE].rejected
    assert hands.karyogram.layout_shown.placements[GONE].needs_look
    assert hands.window.workspace.tally._count.text() == "46"
