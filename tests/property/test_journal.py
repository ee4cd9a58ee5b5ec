"""Whatever a person does, undo takes it back exactly and redo makes it again."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from karyodesk.domain import edits
from karyodesk.domain.cell import Doubt, DoubtKind, Resolution
from karyodesk.domain.journal import Journal
from karyodesk.domain.labels import SLOTS
from tests.make import make_cell, make_chromosome

PLACES = st.one_of(st.none(), st.sampled_from(SLOTS))
START = st.lists(PLACES, min_size=1, max_size=8)
GESTURES = st.one_of(
    st.tuples(st.just("move"), st.integers(0, 7), PLACES, st.one_of(st.none(), st.integers(0, 3))),
    st.tuples(st.just("relabel"), st.integers(0, 7), PLACES),
    st.tuples(st.sampled_from(["turn", "mirror", "reject", "restore", "confirm"]), st.integers(0, 7)),
    st.tuples(st.just("keep"), st.integers(0, 7)),
    st.tuples(st.just("resolve"), st.integers(0, 7), st.integers(1, 3), PLACES),
)
STEPS = st.lists(st.one_of(GESTURES, st.just(("undo",)), st.just(("redo",))), max_size=25)


def doubted_cell(labels, concerned):
    """A cell in which sets of its chromosomes are doubted."""
    cell = make_cell(*labels)
    names = [tuple(sorted({f"c{number % len(labels)}" for number in group})) for group in concerned]
    kinds = [DoubtKind.OVERLAP if len(group) == 1 else DoubtKind.JOIN for group in names]
    resolutions = (Resolution((cell.chromosomes[0].outline,), 0.5),)
    doubts = (Doubt(kind, group, resolutions) for kind, group in zip(kinds, names, strict=True))
    return replace(cell, doubts=tuple(doubts))


CONCERNED = st.lists(st.lists(st.integers(0, 7), min_size=1, max_size=3), max_size=4)
CELLS = st.builds(doubted_cell, START, CONCERNED)


def newcomers(journal, count, label):
    """Chromosomes that the cell never held, named by their outlines."""
    first = 100 + 3 * len(journal.entries)
    made = [make_chromosome(first + number, label) for number in range(count)]
    return [replace(chromosome, id=chromosome.outline.digest) for chromosome in made]


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
        case ("keep", number):
            if doubts := journal.cell.standing_doubts:
                journal.do(edits.keep(journal.cell, doubts[number % len(doubts)], "kim"))
        case ("resolve", number, count, label):
            if doubts := journal.cell.standing_doubts:
                doubt, new = doubts[number % len(doubts)], newcomers(journal, count, label)
                journal.do(edits.resolve(journal.cell, doubt, new, "kim"))
        case (name, number):
            chosen = journal.cell.chromosomes[number % len(journal.cell.chromosomes)].id
            journal.do(getattr(edits, name)(journal.cell, chosen, "kim"))


@given(CELLS, st.lists(GESTURES, max_size=12))
def test_undoing_everything_gives_the_first_cell_and_redoing_everything_the_last(start, gestures):
    journal = Journal(start)
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


@given(CELLS, STEPS)
def test_undo_then_redo_is_identity_wherever_one_stands(start, steps):
    journal = Journal(start)
    for step in steps:
        make(journal, step)
    before = journal.cell
    if journal.next_undo is not None:
        journal.undo()
        assert journal.redo() == before


@given(CELLS, STEPS)
def test_the_cell_is_the_fold_of_its_entries(start, steps):
    journal = Journal(start)
    for step in steps:
        make(journal, step)
    assert Journal(journal.start, list(journal.entries)).cell == journal.cell


@given(CELLS, STEPS)
def test_no_gesture_loses_a_chromosome_or_its_suggestion(start, steps):
    journal = Journal(start)
    for step in steps:
        make(journal, step)
    exchanged = [edit for edit in journal.standing if edit.places]
    gone = {old.id for edit in exchanged for old in edit.before}
    known = [*start.chromosomes, *(new for edit in exchanged for new in edit.after)]
    expected = [(c.id, c.outline, c.suggestion) for c in known if c.id not in gone]
    assert [(c.id, c.outline, c.suggestion) for c in journal.cell.chromosomes] == expected


@given(CELLS, STEPS)
def test_a_doubt_stands_as_long_as_what_it_concerns_is_there_and_not_said_to_be_whole(start, steps):
    journal = Journal(start)
    for step in steps:
        make(journal, step)
    there = {chromosome.id for chromosome in journal.cell.kept if not chromosome.whole}
    assert list(journal.cell.standing_doubts) == [doubt for doubt in start.doubts if set(doubt.chromosomes) <= there]
