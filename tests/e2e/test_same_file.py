"""A file that the case holds already is known by its bytes, whatever it is called."""

import shutil

from karyodesk.store import cases
from karyodesk.ui.case import CellState
from tests.e2e.stand_in import write_metaphase
from tests.e2e.storing import disk, open_first_case, person, url, wait_until, wait_until_stored

__all__ = ["person", "url"]


def drop_and_wait(person, *paths):
    person.drop(*paths)
    person.wait_for_jobs()
    wait_until_stored(person.window, person.qtbot)


def test_the_same_file_under_another_name_is_said_and_not_added_twice(person, qtbot, url, metaphase, tmp_path):
    window, copy = person.window, tmp_path / "copy.png"
    shutil.copy(metaphase, copy)
    drop_and_wait(person, copy)
    assert window.case.cells[1].message == "This picture is in the case already: cell.png."
    window.actions_["close_case"].trigger()
    open_first_case(window, qtbot)
    drop_and_wait(person, copy)  # whether or not its cell was opened by then
    wait_until(window, qtbot, CellState.READY, CellState.REFUSED)
    assert "already" in window.case.cells[1].message
    with disk(url) as store:
        assert len(cases.read(store, window.filing.case_id).cells) == 1


def test_two_copies_that_come_at_once_are_one_cell(person, qtbot, url, tmp_path):
    first, second = write_metaphase(tmp_path / "a.png", 45), tmp_path / "b.png"
    shutil.copy(first, second)
    drop_and_wait(person, first, second)
    wait_until(person.window, qtbot, CellState.READY, CellState.READY, CellState.REFUSED)
    assert person.case.cells[2].message == "This picture is in the case already: a.png."
    with disk(url) as store:
        assert len(cases.read(store, person.window.filing.case_id).cells) == 2


def test_another_picture_in_the_place_of_one_is_another_cell(person, qtbot, metaphase):
    write_metaphase(metaphase, 45)
    drop_and_wait(person, metaphase)
    wait_until(person.window, qtbot, CellState.READY, CellState.READY)


def test_a_picture_whose_cell_was_taken_out_can_be_added_again(person, qtbot, metaphase):
    person.window.filing.take_out(person.case.current, "by mistake")
    assert person.case.cells == []
    drop_and_wait(person, metaphase)
    wait_until(person.window, qtbot, CellState.READY)
