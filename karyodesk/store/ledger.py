"""The ledger: what happened to whole cases, to people and to the store: one chain a store.

A case taken out is missed by it, and who was let in by whom stands in it.
"""

import platform
import re
from dataclasses import dataclass, replace
from typing import Final
from uuid import uuid4

from sqlalchemy import Connection, insert, select, update

from karyodesk.domain.errors import StoreError
from karyodesk.store.author import Author
from karyodesk.store.chain import row_hash, text_hash
from karyodesk.store.clock import moment
from karyodesk.store.schema import LEDGER, STORE

FOUNDED: Final = "store.create"
_NOTED: Final = re.compile(r"([0-9a-f]{32}):(\d{1,9}):([0-9a-f]{64})")


@dataclass(frozen=True)
class LedgerRow:
    """One row of the ledger.

    Attributes:
        number: from 1.
        at: the moment, in UTC.
        person_id: of the person.
        person_name: as printed.
        workstation: where it was done.
        action: what was done.
        case_id: of the case; None for what concerns the store.
        case_number: of the entry in the journal of the case.
        case_hash: of that entry.
        body: what was done to a person or to the store, as canonical JSON; None where a case says it.
        previous_hash: of the row before.
        hash: of this row.
    """

    number: int
    at: str
    person_id: str
    person_name: str
    workstation: str
    action: str
    case_id: str | None
    case_number: int | None
    case_hash: str | None
    body: str | None
    previous_hash: str
    hash: str

    @property
    def author(self) -> Author:
        """Who did it."""
        return Author(self.person_id, self.person_name, self.workstation)

    @property
    def true_hash(self) -> str:
        """The hash that follows from the other columns."""
        return row_hash(
            "karyodesk.ledger/1",
            self.number,
            self.at,
            self.person_id,
            self.person_name,
            self.workstation,
            self.action,
            self.case_id,
            self.case_number,
            self.case_hash,
            self.body,
            self.previous_hash,
        )


@dataclass(frozen=True)
class LedgerHead:
    """The end of the ledger: noted elsewhere, it shows later that nothing before it was altered.

    Attributes:
        store_id: which store it is.
        number: of the last row.
        hash: of the last row.
    """

    store_id: str
    number: int
    hash: str

    def __str__(self) -> str:
        """As it is noted."""
        return f"{self.store_id}:{self.number}:{self.hash}"


def read_head(noted: str) -> LedgerHead:
    """Read an end of the ledger as it is noted.

    Raises:
        StoreError: where the text is none.
    """
    read = _NOTED.fullmatch("".join(noted.split()))
    if read is None:
        raise StoreError("Write an end of the ledger as it was shown: STORE:NUMBER:HASH.")
    return LedgerHead(read[1], int(read[2]), read[3])


def found(connection: Connection) -> None:
    """Give a new store its id and the first row of its ledger; one that has them stays as it is."""
    if connection.execute(select(STORE.c.id)).first() is not None:
        return
    store_id = uuid4().hex
    connection.execute(insert(STORE).values(id=1, store_id=store_id, ledger_number=0, ledger_hash=text_hash(store_id)))
    append(connection, Author("", "KaryoDesk", platform.node()), FOUNDED)


def head(connection: Connection) -> LedgerHead:
    """Return the end of the ledger."""
    row = connection.execute(select(STORE.c.store_id, STORE.c.ledger_number, STORE.c.ledger_hash)).one()
    return LedgerHead(*row)


def append(
    connection: Connection,
    author: Author,
    action: str,
    case: tuple[str, int, str] | None = None,
    body: str | None = None,
) -> LedgerRow:
    """Write the next row.

    Args:
        connection: in a transaction that writes; it has locked the case before, where there is one.
        author: who did it.
        action: what was done.
        case: its id, and number and hash of the entry in its journal.
        body: what was done to a person or to the store, as canonical JSON.
    """
    locked = connection.execute(select(STORE.c.ledger_number, STORE.c.ledger_hash).with_for_update()).one()
    case_id, case_number, case_hash = case or (None, None, None)
    blank = LedgerRow(
        locked.ledger_number + 1,
        moment(connection),
        author.id,
        author.name,
        author.workstation,
        action,
        case_id,
        case_number,
        case_hash,
        body,
        locked.ledger_hash,
        "",
    )
    row = replace(blank, hash=blank.true_hash)
    connection.execute(insert(LEDGER).values(**vars(row)))
    connection.execute(update(STORE).values(ledger_number=row.number, ledger_hash=row.hash))
    return row


def last(connection: Connection, action: str) -> LedgerRow | None:
    """Return the last row of an action; None where there is none."""
    query = select(LEDGER).where(LEDGER.c.action == action).order_by(LEDGER.c.number.desc()).limit(1)
    row = connection.execute(query).first()
    return LedgerRow(*row) if row is not None else None


def rows(connection: Connection, case_id: str | None = None) -> list[LedgerRow]:
    """Return the rows in order, of the store or of one case."""
    query = select(LEDGER).order_by(LEDGER.c.number)
    if case_id is not None:
        query = query.where(LEDGER.c.case_id == case_id)
    return [LedgerRow(*row) for row in connection.execute(query)]
