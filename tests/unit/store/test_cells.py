"""A cell as one person has it before them, and what the second one is told."""

import pytest

from karyodesk.domain import case_edits, edits
from karyodesk.domain.case import CellFacts, Fact, new_id
from karyodesk.domain.errors import EditError, NotInStoreError, StaleEditError
from karyodesk.domain.journal import Journal
from karyodesk.store import cases, cells, snapshots
from karyodesk.store.cells import OpenCell
from karyodesk.store.journal import Action
from karyodesk.store.verify import verify
from tests.stored import KIM, LEE, make_found, open_cell, stored_case


def again(store, cell):
    return OpenCell(store, cell.case_id, cell.id)


def test_an_edit_is_there_when_the_cell_is_opened_again(store):
    cell = open_cell(store)
    after = cell.do(edits.move(cell.journal.cell, "c3", "7", "kim"), KIM)
    reopened = again(store, cell)
    assert after.by_id["c3"].label == "7"
    assert reopened.journal.cell == after
    assert reopened.journal.entries == cell.journal.entries
    assert reopened.version == cell.version == 3


def test_undo_and_redo_are_entries_too_and_survive(store):
    cell = open_cell(store)
    start = cell.journal.cell
    moved = cell.do(edits.move(start, "c3", "7", "kim"), KIM)
    assert cell.undo(LEE) == start
    reopened = again(store, cell)
    assert reopened.journal.next_redo == cell.journal.next_redo
    assert reopened.redo(KIM) == moved
    rows = cases.history(store, cell.case_id, cell_id=cell.id)
    assert [row.action for row in rows] == [Action.ADD_CELL, Action.DO, Action.UNDO, Action.REDO]
    assert [row.person_name for row in rows] == ["Kim Doe", "Kim Doe", "Lee Roe", "Kim Doe"]


def test_a_cut_taken_back_puts_the_chromosome_where_it_stood(store):
    cell = open_cell(store)
    start = cell.journal.cell
    journal = Journal(start)
    journal.do(edits.turn(start, "c0", "kim"))
    cell.do(journal.entries[0].edit, KIM)
    assert again(store, cell).undo(KIM) == start


def test_nothing_to_undo_or_to_change_is_not_written(store):
    cell = open_cell(store)
    assert cell.undo(KIM) == cell.redo(KIM) == cell.journal.start
    cell.do(edits.restore(cell.journal.cell, "c0", "kim"), KIM)
    assert cell.version == again(store, cell).version == 2


def test_the_second_of_two_is_told_who_was_first_and_overwrites_nothing(store):
    first = open_cell(store)
    second = again(store, first)
    first.do(edits.turn(first.journal.cell, "c0", "kim"), KIM)
    with pytest.raises(StaleEditError, match="Kim Doe changed this cell first") as told:
        second.do(edits.move(second.journal.cell, "c0", "X", "lee"), LEE)
    assert told.value.first == "Kim Doe"
    assert again(store, first).journal.cell == first.journal.cell
    assert second.refresh()
    second.do(edits.move(second.journal.cell, "c0", "X", "lee"), LEE)
    assert again(store, first).journal.cell.by_id["c0"].label == "X"
    assert again(store, first).journal.cell.by_id["c0"].turned


def test_two_people_on_two_cells_of_one_case_do_not_hinder_each_other(store):
    case_id, ids = stored_case(store, 2)
    first, second = (OpenCell(store, case_id, cell_id) for cell_id in ids)
    first.do(edits.turn(first.journal.cell, "c0", "kim"), KIM)
    second.do(edits.turn(second.journal.cell, "c0", "lee"), LEE)
    assert [row.number for row in cases.history(store, case_id)] == [1, 2, 3, 4, 5]


def test_an_edit_whose_answer_was_lost_is_not_made_twice(store):
    cell = open_cell(store)
    unaware = again(store, cell)
    edit = edits.turn(cell.journal.cell, "c0", "kim")
    cell.do(edit, KIM)
    assert unaware.do(edit, KIM) == cell.journal.cell
    assert unaware.version == cell.version
    assert len(cases.history(store, cell.case_id, cell_id=cell.id)) == 2


def test_the_same_edit_of_another_person_is_another_one(store):
    cell = open_cell(store)
    other = again(store, cell)
    edit = edits.turn(cell.journal.cell, "c0", "kim")
    cell.do(edit, KIM)
    with pytest.raises(StaleEditError):
        other.do(edit, LEE)


def test_an_edit_of_a_cell_as_it_no_longer_is_is_refused_before_it_is_stored(store):
    cell = open_cell(store)
    start = cell.journal.cell
    cell.do(edits.turn(start, "c0", "kim"), KIM)
    with pytest.raises(EditError, match="changed meanwhile"):
        cell.do(edits.move(start, "c0", "X", "kim"), KIM)
    assert cell.version == again(store, cell).version


