"""Signing a case: by a person who gives the password once more, for a meaning, bound to everything that was reported.

A signature is an entry of the journal. From the first one on the case is read-only; when it has to be changed it is
reopened for a reason, and its next report is an amended version that names the one before. How and why is said in
docs/adr/0009-signatures.md.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, insert, select, update

from karyodesk import __version__
from karyodesk.domain import canonical
from karyodesk.domain.errors import (
    CanonicalError,
    EditError,
    RightsError,
    SigningError,
    StaleEditError,
    StoreAlteredError,
)
from karyodesk.domain.people import Person, Role
from karyodesk.domain.signing import EntryReference, Reopening, Signature, SignedContent, SigningRule, usual_rule
from karyodesk.store import accounts, cases, journal, ledger, originals, people, reports
from karyodesk.store.chain import GENESIS
from karyodesk.store.clock import moment
from karyodesk.store.engine import Store
from karyodesk.store.folding import CaseFold, does_not_follow
from karyodesk.store.journal import Action, Row
from karyodesk.store.people import People, SignedIn
from karyodesk.store.schema import JOURNAL, SIGNATURES
from karyodesk.store.signed import KEEPS_CONTENT, Signed, SigningFold, content_of

RULE: Final = "store.signing"
"""The action of the ledger by which a store got another rule of signing."""
SKEW: Final = timedelta(minutes=5)
"""By so much the moment on a report may differ from the clock of the database."""
RULERS: Final = frozenset({Role.DIRECTOR, Role.ADMINISTRATOR})
"""Who may give a store another rule of signing."""


@dataclass(frozen=True)
class RuleChange:
    """What the ledger says of a new rule of signing.

    Attributes:
        before: the rule so far.
        after: the rule since.
    """

    before: SigningRule
    after: SigningRule


@dataclass(frozen=True)
class SigningStatus:
    """How far the signing of a case is.

    Attributes:
        version: of the report, from 1.
        amends: the entry that completed the version before.
        reason: why the case was reopened for this version.
        standing: the signatures of this version, in order.
        former: those that stood before the case was reopened, in order.
        missing: meanings still to be signed for, in order.
    """

    version: int
    amends: EntryReference | None
    reason: str
    standing: tuple[Signed, ...]
    former: tuple[Signed, ...]
    missing: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Whether the report may go out as final."""
        return bool(self.standing) and not self.missing


def rule_of(store: Store) -> SigningRule:
    """Return the rule of signing of a store.

    Raises:
        StoreAlteredError: where it is not what was written.
        StoreError: where the store cannot be read.
    """
    with store.read() as connection:
        return _rule(connection)


def _rule(connection: Connection) -> SigningRule:
    row = ledger.last(connection, RULE)
    if row is None:
        return usual_rule()
    try:
        if row.hash != row.true_hash:
            raise CanonicalError("altered")
        return canonical.decode(RuleChange, row.body or "").after
    except CanonicalError:
        raise StoreAlteredError("The rule of signing is not what was written: run karyodesk audit verify.") from None


def set_rule(people_: People, who: SignedIn, rule: SigningRule) -> None:
    """Give a store another rule of signing, for cases that nobody signed yet.

    Raises:
        RightsError: where the person is neither a director nor an administrator.
        StoreError: where it cannot be stored.
    """
    with people_.store.write() as connection:
        person = people.person_now(connection, who)
        if not RULERS & set(person.roles):
            raise RightsError("Only a director or an administrator says who signs: ask one.")
        change = RuleChange(_rule(connection), rule)
        if change.before != change.after:
            ledger.append(connection, who.author, RULE, body=canonical.encode(change))


def status(store: Store, case_id: str) -> SigningStatus:
    """Return how far the signing of a case is.

    Raises:
        StoreAlteredError: where a signature is not what was written.
        StoreError: where the store cannot be read.
    """
    with store.read() as connection:
        signing = fold_of(connection, case_id)
        missing = tuple(step.meaning for step in signing.missing(_rule(connection)))
    standing, former = tuple(signing.standing), tuple(signing.former)
    return SigningStatus(signing.version, signing.amends, signing.reason, standing, former, missing)


