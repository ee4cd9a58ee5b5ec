"""A picture that could not be stored before the program ended takes its steps up when it is dropped again."""

import shutil

import numpy as np
import pytest
import tifffile
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox

from karyodesk.domain.case import Patient
from karyodesk.domain.case_edits import change
from karyodesk.domain.errors import PictureError
from karyodesk.domain.journal import Step
from karyodesk.store import cases
from karyodesk.store.cells import OpenCell
from karyodesk.store.verify import verify
from tests.e2e.hands import Hands
from tests.e2e.stand_in import StandInAnalyser, draw_metaphase
from tests.e2e.storing import disk, kept, kill_after_edits, kill_like, lose_database, url, wait_until_stored
from tests.e2e.test_closing import answer_with
from tests.e2e.test_late_database import Late

__all__ = ["url"]
STEPS = [Step.DO, Step.DO, Step.UNDO, Step.UNDO, Step.REDO, Step.DO]


class NoAnalyser(StandInAnalyser):
    """Finds nothing: what is shown was not analysed anew."""

    def analyse(self, picture, step):
        raise PictureError(f"{picture.name} was analysed anew.")


@pytest.fixture
def picture(tmp_path):
    """A file of two pages whose name is that of a patient."""
    pages = np.stack([draw_metaphase(46), draw_metaphase(44)])
    tifffile.imwrite(tmp_path / "Doe_Jane.tif", pages, photometric="minisblack", description="Jane Doe 1980")
    return tmp_path / "Doe_Jane.tif"


@pytest.fixture
def renamed(picture):
    """The same file under another name."""
    return shutil.copy(picture, picture.with_name("metaphases.tif"))


def drop(window, qtbot, path):
    """Drop the file and wait for its pages."""
    person = Hands(window, qtbot)
    person.drop(path)
    person.wait_for_jobs()
    assert [cell.message for cell in window.case.cells] == ["", ""]
    return person


def assert_taken_up(window):
    first, second = window.case.cells
    assert [entry.step for entry in first.analysed.journal.entries] == STEPS
    assert first.analysed.cell.by_id["c000"].turned
    assert not first.analysed.cell.by_id["c004"].turned
    assert first.analysed.cell.by_id["c006"].turned
    assert first.facts.counted
    assert [word.after for word in first.words] == [2]
    assert first.analysed.models == StandInAnalyser.model_versions
    assert [first.name, first.analysed.cell.image] == ["metaphases.tif"] * 2
    assert len(second.analysed.journal.entries) == 1
    assert len(second.analysed.cell.chromosomes) == 44


def assert_stored(window, url):
    """Every step once, as it was made."""
    with disk(url) as store:
        stored = cases.read(store, window.filing.case_id)
        assert [cell.id for cell in stored.cells] == [cell.id for cell in window.case.cells]
        for line, cell in zip(stored.cells, window.case.cells, strict=True):
            assert OpenCell(store, stored.case.id, line.id).journal.entries == cell.analysed.journal.entries
        rows = cases.history(store, stored.case.id, cell_id=stored.cells[0].id)
        steps = ["cell.do", "cell.do", "cell.facts", "cell.undo", "cell.undo", "cell.redo", "cell.do"]
        assert [row.action for row in rows][:8] == ["cell.add", *steps]
        assert list(verify(store)) == []


