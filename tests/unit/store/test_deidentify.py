"""Whatever a person can write into a case is gone when it is given to others."""

from dataclasses import fields, replace
from datetime import date, timedelta

import pytest

from karyodesk.domain import canonical
from karyodesk.domain.case import (
    Case,
    CellFacts,
    Culture,
    CultureMethod,
    Order,
    Patient,
    PolicyReference,
    Slide,
    Specimen,
    SpecimenKind,
    Workup,
)
from karyodesk.store.deidentify import Deidentifier

SECRET = "Quux"
DAY = date(1971, 2, 3)


def filled(record):
    """A record with a secret in every text and a day in every date, those that are added to it one day too."""
    texts = {field.name: SECRET + field.name for field in fields(record) if field.type in (str, str | None)}
    days = {field.name: DAY for field in fields(record) if field.type == date | None}
    return replace(record, **texts | days)


def full_case():
    specimen = filled(Specimen("", SpecimenKind.BLOOD))
    culture = replace(filled(Culture("", "", "", CultureMethod.FLASK)), specimen=specimen.id, id="Quux culture")
    slide = replace(filled(Slide("", "", "")), culture=culture.id, id="Quux slide")
    workup = Workup(policy=filled(PolicyReference("", "", "")))
    return Case("Quux case", filled(Patient()), filled(Order()), workup, (specimen,), (culture,), (slide,))


def test_the_secret_is_everywhere_before():
    text = canonical.encode(full_case()) + canonical.encode(filled(CellFacts()))
    assert text.count(SECRET) >= 22
    assert text.count("1971-02-03") == 6


@pytest.mark.parametrize("shift", [None, timedelta(days=-99)])
def test_no_text_and_no_true_date_stays(shift):
    identifying = Deidentifier(full_case(), shift)
    text = canonical.encode(identifying.case) + canonical.encode(identifying.facts(filled(CellFacts())))
    assert SECRET not in text
    assert "1971" not in text
    assert ("1970-10-27" in text) == (shift is not None)


def test_what_is_counted_and_what_a_closed_list_says_stays():
    facts = CellFacts(counted=True, scored=True, count=46, karyotype="46,XX", clone="", colony="Quux")
    facts = replace(facts, slide="Quux slide")
    identifying = Deidentifier(full_case())
    kept = identifying.facts(facts)
    assert kept == replace(facts, slide="slide-1", colony="colony-1")
    assert identifying.facts(replace(facts, colony="other")).colony == "colony-2"
    assert identifying.facts(replace(facts, colony="Quux")).colony == "colony-1"
    case = identifying.case
    assert (case.specimens[0].kind, case.cultures[0].method) == (SpecimenKind.BLOOD, CultureMethod.FLASK)
    assert case.culture_of("slide-1").id == "culture-1"
