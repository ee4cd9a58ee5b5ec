import time

import numpy as np
import pytest
import tifffile
from PySide6.QtCore import QUrl
from PySide6.QtWidgets import QInputDialog

from karyodesk.domain.errors import ModelError
from karyodesk.ui.case import CellState
from tests.e2e.hands import Hands
from tests.e2e.stand_in import HEIGHT, WIDTH, SlowAnalyser, draw_metaphase, write_metaphase


@pytest.fixture
def person(window, qtbot):
    return Hands(window, qtbot)


def names(window):
    return [cell.name for cell in window.case.cells]


def test_an_empty_window_shows_where_to_drop(window):
    assert window.start_page.isVisible()
    assert not window.cell_list.isVisible()


def test_a_dropped_picture_becomes_a_cell_and_is_shown(person, window, metaphase):
    assert person.drop(metaphase) is None
    person.wait_for_jobs()
    assert names(window) == ["cell.png"]
    assert window.case.current is window.case.cells[0]
    assert window.workspace.karyogram.isVisible()
    assert len(window.workspace.karyogram.layout_shown.placements) == 46
    assert window.workspace.tally.karyotype == "46,XX"


def test_a_folder_becomes_its_pictures_in_order(person, window, tmp_path):
    folder = tmp_path / "slides"
    folder.mkdir()
    for name in ("b.png", "a.png"):
        write_metaphase(folder / name)
    (folder / "notes.txt").write_text("no picture")
    person.drop(folder)
    person.wait_for_jobs()
    assert names(window) == ["a.png", "b.png"]


def test_what_is_refused_says_why_and_the_others_go_on(person, window, metaphase, tmp_path):
    text = tmp_path / "letter.png"
    text.write_text("Dear colleague")
    blank = write_metaphase(tmp_path / "blank.png", count=0)
    person.drop(text, blank, tmp_path / "missing.png", metaphase)
    person.wait_for_jobs()
    assert [cell.state for cell in window.case.cells] == [CellState.REFUSED] * 3 + [CellState.READY]
    refused = [cell.message for cell in window.case.cells[:3]]
    assert "not a picture" in refused[0]
    assert "No chromosomes were found" in refused[1]
    assert "no such file" in refused[2]
    assert window.case.current.name == "cell.png"


def test_a_refused_cell_shows_its_sentence_when_chosen(person, window, tmp_path):
    text = tmp_path / "letter.png"
    text.write_text("Dear colleague")
    person.drop(text)
    person.wait_for_jobs()
    window.cell_list.setCurrentIndex(window.cell_list.model().index(0))
    assert "not a picture" in window.workspace.message


