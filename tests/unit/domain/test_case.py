from dataclasses import replace

import pytest

from karyodesk.domain.canonical import decode, encode
from karyodesk.domain.case import Case, CellFacts, Culture, CultureMethod, Fact, Slide, new_id
from tests.unit.domain.cases import CASE


def test_ids_are_never_the_same():
    assert len({new_id() for _ in range(100)}) == 100


def test_a_case_and_the_facts_of_a_cell_come_back_from_their_text():
    facts = CellFacts(counted=True, excluded="poor banding", slide="a1", count=46, clone="")
    assert decode(Case, encode(CASE)) == CASE
    assert decode(CellFacts, encode(facts)) == facts


def test_items_and_the_culture_of_a_slide():
    assert set(CASE.items) == {"s1", "c1", "c2", "a1", "b1", "b2"}
    assert CASE.culture_of("b2").name == "B"
    with pytest.raises(KeyError):
        CASE.culture_of("c1")


@pytest.mark.parametrize(
    "changed",
    [
        {"specimens": ()},
        {"cultures": ()},
        {"slides": (*CASE.slides, Slide("a1", "c1", "A1 again"))},
        {"slides": (Slide("c1", "c1", "with the id of a culture"),)},
        {"cultures": (*CASE.cultures, Culture("c3", "c1", "C", CultureMethod.FLASK))},
    ],
)
def test_what_a_case_holds_must_fit_together(changed):
    with pytest.raises(ValueError, match=r"id|of no"):
        replace(CASE, **changed)


def test_each_of_the_four_facts_stands_for_itself():
    for fact in Fact:
        facts = CellFacts(**{fact.value: True})
        assert [other for other in Fact if facts.has(other)] == [fact]


def test_an_excluded_cell_enters_no_number():
    facts = CellFacts(counted=True, analysed=True, karyotyped=True, scored=True, excluded="broken cell")
    assert not any(facts.has(fact) for fact in Fact)


def test_facts_that_cannot_be_are_refused():
    for changed in ({"excluded": " "}, {"count": -1}):
        with pytest.raises(ValueError, match="a cell"):
            CellFacts(**changed)
