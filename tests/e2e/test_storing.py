"""What is done in the window is in the case database, whatever becomes of window, database and other people."""

import hashlib
from contextlib import closing
from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QInputDialog, QMessageBox

from karyodesk.domain.case import Case, Fact, Order, Patient, new_id
from karyodesk.domain.case_edits import exclude, mark
from karyodesk.domain.errors import ClosedCaseError, StoreLostError
from karyodesk.store import cases, originals
from karyodesk.store.cells import OpenCell
from karyodesk.store.engine import Store
from karyodesk.store.verify import verify
from karyodesk.ui.case import CellState
from karyodesk.ui.case_browser import OpenCaseDialog
from karyodesk.ui.exports import report_content
from tests.databases import cluster, empty_database
from tests.e2e.hands import Hands
from tests.e2e.stand_in import write_metaphase
from tests.e2e.storing import (
    disk,
    kill_after_edits,
    listed,
    open_first_case,
    person,
    url,
    wait_until,
    wait_until_opened,
    wait_until_stored,
)
from tests.e2e.test_closing import answer_with
from tests.failing import FailingStore
from tests.stored import KIM

__all__ = ["cluster", "empty_database", "person", "url"]


def test_a_case_that_is_closed_and_opened_is_as_it_was(person, qtbot, url, tmp_path):
    window = person.window
    person.drop(write_metaphase(tmp_path / "other.png", 45))
    person.wait_for_jobs()
    person.choose("c000")
    person.press(Qt.Key.Key_F)
    person.type("21")
    person.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    wait_until_stored(window, qtbot)
    before = [(cell.analysed.cell, cell.analysed.journal.entries) for cell in window.case.cells]
    assert len(before[0][1]) == 3
    window.actions_["close_case"].trigger()
    assert window.start_page.isVisible()
    assert window.case.cells == []
    open_first_case(window, qtbot)
    listed = window.cell_list.model()
    assert listed.thumbnail(window.case.cells[1]) is not None  # before any picture is read
    assert "45" in listed.summary(window.case.cells[1])
    wait_until_opened(window, qtbot)
    assert [(cell.analysed.cell, cell.analysed.journal.entries) for cell in window.case.cells] == before
    person.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier, widget=person.karyogram)
    wait_until_stored(window, qtbot)
    assert not person.cell.by_id["c000"].turned
    with disk(url) as store:
        assert list(verify(store)) == []


def test_originals_are_stored_byte_for_byte_with_models_and_a_made_up_name(person, metaphase, url):
    data = metaphase.read_bytes()
    with disk(url) as store:
        stored = cases.read(store, person.window.filing.case_id)
        assert stored.case.order.accession.startswith("New case ")
        assert stored.cells[0].original == hashlib.sha256(data).hexdigest()
        with store.read() as connection:
            assert originals.read(connection, stored.cells[0].original) == data
        opened = OpenCell(store, stored.case.id, stored.cells[0].id)
    assert "classifier" in opened.analysis.models
    assert stored.case.order.accession in person.window.windowTitle()


def test_every_page_of_a_file_is_opened_as_the_page_it_was(make_window, qtbot, tmp_path):
    import numpy as np
    import tifffile

    from tests.e2e.stand_in import draw_metaphase

    window = make_window()
    person = Hands(window, qtbot)
    tifffile.imwrite(tmp_path / "s.tif", np.stack([draw_metaphase(46), draw_metaphase(44)]), photometric="minisblack")
    person.drop(tmp_path / "s.tif")
    person.wait_for_jobs()
    wait_until_stored(window, qtbot)
    window.actions_["close_case"].trigger()
    open_first_case(window, qtbot)
    wait_until_opened(window, qtbot)
    assert [cell.name for cell in window.case.cells] == ["s.tif", "s.tif#2"]
    assert np.array_equal(window.case.cells[1].analysed.picture.pixels, draw_metaphase(44))


def test_a_lost_database_is_said_in_a_line_that_stays_and_all_goes_on_by_itself(make_window, qtbot, metaphase, url):
    made = []

    def opener():
        made.append(FailingStore(url))
        return made[0]

    window = make_window(opener=opener)
    person = Hands(window, qtbot)
    person.drop(metaphase)
    person.wait_for_jobs()
    wait_until_stored(window, qtbot)
    made[0].failure = StoreLostError("lost")
    person.choose("c000")
    person.press(Qt.Key.Key_F)
    person.press(Qt.Key.Key_F)
    assert len(window.case.analysed.journal.entries) == 2  # it is seen at once all the same
    qtbot.waitUntil(lambda: window.store_line.isVisible() and "2 last steps" in window.store_line.text)
    assert "connection to the case database is lost" in window.store_line.text
    seen = []
    answer_with(QMessageBox.ButtonRole.RejectRole, seen)
    assert not window.close()
    assert seen == ["Not everything is stored yet."]
    made[0].failure = None
    qtbot.waitUntil(lambda: not window.store_line.isVisible())
    wait_until_stored(window, qtbot)  # the line goes with the first of the two
    with disk(url) as store:
        assert len(OpenCell(store, window.filing.case_id, window.case.current.id).journal.entries) == 2


