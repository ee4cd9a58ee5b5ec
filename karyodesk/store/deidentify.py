"""What is taken out of a case so that it does not tell whose it is.

After DICOM PS3.15 annex E (basic profile, clean descriptors) and the 18 identifiers of HIPAA's safe harbour: names,
numbers, dates, places and every free text go; what the program or a closed list says stays. What cannot be taken out
is said too: text in the pixels of a picture, and a karyotype that is rare.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from karyodesk.domain.case import Case, CellFacts, Culture, Order, Patient, Slide, Specimen, Workup, new_id
from karyodesk.domain.cell import Cell

REMOVED: Final = (
    "The patient's name, identifier and date of birth were removed; the sex as stated was kept.",
    "Accession, indication, referring physician and centre, and the day the report is due were removed.",
    "Descriptions of specimens were removed; cultures, slides and colonies were numbered anew.",
    "The policy of the laboratory was removed.",
    "Why cells were excluded, what they were scored for and where on the slide they lie was removed.",
    "The journal, the signatures and the reports were left out: they name people.",
    "Pictures were written anew as PNG without metadata, under new names; their pixels are the same.",
    "Cells that were taken out of the case were left out.",
)
DATES_REMOVED: Final = "All dates were removed."
DATES_SHIFTED: Final = "All dates were shifted by one number of days, so that the days between them are true."
STAYS: Final = (
    "Text that stands in the pixels of a picture, such as a caption, was NOT removed: look at every picture.",
    "A rare karyotype can tell by itself whose it is, and so can the pictures to who has the originals.",
)
_SYMBOL: Final = re.compile(
    "[XY]+|add|and|c|cen|chi|cp|del|der|dic|dmin|dn|dup|fis|fra|g|h|hsr|i|idem|idic|ider|inc|ins|inv|ish|mar|mat|min|"
    "mos|n|neo|nuc|or|p|pat|ph|ps|psu|q|qdp|r|rcp|rea|rec|rob|s|sce|sdl|sl|stk|t|tas|tel|ter|tr|trc|trp|upd|v|var|x"
)
"""The letters of ISCN."""
_LETTERS: Final = re.compile(r"[^\W\d_]+")
_SIGNS: Final = re.compile(r"((mos|chi) )?\d{1,3}(~\d{1,3})?(<\d+n>)?,[\w+\-,;:()\[\]/?~<>=. →]*", re.ASCII)
_NUMBER: Final = re.compile(r"\d{5}")
"""No count, band or copy number is so long."""


@dataclass(frozen=True)
class SharedCell:
    """A cell for others.

    Attributes:
        facts: what people say of it.
        cell: its chromosomes; None where there is no analysis.
        models: name of each model to its version and hash.
        picture: the part of the file with its picture; empty where there is none.
    """

    facts: CellFacts
    cell: Cell | None
    models: Mapping[str, str]
    picture: str


@dataclass(frozen=True)
class SharedCase:
    """A case for others.

    Attributes:
        case: without what tells whose it is.
        cells: in the order they came.
    """

    case: Case
    cells: tuple[SharedCell, ...]


class Deidentifier:
    """Takes out of one case what tells whose it is; the same slide gets the same new name in all of it."""

    def __init__(self, case: Case, shift: timedelta | None = None) -> None:
        """Number what is named.

        Args:
            case: as it is.
            shift: by which all dates are shifted; None: they are removed.
        """
        self._case, self._shift = case, shift
        self._ids = {each.id: f"specimen-{number}" for number, each in enumerate(case.specimens, 1)}
        self._ids |= {each.id: f"culture-{number}" for number, each in enumerate(case.cultures, 1)}
        self._ids |= {each.id: f"slide-{number}" for number, each in enumerate(case.slides, 1)}
        self._colonies: dict[str, str] = {}

    @property
    def case(self) -> Case:
        """The case under a new id."""
        case, ids = self._case, self._ids
        return Case(
            new_id(),
            Patient(birth_date=self._date(case.patient.birth_date), sex=case.patient.sex),
            Order(),
            Workup(case.workup.banding),
            tuple(self._dated(Specimen(ids[each.id], each.kind), each) for each in case.specimens),
            tuple(
                self._dated(Culture(ids[each.id], ids[each.specimen], ids[each.id], each.method), each)
                for each in case.cultures
            ),
            tuple(Slide(ids[each.id], ids[each.culture], ids[each.id], each.banding) for each in case.slides),
        )

    def _date(self, day: date | None) -> date | None:
        return None if day is None or self._shift is None else day + self._shift

    def _dated(self, new: Any, old: Any) -> Any:  # noqa: ANN401 - a specimen or a culture
        """A part with the dates of another one, as far as they may stay."""
        days = {key: self._date(value) for key, value in vars(old).items() if isinstance(value, date)}
        return replace(new, **days)

    def facts(self, facts: CellFacts) -> CellFacts:
        """Return the facts of a cell without free text."""
        colony = facts.colony and self._colonies.setdefault(facts.colony, f"colony-{len(self._colonies) + 1}")
        return replace(
            facts,
            scored_for="",
            excluded=None if facts.excluded is None else "reason not exported",
            slide=None if facts.slide is None else self._ids.get(facts.slide),
            colony=colony,
            position="",
            karyotype=iscn_alone(facts.karyotype),
            clone=None if facts.clone is None else iscn_alone(facts.clone),
        )


def iscn_alone(text: str) -> str:
    """Return a karyotype, or nothing where anything but the signs and symbols of ISCN stands in it."""
    known = all(_SYMBOL.fullmatch(word) for word in _LETTERS.findall(text))
    return text if known and _SIGNS.fullmatch(text) and not _NUMBER.search(text) else ""


def described(removed: tuple[str, ...]) -> str:
    """Return what a person who gets the file reads first."""
    lines = [
        "A case of KaryoDesk without what tells whose it is.",
        "",
        "What was taken out:",
        *(f"- {sentence}" for sentence in removed),
        "",
        "What stays:",
        *(f"- {sentence}" for sentence in STAYS),
        "",
        "case.json holds the case and its cells (canonical JSON), pictures/ their pictures; manifest.json names every",
        "part with its size and SHA-256. Import it with: karyodesk case import FILE",
    ]
    return "\n".join(lines) + "\n"
