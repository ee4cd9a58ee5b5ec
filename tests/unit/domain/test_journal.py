from karyodesk.domain import edits
from karyodesk.domain.journal import Journal, Step
from tests.make import make_cell


def test_an_edit_is_written_and_folded():
    journal = Journal(make_cell("7"))
    cell = journal.do(edits.turn(journal.cell, "c0", "kim"))
    assert cell.by_id["c0"].turned
    assert [entry.step for entry in journal.entries] == [Step.DO]


def test_undo_and_redo_are_appended_never_removed():
    journal = Journal(make_cell("7"))
    journal.do(edits.turn(journal.cell, "c0", "kim"))
    assert journal.undo() == journal.start
    assert journal.redo().by_id["c0"].turned
    assert [entry.step for entry in journal.entries] == [Step.DO, Step.UNDO, Step.REDO]


def test_the_next_undo_and_redo_are_named():
    journal = Journal(make_cell("7"))
    assert journal.next_undo is None
    journal.do(edits.turn(journal.cell, "c0", "kim"))
    journal.do(edits.relabel(journal.cell, "c0", "9", "kim"))
    journal.undo()
    assert journal.next_undo.text == "Turn"
    assert journal.next_redo.text == "Label 9"


def test_a_new_edit_ends_what_could_be_redone():
    journal = Journal(make_cell("7"))
    journal.do(edits.turn(journal.cell, "c0", "kim"))
    journal.undo()
    journal.do(edits.mirror(journal.cell, "c0", "kim"))
    assert journal.next_redo is None
    before = journal.cell
    assert journal.redo() == before


def test_an_edit_that_changes_nothing_is_not_written():
    journal = Journal(make_cell("7"))
    journal.do(edits.confirm(journal.cell, "c0", "kim"))
    journal.do(edits.confirm(journal.cell, "c0", "kim"))
    assert len(journal.entries) == 1


def test_undo_of_an_untouched_cell_does_nothing():
    journal = Journal(make_cell("7"))
    assert journal.undo() == journal.start
    assert journal.entries == []


def test_a_journal_read_back_gives_the_same_cell_and_the_same_undo():
    journal = Journal(make_cell("7", "8"))
    journal.do(edits.turn(journal.cell, "c0", "kim"))
    journal.do(edits.relabel(journal.cell, "c1", "7", "kim"))
    journal.undo()
    again = Journal(journal.start, list(journal.entries))
    assert again.cell == journal.cell
    assert again.next_undo == journal.next_undo
    assert again.next_redo == journal.next_redo


def test_standing_edits_are_those_not_taken_back():
    journal = Journal(make_cell("7"))
    journal.do(edits.turn(journal.cell, "c0", "kim"))
    journal.do(edits.mirror(journal.cell, "c0", "kim"))
    journal.undo()
    assert [edit.text for edit in journal.standing] == ["Turn"]