def test_a_server_that_stops_and_comes_back_loses_no_gesture(make_window, qtbot, metaphase, cluster, empty_database):
    address = cluster.new_database(template=empty_database)
    window = make_window(database=address)
    person = Hands(window, qtbot)
    person.drop(metaphase)
    person.wait_for_jobs()
    wait_until_stored(window, qtbot)
    cluster.stop()
    try:
        person.choose("c000")
        person.press(Qt.Key.Key_F)
        person.choose("c004")
        person.press(Qt.Key.Key_T)
        qtbot.waitUntil(lambda: "2 last steps" in window.store_line.text, timeout=20000)
        assert "connection to the case database is lost" in window.store_line.text
    finally:
        cluster.start()
    qtbot.waitUntil(lambda: not window.store_line.isVisible(), timeout=20000)
    wait_until_stored(window, qtbot)
    with closing(Store(address)) as store:
        stored = OpenCell(store, window.filing.case_id, window.case.current.id)
        assert stored.journal.entries == window.case.analysed.journal.entries
        assert list(verify(store)) == []


def test_the_history_says_who_and_when_as_the_rows_do(person, qtbot, url):
    window = person.window
    person.choose("c000")
    person.press(Qt.Key.Key_F)
    assert "not stored yet" in window.history.item(0).toolTip()
    wait_until_stored(window, qtbot)
    with disk(url) as store:
        row = cases.history(store, window.filing.case_id, cell_id=window.case.current.id)[-1]
    when = datetime.fromisoformat(row.at).astimezone().strftime("%Y-%m-%d %H:%M:%S")
    assert window.history.item(0).toolTip() == f"{row.person_name}, {when}"


def test_the_history_shows_what_was_said_of_the_cell_among_its_steps(person, qtbot, url):
    window, cell = person.window, person.case.current
    window.filing.say(cell, lambda facts, who: mark(facts, Fact.COUNTED, who))
    person.choose("c000")
    person.press(Qt.Key.Key_F)
    window.filing.say(cell, lambda facts, who: exclude(facts, "poor banding", who))
    assert "not stored yet" in listed(window)[2][1]
    wait_until_stored(window, qtbot)
    before = listed(window)
    said = [text for text, _ in before]
    assert said == ["1.  Mark as counted", "2.  Turn (1)", "3.  Exclude the cell (poor banding)"]
    with disk(url) as store:
        rows = cases.history(store, window.filing.case_id, cell_id=cell.id)[1:]
    for row, (_, tip) in zip(rows, before, strict=True):
        assert tip == f"{row.person_name}, {datetime.fromisoformat(row.at).astimezone():%Y-%m-%d %H:%M:%S}"
    window.actions_["close_case"].trigger()
    assert listed(window) == []
    open_first_case(window, qtbot)
    wait_until_opened(window, qtbot)
    assert listed(window) == before


def test_a_case_is_found_by_what_is_typed(make_window, qtbot, url):
    with closing(Store(url)) as store:
        for accession, name in (("24-17", "Anna Müller"), ("24-18", "Ben Roe")):
            cases.create(store, Case(new_id(), Patient(name), Order(accession)), KIM)
    window = make_window()
    browser = window.start_page.browser
    qtbot.waitUntil(lambda: browser.rows.topLevelItemCount() == 2)
    QTest.keyClicks(browser.field, "MÜLL")
    qtbot.waitUntil(lambda: browser.rows.topLevelItemCount() == 1)
    assert browser.rows.currentItem().text(0) == "24-17"
    QTest.keyClicks(browser.field, "x")
    qtbot.waitUntil(lambda: not browser.rows.isVisible())
    browser.field.clear()
    QTest.keyClicks(browser.field, "24-18")
    QTest.keyClick(browser.field, Qt.Key.Key_Return)  # without waiting for the list
    qtbot.waitUntil(lambda: window.filing.is_open)
    assert window.filing.data.patient.name == "Ben Roe"
    assert "no cells yet" in window.workspace.message
    window.actions_["close_case"].trigger()
    browser.field.clear()
    qtbot.waitUntil(lambda: browser.rows.topLevelItemCount() == 2)
    QTest.keyClick(browser.field, Qt.Key.Key_Down)
    QTest.keyClick(browser.rows, Qt.Key.Key_Down)
    second = browser.marked_id()
    QTest.keyClick(browser.rows, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.filing.case_id == second)