def test_a_folder_without_pictures_is_not_dropped_silently(person, window, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    person.drop(empty)
    person.wait_for_jobs()
    assert names(window) == ["empty"]
    assert "no picture in this folder" in window.case.cells[0].message


def test_every_page_of_a_file_is_a_cell(person, window, tmp_path):
    pages = np.stack([draw_metaphase(46), np.full((HEIGHT, WIDTH), 235, np.uint8), draw_metaphase(45)])
    tifffile.imwrite(tmp_path / "stack.tif", pages, photometric="minisblack")
    other = write_metaphase(tmp_path / "z.png")
    person.drop(tmp_path / "stack.tif", other)
    person.wait_for_jobs()
    assert names(window) == ["stack.tif", "stack.tif#2", "stack.tif#3", "z.png"]
    states = [cell.state for cell in window.case.cells]
    assert states == [CellState.READY, CellState.REFUSED, CellState.READY, CellState.READY]
    assert len(window.case.cells[2].analysed.cell.kept) == 45


def test_the_same_file_twice_is_said_so(person, window, metaphase):
    person.drop(metaphase)
    person.drop(metaphase)
    person.wait_for_jobs()
    assert [cell.state for cell in window.case.cells] == [CellState.READY, CellState.REFUSED]
    assert "already" in window.case.cells[1].message


def test_what_is_no_file_is_refused_with_a_sentence(person, window, metaphase):
    person.drop_urls(QUrl("https://example.org/cell.png"), QUrl.fromLocalFile(str(metaphase)))
    person.wait_for_jobs()
    assert names(window) == ["cell.png"]
    assert "no file of this computer" in window.notice.text
    assert window.notice.isVisible()


def test_cancelling_ends_within_half_a_second_and_keeps_what_is_ready(make_window, qtbot, tmp_path):
    window = make_window(SlowAnalyser)
    person = Hands(window, qtbot)
    files = [write_metaphase(tmp_path / f"{number}.png") for number in range(3)]
    person.drop(*files)
    qtbot.waitUntil(lambda: window.case.cells[0].state is CellState.WORKING, timeout=5000)
    started = time.perf_counter()
    window.actions_["cancel_jobs"].trigger()
    qtbot.waitUntil(lambda: not window.jobs.active, timeout=500)
    assert time.perf_counter() - started < 0.5
    assert {cell.state for cell in window.case.cells} == {CellState.CANCELLED}
    qtbot.waitUntil(lambda: not window.actions_["cancel_jobs"].isEnabled())


def test_the_thread_of_a_cancelled_job_stops_at_its_next_step(make_window, qtbot, metaphase):
    window = make_window(SlowAnalyser)
    person = Hands(window, qtbot)
    person.drop(metaphase)
    qtbot.waitUntil(lambda: window.case.cells[0].state is CellState.WORKING, timeout=5000)
    window.jobs.cancel_all()
    assert window.jobs.wait(500)


def test_the_window_answers_while_cells_are_analysed(make_window, qtbot, tmp_path):
    """In processor time of all threads, so that other work on the machine does not count."""
    window = make_window(SlowAnalyser)
    person = Hands(window, qtbot)
    person.drop(*(write_metaphase(tmp_path / f"{number}.png") for number in range(2)))
    longest, last = 0.0, time.process_time()
    end = time.perf_counter() + 1.5
    while time.perf_counter() < end:
        qtbot.wait(5)
        now = time.process_time()
        longest, last = max(longest, now - last), now
    assert window.jobs.active
    assert longest < 0.1


def test_progress_names_cell_and_step(make_window, qtbot, metaphase):
    window = make_window(SlowAnalyser)
    Hands(window, qtbot).drop(metaphase)
    qtbot.waitUntil(lambda: "cell.png: Finding chromosomes" in window.progress.text, timeout=5000)
    assert window.progress.isVisible()


def test_models_that_cannot_be_loaded_are_told_once_and_on_every_cell(make_window, qtbot, metaphase):
    def broken():
        raise ModelError("The model classifier.onnx is missing: install the program again.")

    window = make_window(broken)
    person = Hands(window, qtbot)
    person.drop(metaphase)
    person.wait_for_jobs()
    assert "classifier.onnx is missing" in window.notice.text
    assert "classifier.onnx is missing" in window.case.cells[0].message


def test_an_unforeseen_error_refuses_one_cell_only(make_window, qtbot, tmp_path):
    class Fragile(SlowAnalyser):
        seconds = 0.0

        def analyse(self, picture, step):
            if picture.name == "bad.png":
                raise ZeroDivisionError
            return super().analyse(picture, step)

    window = make_window(Fragile)
    person = Hands(window, qtbot)
    person.drop(write_metaphase(tmp_path / "bad.png"), write_metaphase(tmp_path / "good.png"))
    person.wait_for_jobs()
    assert [cell.state for cell in window.case.cells] == [CellState.REFUSED, CellState.READY]
    assert "unforeseen" in window.case.cells[0].message


def test_hundreds_of_waiting_files_are_cancelled_within_half_a_second(make_window, qtbot, tmp_path):
    window = make_window(SlowAnalyser)
    folder = tmp_path / "many"
    folder.mkdir()
    data = write_metaphase(tmp_path / "one.png").read_bytes()
    for number in range(300):
        (folder / f"{number:03d}.png").write_bytes(data)
    Hands(window, qtbot).drop(folder)
    qtbot.waitUntil(lambda: len(window.case.cells) == 300, timeout=30000)
    started = time.process_time()
    window.actions_["cancel_jobs"].trigger()
    qtbot.waitUntil(lambda: not window.jobs.active, timeout=5000)
    assert time.process_time() - started < 0.5


def test_a_cancelled_file_can_be_dropped_again(make_window, qtbot, metaphase):
    class Second(SlowAnalyser):
        runs = 0

        def analyse(self, picture, step):
            Second.runs += 1
            self.seconds = 2.0 if Second.runs == 1 else 0.0
            return super().analyse(picture, step)

    window = make_window(Second)
    person = Hands(window, qtbot)
    person.drop(metaphase)
    qtbot.waitUntil(lambda: window.case.cells[0].state is CellState.WORKING, timeout=30000)
    window.jobs.cancel_all()
    person.drop(metaphase)
    person.wait_for_jobs()
    assert [cell.state for cell in window.case.cells] == [CellState.READY]


def test_a_cell_can_be_taken_out_while_it_is_analysed(make_window, qtbot, tmp_path, monkeypatch):
    window = make_window(SlowAnalyser)
    person = Hands(window, qtbot)
    person.drop(write_metaphase(tmp_path / "a.png"), write_metaphase(tmp_path / "b.png"))
    window.cell_list.setCurrentIndex(window.cell_list.model().index(0))
    window.actions_["remove_cell"].trigger()
    assert names(window) == ["b.png"]
    person.wait_for_jobs()
    assert names(window) == ["b.png"]
    assert window.case.cells[0].state is CellState.READY
    monkeypatch.setattr(QInputDialog, "getText", lambda *_: ("slide broken", True))
    window.actions_["remove_cell"].trigger()
    assert names(window) == []
    assert "no cells yet" in window.workspace.message
    window.actions_["close_case"].trigger()
    assert window.start_page.isVisible()
