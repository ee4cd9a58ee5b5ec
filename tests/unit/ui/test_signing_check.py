from dataclasses import replace
from pathlib import Path

import pytest

from karyodesk.domain.case import CellFacts, Patient, PolicyReference, Workup
from karyodesk.domain.journal import Journal
from karyodesk.domain.policy import PolicyStatus, read_policies
from karyodesk.domain.worksheet import Line
from karyodesk.ui.case import CaseCell, CellState
from karyodesk.ui.reckoning import reckon
from karyodesk.ui.signing_check import OpenQuestions, disagreement, findings, not_in_report, questions_of
from tests.make import make_cell
from tests.unit.domain.cases import CASE
from tests.unit.ui.test_case import analysed

pytestmark = pytest.mark.usefixtures("qapp")
POLICY = next(policy for policy in read_policies() if policy.name == "ACMG/CAP type")
CHECKED = replace(POLICY, status=PolicyStatus.CHECKED)
BLOOD = replace(CASE, workup=Workup(policy=PolicyReference(POLICY.name, POLICY.version, "blood")))
NOTHING = OpenQuestions(0, 0, 0)


def line(cell, suggested="46,XX", segmented=46, **facts):
    known = {"counted": True, "analysed": True, "karyotyped": True, "slide": "a1"} | facts
    return Line(cell, CellFacts(**known), segmented, suggested)


def enough(*others):
    """Twenty cells that satisfy the policy, and others."""
    return [*(line(f"n{number}") for number in range(20)), *others]


def found(lines, case=BLOOD, policies=(CHECKED,), questions=None):
    names = {each.cell: f"Cell {each.cell}" for each in lines}
    open_ = {each.cell: (questions or {}).get(each.cell, NOTHING) for each in lines}
    return findings(case, reckon(case, lines, policies), names, open_)


def test_of_a_case_in_which_nothing_is_missing_nothing_has_to_be_acknowledged():
    assert found(enough()) == ()


def test_what_the_policy_asks_for_is_named_with_its_numbers():
    told = found([line("a"), line("b")])
    assert "The policy asks for more cells counted: there are 2 of 20." in told
    assert "The policy asks for more cells analysed: there are 2 of 5." in told
    assert not any("karyotyped" in each for each in told)


@pytest.mark.parametrize(
    ("case", "policies", "sentence"),
    [
        (replace(CASE, workup=Workup()), (CHECKED,), "No policy is chosen"),
        (CASE, (CHECKED,), "is not there"),
        (BLOOD, (POLICY,), "“ACMG/CAP type” are from memory, check before use"),
        (replace(BLOOD, patient=Patient("", "P-17")), (CHECKED,), "The name of the patient is missing."),
        (replace(BLOOD, patient=Patient("Doe", " ")), (CHECKED,), "The number of the patient is missing."),
        (replace(BLOOD, specimens=(), cultures=(), slides=()), (CHECKED,), "No specimen is named."),
    ],
)
def test_what_is_missing_of_the_case_is_named(case, policies, sentence):
    assert any(sentence in each for each in found(enough(), case, policies))


def test_a_case_in_which_no_cell_was_evaluated_is_told():
    bare = Line("a", CellFacts(), 46, "46,XX")
    assert "No cell is marked as counted, analysed or karyotyped." in found([bare])


def test_counts_and_karyotypes_that_disagree_are_named():
    told = found(enough(line("a", count=47), line("b", "46,XX", karyotype="47,XX,+21")))
    assert "Cell a: a person counted 47, and 46 are outlined." in told
    assert "Cell b: a person states 47,XX,+21, and the arrangement makes 46,XX." in told
    assert any(each.startswith("Cell b is in no clone: ") for each in told)


def test_what_nobody_decided_is_named_but_not_of_an_excluded_cell():
    questions = {"n0": OpenQuestions(3, 1, 2), "out": OpenQuestions(5, 5, 5)}
    told = found(enough(line("out", count=40, excluded="broken")), questions=questions)
    assert told == (
        "Cell n0: chromosomes that are uncertain and confirmed by no person: 3.",
        "Cell n0: chromosomes in no slot: 1.",
        "Cell n0: outlines that may have to be cut or joined: 2.",
    )


def test_another_karyotype_than_the_cells_make_is_a_disagreement():
    reckoning = reckon(BLOOD, enough(), (CHECKED,))
    assert disagreement(reckoning, "46,XX") == ()
    assert disagreement(reckoning, "47,XX,+21") == ("The karyotype differs from what the cells make: 46,XX.",)
    assert disagreement(reckon(BLOOD, [], (CHECKED,)), "46,XX") == ()  # there is nothing to differ from


def test_questions_are_counted_as_the_cell_now_is():
    shown = analysed("7", None, "8")
    start = make_cell("7", None, "8", uncertain=frozenset({0}))
    cell = CaseCell("a", None, CellState.READY, analysed=replace(shown, journal=Journal(start)))
    assert questions_of(cell) == OpenQuestions(1, 1, 0)


def test_pictures_that_are_no_cell_of_the_report_are_named():
    cells = [
        CaseCell("a.png", Path("a"), CellState.READY),
        CaseCell("b.png", Path("b"), CellState.REFUSED, "No chromosomes were found."),
        CaseCell("c.png", Path("c"), CellState.WORKING),
    ]
    assert not_in_report(cells) == (
        "b.png is not in the report. No chromosomes were found.",
        "c.png is not in the report.",
    )
