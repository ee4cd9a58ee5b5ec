"""The inspection of the people: the rows of the ledger that tell of them, and the table that follows from those."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from sqlalchemy import Connection, select

from karyodesk.domain import canonical
from karyodesk.domain.errors import CanonicalError
from karyodesk.domain.signing import SigningRule, shipped_rules
from karyodesk.store.accounts import Account, AccountChange, PersonAction, columns_of
from karyodesk.store.chain import text_hash
from karyodesk.store.journal import Action
from karyodesk.store.ledger import LedgerRow
from karyodesk.store.schema import PEOPLE
from karyodesk.store.signatures import RULE, RULERS, RuleChange

_ACTIONS: Final = frozenset(PersonAction)
_OWN: Final = frozenset({PersonAction.SIGN_IN, PersonAction.CONFIRM, PersonAction.REFUSE})
"""What is written by the person whom it is about."""
_BY_PASSWORD: Final = frozenset({Action.SIGN, Action.REOPEN})


@dataclass(frozen=True)
class Moment:
    """What the ledger says of who signed or reopened a case, at that row of it.

    Attributes:
        row: of the ledger.
        account: of its author as it then was; None: nobody among the people.
        confirmed: whether the password was given for it.
        rules: of signing; a store without one of its own has one of those that came with the program.
    """

    row: LedgerRow
    account: Account | None
    confirmed: bool
    rules: frozenset[SigningRule]


Moments = Mapping[tuple[str, int], Moment]
"""By the case and the number of the entry in its journal; without what was made in another store."""


@dataclass
class PeopleFold:
    """The people and the rule of signing, row by row of the ledger.

    Attributes:
        known: id of a person to the account, and the number of the row that says so.
        rules: of signing, as in ``Moment``.
        moments: of each signature and reopening so far.
    """

    known: dict[str, tuple[Account, int]] = field(default_factory=dict)
    rules: frozenset[SigningRule] = field(default_factory=shipped_rules)
    moments: dict[tuple[str, int], Moment] = field(default_factory=dict)
    _confirmed: Counter[str] = field(default_factory=Counter)

    def take(self, row: LedgerRow) -> str:
        """Go on by one row; return what is wrong with it, in a sentence."""
        try:
            if row.action in _ACTIONS:
                return self._take_person(row, canonical.decode(AccountChange, row.body or ""))
            if row.action == RULE:
                return self._take_rule(row, canonical.decode(RuleChange, row.body or ""))
        except CanonicalError:
            return f"Row {row.number} of the ledger cannot be read."
        if row.action in _BY_PASSWORD and row.case_id is not None and row.case_number is not None:
            account, confirmed = self._account(row.person_id), self._confirmed[row.person_id] > 0
            self._confirmed[row.person_id] -= confirmed
            self.moments[row.case_id, row.case_number] = Moment(row, account, confirmed, self.rules)
        return ""

    def _account(self, person_id: str) -> Account | None:
        account, _ = self.known.get(person_id, (None, 0))
        return account

    def _take_person(self, row: LedgerRow, change: AccountChange) -> str:
        person = change.after.person.id
        before = self._account(person)
        if before != change.before or (before is None) != (row.action == PersonAction.ADD) or not _is_all(row, change):
            return f"Row {row.number} of the ledger does not follow from those before it."
        if not self._may(row, person):
            return _no_right(row)
        self.known[person] = (change.after, row.number)
        self._confirmed[person] += row.action == PersonAction.CONFIRM
        return ""

    def _may(self, row: LedgerRow, person_id: str) -> bool:
        """Whether who wrote a row on a person might do so."""
        own = row.person_id == person_id
        if row.action in _OWN or not self.known:
            return own
        if row.action == PersonAction.PASSWORD and own:
            return True
        return self._is_let_do(row) and self.known[row.person_id][0].person.is_administrator

    def _is_let_do(self, row: LedgerRow) -> bool:
        by = self._account(row.person_id)
        return by is not None and by.person.active and not by.person.provisional

    def _take_rule(self, row: LedgerRow, change: RuleChange) -> str:
        if change.before not in self.rules:
            return f"Row {row.number} of the ledger does not follow from those before it."
        if not (self._is_let_do(row) and RULERS & set(self.known[row.person_id][0].person.roles)):
            return _no_right(row)
        self.rules = frozenset({change.after})
        return ""


def faults(
    connection: Connection, of_ledger: Iterable[LedgerRow], fold: PeopleFold
) -> Iterator[tuple[str, int | None]]:
    """Yield what is wrong with the people: a sentence, and the number of the row of the ledger where there is one.

    Args:
        connection: in a transaction.
        of_ledger: its rows in order.
        fold: takes them, as far as they follow from one another.
    """
    rows = list(of_ledger)
    received = _received(rows)
    for row in rows:
        if row.number not in received and (fault := fold.take(row)):
            yield fault, row.number
            return
    there = {row.id: row for row in connection.execute(select(PEOPLE).order_by(PEOPLE.c.id))}
    for person_id in sorted(set(there) ^ set(fold.known)):
        yield f"Person {person_id} does not follow from the ledger.", None
    for person_id in sorted(set(there) & set(fold.known)):
        account, number = fold.known[person_id]
        found = dict(there[person_id]._mapping)
        password = text_hash(found.pop("password"))
        expected = {"id": person_id, "version": number, **columns_of(account)}
        if (found, password) != (expected, account.password):
            yield f"The account of {account.person.name} is not what row {number} of the ledger says.", number


def _received(rows: Iterable[LedgerRow]) -> set[int]:
    """The rows of what was signed and reopened in another store.

    Who takes a whole case in writes a row for each such entry, from its first on, and the one that says so, with
    nothing between them. What is only said to have been received is none of these: a signature here follows a password.
    """
    found, run = set[int](), list[LedgerRow]()
    for row in rows:
        if run and (row.case_id, row.author) != (run[0].case_id, run[0].author):
            run = []
        if run or row.case_number == 1:
            run.append(row)
        if row.action == Action.RECEIVE:
            found |= {each.number for each in run if each.action in _BY_PASSWORD}
            run = []
    return found


def _is_all(row: LedgerRow, change: AccountChange) -> bool:
    """Whether a row changes no more of an account than what it says it does."""
    before, after = change.before, change.after
    if before is None:
        return True
    if row.action == PersonAction.CHANGE:
        kept = (after.person.id, after.person.login, after.person.provisional)
        of_person = kept == (before.person.id, before.person.login, before.person.provisional)
        return of_person and replace(after, person=before.person) == before
    if row.action == PersonAction.PASSWORD:
        return replace(after.person, provisional=before.person.provisional) == before.person
    return (after.person, after.password) == (before.person, before.password)


def _no_right(row: LedgerRow) -> str:
    return f"Row {row.number} of the ledger was written by {row.person_name}, who had no right to do so."
