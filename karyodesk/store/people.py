"""People: who may sign in, by a password of which only what Argon2 makes of it is kept.

Whatever is done to a person is a row of the ledger with the account before and after; the table is their fold, wrong
passwords and lock-outs too. Before the first person is added the store is in the single-user mode: nobody is asked for
a password, nobody can sign a report, and every report says so.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, select

from karyodesk.domain.case import new_id
from karyodesk.domain.errors import EditError, RightsError, SignInError, StoreAlteredError
from karyodesk.domain.people import Person, Role
from karyodesk.store import accounts, ledger
from karyodesk.store.accounts import Account, PersonAction, Stored
from karyodesk.store.author import Author
from karyodesk.store.chain import text_hash
from karyodesk.store.clock import moment
from karyodesk.store.engine import Store
from karyodesk.store.schema import PEOPLE
from karyodesk.store.search import folded

HASHER: Final = PasswordHasher()
"""Argon2id with the parameters of RFC 9106 for little memory: 64 MiB, 3 passes, 4 lanes."""
SHORTEST: Final = 12
"""Characters of a password."""
LONGEST: Final = 1024
"""Characters of a password: longer ones would only keep the computer busy."""
SINGLE_USER_ID: Final = "single-user"
"""Who wrote entries of the single-user mode."""
SINGLE_USER_NOTE: Final = (
    "Made in the single-user mode: nobody signed in with a password, and no signature stands for this report."
)
"""Is printed on every report of such a store."""
_WRONG: Final = "This name and password do not belong together: try again, or ask an administrator."


@dataclass(frozen=True)
class LockOut:
    """When a name is locked.

    Attributes:
        failures: wrong passwords one after another.
        lasts: for how long.
    """

    failures: int = 5
    lasts: timedelta = timedelta(minutes=15)


@dataclass(frozen=True)
class SignedIn:
    """A person at a workstation.

    Attributes:
        person: as they were when they signed in.
        workstation: name of the computer.
    """

    person: Person
    workstation: str

    @property
    def author(self) -> Author:
        """As journals name them."""
        return Author(self.person.id, self.person.name, self.workstation)


def is_single_user(connection: Connection) -> bool:
    """Whether nobody was added yet."""
    return connection.execute(select(PEOPLE.c.id).limit(1)).first() is None


def single_user(name: str, workstation: str) -> Author:
    """Return who writes entries in the single-user mode.

    Args:
        name: of the user, as the operating system knows it.
        workstation: name of the computer.
    """
    return Author(SINGLE_USER_ID, f"{name} (single-user mode)", workstation)


class People:
    """The people of a store."""

    def __init__(self, store: Store, hasher: PasswordHasher = HASHER, lock_out: LockOut = LockOut()) -> None:
        """Look after the people of a store.

        Args:
            store: the store.
            hasher: makes of a password what is kept.
            lock_out: when a name is locked.
        """
        self.store = store
        self._hasher, self._lock_out = hasher, lock_out

    @property
    def single_user(self) -> bool:
        """Whether the store is in the single-user mode."""
        with self.store.read() as connection:
            return is_single_user(connection)

    @property
    def report_notes(self) -> tuple[str, ...]:
        """What every report of this store has to say of its people."""
        return (SINGLE_USER_NOTE,) if self.single_user else ()

    def everyone(self) -> list[Person]:
        """Return all people by their names, those who may no longer sign in too."""
        with self.store.read() as connection:
            rows = connection.execute(select(PEOPLE)).all()
        people = [accounts.stored(row).account.person for row in rows]
        return sorted(people, key=lambda person: (person.name, person.id))

    def begin(self, login: str, name: str, password: str, workstation: str) -> SignedIn:
        """Leave the single-user mode for good: add the first person, an administrator.

        Raises:
            RightsError: where there are people already.
            EditError: where login, name or password will not do.
            StoreError: where it cannot be stored.
        """
        person = _new_person(login, name, (Role.ADMINISTRATOR,), password)
        encoded = self._hasher.hash(_plain(password))
        first = SignedIn(person, workstation)
        with self.store.write() as connection:
            accounts.lock(connection)
            if not is_single_user(connection):
                raise RightsError("There are people in this case database: ask an administrator to add you.")
            accounts.add(connection, first.author, person, encoded)
        return first

    def add(self, by: SignedIn, login: str, name: str, roles: Iterable[Role], password: str) -> Person:
        """Add a person, who has to set a password of their own before anything else.

        Args:
            by: an administrator.
            login: what the person types to sign in.
            name: as printed.
            roles: what the person is in the laboratory.
            password: for the first time.

        Raises:
            RightsError: where ``by`` is no administrator.
            EditError: where login, name, roles or password will not do, or the login is another person's.
            StoreError: where it cannot be stored.
        """
        person = replace(_new_person(login, name, roles, password), provisional=True)
        encoded = self._hasher.hash(_plain(password))
        with self.store.write() as connection:
            _administrator(connection, by)
            accounts.add(connection, by.author, person, encoded)
        return person

    def change(self, by: SignedIn, person: Person) -> Person:
        """Change a person's name, roles, or whether they may sign in; the rest stays as it is.

        Args:
            by: an administrator.
            person: as they are to be.

        Raises:
            RightsError: where ``by`` is no administrator, or nobody would be one any more.
            StoreError: where it cannot be stored.
        """
        with self.store.write() as connection:
            _administrator(connection, by)
            known = accounts.find(connection, PEOPLE.c.id == person.id)
            was = known.account.person
            will_be = replace(person, login=was.login, provisional=was.provisional)
            if was.is_administrator and not will_be.is_administrator:
                _refuse_no_administrator(connection, person.id)
            if will_be != was:
                after = replace(known.account, person=will_be)
                accounts.change(connection, by.author, PersonAction.CHANGE, known, after)
        return will_be

    def unlock(self, by: SignedIn, person_id: str) -> None:
        """End a lock-out before its time.

        Raises:
            RightsError: where ``by`` is no administrator.
            StoreError: where it cannot be stored.
        """
        with self.store.write() as connection:
            _administrator(connection, by)
            known = accounts.find(connection, PEOPLE.c.id == person_id)
            after = replace(known.account, failures=0, locked_until=None)
            accounts.change(connection, by.author, PersonAction.UNLOCK, known, after)

    def reset_password(self, by: SignedIn, person_id: str, password: str) -> None:
        """Give a person a password for the next time, to be changed then; it ends a lock-out too.

        Raises:
            RightsError: where ``by`` is no administrator.
            EditError: where the password will not do.
            StoreError: where it cannot be stored.
        """
        encoded = self._hasher.hash(_plain(password))
        with self.store.write() as connection:
            _administrator(connection, by)
            known = accounts.find(connection, PEOPLE.c.id == person_id)
            person = known.account.person
            _refuse_weak(password, person.login, person.name)
            after = Account(replace(person, provisional=True), text_hash(encoded))
            accounts.change(connection, by.author, PersonAction.PASSWORD, known, after, encoded)

    def change_password(self, who: SignedIn, password: str, new: str) -> SignedIn:
        """Set a password of one's own.

        Args:
            who: the person.
            password: the present one.
            new: the one from now on.

        Raises:
            SignInError: where the present password is wrong, or the person is locked out.
            EditError: where the new one will not do.
            StoreError: where it cannot be stored.
        """
        _refuse_weak(new, who.person.login, who.person.name)
        if _plain(new) == _plain(password):
            raise EditError("This is the password you have: choose another one.")
        self.confirm(who, password)
        encoded = self._hasher.hash(_plain(new))
        with self.store.write() as connection:
            known = accounts.find(connection, PEOPLE.c.id == who.person.id)
            person = replace(known.account.person, provisional=False)
            after = Account(person, text_hash(encoded))
            accounts.change(connection, who.author, PersonAction.PASSWORD, known, after, encoded)
        return replace(who, person=person)

    def sign_in(self, login: str, password: str, workstation: str) -> SignedIn:
        """Let a person in.

        Raises:
            SignInError: where name and password do not belong together, or the person is locked out or gone.
            StoreError: where the store cannot be read or written.
        """
        return self._let_in(PEOPLE.c.login == folded(login), password, workstation, PersonAction.SIGN_IN)

    def confirm(self, who: SignedIn, password: str) -> SignedIn:
        """Ask somebody who signed in for the password again, as before a signature; wrong ones count as well.

        Raises:
            SignInError: where the password is wrong, or the person is locked out or gone.
            StoreError: where the store cannot be read or written.
        """
        return self._let_in(PEOPLE.c.id == who.person.id, password, who.workstation, PersonAction.CONFIRM)

    def _let_in(self, which: Any, password: str, workstation: str, action: PersonAction) -> SignedIn:  # noqa: ANN401
        """The password is looked at outside of transactions: it takes a while, and others are not to wait."""
        with self.store.read() as connection:
            row = connection.execute(select(PEOPLE).where(which)).first()
        seen = accounts.stored(row) if row is not None else None
        right = self._is_right(seen, password)
        with self.store.write() as connection:
            if seen is None:
                ledger.append(connection, Author("", "", workstation), accounts.UNKNOWN)
                refusal: str | None = _WRONG
            else:
                # Others may have tried meanwhile: what holds is what stands there now.
                seen, before = accounts.find(connection, PEOPLE.c.id == seen.account.person.id), seen
                refusal = self._enter(connection, seen, right and seen.encoded == before.encoded, workstation, action)
                if refusal is None and self._hasher.check_needs_rehash(seen.encoded):
                    self._rehash(connection, seen, password, workstation)
        if seen is None or refusal is not None:
            raise SignInError(refusal or _WRONG)
        return SignedIn(seen.account.person, workstation)

    def _is_right(self, known: Stored | None, password: str) -> bool:
        """Whether it is the password; where there is nobody it takes as long to say no."""
        if known is None:
            self._hasher.hash(_plain(password))
            return False
        try:
            return self._hasher.verify(known.encoded, _plain(password))
        except InvalidHashError:
            raise StoreAlteredError(accounts.UNREADABLE) from None
        except VerificationError:
            return False

    def _enter(
        self, connection: Connection, known: Stored, right: bool, workstation: str, action: PersonAction
    ) -> str | None:
        """Write down that somebody came in or was refused; return why the latter."""
        account, now = known.account, datetime.fromisoformat(moment(connection))
        author = Author(account.person.id, account.person.name, workstation)
        if (locked := _why_locked(account, now)) is not None:
            accounts.change(connection, author, PersonAction.REFUSE, known, account)
            return locked
        if right and account.person.active:
            accounts.change(connection, author, action, known, replace(account, failures=0, locked_until=None))
            return None
        failures = account.failures + 1
        after = replace(account, failures=failures, locked_until=None)
        if failures >= self._lock_out.failures:
            after = replace(account, failures=0, locked_until=now + self._lock_out.lasts)
        accounts.change(connection, author, PersonAction.REFUSE, known, after)
        return _WRONG

    def _rehash(self, connection: Connection, known: Stored, password: str, workstation: str) -> None:
        """Keep the password by the present parameters of Argon2, where those are stronger."""
        known = accounts.find(connection, PEOPLE.c.id == known.account.person.id)
        person, encoded = known.account.person, self._hasher.hash(_plain(password))
        author = Author(person.id, person.name, workstation)
        after = replace(known.account, password=text_hash(encoded))
        accounts.change(connection, author, PersonAction.PASSWORD, known, after, encoded)


def _new_person(login: str, name: str, roles: Iterable[Role], password: str) -> Person:
    _refuse_weak(password, login, name)
    try:
        return Person(new_id(), login.strip(), name.strip(), _ordered(roles))
    except ValueError:
        raise EditError("A person has a printed name and at least one role: say which.") from None


def person_now(connection: Connection, who: SignedIn) -> Person:
    """Return a person who signed in as they now are.

    Raises:
        RightsError: where they may no longer sign in, or have to set a password first.
        NotInStoreError: where there is no such person.
    """
    return _account_now(connection, who).person


def signer_now(connection: Connection, who: SignedIn) -> SignedIn:
    """Return somebody who gave the password a moment ago as they now are, for what takes it.

    Raises:
        RightsError: where they may no longer sign in, or have to set a password first.
        SignInError: where the name was locked meanwhile.
        NotInStoreError: where there is no such person.
    """
    account = _account_now(connection, who)
    if (locked := _why_locked(account, datetime.fromisoformat(moment(connection)))) is not None:
        raise SignInError(locked)
    return replace(who, person=account.person)


def _account_now(connection: Connection, who: SignedIn) -> Account:
    account = accounts.find(connection, PEOPLE.c.id == who.person.id).account
    if not account.person.active:
        raise RightsError(f"{account.person.name} may no longer use this case database: ask an administrator.")
    if account.person.provisional:
        raise RightsError("Set a password of your own first: the present one is known to an administrator.")
    return account


def _why_locked(account: Account, now: datetime) -> str | None:
    """Why nobody gets in by a name; None where it is not locked."""
    if account.locked_until is None or now >= account.locked_until:
        return None
    minutes = -(-(account.locked_until - now) // timedelta(minutes=1))
    return (
        f"Too many wrong passwords: nobody gets in by this name for {minutes} more minutes, unless an administrator "
        "unlocks it."
    )


def _administrator(connection: Connection, who: SignedIn) -> None:
    if not person_now(connection, who).is_administrator:
        raise RightsError("Only an administrator can do this: ask one.")


def _refuse_no_administrator(connection: Connection, without: str) -> None:
    rows = connection.execute(select(PEOPLE).where(PEOPLE.c.id != without).with_for_update())
    if not any(accounts.stored(row).account.person.is_administrator for row in rows):
        raise RightsError("Nobody would be an administrator any more: make somebody else one first.")


def _ordered(roles: Iterable[Role]) -> tuple[Role, ...]:
    wanted = set(roles)
    return tuple(role for role in Role if role in wanted)


def _plain(password: str) -> str:
    """A password as every keyboard gives it."""
    return unicodedata.normalize("NFKC", password)


def _refuse_weak(password: str, login: str, name: str) -> None:
    if not folded(login):
        raise EditError("Say by which name the person signs in.")
    if not SHORTEST <= len(_plain(password)) <= LONGEST:
        raise EditError(f"A password has at least {SHORTEST} characters: several words are easy to keep in mind.")
    if folded(password) in {folded(login), folded(name)}:
        raise EditError("The password is the name of the person: choose another one.")
