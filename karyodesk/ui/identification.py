"""What a report says of a stored case. Free of Qt."""

from karyodesk.domain.case import Case, Specimen
from karyodesk.report.content import Identification


def identification_of(case: Case, laboratory: str = "") -> Identification:
    """Return whose chromosomes they are, as the report prints it.

    Args:
        case: the data of the case.
        laboratory: name and address, on one line.
    """
    order, patient = case.order, case.patient
    return Identification(
        laboratory=laboratory,
        case=order.accession,
        patient=patient.name,
        patient_id=patient.identifier,
        birth_date=patient.birth_date.isoformat() if patient.birth_date else "",
        specimen="; ".join(map(_specimen, case.specimens)),
        indication=order.indication,
        banding=case.workup.banding.value,
    )


def _specimen(specimen: Specimen) -> str:
    parts = [specimen.kind.value, specimen.description]
    parts += [f"collected {specimen.collected.isoformat()}"] if specimen.collected else []
    parts += [f"received {specimen.received.isoformat()}"] if specimen.received else []
    return ", ".join(part for part in parts if part)
