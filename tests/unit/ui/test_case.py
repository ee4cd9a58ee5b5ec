from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from karyodesk.domain import edits
from karyodesk.domain.cell import Doubt, DoubtKind, Resolution
from karyodesk.domain.journal import Journal
from karyodesk.domain.view import ChromosomeView
from karyodesk.imaging.picture import Picture
from karyodesk.ui.case import Analysed, Case, CaseCell, CellState, Offer, Views, main_chromosome
from karyodesk.ui.tally import tally
from tests.make import make_cell, make_chromosome


def make_view(chromosome):
    pixels = np.arange(12, dtype=np.uint8).reshape(4, 3)
    alpha = np.full((4, 3), 255, np.uint8)
    view = ChromosomeView(pixels, alpha, 1.0, 2.0)
    return view.upside_down() if chromosome.turned else view


def analysed(*labels):
    pixels = np.zeros((480, 640), np.uint8)
    return Analysed(
        Picture("cell.png", "0" * 64, pixels), pixels, pixels, Views(make_view), Journal(make_cell(*labels))
    )


@pytest.fixture
def case(qapp):
    return Case("kim")


@pytest.fixture
def ready(case):
    """A case with one ready cell."""
    cell = CaseCell("cell.png", Path("cell.png"), analysed=analysed("7", "7", "8"))
    case.insert([cell])
    case.update(cell, CellState.READY)
    return case


def test_the_first_ready_cell_is_shown_and_later_ones_do_not_push_it_away(case):
    first, second = (CaseCell(name, Path(name), analysed=analysed("7")) for name in ("a", "b"))
    case.insert([first, second])
    assert case.current is None
    case.update(second, CellState.READY)
    assert case.current is second
    case.update(first, CellState.READY)
    assert case.current is second


def test_further_pages_stand_behind_the_first(case):
    first, other = CaseCell("a", Path("a")), CaseCell("b", Path("b"))
    case.insert([first, other])
    case.insert([CaseCell("a#2", Path("a"))], after=first)
    assert [cell.name for cell in case.cells] == ["a", "a#2", "b"]


def test_stepping_stays_within_the_case(case):
    cells = [CaseCell(name, Path(name)) for name in ("a", "b")]
    case.step_cell(1)
    case.insert(cells)
    case.show_cell(cells[0])
    case.step_cell(-1)
    assert case.current is cells[0]
    case.step_cell(1)
    case.step_cell(1)
    assert case.current is cells[1]


def test_an_edit_is_told_and_one_without_effect_is_not(ready, qtbot):
    with qtbot.waitSignal(ready.edited):
        ready.do(edits.confirm, "c0")
    with qtbot.assertNotEmitted(ready.edited):
        ready.do(edits.confirm, "c0")


def test_undo_chooses_what_it_touched(ready):
    ready.do(edits.turn, "c1")
    ready.select("c2")
    ready.undo()
    assert ready.selected.id == "c1"
    ready.select("c2")
    ready.redo()
    assert ready.selected.id == "c1"


def test_unexported_edits_are_known(ready):
    cell = ready.current
    assert not ready.has_unexported_edits
    ready.do(edits.turn, "c1")
    assert ready.has_unexported_edits
    ready.mark_exported({cell: 1})
    assert not ready.has_unexported_edits
    ready.undo()
    assert ready.has_unexported_edits


def test_another_cell_starts_with_nothing_chosen(ready):
    ready.select("c1")
    ready.hover("c2")
    other = CaseCell("b", Path("b"), analysed=analysed("7"))
    ready.insert([other])
    ready.show_cell(other)
    assert ready.selected is None
    assert ready.hovered is None


def test_the_chromosome_taken_in_hand_is_told_from_those_that_made_room():
    cell = make_cell("7", "8", "8")
    assert main_chromosome(edits.move(cell, "c0", "8", "kim", 0)).id == "c0"
    pair = make_cell("7", "7")
    pair = pair.with_chromosomes([replace(chromosome, confirmed=True) for chromosome in pair.chromosomes])
    assert main_chromosome(edits.move(pair, "c1", "7", "kim", 0)).id in {"c0", "c1"}


