"""The inspection of who signed and reopened a case: against the people as the ledger has them at that moment."""

from datetime import UTC
from typing import Final

from karyodesk.domain.people import Person
from karyodesk.store.accounts import Account
from karyodesk.store.journal import Action, Row
from karyodesk.store.signed import SigningFold
from karyodesk.store.verify_people import Moment

_WHAT: Final = {Action.SIGN: "signature", Action.REOPEN: "reopening"}


def fault_of(row: Row, moment: Moment | None, signing: SigningFold) -> str:
    """Say what is wrong with who signed or reopened a case; empty where nothing is.

    Args:
        row: the entry.
        moment: what the ledger says of it; None where the entry was made in another store, or signs nothing.
        signing: of the case, after the entry; without signatures where the case was deleted, as its entries then say no
            more than a name.
    """
    if moment is None:
        return ""
    of = f"the {_WHAT[Action(row.action)]} of entry {row.number}"
    if moment.row.author != row.author:
        return f"{of} is of somebody else by the ledger"
    if moment.account is None:
        return f"{of} is of {row.person_name}, who was not among the people"
    if fault := _why_not_let_in(moment.account, moment):
        return f"{of} is of {row.person_name}, who {fault}"
    if signing.by is not None and (fault := _otherwise(signing.by, moment.account.person)):
        return f"{of} {fault}"
    if row.action == Action.SIGN and len(signing.standing) == 1 and signing.rule not in moment.rules:
        return f"{of} is by a rule that this case database had not"
    return ""


def _why_not_let_in(account: Account, moment: Moment) -> str:
    if not account.person.active:
        return "was no longer let in"
    if account.person.provisional:
        return "had no password of their own yet"
    until = account.locked_until
    if until is not None and moment.row.at < until.astimezone(UTC).isoformat(timespec="microseconds"):
        return "was locked out"
    return "" if moment.confirmed else "had not given the password for it"


def _otherwise(said: Person, known: Person) -> str:
    """What an entry says of a person that the ledger does not."""
    if said.roles != known.roles:
        return f"says that {said.name} was {' and '.join(said.roles)}; the ledger says {' and '.join(known.roles)}"
    return "" if said == known else f"does not name {known.name} as the ledger does"
