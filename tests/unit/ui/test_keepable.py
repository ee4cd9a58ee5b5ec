"""What may lie in a file of this computer does not tell whose case it is."""

from datetime import UTC, date, datetime

import pytest

from karyodesk.domain import case_edits, edits
from karyodesk.domain.case import Banding, Case, CellFacts, Fact, Order, Patient, Slide, Workup
from karyodesk.domain.case_edits import CaseEdit, CaseEditKind
from karyodesk.domain.journal import Step
from karyodesk.ui.keepable import as_kept
from karyodesk.ui.writes import CaseChange, CellOut, CellStep, CellWord, NewCase
from tests.make import make_cell
from tests.stored import KIM

DATA = Case(
    "case",
    Patient("Müller, Anna Maria", "P-77", date(1980, 2, 3)),
    Order("24-0001", referring_physician="Dr Weiß"),
)


def out(reason):
    return CellOut("case", "cell", reason, KIM)


def excluded(reason):
    return CellWord("case", "cell", case_edits.exclude(CellFacts(), reason, "kim"), KIM)


def changed(part):
    return CaseChange("case", case_edits.change(DATA, part, "kim"), KIM)


def test_gestures_and_facts_are_kept():
    step = CellStep("case", "cell", Step.DO, edits.turn(make_cell("7", "8"), "c0", "kim"), 0, KIM)
    word = CellWord("case", "cell", case_edits.mark(CellFacts(), Fact.COUNTED, "kim"), KIM)
    for write in (step, word, out("broken"), excluded("poor banding"), changed(Workup(Banding.QFQ))):
        assert as_kept(write, DATA) is write


@pytest.mark.parametrize(
    "reason",
    ["cell of ANNA", "belongs to mÜller", "see p-77", "of 24-0001", "born 1980-02-03", "born 3.2.1980", "by Dr WEISS"],
)
def test_a_text_that_tells_the_patient_is_not(reason):
    assert as_kept(out(reason), DATA) is None
    assert as_kept(excluded(reason), DATA) is None


def test_a_change_that_takes_such_a_text_back_is_not_kept_either():
    facts = CellFacts(excluded="of Anna")
    assert as_kept(CellWord("case", "cell", case_edits.include(facts, "kim"), KIM), DATA) is None


def test_a_free_text_of_an_unknown_case_is_not_kept():
    assert as_kept(out("broken"), None) is None
    assert as_kept(CellWord("case", "cell", case_edits.mark(CellFacts(), Fact.SCORED, "kim"), KIM), None) is not None


def test_other_data_of_the_case_are_not_kept():
    slide = Slide("o1", "k1", "A-1")
    edit = CaseEdit(CaseEditKind.ADD, "Add slide", None, slide, "kim", datetime.now(UTC), 0)
    for write in (changed(Patient("Other")), changed(Order("24-2")), CaseChange("case", edit, KIM), NewCase(DATA, KIM)):
        assert as_kept(write, DATA) is None