def test_a_tally_counts_what_the_program_left_out():
    start = make_cell("7", "8")
    gone = replace(start.chromosomes[0], rejected=True)
    gone = replace(gone, suggestion=replace(gone.suggestion, left_out=True))
    counted = tally(start, start.with_chromosomes([gone]))
    assert (counted.count, counted.left_out) == (1, 1)


def test_a_tally_follows_the_labels_and_keeps_flags_of_the_picture():
    start = replace(make_cell(*(["1"] * 2), uncertain=frozenset({1})), flags=("count 2", "poor banding"))
    moved = edits.relabel(start, "c1", "2", "kim").apply(start)
    counted = tally(start, moved)
    assert counted.count == 2
    assert counted.copies == Counter({"1": 1, "2": 1})
    assert counted.uncertain == 0
    assert "poor banding" in counted.flags
    assert counted.flags[0] == "count 2"
    assert counted.karyotype.startswith("2")


def test_views_are_made_once_and_turned_without_sampling_anew():
    calls = []

    def make(chromosome):
        calls.append(chromosome.id)
        return make_view(chromosome)

    views, chromosome = Views(make), make_chromosome(0, "7")
    upright = views.of(chromosome)
    turned = views.of(replace(chromosome, turned=True))
    assert calls == ["c0"]
    assert np.array_equal(turned.pixels, upright.pixels[::-1, ::-1])
    assert turned.centromere == 3.0
    assert views.of(replace(chromosome, turned=True)) is turned


@pytest.fixture
def doubted(case):
    """A case whose cell has an outline that is doubted in two ways."""
    shapes = [make_chromosome(number, "7").outline for number in (7, 8)]
    doubts = tuple(Doubt(DoubtKind.OVERLAP, ("c1",), (Resolution((shape,), 0.5),)) for shape in shapes)
    start = analysed("7", "7", "8")
    start.journal.cell = start.journal.start = replace(start.cell, doubts=doubts)
    cell = CaseCell("cell.png", Path("cell.png"), analysed=start)
    case.insert([cell])
    case.update(cell, CellState.READY)
    return case


def test_every_reading_of_the_chosen_chromosome_is_offered(doubted):
    assert doubted.offers == ()
    doubted.select("c1")
    assert doubted.offers == tuple(Offer(doubt, 0) for doubt in doubted.analysed.cell.doubts)
    doubted.select("c2")
    assert doubted.offers == ()


def test_a_reading_that_is_shown_goes_with_the_choice_and_with_its_doubt(doubted, qtbot):
    for end in (lambda: doubted.select("c2"), lambda: doubted.do(edits.confirm, "c1")):
        doubted.select("c1")
        with qtbot.waitSignal(doubted.offer_changed):
            doubted.show_offer(doubted.offers[0])
        assert doubted.asked_offer == doubted.offer == doubted.offers[0]
        end()
        assert doubted.offer is None
        assert doubted.asked_offer is None


def test_a_glimpse_is_not_asked_for(doubted):
    doubted.select("c1")
    doubted.show_offer(doubted.offers[0], asked=False)
    assert doubted.offer is not None
    assert doubted.asked_offer is None


def test_doubts_are_counted_until_a_person_has_decided(doubted):
    start = doubted.analysed.journal.start
    assert tally(start, start).doubts == 2
    doubted.do(edits.confirm, "c1")
    assert tally(start, doubted.analysed.cell).doubts == 0


def test_an_edit_of_what_is_gone_changes_nothing(ready):
    ready.do(edits.turn, "gone")
    assert ready.analysed.journal.entries == []


def test_a_cell_that_was_taken_out_is_not_edited(ready):
    cell = ready.current
    ready.remove(cell)
    ready.commit(cell, lambda present: edits.turn(present, "c1", "kim"))
    assert cell.analysed.journal.entries == []
