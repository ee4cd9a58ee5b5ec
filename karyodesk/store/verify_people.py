"""The inspection of the people: their table against the rows of the ledger."""

from collections.abc import Iterable, Iterator

from sqlalchemy import Connection, select

from karyodesk.domain import canonical
from karyodesk.domain.errors import CanonicalError
from karyodesk.store.accounts import Account, AccountChange, PersonAction, columns_of
from karyodesk.store.chain import text_hash
from karyodesk.store.ledger import LedgerRow
from karyodesk.store.schema import PEOPLE

_ACTIONS = frozenset(PersonAction)


def faults(connection: Connection, of_ledger: Iterable[LedgerRow]) -> Iterator[tuple[str, int | None]]:
    """Yield what is wrong with the people: a sentence, and the number of the row of the ledger where there is one."""
    known: dict[str, tuple[Account, int]] = {}
    for row in of_ledger:
        if row.action in _ACTIONS and (fault := _take(known, row)):
            yield fault, row.number
            return
    there = {row.id: row for row in connection.execute(select(PEOPLE).order_by(PEOPLE.c.id))}
    for person_id in sorted(set(there) ^ set(known)):
        yield f"Person {person_id} does not follow from the ledger.", None
    for person_id in sorted(set(there) & set(known)):
        account, number = known[person_id]
        found = dict(there[person_id]._mapping)
        password = text_hash(found.pop("password"))
        expected = {"id": person_id, "version": number, **columns_of(account)}
        if (found, password) != (expected, account.password):
            yield f"The account of {account.person.name} is not what row {number} of the ledger says.", number


def _take(known: dict[str, tuple[Account, int]], row: LedgerRow) -> str:
    """Go on by one row of the ledger; return what is wrong with it."""
    try:
        change = canonical.decode(AccountChange, row.body or "")
    except CanonicalError:
        return f"Row {row.number} of the ledger cannot be read."
    person = change.after.person.id
    before, _ = known.get(person, (None, 0))
    if before != change.before or (before is None) != (row.action == PersonAction.ADD):
        return f"Row {row.number} of the ledger does not follow from those before it."
    known[person] = (change.after, row.number)
    return ""