def test_a_new_case_is_stored_before_it_has_a_cell(window, qtbot, url):
    window.actions_["new_case"].trigger()
    assert window.workspace.isVisible()
    wait_until_stored(window, qtbot)
    with disk(url) as store:
        assert cases.read(store, window.filing.case_id).cells == ()


def test_the_dialog_opens_the_marked_case(person, qtbot):
    window = person.window
    was = window.filing.case_id
    window.actions_["new_case"].trigger()
    wait_until_stored(window, qtbot)
    dialog = OpenCaseDialog(window.keeper, window)
    qtbot.addWidget(dialog)
    qtbot.waitUntil(lambda: dialog.browser.rows.topLevelItemCount() == 2)
    dialog.browser.rows.setCurrentItem(dialog.browser.rows.topLevelItem(1))
    QTest.keyClick(dialog.browser.rows, Qt.Key.Key_Return)
    assert dialog.case_id == was
    window.commands.cases.open_case(dialog.case_id)
    wait_until_opened(window, qtbot)
    qtbot.waitUntil(lambda: bool(window.case.ready))


def test_a_cell_of_a_case_that_was_signed_meanwhile_is_not_shown_as_if_it_were_stored(
    make_window, qtbot, metaphase, monkeypatch
):
    window = make_window()
    monkeypatch.setattr("karyodesk.ui.writes.cells.add", _refuse)
    person = Hands(window, qtbot)
    person.drop(metaphase)
    qtbot.waitUntil(lambda: "is signed" in window.notice.text, timeout=20000)
    assert [cell.state for cell in window.case.cells] == [CellState.REFUSED]
    assert "is signed" in window.case.cells[0].message


def _refuse(*_, **__):
    raise ClosedCaseError("This case is signed and cannot be changed.")


def test_the_report_of_a_single_user_says_so(person):
    content = report_content(person.case, {}, datetime.now().astimezone(), person.window.session.notes)
    assert any("single-user mode" in note for note in content.notes)
    assert "classifier" in content.model_versions


def test_facts_are_stored_and_shown_again(person, qtbot):
    window = person.window
    window.filing.say(window.case.current, lambda facts, who: mark(facts, Fact.COUNTED, who))
    wait_until_stored(window, qtbot)
    window.actions_["close_case"].trigger()
    open_first_case(window, qtbot)
    assert window.case.cells[0].facts.counted


def test_a_cell_is_taken_out_for_a_reason(person, qtbot, url, monkeypatch):
    window = person.window
    cell_id, case_id = window.case.current.id, window.filing.case_id
    monkeypatch.setattr(QInputDialog, "getText", lambda *_: (" ", True))
    window.actions_["remove_cell"].trigger()
    assert len(window.case.cells) == 1
    monkeypatch.setattr(QInputDialog, "getText", lambda *_: ("of another patient", True))
    window.actions_["remove_cell"].trigger()
    wait_until_stored(window, qtbot)
    with disk(url) as store:
        assert OpenCell(store, case_id, cell_id).removed


def test_a_cell_that_cannot_be_taken_out_comes_back(person, qtbot, monkeypatch):
    window = person.window
    person.choose("c000")
    person.press(Qt.Key.Key_F)
    cell_id = window.case.current.id
    monkeypatch.setattr(OpenCell, "remove", _refuse)
    window.filing.take_out(window.case.current, "broken")
    assert window.case.cells == []
    qtbot.waitUntil(lambda: "is signed" in window.notice.text, timeout=20000)
    wait_until(window, qtbot, CellState.READY)
    assert window.case.cells[0].id == cell_id
    assert len(window.case.cells[0].analysed.journal.entries) == 1


def test_after_a_kill_every_gesture_that_was_seen_is_there(make_window, qtbot, tmp_path, metaphase, url):
    gestures = 7
    kill_after_edits("to_be_killed", url, tmp_path, metaphase, str(gestures))
    window = make_window()
    wait_until_stored(window, qtbot)
    open_first_case(window, qtbot)
    wait_until_opened(window, qtbot)
    assert len(window.case.analysed.journal.entries) == gestures
    with disk(url) as store:
        assert list(verify(store)) == []
