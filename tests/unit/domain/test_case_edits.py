from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from karyodesk.domain import case_edits
from karyodesk.domain.canonical import decode, encode
from karyodesk.domain.case import CellFacts, Culture, CultureMethod, Fact, Order, Patient, Slide, Specimen, SpecimenKind
from karyodesk.domain.case_edits import CaseEdit, CaseEditKind, FactsEdit, FactsEditKind
from karyodesk.domain.errors import EditError
from tests.unit.domain.cases import CASE

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def test_the_patient_is_changed_and_the_words_do_not_tell_who_it_is():
    edit = case_edits.change(CASE, replace(CASE.patient, name="Roe, Jane", birth_date=None), "kim")
    assert (edit.kind, edit.text) == (CaseEditKind.CHANGE, "Change patient: name, birth date")
    changed = edit.apply(CASE)
    assert changed.patient == Patient("Roe, Jane", "P-17", None, CASE.patient.sex)
    assert replace(changed, patient=CASE.patient) == CASE
    assert edit.revert(changed) == CASE


def test_a_slide_is_added_at_the_end_and_removed_from_the_middle():
    added = case_edits.add(CASE, Slide("a2", "c1", "A2"), "kim").apply(CASE)
    assert [slide.id for slide in added.slides] == ["a1", "b1", "b2", "a2"]
    edit = case_edits.remove(added, "b1", "kim")
    assert (edit.kind, edit.text) == (CaseEditKind.REMOVE, "Remove slide")
    removed = edit.apply(added)
    assert [slide.id for slide in removed.slides] == ["a1", "b2", "a2"]
    assert edit.revert(removed) == added


def test_a_culture_is_changed_in_its_place():
    edit = case_edits.change(CASE, replace(CASE.cultures[0], harvested=date(2026, 2, 9)), "kim")
    assert edit.text == "Change culture: harvested"
    assert [culture.id for culture in edit.apply(CASE).cultures] == ["c1", "c2"]
    assert edit.apply(CASE).cultures[0].harvested == date(2026, 2, 9)


def test_what_others_rest_on_stays():
    with pytest.raises(EditError, match="rest on this one"):
        case_edits.remove(CASE, "c2", "kim")
    with pytest.raises(EditError, match="Cells of the case"):
        case_edits.remove(CASE, "b1", "kim", slides_in_use={"b1"})


@pytest.mark.parametrize("item", [Slide("x", "nowhere", "X"), Culture("a1", "s1", "C", CultureMethod.FLASK)])
def test_what_does_not_fit_is_not_added(item):
    with pytest.raises(EditError):
        case_edits.add(CASE, item, "kim")


def test_what_is_not_there_is_neither_changed_nor_removed():
    with pytest.raises(EditError, match="no longer there"):
        case_edits.change(CASE, Specimen("gone", SpecimenKind.BLOOD), "kim")
    with pytest.raises(EditError, match="no longer there"):
        case_edits.remove(CASE, "gone", "kim")


def test_an_edit_of_what_has_changed_meanwhile_is_refused():
    order = case_edits.change(CASE, replace(CASE.order, indication="infertility"), "kim")
    slide = case_edits.change(CASE, replace(CASE.slides[0], name="A1b"), "kim")
    removal = case_edits.remove(CASE, "b2", "kim")
    for edit in (order, slide, removal):
        with pytest.raises(EditError, match="meanwhile"):
            edit.apply(edit.apply(CASE))
    with pytest.raises(EditError, match="meanwhile"):
        case_edits.add(CASE, Slide("a2", "c1", "A2"), "kim").apply(replace(CASE, slides=()))


def test_an_edit_without_a_change_says_so():
    assert not case_edits.change(CASE, CASE.patient, "kim").changes
    assert case_edits.change(CASE, Order(), "kim").changes


