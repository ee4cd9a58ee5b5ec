"""Outlines that may have to be cut or joined: shown, taken, left, kept and taken back."""

from threading import Event

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from karyodesk.ui.exports import report_content
from tests.e2e.hands import Hands
from tests.e2e.stand_in import DoubtingAnalyser, write_metaphase

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def doubting(make_window, metaphase, qtbot):
    """A person before a cell with one crossing and one broken chromosome in doubt."""
    person = Hands(make_window(DoubtingAnalyser), qtbot)
    person.drop(metaphase)
    person.wait_for_jobs()
    return person


class Gate(DoubtingAnalyser):
    """Describes only once the gate is opened."""

    def __init__(self):
        self.opened = Event()

    def describe(self, picture, cell, outlines):
        assert self.opened.wait(20)
        return super().describe(picture, cell, outlines)


@pytest.fixture
def gate():
    made = Gate()
    yield made
    made.opened.set()


@pytest.fixture
def waiting(make_window, metaphase, qtbot, gate):
    """A person before the same cell whose taken readings are not described before the gate opens."""
    person = Hands(make_window(lambda: gate), qtbot)
    person.drop(metaphase)
    person.wait_for_jobs()
    return person


def take(hands, chromosome_id):
    hands.choose(chromosome_id)
    hands.press(Qt.Key.Key_O)
    hands.press(Qt.Key.Key_Return)
    hands.wait_for_jobs()


def history(hands):
    rows = hands.window.history
    return [rows.item(row).text() for row in range(rows.count())]


def test_a_doubt_is_marked_in_the_metaphase_and_counted(doubting):
    assert sorted(mark.text for mark in doubting.metaphase._marks.values()) == ["=1?", "=2?"]
    assert all(doubting.metaphase._bodies[id_].doubted for id_ in ("c003", "c015", "c030"))
    assert not doubting.metaphase._bodies["c004"].doubted
    assert "2 to cut or join" in doubting.window.workspace.tally._origin.text()
    model = doubting.window.cell_list.model()
    assert "5 uncertain" in model.data(model.index(0), Qt.ItemDataRole.AccessibleTextRole)


@pytest.mark.parametrize(
    ("chromosome_id", "words"),
    [("c030", "=2?  May be two chromosomes"), ("c015", "=1?  May be one chromosome with its neighbour"), ("c004", "")],
)
def test_the_inspector_says_what_is_doubted_of_the_chosen_one(doubting, chromosome_id, words):
    doubting.choose(chromosome_id)
    panel = doubting.window.inspector.doubt
    assert panel.line == words
    assert panel.isVisible() is bool(words)
    assert words[5:] in doubting.karyogram.accessibleDescription()


def test_o_shows_the_likeliest_reading_then_the_next_and_escape_leaves_it(doubting):
    doubting.choose("c030")
    seen = []
    for _ in range(3):
        doubting.press(Qt.Key.Key_O)
        seen.append(doubting.metaphase._offer.resolution.probability)
    assert seen == [0.7, 0.2, 0.7]
    assert doubting.metaphase._reading.isVisible()
    doubting.press(Qt.Key.Key_Escape)
    assert doubting.metaphase._reading is None
    assert doubting.case.selected.id == "c030"
    doubting.press(Qt.Key.Key_Escape)
    assert doubting.case.selected is None
    assert doubting.case.analysed.journal.entries == []


def test_enter_cuts_as_shown_and_undo_takes_it_back_in_one_step(doubting):
    start = doubting.cell
    doubting.choose("c030")
    doubting.press(Qt.Key.Key_O)
    doubting.press(Qt.Key.Key_O)
    shown = doubting.metaphase._offer.resolution.outlines
    doubting.press(Qt.Key.Key_Return)
    doubting.wait_for_jobs()
    assert "c030" not in doubting.cell.by_id
    assert {shape.digest for shape in shown} <= {chromosome.outline.digest for chromosome in doubting.cell.kept}
    assert len(doubting.cell.kept) == 47
    assert doubting.case.selected.outline in shown
    assert history(doubting) == ["1.  Cut into two (16 → 9 + 9)"]
    assert set(doubting.metaphase._bodies) == set(doubting.karyogram.layout_shown.placements)
    doubting.press(Qt.Key.Key_Z, CONTROL)
    assert doubting.cell == start
    assert doubting.case.selected.id == "c030"
    doubting.press(Qt.Key.Key_Y, CONTROL)
    assert len(doubting.cell.kept) == 47
    assert doubting.case.selected.outline in shown