def fold_of(connection: Connection, case_id: str) -> SigningFold:
    """Return what was signed of a case, from the entries that sign and reopen alone.

    Raises:
        StoreAlteredError: where one of them is not what was written.
    """
    signing = SigningFold()
    query = select(JOURNAL).where(JOURNAL.c.case_id == case_id, JOURNAL.c.action.in_([Action.SIGN, Action.REOPEN]))
    for row in connection.execute(query.order_by(JOURNAL.c.number)):
        signing.take(Row(*row))
    return signing


def prepare(store: Store, case_id: str, karyotype: str) -> SignedContent:
    """Look through a case and return what a signature of it, as it now is, is bound to.

    The report is to print the digest of it.

    Args:
        store: the store.
        case_id: of the case.
        karyotype: of the case, as the report states it.

    Raises:
        StoreAlteredError: where an entry or a picture is not what was stored.
        NotInStoreError: where there is no such case.
        StoreError: where the store cannot be read.
    """
    with store.read() as connection:
        return _content(connection, case_id, karyotype)


def _content(connection: Connection, case_id: str, karyotype: str) -> SignedContent:
    cases.state_of(connection, case_id)
    fold, signing, previous = CaseFold(), SigningFold(), GENESIS
    for row in journal.rows(connection, case_id):
        if row.previous_hash != previous:
            raise does_not_follow(row)
        fold.take(row)
        signing.take(row)
        previous = row.hash
    for sha256 in {cell.original for cell in fold.cells.values() if cell.original is not None}:
        originals.read(connection, sha256)
    return content_of(fold, signing, signing.rule or _rule(connection), karyotype)


def sign(
    people_: People,
    who: SignedIn,
    password: str,
    meaning: str,
    content: SignedContent,
    report: bytes,
    signed: datetime,
) -> Signature:
    """Sign a case. Signing the same a second time changes nothing.

    Args:
        people_: of the store.
        who: the signer.
        password: of the signer, given once more.
        meaning: what the signer says with it, the next step of the rule.
        content: what ``prepare`` gave, and the report shows.
        report: the bytes of the report (PDF).
        signed: the moment that the report prints, with its time zone.

    Raises:
        SignInError: where the password is wrong.
        RightsError: where the roles of the person do not allow it.
        SigningError: where the rule does not allow it, or the report or its moment will not do.
        StaleEditError: where the case, or the rule of signing, is no longer what ``prepare`` found.
        StoreError: where it cannot be stored; nothing was changed.
    """
    store = people_.store
    if people_.single_user:
        raise SigningError("Nobody can sign in the single-user mode: add the people of the laboratory first.")
    if not report.startswith(b"%PDF-"):
        raise SigningError("What is signed is a report in PDF: make the report first.")
    who = people_.confirm(who, password)
    with store.read() as connection:
        present = _content(connection, content.case_id, content.karyotype)
    with store.write() as connection:
        journal.lock(connection, content.case_id)
        _refuse_stale(connection, content, present)
        who = people.signer_now(connection, who)
        made = _signature(who.person, meaning, content, report, signed)
        signing = fold_of(connection, content.case_id)
        for there in signing.standing:
            if _is_same(there.signature, made):
                return there.signature
        _refuse_other(signing, content)
        _refuse_other_rule(connection, signing, content)
        content.rule.refuse(meaning, made.signer, signing.signers)
        _refuse_wrong_clock(connection, signed)
        _store(connection, who, made, report)
    return made


def _signature(person: Person, meaning: str, content: SignedContent, report: bytes, signed: datetime) -> Signature:
    return Signature(
        meaning=meaning,
        signer=person,
        signed=signed,
        program=__version__,
        report=hashlib.sha256(report).hexdigest(),
        report_size=len(report),
        content=content,
        digest=content.digest,
    )


def _refuse_stale(connection: Connection, content: SignedContent, present: SignedContent) -> None:
    last = _last_change(connection, content.case_id)
    if content != present or (last.number, last.hash) != (content.journal.number, content.journal.hash):
        raise StaleEditError(
            "The case was changed: look at it as it now is, and make the report anew.", last.person_name
        )