@pytest.mark.parametrize(
    ("kind", "before", "after", "place"),
    [
        (CaseEditKind.CHANGE, None, None, None),
        (CaseEditKind.CHANGE, CASE.patient, CASE.order, None),
        (CaseEditKind.CHANGE, CASE.patient, CASE.patient, 0),
        (CaseEditKind.ADD, None, CASE.patient, None),
        (CaseEditKind.CHANGE, CASE.slides[0], CASE.slides[0], None),
        (CaseEditKind.CHANGE, CASE.slides[0], CASE.slides[1], 0),
        (CaseEditKind.REMOVE, None, CASE.slides[0], 0),
        (CaseEditKind.ADD, None, CASE.slides[0], -1),
        (CaseEditKind.CHANGE, CASE.patient, CASE.patient, -1),
    ],
)
def test_an_edit_that_makes_no_sense_is_refused(kind, before, after, place):
    with pytest.raises(ValueError, match=r"part|place"):
        CaseEdit(kind, "", before, after, "kim", NOW, place)


@pytest.mark.parametrize(
    "edit",
    [
        case_edits.change(CASE, Patient(), "kim"),
        case_edits.add(CASE, Slide("a2", "c1", "A2"), "kim"),
        case_edits.remove(CASE, "a1", "kim"),
        case_edits.mark(CellFacts(), Fact.COUNTED, "kim"),
    ],
)
def test_edits_come_back_from_their_text(edit):
    assert decode(type(edit), encode(edit)) == edit


@pytest.mark.parametrize("fact", list(Fact))
def test_a_fact_is_marked_and_unmarked(fact):
    marked = case_edits.mark(CellFacts(), fact, "kim")
    assert (marked.kind, marked.text) == (FactsEditKind.MARK, f"Mark as {fact.value}")
    assert [each for each in Fact if marked.after.has(each)] == [fact]
    assert case_edits.unmark(marked.after, fact, "kim").after == CellFacts()


def test_the_feature_goes_with_the_scoring():
    scored = case_edits.mark(CellFacts(), Fact.SCORED, "kim", scored_for="fra(X)(q27.3)").after
    assert scored.scored_for == "fra(X)(q27.3)"
    assert case_edits.mark(scored, Fact.COUNTED, "kim").after.scored_for == "fra(X)(q27.3)"
    assert case_edits.unmark(scored, Fact.SCORED, "kim").after == CellFacts()


def test_a_cell_is_excluded_for_a_reason_and_included_with_its_facts():
    counted = CellFacts(counted=True)
    excluded = case_edits.exclude(counted, " poor banding ", "kim")
    assert excluded.after == replace(counted, excluded="poor banding")
    assert case_edits.include(excluded.after, "kim").after == counted
    with pytest.raises(EditError, match="Say why"):
        case_edits.exclude(counted, "  ", "kim")


def test_what_else_is_said_of_a_cell():
    facts = case_edits.locate(CellFacts(), "a1", "kim", colony="3", position="12.4/98.1").after
    facts = case_edits.state_count(facts, 45, "kim").after
    facts = case_edits.state_karyotype(facts, "45,X", "kim").after
    edit = case_edits.put_in_clone(facts, "45,X", "kim")
    assert edit.after == CellFacts(
        slide="a1", colony="3", position="12.4/98.1", count=45, karyotype="45,X", clone="45,X"
    )
    assert edit.text == "Put in clone 45,X"
    with pytest.raises(EditError):
        case_edits.state_count(facts, -1, "kim")


def test_what_was_said_is_taken_back():
    facts = CellFacts(count=45, karyotype="45,X", clone="45,X")
    facts = case_edits.state_count(facts, None, "kim").after
    facts = case_edits.state_karyotype(facts, "", "kim").after
    assert case_edits.put_in_clone(facts, "", "kim").text == "Put in no clone"
    assert case_edits.put_in_clone(facts, None, "kim").after == CellFacts()


def test_facts_are_undone_and_stale_edits_refused():
    edit = case_edits.state_count(CellFacts(), 45, "kim")
    assert edit.revert(edit.apply(CellFacts())) == CellFacts()
    for stale in (lambda: edit.apply(CellFacts(count=46)), lambda: edit.revert(CellFacts())):
        with pytest.raises(EditError, match="meanwhile"):
            stale()
    assert edit.changes
    assert not FactsEdit(FactsEditKind.COUNT, "", CellFacts(), CellFacts(), "kim", NOW).changes
