"""Finding cases by the beginning of any identifier."""

from dataclasses import replace
from datetime import date

import pytest

from karyodesk.domain import case_edits
from karyodesk.domain.case import Patient
from karyodesk.store import cases, search
from tests.stored import KIM, make_case


def found(store, text, limit=50):
    return [line.case.order.accession for line in search.find(store, text, limit)]


@pytest.fixture
def three(store):
    for number, name in enumerate(("Müller, Anna Maria", "Mueller, Jan", "ÅNGSTRÖM, Maja")):
        case = make_case(accession=f"24-000{number}", name=name, identifier=f"P-{number}7")
        cases.create(store, replace(case, patient=replace(case.patient, birth_date=date(1980 + number, 5, 17))), KIM)
    return store


@pytest.mark.parametrize(
    ("text", "accessions"),
    [
        ("24-0001", ["24-0001"]),
        ("24-", ["24-0000", "24-0001", "24-0002"]),
        ("MÜLL", ["24-0000"]),
        ("  anna   mar", ["24-0000"]),
        ("ångs", ["24-0002"]),
        ("a\u030angs", ["24-0002"]),
        ("ma", ["24-0002", "24-0000"]),
        ("p-17", ["24-0001"]),
        ("1981-05", ["24-0001"]),
        ("a-1", ["24-0000", "24-0001", "24-0002"]),
        ("nobody", []),
        ("%", []),
        ("_", []),
    ],
)
def test_a_case_is_found_by_the_beginning_of_any_identifier(three, text, accessions):
    assert sorted(found(three, text)) == sorted(accessions)


def test_the_closest_come_first_and_no_more_than_wanted(three):
    assert found(three, "24-", 2) == ["24-0000", "24-0001"]
    assert found(three, "ma")[0] == "24-0002"


def test_without_a_text_the_cases_changed_last_are_listed(three):
    assert found(three, " ") == ["24-0002", "24-0001", "24-0000"]
    assert found(three, "", 1) == ["24-0002"]


def test_a_case_is_found_by_its_id(store):
    case = make_case()
    cases.create(store, case, KIM)
    line = search.find(store, case.id[:12])[0]
    assert (line.case, line.state, line.created) == (case, "open", cases.read(store, case.id).created)


def test_a_case_is_found_by_what_it_is_called_now(store):
    case = make_case(name="Poe, Ann")
    seen = cases.create(store, case, KIM)
    cases.edit(store, case.id, case_edits.change(case, Patient("Roe, Ann"), "kim"), KIM, seen.version)
    assert found(store, "poe") == []
    assert found(store, "P-77") == []
    assert found(store, "roe") == found(store, "ann") == ["24-0001"]