def _is_same(one: Signature, other: Signature) -> bool:
    """Whether the second is the first one, sent again as its answer was lost."""
    parts = [(each.meaning, each.signer.id, each.report, each.digest) for each in (one, other)]
    return parts[0] == parts[1]


def _last_change(connection: Connection, case_id: str) -> Row:
    query = select(JOURNAL).where(JOURNAL.c.case_id == case_id, JOURNAL.c.action.not_in(KEEPS_CONTENT))
    return Row(*connection.execute(query.order_by(JOURNAL.c.number.desc()).limit(1)).one())


def _refuse_other(signing: SigningFold, content: SignedContent) -> None:
    """Those who sign one version sign the same karyotype; the rest is the same as the case is read-only."""
    if signing.standing and signing.standing[0].signature.content.karyotype != content.karyotype:
        raise SigningError(
            f"{signing.standing[0].signature.signer.name} signed another karyotype: reopen the case to change it."
        )


def _refuse_other_rule(connection: Connection, signing: SigningFold, content: SignedContent) -> None:
    """Who signs first does so by the rule that the store has at that moment; nobody gives it another one meanwhile."""
    if signing.standing:
        return
    accounts.lock(connection)
    row = ledger.last(connection, RULE)
    if row is not None and content.rule != _rule(connection):
        raise StaleEditError("The rule of signing was changed: make the report anew.", row.person_name)


def _refuse_wrong_clock(connection: Connection, signed: datetime) -> None:
    if abs(datetime.fromisoformat(moment(connection)) - signed) > SKEW:
        raise SigningError("The moment on the report is not now: set the clock of this computer, and make it anew.")


def _store(connection: Connection, who: SignedIn, made: Signature, report: bytes) -> None:
    case_id = made.content.case_id
    reports.put(connection, report)
    row = journal.append(connection, case_id, who.author, Action.SIGN, canonical.encode(made)).row
    connection.execute(
        insert(SIGNATURES).values(
            case_id=case_id,
            number=row.number,
            version=made.content.version,
            meaning=made.meaning,
            person_id=made.signer.id,
            report=made.report,
            standing=1,
        )
    )


def reopen(people_: People, who: SignedIn, password: str, case_id: str, reason: str) -> SigningStatus:
    """Open a signed case again: its signatures no longer stand for what comes, and its next report is amended.

    A case of which not every signature is there yet goes back to those who work it up, and its version stays.

    Args:
        people_: of the store.
        who: who reopens it.
        password: of that person, given once more.
        case_id: of the case.
        reason: in words; amended reports print it.

    Raises:
        EditError: without a reason.
        SignInError: where the password is wrong.
        RightsError: where the roles of the person do not allow it.
        ClosedCaseError: where the case is open, or was deleted.
        StoreError: where it cannot be stored; nothing was changed.
    """
    if not reason.strip():
        raise EditError("Say why the case is reopened: an amended report prints it.")
    who = people_.confirm(who, password)
    with people_.store.write() as connection:
        journal.lock(connection, case_id)
        who = people.signer_now(connection, who)
        signing = fold_of(connection, case_id)
        rule = signing.rule or _rule(connection)
        _refuse_reopening(who.person, rule.reopeners(complete=signing.complete))
        body = canonical.encode(Reopening(reason.strip(), who.person))
        journal.append(connection, case_id, who.author, Action.REOPEN, body)
        connection.execute(update(SIGNATURES).where(SIGNATURES.c.case_id == case_id).values(standing=0))
    return status(people_.store, case_id)


def _refuse_reopening(person: Person, allowed: Iterable[Role]) -> None:
    if not set(allowed) & set(person.roles):
        raise RightsError(f"Reopening this case takes a {' or '.join(sorted(allowed))}, which {person.name} is not.")


def signed_report(store: Store, sha256: str) -> bytes:
    """Return the bytes of a signed report.

    Raises:
        NotInStoreError: where there is none of this hash.
        StoreAlteredError: where the bytes are not those that were signed.
        StoreError: where the store cannot be read.
    """
    with store.read() as connection:
        return reports.read(connection, sha256)
