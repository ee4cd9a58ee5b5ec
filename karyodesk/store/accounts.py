"""Accounts: what the ledger says of each person, and the table that is its fold."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, func, insert, select, update

from karyodesk.domain import canonical
from karyodesk.domain.errors import CanonicalError, EditError, NotInStoreError, StoreAlteredError
from karyodesk.domain.people import Person
from karyodesk.store import ledger
from karyodesk.store.author import Author
from karyodesk.store.chain import text_hash
from karyodesk.store.schema import PEOPLE, STORE
from karyodesk.store.search import folded

UNREADABLE: Final = "The account of a person is not what was written: run karyodesk audit verify."


class PersonAction(StrEnum):
    """What a row of the ledger did with a person."""

    ADD = "person.add"
    CHANGE = "person.change"
    PASSWORD = "person.password"
    SIGN_IN = "person.sign_in"
    CONFIRM = "person.confirm"
    REFUSE = "person.refuse"
    UNLOCK = "person.unlock"


UNKNOWN: Final = "person.unknown"
"""Somebody tried a name that nobody has; which one is not kept, as it may be a password typed in the wrong place."""


@dataclass(frozen=True)
class Account:
    """A person with what signing in needs.

    Attributes:
        person: the person.
        password: SHA-256 of what Argon2 made of the password, so that old ones are not kept.
        failures: wrong passwords since the last right one or lock-out.
        locked_until: the moment until which nobody gets in by this name; None where no lock-out was.
    """

    person: Person
    password: str
    failures: int = 0
    locked_until: datetime | None = None


@dataclass(frozen=True)
class AccountChange:
    """What a row of the ledger says of a person.

    Attributes:
        before: None where the person was added.
        after: the account since.
    """

    before: Account | None
    after: Account


@dataclass(frozen=True)
class Stored:
    """A row of the table.

    Attributes:
        account: the account.
        encoded: what Argon2 made of the password.
    """

    account: Account
    encoded: str


def lock(connection: Connection) -> None:
    """Keep others from adding people until the transaction ends."""
    connection.execute(select(STORE.c.id).with_for_update())


def find(connection: Connection, which: Any) -> Stored:  # noqa: ANN401 - SQLAlchemy's own types say nothing more
    """Return the account of one person, locked until the transaction ends.

    Raises:
        NotInStoreError: where there is no such person.
        StoreAlteredError: where it cannot be read.
    """
    row = connection.execute(select(PEOPLE).where(which).with_for_update()).first()
    if row is None:
        raise NotInStoreError("This person is not in the case database.")
    return stored(row)


def stored(row: Any) -> Stored:  # noqa: ANN401 - a row
    """Return what a row holds.

    Raises:
        StoreAlteredError: where it cannot be read.
    """
    try:
        person = canonical.decode(Person, row.record)
        until = datetime.fromisoformat(row.locked_until) if row.locked_until is not None else None
    except (CanonicalError, ValueError):
        raise StoreAlteredError(UNREADABLE) from None
    return Stored(Account(person, text_hash(row.password), row.failures, until), row.password)


def columns_of(account: Account) -> dict[str, Any]:
    """Return what follows from an account for its row, but for what Argon2 made of the password."""
    until = account.locked_until
    return {
        "login": folded(account.person.login),
        "record": canonical.encode(account.person),
        "failures": account.failures,
        "locked_until": until.isoformat(timespec="microseconds") if until is not None else None,
    }


def add(connection: Connection, author: Author, person: Person, encoded: str) -> None:
    """Write down a new person.

    Raises:
        EditError: where somebody else signs in by the same name.
    """
    lock(connection)
    if connection.execute(select(func.count()).where(PEOPLE.c.login == folded(person.login))).scalar():
        raise EditError("Somebody else signs in by this name: choose another one.")
    account = Account(person, text_hash(encoded))
    body = canonical.encode(AccountChange(None, account))
    row = ledger.append(connection, author, PersonAction.ADD, body=body)
    values = {"id": person.id, "password": encoded, "version": row.number, **columns_of(account)}
    connection.execute(insert(PEOPLE).values(**values))


def change(
    connection: Connection,
    author: Author,
    action: PersonAction,
    known: Stored,
    after: Account,
    encoded: str | None = None,
) -> None:
    """Write a row of the ledger and what follows from it.

    Args:
        connection: in a transaction that writes.
        author: who did it.
        action: what was done.
        known: the account before.
        after: the account since.
        encoded: what Argon2 made of a new password; None: it is the same.
    """
    row = ledger.append(connection, author, action, body=canonical.encode(AccountChange(known.account, after)))
    values = {"password": encoded or known.encoded, "version": row.number, **columns_of(after)}
    connection.execute(update(PEOPLE).where(PEOPLE.c.id == after.person.id).values(**values))
