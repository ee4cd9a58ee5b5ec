"""A small hand-made case for tests."""

from datetime import date

from karyodesk.domain.case import (
    Case,
    Culture,
    CultureMethod,
    Order,
    Patient,
    PolicyReference,
    Sex,
    Slide,
    Specimen,
    SpecimenKind,
    Workup,
)

CASE = Case(
    id="case",
    patient=Patient("Doe, Jane", "P-17", date(1990, 2, 3), Sex.FEMALE),
    order=Order("26-0042", "recurrent miscarriage", "Dr Roe", "City Hospital", date(2026, 3, 1)),
    workup=Workup(policy=PolicyReference("a policy", "1", "blood")),
    specimens=(Specimen("s1", SpecimenKind.BLOOD, received=date(2026, 2, 1)),),
    cultures=(Culture("c1", "s1", "A", CultureMethod.FLASK), Culture("c2", "s1", "B", CultureMethod.FLASK)),
    slides=(Slide("a1", "c1", "A1"), Slide("b1", "c2", "B1"), Slide("b2", "c2", "B2")),
)