@pytest.mark.parametrize("how", ["lost", "late"])
def test_after_a_kill_every_step_is_taken_up_and_stored_once(make_window, qtbot, tmp_path, picture, renamed, url, how):
    kill_after_edits("to_be_killed_new", url, tmp_path, picture, how)
    assert len(kept(tmp_path)) == 2
    for data in kept(tmp_path):
        assert b"Jane" not in data
        assert b"1980" not in data
    late = Late(url)
    window = make_window(NoAnalyser, opener=late.open)
    assert "2 pictures" in window.notice.text
    drop(window, qtbot, renamed)
    assert_taken_up(window)
    assert "Your step on metaphases.tif#2" in window.notice.text
    assert window.filing.is_apart
    kill_like(window)  # once more before it is stored
    late.is_there = True
    again = make_window(NoAnalyser, opener=late.open)
    qtbot.waitUntil(lambda: "2 pictures" in again.notice.text)
    person = drop(again, qtbot, renamed)
    assert_taken_up(again)
    person.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert not person.cell.by_id["c006"].turned
    wait_until_stored(again, qtbot)
    assert_stored(again, url)
    assert kept(tmp_path) == []
    later = make_window(NoAnalyser)
    wait_until_stored(later, qtbot)
    assert not later.keeper.is_looking
    assert not later.notice.isVisible()


def test_closing_says_what_is_kept_and_a_database_that_comes_back_leaves_nothing(
    make_window, qtbot, tmp_path, renamed, url, monkeypatch
):
    opener, made = lose_database(url)
    window = make_window(opener=opener)
    person = drop(window, qtbot, renamed)
    person.choose("c000")
    person.press(Qt.Key.Key_F)
    person.press(Qt.Key.Key_F)
    qtbot.waitUntil(lambda: window.keeper.trouble is not None)
    said = []
    monkeypatch.setattr(QMessageBox, "setInformativeText", lambda _, text: said.append(text))
    answer_with(QMessageBox.ButtonRole.RejectRole, [])
    assert not window.close()
    assert said == [
        "Steps that are kept until their pictures are dropped again: 2.\n"
        "New cases, cells without steps and other entries that would be lost: 2."
    ]
    assert len(kept(tmp_path)) == 1
    made[0].failure = None
    wait_until_stored(window, qtbot)
    assert kept(tmp_path) == []
    with disk(url) as store:
        assert list(verify(store)) == []


def test_a_case_apart_that_is_closed_keeps_its_steps_and_says_so(
    make_window, qtbot, tmp_path, renamed, url, monkeypatch
):
    late = Late(url)
    window = make_window(opener=late.open)
    person = drop(window, qtbot, renamed)
    person.choose("c000")
    person.press(Qt.Key.Key_F)
    window.book.edit(lambda data, who: change(data, Patient("Jane Doe"), who))
    said = []
    monkeypatch.setattr(QMessageBox, "setInformativeText", lambda _, text: said.append(text))
    answer_with(QMessageBox.ButtonRole.DestructiveRole, [])
    window.actions_["close_case"].trigger()
    assert window.case.cells == []
    assert said == [
        "This computer keeps your steps: when their pictures are dropped again, they are taken up.\n"
        "The case details would be lost."
    ]
    drop(window, qtbot, renamed)
    assert person.cell.by_id["c000"].turned
    window.actions_["undo"].trigger()
    assert not person.cell.by_id["c000"].turned
    late.is_there = True
    qtbot.waitUntil(lambda: window.keeper.is_open, timeout=10000)
    assert len(kept(tmp_path)) == 1
    window.actions_["store_case"].trigger()
    wait_until_stored(window, qtbot)
    assert kept(tmp_path) == []
    with disk(url) as store:
        stored = cases.read(store, window.filing.case_id).cells[0]
        entries = OpenCell(store, window.filing.case_id, stored.id).journal.entries
        assert [entry.step for entry in entries] == [Step.DO, Step.UNDO]
        assert list(verify(store)) == []


def test_a_cell_that_is_taken_out_of_a_case_apart_is_forgotten(make_window, qtbot, tmp_path, renamed, url, monkeypatch):
    window = make_window(opener=Late(url).open)
    person = drop(window, qtbot, renamed)
    person.choose("c000")
    person.press(Qt.Key.Key_F)
    assert len(kept(tmp_path)) == 1
    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.Yes)
    window.actions_["remove_cell"].trigger()
    assert kept(tmp_path) == []
