"""What may lie in a file of this computer until it is stored: it must not tell whose case it is. Free of Qt.

Gestures on chromosomes hold outlines and labels. Where a person can write freely, as in the reason of an exclusion, the
text is compared with what tells the patient of this case. Of the data of a case only the workup, banding and policy, is
kept: all else names the patient, numbers the case or holds dates and free texts, which ``store.deidentify`` takes out
too.
"""

import re
from typing import Final

from karyodesk.domain.case import Case, CellFacts, Workup
from karyodesk.ui.writes import CaseChange, CellOut, CellStep, CellWord, Gesture, Write

SHORTEST: Final = 3
"""Letters of a word of a name that tells anybody."""


def as_kept(write: Write, case: Case | None) -> Gesture | None:
    """Return a write as it may be kept in a file of this computer; None where it may not be.

    Args:
        write: what is to be stored.
        case: the data of its case; None where they are not known, so that nothing with a free text is kept.
    """
    match write:
        case CellStep():
            return write
        case CellWord():
            texts = _texts(write.edit.before) + _texts(write.edit.after)
        case CellOut():
            texts = (write.reason,)
        case CaseChange() if isinstance(write.edit.after, Workup):
            texts = ()
        case _:
            return None
    return None if any(_tells(text, case) for text in texts) else write


def _texts(facts: CellFacts) -> tuple[str, ...]:
    written = (facts.excluded, facts.scored_for, facts.colony, facts.position, facts.karyotype, facts.clone)
    return tuple(text for text in written if text)


def _tells(text: str, case: Case | None) -> bool:
    """Whether a text holds anything by which the patient is known."""
    return case is None or any(each in text.casefold() for each in _identifying(case))


def _identifying(case: Case) -> frozenset[str]:
    """Numbers as they are, each word of a name, and the date of birth as it is commonly written."""
    patient, order = case.patient, case.order
    words = [word for name in (patient.name, order.referring_physician) for word in re.findall(r"\w+", name)]
    known = {word for word in words if len(word) >= SHORTEST} | {patient.identifier, order.accession}
    if (born := patient.birth_date) is not None:
        known |= {born.strftime(form) for form in ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%Y%m%d")}
        known |= {f"{born.day}.{born.month}.{born.year}"}
    return frozenset(each.strip().casefold() for each in known if each.strip())