def test_enter_joins_as_shown_and_the_uncertain_whole_is_chosen(doubting):
    take(doubting, "c003")
    assert history(doubting) == ["1.  Join (2 + 8 → 9)"]
    assert len(doubting.cell.kept) == 45
    assert doubting.case.selected.needs_look
    assert [mark.text for mark in doubting.metaphase._marks.values()] == ["=2?"]


def test_tally_and_report_follow_and_count_one_correction(doubting):
    take(doubting, "c030")
    assert doubting.window.workspace.tally.karyotype.startswith("47,")
    (reported,) = report_content(doubting.case, {}, doubting.case.analysed.journal.entries[0].edit.when).cells
    assert reported.corrections == 1
    assert set(reported.views) == set(doubting.cell.by_id)


def test_tab_stops_once_at_every_doubt_until_a_person_has_decided(doubting):
    doubting.karyogram.setFocus()

    def round_trip():
        found = []
        while doubting.press(Qt.Key.Key_Tab) or doubting.case.selected.id not in found:
            found.append(doubting.case.selected.id)
        return found

    assert round_trip() == ["c003", "c005", "c020", "c030", "c040"]
    doubting.choose("c003")
    doubting.press(Qt.Key.Key_Return)
    doubting.choose("c030")
    doubting.press(Qt.Key.Key_O, SHIFT)
    doubting.press(Qt.Key.Key_Escape)
    assert round_trip() == ["c005", "c020", "c040"]
    assert doubting.metaphase._marks == {}


def test_keeping_is_no_correction_leaves_the_label_a_suggestion_and_can_be_undone(doubting):
    doubting.choose("c030")
    doubting.press(Qt.Key.Key_O, SHIFT)
    assert history(doubting) == ["1.  Keep as it is (16)"]
    assert not doubting.cell.by_id["c030"].confirmed
    (reported,) = report_content(doubting.case, {}, doubting.case.analysed.journal.entries[0].edit.when).cells
    assert reported.corrections == 0
    doubting.press(Qt.Key.Key_Z, CONTROL)
    assert len(doubting.metaphase._marks) == 2


def test_o_without_a_doubted_choice_goes_from_doubt_to_doubt(doubting):
    doubting.karyogram.setFocus()
    for expected in ("c003", "c030"):
        doubting.press(Qt.Key.Key_O)
        assert doubting.case.selected.id == expected
        assert doubting.case.asked_offer is not None
        doubting.press(Qt.Key.Key_O, SHIFT)
        doubting.press(Qt.Key.Key_Escape)
    assert not doubting.window.actions_["show_reading"].isEnabled()


def test_the_mark_chooses_what_it_stands_for(doubting):
    (mark,) = (mark for mark in doubting.metaphase._marks.values() if mark.text == "=2?")
    doubting.click(doubting.metaphase, doubting.metaphase.mapFromScene(mark.pos()))
    assert doubting.case.selected.id == "c030"


def test_the_panel_gives_a_glimpse_that_enter_does_not_take(doubting, qtbot):
    doubting.choose("c030")
    panel = doubting.window.inspector.doubt
    QTest.mouseMove(panel)
    qtbot.waitUntil(lambda: doubting.metaphase._reading is not None)
    doubting.press(Qt.Key.Key_Return)
    doubting.wait_for_jobs()
    assert doubting.cell.by_id["c030"].confirmed


def test_the_button_takes_the_likeliest_reading(doubting):
    doubting.choose("c030")
    QTest.mouseClick(doubting.window.inspector.doubt.take_button, Qt.MouseButton.LeftButton)
    doubting.wait_for_jobs()
    assert history(doubting) == ["1.  Cut into two (16 → 9 + 9)"]


