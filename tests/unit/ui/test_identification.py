from datetime import date

from karyodesk.domain.case import Case, Order, Patient, Specimen, SpecimenKind
from karyodesk.ui.identification import identification_of


def test_the_report_says_whose_chromosomes_they_are():
    case = Case(
        "id",
        Patient("Ann Poe", "P-7", date(1990, 1, 2)),
        Order("24-1", "recurrent loss"),
        specimens=(Specimen("s", SpecimenKind.BLOOD, "left arm", date(2026, 1, 1), date(2026, 1, 2)),),
    )
    said = identification_of(case, "City laboratory")
    assert said.rows[:4] == (
        ("Patient", "Ann Poe"),
        ("Patient ID", "P-7"),
        ("Date of birth", "1990-01-02"),
        ("Case", "24-1"),
    )
    assert said.specimen == "blood, left arm, collected 2026-01-01, received 2026-01-02"
    assert (said.indication, said.banding, said.laboratory) == ("recurrent loss", "GTG", "City laboratory")


def test_what_is_not_known_is_empty():
    said = identification_of(Case("id"))
    assert (said.birth_date, said.specimen, said.case) == ("", "", "")
