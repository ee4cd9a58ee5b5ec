from dataclasses import replace

import pytest

from karyodesk.domain.case import CellFacts, PolicyReference, Workup
from karyodesk.domain.policy import read_policies
from karyodesk.domain.worksheet import Line, Totals
from karyodesk.iscn.karyotype import propose
from karyodesk.store.records import Summary
from karyodesk.ui.case import CaseCell, CellState, StoredLook
from karyodesk.ui.reckoning import CONFIDENCES, line_of, reckon
from tests.unit.domain.cases import CASE
from tests.unit.ui.test_case import analysed

POLICIES = read_policies()


def case_by(rule, name="ACMG/CAP type"):
    policy = next(policy for policy in POLICIES if policy.name == name)
    return replace(CASE, workup=Workup(policy=PolicyReference(name, policy.version, rule)))


def line(cell, suggested="46,XX", count=46, **facts):
    return Line(cell, CellFacts(**({"counted": True, "slide": "a1"} | facts)), count, suggested)


def test_a_cell_is_listed_as_it_is_shown():
    cell = CaseCell("cell", None, analysed=analysed("7", "7", None), facts=CellFacts(counted=True))
    assert line_of(cell, "key") == Line("key", CellFacts(counted=True), 3, propose(["7", "7", None]))


def test_a_cell_on_its_way_is_listed_as_it_is_stored():
    look = StoredLook(None, Summary(46, "46,XX", 0, 0, 0))
    cell = CaseCell("Cell 1", None, CellState.STORED, id="a", stored=look)
    assert line_of(cell, "a") == Line("a", CellFacts(), 46, "46,XX")


def test_a_cell_without_an_analysis_has_no_karyotype():
    assert line_of(CaseCell("Cell 1", None, id="a", stored=StoredLook(None, None)), "a").suggested == ""


def test_without_a_policy_nothing_is_asked_for_and_no_clone_is_made_up():
    found = reckon(replace(CASE, workup=Workup()), [line("a"), line("b")], POLICIES)
    assert found.totals == Totals(2, 0, 0, 0, 0)
    assert (found.requirements, found.clones, found.karyotype, found.alike) == ((), None, "", None)
    assert [each.confidence for each in found.levels] == list(CONFIDENCES)
    assert reckon(None, [], POLICIES).levels[0].level == 1.0


def test_without_a_policy_cells_that_differ_are_not_alike():
    cells = [line("a"), line("b", "45,X", 45)]
    assert reckon(None, cells, POLICIES).alike is False
    assert reckon(None, [cells[0], line("b", "45,X", 45, excluded="broken cell")], POLICIES).alike is None


def test_a_policy_that_is_gone_is_said():
    found = reckon(CASE, [line("a")], POLICIES)
    assert "is not there" in found.chosen.trouble
    assert found.clones is None


def test_cells_are_held_against_the_rule():
    found = reckon(case_by("blood"), [line("a"), line("b", excluded="broken cell")], POLICIES)
    counted = next(each for each in found.requirements if each.what == "cells counted")
    assert (counted.needed, counted.present) == (20, 1)
    assert found.modal == (46,)


def test_mosaicism_is_excluded_where_all_counted_cells_are_of_one_clone():
    cells = [line(f"c{n}") for n in range(19)]
    alike = reckon(case_by("blood"), [*cells, line("z", "45,XX,-21", 45)], POLICIES)
    assert alike.alike is True  # one chromosome lost by itself
    assert [round(100 * each.level, 1) for each in alike.levels] == [13.9, 20.6]
    other = reckon(case_by("blood"), [*cells, line("z", "47,XX,+21", 47)], POLICIES)
    assert other.alike is False
    assert [each.cell for each in other.left_out.values()] == ["z"]


@pytest.mark.parametrize(
    ("rule", "karyotype"),
    [("blood", "mos 47,XX,+21[2]/46,XX[3]"), ("marrow", "47,XX,+21[2]/46,XX[3]")],
)
def test_the_karyotype_of_the_case_is_that_of_its_clones(rule, karyotype):
    cells = [line(f"n{n}") for n in range(3)] + [line(f"t{n}", "47,XX,+21", 47) for n in range(2)]
    found = reckon(case_by(rule), cells, POLICIES)
    assert found.karyotype == karyotype
    assert found.alike is False
    assert found.clone_of["t0"] == "47,XX,+21"
