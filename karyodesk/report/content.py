"""What a report is made of. Plain frozen data, free of Qt."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import numpy as np
import numpy.typing as npt

from karyodesk.domain.cell import Cell
from karyodesk.domain.view import ChromosomeView
from karyodesk.iscn.karyotype import propose

DERIVED: Final = (
    "derived views: each chromosome is cut out along its outline, straightened along its axis, resampled, and set dark "
    "on an even white ground. Nothing is drawn in or retouched."
)
"""What a karyogram shows: ends a sentence and adds another."""


@dataclass(frozen=True)
class Identification:
    """Whose chromosomes they are. Every field is free text and may be empty.

    Attributes:
        laboratory: name and address, on one line.
        case: accession number or name of the case.
        patient: name.
        patient_id: second identifier.
        birth_date: as the laboratory writes dates.
        specimen: what was cultured, with its dates.
        indication: why the karyotype was asked for.
        banding: method and level.
        further: other fields, each a name and its text.
    """

    laboratory: str = ""
    case: str = ""
    patient: str = ""
    patient_id: str = ""
    birth_date: str = ""
    specimen: str = ""
    indication: str = ""
    banding: str = ""
    further: tuple[tuple[str, str], ...] = ()

    @property
    def rows(self) -> tuple[tuple[str, str], ...]:
        """All fields with their names, in the order of the report; the laboratory stands in the heading instead."""
        return (
            ("Patient", self.patient),
            ("Patient ID", self.patient_id),
            ("Date of birth", self.birth_date),
            ("Case", self.case),
            ("Specimen", self.specimen),
            ("Indication", self.indication),
            ("Banding", self.banding),
            *self.further,
        )


@dataclass(frozen=True, eq=False)
class ReportCell:
    """One cell of a report.

    Attributes:
        cell: in its present state.
        views: by the id of the chromosome.
        original: (height, width) or (height, width, 3) RGB, uint8, the picture for showing; may be smaller than the
            stored one, of which it shows the whole.
        corrections: gestures of a person on this cell that stand.
        stated: the karyotype that a person has stated; empty: it is read from the present arrangement.
        excluded: why the cell is left out of every number; empty: it is not.
    """

    cell: Cell
    views: Mapping[str, ChromosomeView]
    original: npt.NDArray[np.uint8]
    corrections: int = 0
    stated: str = ""
    excluded: str = ""

    @property
    def karyotype(self) -> str:
        """The present karyotype."""
        return self.stated or propose([chromosome.label for chromosome in self.cell.kept])


@dataclass(frozen=True)
class PrintedSignature:
    """One signature as a report prints it.

    Attributes:
        meaning: what the signer says with it.
        name: of the signer.
        moment: of the signature, with its time zone.
    """

    meaning: str
    name: str
    moment: datetime


@dataclass(frozen=True)
class Signing:
    """What makes a report a signed one.

    Attributes:
        karyotype: of the case.
        digest: SHA-256 of all that the signatures are bound to but the report itself.
        signatures: of this version so far, that of this report last.
        missing: what is still to be signed for; empty where the report is final.
        version: from 1.
        amendment: what it takes the place of, and why; empty for a first version.
        known: what was missing or disagreed, and was known to the last signer.
    """

    karyotype: str
    digest: str
    signatures: tuple[PrintedSignature, ...]
    missing: tuple[str, ...] = ()
    version: int = 1
    amendment: str = ""
    known: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class ReportContent:
    """One report.

    Attributes:
        identification: of the case.
        cells: in the order of the case; may be empty.
        program_version: of KaryoDesk.
        model_versions: name of each model with its version.
        created: moment of the report, with its time zone.
        notes: further sentences, such as the policy that was followed.
        signing: what makes it a signed report; None: it is not one, and has lines for signatures by hand.
    """

    identification: Identification
    cells: tuple[ReportCell, ...]
    program_version: str
    created: datetime
    model_versions: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    signing: Signing | None = None
