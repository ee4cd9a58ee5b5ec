"""The worksheet, by mouse and keys: what was done with each cell, live against the policy."""

from contextlib import closing
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QInputDialog, QLineEdit
from shiboken6 import isValid

from karyodesk.domain import case_edits
from karyodesk.domain.case import Culture, CultureMethod, Fact, Slide, Specimen, SpecimenKind
from karyodesk.store import cases
from karyodesk.store.author import Author
from karyodesk.store.cells import OpenCell
from karyodesk.store.engine import Store
from karyodesk.ui.case import CellState
from karyodesk.ui.case_details import CaseDetailsDialog
from karyodesk.ui.worksheet_model import CELL, Column
from karyodesk.ui.worksheet_view import box_of
from tests.e2e.conftest import FILE
from tests.e2e.hands import Hands
from tests.e2e.stand_in import write_metaphase

LEFT = Qt.MouseButton.LeftButton
CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
COUNTS = (46, 46, 45)


class Person(Hands):
    """At the worksheet."""

    def __init__(self, window, qtbot):
        super().__init__(window, qtbot)
        self.view, self.summary = window.worksheet_panel.view, window.worksheet_panel.summary

    @property
    def cells(self):
        return self.window.worksheet.cells

    def field(self, row, column):
        return self.view.visualRect(self.view.model().index(row, column))

    def click_beside(self, row, column):
        self.view.scrollTo(self.view.model().index(row, column))
        QTest.mouseClick(self.view.viewport(), LEFT, pos=self.field(row, column).center())

    def tick(self, row, column):
        QTest.mouseClick(self.view.viewport(), LEFT, pos=box_of(self.field(row, column)).center())

    def edit(self, row, column, kind):
        """Double-click a field; return the editor that opens."""
        self.click_beside(row, column)
        QTest.mouseDClick(self.view.viewport(), LEFT, pos=self.field(row, column).center())
        return self.view.findChildren(kind)[-1]

    def enter(self, editor, text):
        QTest.keyClicks(editor, text)
        QTest.keyClick(editor, Qt.Key.Key_Return)
        editors = (*self.view.findChildren(QLineEdit), *self.view.findChildren(QComboBox))
        self.qtbot.waitUntil(lambda: not any(isValid(each) and each.isVisible() for each in editors))

    def shown(self, row, column, role=Qt.ItemDataRole.DisplayRole):
        return self.view.model().index(row, column).data(role)

    def numbers(self):
        return {name: (number, judgement) for name, number, judgement in self.summary.numbers.rows}

    def said(self):
        return "\n".join(self.summary.lines)

    def wait_until_stored(self):
        self.qtbot.waitUntil(lambda: not self.window.keeper.pending and not self.window.jobs.active, timeout=30000)


@pytest.fixture
def person(window, qtbot, tmp_path):
    """A person before the worksheet of three cells, one of which has 45 chromosomes."""
    made = Person(window, qtbot)
    made.drop(*(write_metaphase(tmp_path / f"{place}.png", count) for place, count in enumerate(COUNTS)))
    made.wait_for_jobs()
    qtbot.waitUntil(lambda: len(made.cells) == len(COUNTS))
    window.activateWindow()
    made.press(Qt.Key.Key_3, CTRL, window)
    qtbot.waitUntil(made.view.isVisible)
    return made


@pytest.fixture
def policy(person):
    """The case is worked up by a policy, and has a slide."""
    book = person.window.book
    for item in (
        Specimen("s", SpecimenKind.BLOOD),
        Culture("c", "s", "A", CultureMethod.FLASK),
        Slide("a", "c", "A1"),
    ):
        book.edit(lambda data, who, item=item: case_edits.add(data, item, who))
    chosen = next(policy for policy in book.policies if policy.name == "ACMG/CAP type")
    reference = chosen.reference(chosen.rules[0])
    book.edit(lambda data, who: case_edits.change(data, replace(data.workup, policy=reference), who))
    person.window.worksheet.refresh()
    return chosen


def test_a_click_on_a_row_shows_the_cell_and_ticks_nothing(person):
    person.click_beside(2, Column.CELL)
    assert person.case.current is person.cells[2]
    person.click_beside(1, Column.COUNTED)
    assert person.case.current is person.cells[1]
    assert not any(cell.facts.counted for cell in person.cells)
    person.case.show_cell(person.cells[0])
    assert person.view.selectionModel().selectedRows()[0].data(CELL) is person.cells[0]