def test_facts_are_said_and_taken_back(store):
    cell = open_cell(store)
    counted = case_edits.mark(cell.facts, Fact.COUNTED, "kim")
    assert cell.say(counted, KIM).counted
    assert cell.say(case_edits.locate(cell.facts, "o1", "kim"), KIM).slide == "o1"
    assert again(store, cell).facts == CellFacts(counted=True, slide="o1")
    assert cases.read(store, cell.case_id).cells[0].facts == cell.facts


def test_a_cell_lies_on_a_slide_of_its_case(store):
    cell = open_cell(store)
    with pytest.raises(EditError, match="slide is no longer in the case"):
        cell.say(case_edits.locate(cell.facts, "o9", "kim"), KIM)
    with pytest.raises(EditError, match="slide is no longer in the case"):
        cells.add(store, cell.case_id, new_id(), KIM, CellFacts(slide="o9"))
    assert cell.version == again(store, cell).version


def test_a_cell_seen_at_the_microscope_only_is_counted_and_later_analysed(store):
    case_id, _ = stored_case(store)
    cell_id = new_id()
    cells.add(store, case_id, cell_id, KIM, CellFacts(counted=True, count=46))
    cell = OpenCell(store, case_id, cell_id)
    with pytest.raises(EditError, match="no analysed picture"):
        _ = cell.journal
    found = make_found(5)
    assert cell.analyse(found, KIM) == found.cell
    assert again(store, cell).journal.cell == found.cell
    assert list(verify(store)) == []


def test_a_new_analysis_starts_the_cell_anew_and_keeps_what_was_done_in_the_journal(store):
    cell = open_cell(store)
    for _ in range(snapshots.EVERY):
        cell.do(edits.turn(cell.journal.cell, "c0", "kim"), KIM)
    cell.analyse(make_found(0, "X", "Y"), KIM)
    assert again(store, cell).journal.entries == []
    assert len(cases.history(store, cell.case_id, cell_id=cell.id)) == snapshots.EVERY + 2
    with store.read() as connection:
        assert snapshots.present_cells(connection, cell.case_id) == {cell.id: make_found(0, "X", "Y").cell}
    with pytest.raises(EditError, match="another picture"):
        cell.analyse(make_found(9), KIM)
    assert list(verify(store)) == []


def test_a_cell_taken_out_is_not_changed_until_it_is_put_back(store):
    cell = open_cell(store)
    with pytest.raises(EditError, match="Say why"):
        cell.remove(" ", KIM)
    cell.remove("of another patient", KIM)
    assert again(store, cell).removed
    assert cases.read(store, cell.case_id).cells[0].removed
    with pytest.raises(EditError, match="put it back first"):
        cell.do(edits.turn(cell.journal.cell, "c0", "kim"), KIM)
    cell.restore("it was not", KIM)
    cell.do(edits.turn(cell.journal.cell, "c0", "kim"), KIM)
    assert not again(store, cell).removed


def test_adding_a_cell_twice_adds_it_once(store):
    case_id, (cell_id,) = stored_case(store)
    cells.add(store, case_id, cell_id, KIM, found=make_found(0))
    assert [cell.id for cell in cases.read(store, case_id).cells] == [cell_id]


def test_a_cell_that_is_not_there_is_told(store):
    case_id, _ = stored_case(store)
    with pytest.raises(NotInStoreError):
        OpenCell(store, case_id, new_id())
    with pytest.raises(NotInStoreError):
        cells.add(store, new_id(), new_id(), KIM)


def test_snapshots_give_the_same_cells_as_all_entries(store):
    case_id, ids = stored_case(store, 2)
    cell = OpenCell(store, case_id, ids[0])
    for number in range(snapshots.EVERY * 2 + 3):
        cell.do(edits.move(cell.journal.cell, "c3", "7" if number % 2 else "X", "kim"), KIM)
        if number % 5 == 0:
            cell.undo(KIM)
    with store.read() as connection:
        present = snapshots.present_cells(connection, case_id)
    assert present == {ids[0]: cell.journal.cell, ids[1]: make_found(1).cell}
    assert list(verify(store)) == []


def test_the_list_says_what_the_cell_says(store):
    cell = open_cell(store)
    before = cases.read(store, cell.case_id).cells[0].summary
    cell.do(edits.reject(cell.journal.cell, "c2", "kim"), KIM)
    cell.do(edits.confirm(cell.journal.cell, "c0", "kim"), KIM)
    after = cases.read(store, cell.case_id).cells[0].summary
    assert (before.count, before.corrections) == (4, 0)
    assert (after.count, after.corrections) == (3, 1)
    assert before.karyotype != after.karyotype
