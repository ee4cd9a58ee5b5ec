"""Finding cases by the beginning of any of their identifiers, whatever the case of the letters."""

import unicodedata
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, delete, insert, select

from karyodesk.domain import canonical
from karyodesk.domain.case import Case
from karyodesk.store.engine import Store
from karyodesk.store.journal import CaseState
from karyodesk.store.schema import CASES, IDENTIFIERS

_LAST: Final = "\U0010ffff"
"""Comes after every other character, so that a prefix and this end the range of what begins with the prefix."""
_ROWS_A_CASE: Final = 4
"""Of one case so many identifiers may begin alike: as many more are read as cases are wanted."""


@dataclass(frozen=True)
class CaseLine:
    """A case as a list shows it.

    Attributes:
        case: its data.
        state: whether it may be changed.
        created: the moment of its first entry, in UTC.
        changed: the moment of its last entry, in UTC.
    """

    case: Case
    state: CaseState
    created: str
    changed: str


def folded(text: str) -> str:
    """Return a text as it is compared: without case, outer space, and differences that the eye does not see."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def identifiers(case: Case) -> set[tuple[str, str]]:
    """Return what a case is found by: kind and folded text; a name by every word of it."""
    words = folded(case.patient.name).split()
    born = case.patient.birth_date
    found = {("name", " ".join(words[place:])) for place in range(len(words))}
    found |= {
        ("case", case.id),
        ("accession", folded(case.order.accession)),
        ("patient", folded(case.patient.identifier)),
        ("birth date", born.isoformat() if born else ""),
    }
    found |= {("culture", folded(culture.name)) for culture in case.cultures}
    found |= {("slide", folded(slide.name)) for slide in case.slides}
    return {(kind, text) for kind, text in found if text}


def index(connection: Connection, case: Case) -> None:
    """Bring what a case is found by up to date."""
    ours = IDENTIFIERS.c.case_id == case.id
    there = {(row.kind, row.folded) for row in connection.execute(select(IDENTIFIERS).where(ours))}
    wanted = identifiers(case)
    for kind, text in there - wanted:
        connection.execute(delete(IDENTIFIERS).where(ours, IDENTIFIERS.c.kind == kind, IDENTIFIERS.c.folded == text))
    if new := [{"case_id": case.id, "kind": kind, "folded": text} for kind, text in sorted(wanted - there)]:
        connection.execute(insert(IDENTIFIERS), new)


def find(store: Store, text: str, limit: int = 50) -> list[CaseLine]:
    """Return the cases of which an identifier begins with a text, those of the closest identifiers first.

    Args:
        store: the store.
        text: the beginning of an accession, a name or a word of it, a number of a patient, a birth date (ISO 8601), the
            name of a culture or a slide, or the id of a case. Empty: the cases that were changed last.
        limit: how many at most.

    Raises:
        StoreError: where the store cannot be read.
    """
    prefix = folded(text)
    if not prefix:
        return recent(store, limit)
    column = IDENTIFIERS.c.folded
    query = select(IDENTIFIERS.c.case_id).where(column >= prefix, column < prefix + _LAST)
    query = query.order_by(column, IDENTIFIERS.c.case_id).limit(limit * _ROWS_A_CASE)
    with store.read() as connection:
        ids = list(dict.fromkeys(connection.execute(query).scalars()))[:limit]
        lines = {line.case.id: line for line in _lines(connection, ids)}
    return [lines[case_id] for case_id in ids]


def recent(store: Store, limit: int = 50) -> list[CaseLine]:
    """Return the cases that were changed last, the last one first.

    Raises:
        StoreError: where the store cannot be read.
    """
    query = select(CASES.c.id).where(CASES.c.data.is_not(None)).order_by(CASES.c.changed.desc()).limit(limit)
    with store.read() as connection:
        ids = connection.execute(query).scalars().all()
        lines = {line.case.id: line for line in _lines(connection, list(ids))}
    return [lines[case_id] for case_id in ids]


def _lines(connection: Connection, ids: list[str]) -> list[CaseLine]:
    columns = (CASES.c.data, CASES.c.state, CASES.c.created, CASES.c.changed)
    rows = connection.execute(select(*columns).where(CASES.c.id.in_(ids)))
    return [CaseLine(canonical.decode(Case, row[0]), CaseState(row[1]), row[2], row[3]) for row in rows]