def test_the_four_facts_are_ticked_each_for_itself_and_stored(person, tmp_path):
    for place, column in enumerate((Column.COUNTED, Column.ANALYSED, Column.KARYOTYPED, Column.SCORED)):
        for row in range(3 - min(place, 2)):
            person.tick(row, column)
    person.tick(0, Column.SCORED)  # and back
    assert person.numbers()["Counted"] == ("3", "")
    assert [person.numbers()[name][0] for name in ("Analysed", "Karyotyped", "Scored")] == ["2", "1", "0"]
    person.wait_until_stored()
    with closing(Store(f"sqlite:///{tmp_path / FILE}", create=False)) as store:
        facts = [line.facts for line in cases.read(store, person.window.filing.case_id).cells]
    assert facts == [cell.facts for cell in person.cells]
    assert [each.counted for each in facts] == [True, True, True]


def test_it_is_worked_by_keys_alone(person):
    person.click_beside(0, Column.CELL)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Space, Qt.Key.Key_Down, Qt.Key.Key_Space):
        person.press(key, widget=person.view)
    assert [cell.facts.counted for cell in person.cells] == [True, True, False]
    assert person.case.current is person.cells[1]


def test_the_cell_that_is_shown_is_marked_by_keys(person):
    person.case.show_cell(person.cells[1])
    for key in (Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3):
        person.press(key, ALT, person.window)
    facts = person.cells[1].facts
    assert (facts.counted, facts.analysed, facts.karyotyped) == (True, True, True)
    assert person.window.actions_["mark_counted"].isChecked()
    person.press(Qt.Key.Key_1, ALT, person.window)
    assert not person.cells[1].facts.counted
    person.case.show_cell(person.cells[0])
    assert not person.window.actions_["mark_analysed"].isChecked()


def test_totals_and_clones_are_live_against_the_policy(person, policy):
    for row in range(3):
        person.tick(row, Column.COUNTED)
    assert person.numbers()["Counted"] == ("3 of 20", "17 to go")
    assert "Modal number 46 (45: 1 · 46: 2)" in person.said()
    assert "46,XX: 3 cells, 1 of them with another abnormality" in person.said()
    assert "≥ 63.2 % at 95 % confidence and ≥ 78.5 % at 99 % confidence" in person.said()
    person.case.show_cell(person.cells[0])
    person.choose("c040")  # a 21
    person.karyogram.setFocus()
    person.type("13")
    person.qtbot.waitUntil(lambda: "In no clone" in person.said())
    assert person.shown(0, Column.KARYOTYPE) == "46,XX,+13,-21"
    assert "not all of one clone" in person.said()
    person.press(Qt.Key.Key_Z, CTRL, person.window)
    person.qtbot.waitUntil(lambda: "In no clone" not in person.said())


def test_the_totals_do_without_a_policy_and_say_where_one_is_chosen(person):
    person.tick(0, Column.COUNTED)
    assert "No policy" in person.said()
    assert "if all counted cells are alike" in person.said()
    QTest.mouseClick(person.summary.choose_button, LEFT)
    assert person.window.findChildren(CaseDetailsDialog)[0].isVisible()


def test_a_cell_is_excluded_for_a_reason_and_included_again(person):
    for row in range(2):
        person.tick(row, Column.COUNTED)
    editor = person.edit(1, Column.EXCLUDED, QComboBox)
    person.enter(editor, "poor banding")
    assert person.cells[1].facts.excluded == "poor banding"
    assert (person.numbers()["Counted"][0], person.numbers()["Excluded"][0]) == ("1", "1")
    assert person.shown(1, Column.CELL, Qt.ItemDataRole.FontRole).strikeOut()
    editor = person.edit(1, Column.EXCLUDED, QComboBox)
    QTest.keyClick(editor, Qt.Key.Key_Backspace)
    person.enter(editor, "")
    assert person.cells[1].facts.excluded is None
    assert person.numbers()["Counted"][0] == "2"


def test_a_slide_is_chosen_for_a_cell(person, policy):
    editor = person.edit(0, Column.SLIDE, QComboBox)
    QTest.keyClick(editor, Qt.Key.Key_Down)
    assert person.cells[0].facts.slide is None
    person.enter(editor, "")
    assert person.cells[0].facts.slide == "a"
    assert person.shown(0, Column.SLIDE) == "A1 (culture A)"
    assert person.view.isColumnHidden(Column.COLONY)


def test_a_count_that_is_not_what_is_outlined_is_flagged(person):
    field = person.edit(2, Column.COUNT, QLineEdit)
    person.enter(field, "46")
    assert (person.shown(2, Column.COUNT), person.shown(2, Column.OUTLINED)) == ("46 ⚑", "45")
    assert "one of the two is wrong" in person.shown(2, Column.COUNT, Qt.ItemDataRole.AccessibleTextRole)
    field = person.edit(2, Column.COUNT, QLineEdit)
    person.enter(field, "4x")
    assert "whole number" in person.window.notice.text
    assert person.cells[2].facts.count == 46


