from dataclasses import replace

import pytest

from karyodesk.domain.cell import Doubt, DoubtKind
from tests.make import make_cell


def test_a_slot_lists_its_members_by_position_then_id():
    cell = make_cell("7", "7", "8")
    first, second, other = cell.chromosomes
    cell = cell.with_chromosomes([replace(first, position=1), replace(second, position=0)])
    assert [c.id for c in cell.in_slot("7")] == ["c1", "c0"]
    assert cell.in_slot("8") == (other,)


def test_the_tray_is_the_slot_without_a_label():
    cell = make_cell("7", None)
    assert [c.id for c in cell.in_slot(None)] == ["c1"]


def test_rejected_chromosomes_are_kept_apart_but_not_lost():
    cell = make_cell("7", "7")
    cell = cell.with_chromosomes([replace(cell.chromosomes[0], rejected=True)])
    assert [c.id for c in cell.kept] == ["c1"]
    assert [c.id for c in cell.in_slot("7")] == ["c1"]
    assert "c0" in cell.by_id


def test_left_out_is_what_the_program_rejected_until_a_person_restores_it():
    cell = make_cell("7", "7", "8")
    first, second, _ = cell.chromosomes
    by_program = replace(first, rejected=True, suggestion=replace(first.suggestion, left_out=True))
    by_person = replace(second, rejected=True)
    cell = cell.with_chromosomes([by_program, by_person])
    assert cell.left_out == 1
    assert cell.with_chromosomes([replace(by_program, rejected=False)]).left_out == 0


def test_an_unknown_chromosome_cannot_be_put_into_a_cell():
    cell = make_cell("7")
    with pytest.raises(KeyError, match="c9"):
        cell.with_chromosomes([replace(cell.chromosomes[0], id="c9")])


def test_chromosomes_are_exchanged_and_put_back_where_they_stood():
    cell = make_cell("7", "8", "9", "9")
    new = replace(cell.chromosomes[0], id="new")
    gone = (cell.by_id["c3"], cell.by_id["c1"])
    exchanged = cell.exchanged(gone, [new])
    assert [c.id for c in exchanged.chromosomes] == ["c0", "c2", "new"]
    assert exchanged.exchanged([new], gone, (3, 1)) == cell
    assert [c.id for c in cell.without(["c0", "c2"]).chromosomes] == ["c1", "c3"]


def test_a_chromosome_cannot_be_added_a_second_time():
    cell = make_cell("7", "8")
    with pytest.raises(KeyError, match="already"):
        cell.exchanged([], [cell.by_id["c1"]])


def test_a_doubt_has_another_reading():
    with pytest.raises(ValueError, match="another reading"):
        Doubt(DoubtKind.JOIN, ("c0", "c1"), ())