def test_what_is_edited_meanwhile_stays_and_the_choice_is_not_moved(waiting, gate):
    waiting.choose("c030")
    waiting.press(Qt.Key.Key_O)
    waiting.press(Qt.Key.Key_Return)
    waiting.press(Qt.Key.Key_Return)  # an impatient second time
    waiting.choose("c010")
    waiting.type("X")
    gate.opened.set()
    waiting.wait_for_jobs()
    assert history(waiting) == ["2.  Cut into two (16 → 9 + 9)", "1.  Label X (6 → X)"]
    assert waiting.cell.by_id["c010"].label == "X"
    assert waiting.case.selected.id == "c010"


@pytest.mark.parametrize(
    ("key", "modifier", "sentence"),
    [
        (Qt.Key.Key_Delete, Qt.KeyboardModifier.NoModifier, "no longer there"),
        (Qt.Key.Key_O, SHIFT, "kept as it is meanwhile"),
    ],
)
def test_a_reading_is_refused_in_one_sentence_where_the_person_decided_otherwise(
    waiting, gate, key, modifier, sentence
):
    waiting.choose("c030")
    waiting.press(Qt.Key.Key_O)
    waiting.press(Qt.Key.Key_Return)
    waiting.press(key, modifier)
    gate.opened.set()
    waiting.wait_for_jobs()
    assert sentence in waiting.window.notice.text
    assert len(history(waiting)) == 1
    assert "c030" in waiting.cell.by_id


def test_the_cell_that_was_left_is_cut_all_the_same(waiting, gate, tmp_path):
    gate.opened.set()
    waiting.drop(write_metaphase(tmp_path / "second.png"))
    waiting.wait_for_jobs()
    gate.opened.clear()
    waiting.choose("c030")
    waiting.press(Qt.Key.Key_O)
    waiting.press(Qt.Key.Key_Return)
    waiting.press(Qt.Key.Key_PageDown)
    gate.opened.set()
    waiting.wait_for_jobs()
    assert history(waiting) == []
    assert len(waiting.cell.kept) == 46
    waiting.press(Qt.Key.Key_PageUp)
    assert len(waiting.cell.kept) == 47


def test_a_chromosome_that_is_cut_while_it_is_carried_goes_nowhere(waiting, gate):
    waiting.choose("c030")
    waiting.press(Qt.Key.Key_O)
    waiting.press(Qt.Key.Key_Return)
    at = waiting.in_karyogram("c030")
    waiting.carry(waiting.karyogram, at, waiting.in_slot("5"), let_go=False)
    gate.opened.set()
    waiting.wait_for_jobs()
    QTest.mouseMove(waiting.karyogram.viewport(), waiting.in_slot("6"))
    QTest.mouseRelease(waiting.karyogram.viewport(), Qt.MouseButton.LeftButton, pos=waiting.in_slot("6"))
    assert history(waiting) == ["1.  Cut into two (16 → 9 + 9)"]


def test_cancelling_changes_nothing_and_leaves_the_doubt(waiting, gate, qtbot):
    waiting.choose("c030")
    waiting.press(Qt.Key.Key_O)
    waiting.press(Qt.Key.Key_Return)
    qtbot.waitUntil(waiting.window.actions_["cancel_jobs"].isEnabled)
    waiting.window.actions_["cancel_jobs"].trigger()
    assert "nothing was cut" in waiting.window.statusBar().currentMessage()
    gate.opened.set()
    assert history(waiting) == []
    assert waiting.case.asked_offer is not None


def test_a_reading_is_drawn_over_the_picture(doubting):
    doubting.point_at(doubting.metaphase, QPoint(3, 3))
    doubting.choose("c030")
    doubting.metaphase.viewport().repaint()
    x0, _, x1, y1 = doubting.cell.by_id["c030"].outline.bbox
    at = doubting.metaphase.mapFromScene(QPointF((x0 + x1) / 2, y1 - 12))
    before = doubting.metaphase.viewport().grab().toImage().pixelColor(at)
    doubting.press(Qt.Key.Key_O)
    after = doubting.metaphase.viewport().grab().toImage().pixelColor(at)
    assert after != before