def test_a_stated_karyotype_makes_the_clone(person, policy):
    for row in range(3):
        person.tick(row, Column.COUNTED)
    for row in range(2):
        person.window.worksheet.state_karyotype(person.cells[row], "47,XX,+21")
    assert person.shown(0, Column.KARYOTYPE) == "✎ 47,XX,+21"
    assert person.shown(0, Column.CLONE) == "47,XX,+21"
    assert "mos 47,XX,+21[2]/46,XX[1]" in person.said()


def test_a_cell_that_fits_no_clone_is_told_and_shown_by_a_click(person, policy):
    for row in range(3):
        person.tick(row, Column.COUNTED)
    person.window.worksheet.state_karyotype(person.cells[1], "47,XX,+21")
    assert "too few other cells" in person.shown(1, Column.CLONE, Qt.ItemDataRole.ToolTipRole)
    person.case.show_cell(person.cells[0])
    person.summary._left_out.linkActivated.emit(person.cells[1].id)
    assert person.case.current is person.cells[1]


def test_the_menu_of_a_row_puts_a_cell_in_a_clone_and_asks_for_features(person, policy, monkeypatch):
    for row in range(3):
        person.tick(row, Column.COUNTED)
    menu = person.window.worksheet_panel.menu_of(person.cells[2])
    clones = next(action.menu() for action in menu.actions() if action.text() == "Cl&one")
    next(action for action in clones.actions() if action.text() == "In &none").trigger()
    assert person.shown(2, Column.CLONE) == "✎ none"
    monkeypatch.setattr(QInputDialog, "getText", lambda *_: ("loss of Y", True))
    next(action for action in menu.actions() if action.text() == "&Scored for…").trigger()
    assert (person.cells[2].facts.scored, person.shown(2, Column.SCORED)) == (True, "loss of Y")


def test_a_right_click_opens_the_menu_of_the_row(person):
    at = person.field(1, Column.CELL).center()
    person.view.customContextMenuRequested.emit(at)
    menu = QApplication.activePopupWidget()
    next(action for action in menu.actions() if action.text() == "&Counted").trigger()
    menu.close()
    assert person.cells[1].facts.counted


def test_the_reason_is_asked_for_by_the_action_too(person):
    def answer():
        dialog = QApplication.activeModalWidget()
        QTest.keyClicks(dialog.findChild(QLineEdit), "broken cell")
        QTest.keyClick(dialog, Qt.Key.Key_Return)

    QTimer.singleShot(50, answer)
    person.press(Qt.Key.Key_0, ALT, person.window)
    assert person.case.current.facts.excluded == "broken cell"
    assert person.window.actions_["exclude_cell"].isChecked()


def test_a_signed_case_is_shown_and_not_changed(person):
    person.case.is_read_only = True
    person.tick(0, Column.COUNTED)
    assert not person.cells[0].facts.counted
    assert person.case.current is person.cells[0]
    assert not person.view.model().flags(person.view.model().index(0, Column.COUNT)) & Qt.ItemFlag.ItemIsEditable


def test_who_was_first_with_a_cell_is_said_and_their_word_is_shown(person, tmp_path):
    person.wait_until_stored()
    cell = person.cells[1]
    with closing(Store(f"sqlite:///{tmp_path / FILE}", create=False)) as store:
        opened = OpenCell(store, person.window.filing.case_id, cell.id)
        opened.say(case_edits.exclude(opened.facts, "poor banding", "Max"), Author("max", "Max Moe", "elsewhere"))
    person.tick(1, Column.COUNTED)
    assert person.numbers()["Counted"][0] == "1"  # the window does not wait
    person.qtbot.waitUntil(lambda: person.shown(1, Column.EXCLUDED) == "poor banding", timeout=10000)
    assert (person.numbers()["Counted"][0], person.numbers()["Excluded"][0]) == ("0", "1")
    assert "was not stored" in person.window.notice.text


def test_cells_on_their_way_are_listed_with_what_is_stored(person, policy):
    person.tick(0, Column.COUNTED)
    person.wait_until_stored()
    case_id = person.window.filing.case_id
    person.window.actions_["close_case"].trigger()
    assert person.cells == []
    person.window.filing.open_case(case_id)
    person.qtbot.waitUntil(lambda: len(person.cells) == 3, timeout=10000)
    assert [cell.facts.counted for cell in person.cells] == [True, False, False]
    assert person.shown(2, Column.OUTLINED) == "45"
    assert person.numbers()["Counted"][0] == "1 of 20"
    person.qtbot.waitUntil(lambda: all(cell.state is CellState.READY for cell in person.cells), timeout=30000)
    assert person.shown(2, Column.OUTLINED) == "45"


def test_without_a_case_database_the_worksheet_works_in_the_window(make_window, qtbot, metaphase):
    def fail():
        raise OSError("no database")

    person = Person(make_window(opener=fail), qtbot)
    person.drop(metaphase)
    person.wait_for_jobs()
    person.window.worksheet.set_fact(person.cells[0], Fact.COUNTED, True)
    assert person.numbers()["Counted"][0] == "1"
