"""Whatever a person does, undo takes it back exactly and redo makes it again."""

from hypothesis import given
from hypothesis import strategies as st

from karyodesk.domain import edits
from karyodesk.domain.journal import Journal
from karyodesk.domain.labels import SLOTS
from tests.make import make_cell

PLACES = st.one_of(st.none(), st.sampled_from(SLOTS))
START = st.lists(PLACES, min_size=1, max_size=8)
GESTURES = st.one_of(
    st.tuples(st.just("move"), st.integers(0, 7), PLACES, st.one_of(st.none(), st.integers(0, 3))),
    st.tuples(st.just("relabel"), st.integers(0, 7), PLACES),
    st.tuples(st.sampled_from(["turn", "mirror", "reject", "restore", "confirm"]), st.integers(0, 7)),
)
STEPS = st.lists(st.one_of(GESTURES, st.just(("undo",)), st.just(("redo",))), max_size=25)


def make(journal, gesture):
    """Make one gesture in the journal; undo and redo too."""
    match gesture:
        case ("undo",):
            journal.undo()
        case ("redo",):
            journal.redo()
        case ("move", number, label, index):
            chosen = journal.cell.chromosomes[number % len(journal.cell.chromosomes)].id
            journal.do(edits.move(journal.cell, chosen, label, "kim", index))
        case ("relabel", number, label):
            chosen = journal.cell.chromosomes[number % len(journal.cell.chromosomes)].id
            journal.do(edits.relabel(journal.cell, chosen, label, "kim"))
        case (name, number):
            chosen = journal.cell.chromosomes[number % len(journal.cell.chromosomes)].id
            journal.do(getattr(edits, name)(journal.cell, chosen, "kim"))


@given(START, st.lists(GESTURES, max_size=12))
def test_undoing_everything_gives_the_first_cell_and_redoing_everything_the_last(labels, gestures):
    journal = Journal(make_cell(*labels))
    for gesture in gestures:
        make(journal, gesture)
    last = journal.cell
    made = len(journal.entries)
    for _ in range(made):
        journal.undo()
    assert journal.cell == journal.start
    assert journal.next_undo is None
    for _ in range(made):
        journal.redo()
    assert journal.cell == last


@given(START, STEPS)
def test_undo_then_redo_is_identity_wherever_one_stands(labels, steps):
    journal = Journal(make_cell(*labels))
    for step in steps:
        make(journal, step)
    before = journal.cell
    if journal.next_undo is not None:
        journal.undo()
        assert journal.redo() == before


@given(START, STEPS)
def test_the_cell_is_the_fold_of_its_entries(labels, steps):
    journal = Journal(make_cell(*labels))
    for step in steps:
        make(journal, step)
    assert Journal(journal.start, list(journal.entries)).cell == journal.cell


@given(START, STEPS)
def test_no_gesture_loses_a_chromosome_or_its_suggestion(labels, steps):
    journal = Journal(make_cell(*labels))
    for step in steps:
        make(journal, step)
    assert [(c.id, c.outline, c.suggestion) for c in journal.cell.chromosomes] == [
        (c.id, c.outline, c.suggestion) for c in journal.start.chromosomes
    ]
