"""What a file of this computer says of a new cell, and what can be made of it again."""

from dataclasses import replace

import pytest

from karyodesk.domain import case_edits, edits
from karyodesk.domain.case import CellFacts, Fact
from karyodesk.domain.journal import Journal, Step
from karyodesk.store.people import single_user
from karyodesk.ui.kept_cell import Beginning, KeptCell, beginning_of, line, lines, read
from karyodesk.ui.writes import CellOut, CellStep, CellWord, NewCell
from tests.stored import KIM, LEE, make_found

FOUND = make_found(7, "7", "8", "X")
NAMED = replace(FOUND, cell=replace(FOUND.cell, image="Doe Jane 1980.png"))


def new_cell(author=KIM):
    return NewCell("case", "cell", NAMED, b"small", author, page=2)


def begun(**changed):
    return replace(beginning_of(new_cell()), **changed)


def steps():
    """Two turns, the second of which is taken back and made again."""
    journal = Journal(FOUND.cell)
    journal.do(edits.turn(journal.cell, "c0", "kim"))
    journal.do(edits.turn(journal.cell, "c1", "kim"))
    journal.undo()
    journal.redo()
    return [
        CellStep("case", "cell", entry.step, entry.edit, place, KIM) for place, entry in enumerate(journal.entries)
    ], journal


def say(make, facts=CellFacts(), *rest):  # noqa: B008 - frozen
    return CellWord("case", "cell", make(facts, *rest, "kim"), KIM)


def written(*contents):
    return b"\n".join(line(each) for each in contents)


def test_a_cell_comes_back_with_its_steps_words_and_models():
    done, journal = steps()
    counted = say(case_edits.mark, CellFacts(), Fact.COUNTED)
    kept = read(written(begun(), FOUND.cell, done[0], counted, *done[1:]))
    assert kept.gestures == (done[0], counted, *done[1:])
    assert kept.beginning == begun()
    assert kept.beginning.models == FOUND.models
    assert kept.key == (FOUND.cell.sha256, 2)
    again = kept.journal("renamed.png")
    assert again.start == replace(FOUND.cell, image="renamed.png")
    assert again.entries == journal.entries
    assert again.cell.chromosomes == journal.cell.chromosomes
    assert again.next_undo == journal.next_undo
    assert [(word.edit, word.after) for word in kept.words(())] == [(counted.edit, 1)]


def test_neither_the_name_of_the_file_nor_the_picture_is_in_it():
    data = lines(begun(), NAMED.cell, steps()[0])
    assert b"Jane" not in data
    assert b"1980" not in data
    assert FOUND.data not in data
    assert FOUND.cell.sha256.encode() in data


@pytest.mark.parametrize("cut", [1, 40, 400])
def test_a_last_line_that_was_cut_off_takes_no_other_with_it(cut):
    done, _ = steps()
    kept = read(written(begun(), FOUND.cell, *done)[:-cut])
    assert kept.gestures == tuple(done[:-1])


def test_steps_after_a_damaged_line_rest_on_nothing_and_a_step_that_is_there_twice_is_made_once():
    done, journal = steps()
    damaged = read(written(begun(), FOUND.cell, done[0], done[2], done[3]))
    assert damaged.journal("a").entries == journal.entries[:1]
    twice = read(written(begun(), FOUND.cell, done[0], done[0], done[1]))
    assert twice.journal("a").entries == journal.entries[:2]


@pytest.mark.parametrize("data", [b"", b"nonsense", written(steps()[0][0]), written(begun())])
def test_without_its_beginning_nothing_is_known(data):
    assert read(data) is None


def test_slides_of_another_case_are_left_out_and_all_else_that_was_said_stays():
    located = say(case_edits.locate, CellFacts(), "o1")
    counted = CellWord("case", "cell", case_edits.mark(located.edit.after, Fact.COUNTED, "kim"), KIM)
    kept = KeptCell(begun(), line(FOUND.cell), (located, counted))
    assert [word.edit for word in kept.words({"o1"})] == [located.edit, counted.edit]
    (word,) = kept.words({"o2"})
    assert (word.edit.before, word.edit.after) == (CellFacts(), CellFacts(counted=True))
    assert (word.edit.when, word.edit.who) == (counted.edit.when, "kim")


def test_what_rests_on_a_word_that_was_not_kept_is_left_out():
    facts = CellFacts(excluded="of Anna")
    kept = KeptCell(begun(), line(FOUND.cell), (say(case_edits.include, facts),))
    assert kept.words(()) == []


def test_nothing_is_to_be_taken_up_of_a_cell_that_was_taken_out_or_that_nobody_changed():
    done, _ = steps()
    assert KeptCell(begun(), line(FOUND.cell), ()).is_over
    assert KeptCell(begun(), line(FOUND.cell), (*done, CellOut("case", "cell", "broken", KIM))).is_over
    assert not KeptCell(begun(), line(FOUND.cell), tuple(done)).is_over


def test_it_is_for_its_own_person_and_for_anybody_where_nobody_could_sign_in():
    assert begun().is_for(KIM.id)
    assert not begun().is_for(LEE.id)
    alone = single_user("kim", "bench")
    assert Beginning(alone, "", "", "ab", 0, {}).is_for(LEE.id)
    assert not Beginning(alone, "case", "cell", "ab", 0, {}).is_for(LEE.id)


def test_an_undo_that_was_kept_is_one_again():
    done, journal = steps()
    kept = KeptCell(begun(), line(FOUND.cell), tuple(done[:3]))
    assert kept.gestures[-1].step is Step.UNDO
    assert kept.journal("a").next_redo == journal.entries[1].edit
