"""What was signed of a case, as the fold of its entries, and what a signature is bound to."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from karyodesk.domain import canonical
from karyodesk.domain.errors import CanonicalError, KaryoDeskError, StoreAlteredError
from karyodesk.domain.people import Person
from karyodesk.domain.signing import (
    EntryReference,
    Reopening,
    Signature,
    SignedCell,
    SignedContent,
    SigningRule,
    SigningStep,
)
from karyodesk.store.folding import CaseFold, CellFold
from karyodesk.store.journal import CHANGES_NOTHING, Action, Row

KEEPS_CONTENT: Final = CHANGES_NOTHING | {Action.SIGN}
"""After these a case is what it was, so that the next signer signs the same."""


@dataclass(frozen=True)
class Signed:
    """A signature with the entry that holds it.

    Attributes:
        number: of the entry.
        hash: of the entry.
        at: the moment it was stored, in UTC.
        signature: the signature.
    """

    number: int
    hash: str
    at: str
    signature: Signature

    @property
    def reference(self) -> EntryReference:
        """The entry."""
        return EntryReference(self.number, self.hash)


@dataclass
class SigningFold:
    """The signatures of a case, entry by entry.

    Attributes:
        version: of the report that is being made or was signed, from 1.
        amends: the entry that completed the version before.
        reason: why the case was reopened for this version.
        standing: the signatures of this version.
        former: those that no longer stand.
        changed: the last entry that changed something; None where only signatures were looked at.
        by: who signed or reopened last, as that entry says; None before.
    """

    version: int = 1
    amends: EntryReference | None = None
    reason: str = ""
    standing: list[Signed] = field(default_factory=list)
    former: list[Signed] = field(default_factory=list)
    changed: Row | None = None
    by: Person | None = None

    @property
    def all(self) -> list[Signed]:
        """Every signature in order."""
        return [*self.former, *self.standing]

    @property
    def rule(self) -> SigningRule | None:
        """By which this version is signed; None before the first signature."""
        return self.standing[0].signature.content.rule if self.standing else None

    @property
    def signers(self) -> list[tuple[str, str]]:
        """Meanings and ids of the persons who signed this version."""
        return [(each.signature.meaning, each.signature.signer.id) for each in self.standing]

    def missing(self, rule: SigningRule) -> tuple[SigningStep, ...]:
        """Return the signatures that this version still needs, by the rule of its signatures or else by this one."""
        return (self.rule or rule).missing(meaning for meaning, _ in self.signers)

    @property
    def complete(self) -> bool:
        """Whether every signature of this version is there."""
        return self.rule is not None and not self.missing(self.rule)

    def take(self, row: Row, case: CaseFold | None = None) -> str:
        """Go on by one entry.

        Args:
            row: the entry.
            case: the case after it, for a signature or a reopening to be held against it; None: it is not.

        Returns:
            What is wrong with a signature or a reopening, in words; empty where nothing is.

        Raises:
            StoreAlteredError: where a signature or a reopening cannot be read.
        """
        fault = ""
        if row.action == Action.SIGN:
            signature = _record(Signature, row)
            fault = self._fault_of(signature, row, case) if case is not None else ""
            self.standing.append(Signed(row.number, row.hash, row.at, signature))
            self.by = signature.signer
        elif row.action == Action.REOPEN:
            reopening = _record(Reopening, row)
            fault = self._fault_of_reopening(reopening, row) if case is not None else ""
            self._reopen(reopening)
            self.by = reopening.person
        if row.action not in KEEPS_CONTENT:
            self.changed = row
        return fault

    def _reopen(self, reopening: Reopening) -> None:
        if self.complete:
            self.version, self.amends = self.version + 1, self.standing[-1].reference
            self.reason = reopening.reason
        self.former += self.standing
        self.standing = []

    def _fault_of(self, signature: Signature, row: Row, case: CaseFold) -> str:
        content = signature.content
        expected = content_of(case, self, content.rule, content.karyotype)
        if content != expected or signature.digest != content.digest:
            return f"the signature of entry {row.number} is not of what was there"
        if (signature.signer.id, signature.signer.name) != (row.person_id, row.person_name):
            return f"the signature of entry {row.number} is not of the person who signed"
        if self.rule not in (None, content.rule):
            return f"the signature of entry {row.number} is by another rule than those before it"
        try:
            content.rule.refuse(signature.meaning, signature.signer, self.signers)
        except KaryoDeskError:
            return f"the signature of entry {row.number} is against its rule"
        return ""

    def _fault_of_reopening(self, reopening: Reopening, row: Row) -> str:
        if (reopening.person.id, reopening.person.name) != (row.person_id, row.person_name):
            return f"the reopening of entry {row.number} is not of the person who reopened"
        if self.rule is None or not self.rule.reopeners(complete=self.complete) & set(reopening.person.roles):
            return f"the reopening of entry {row.number} is against the rule of signing"
        return ""

    def rows(self) -> Iterator[tuple[int, int, str, str, str, int]]:
        """Yield what the table holds of each signature."""
        for each in self.all:
            made, standing = each.signature, int(each in self.standing)
            yield each.number, made.content.version, made.meaning, made.signer.id, made.report, standing


def content_of(case: CaseFold, signing: SigningFold, rule: SigningRule, karyotype: str) -> SignedContent:
    """Return what a signature of a case as it now is would be bound to.

    Args:
        case: with all entries so far.
        signing: likewise.
        rule: by which it would be signed.
        karyotype: of the case, as the report states it.
    """
    if case.case is None or signing.changed is None:
        raise StoreAlteredError("This case does not begin with its data: run karyodesk audit verify.")
    return SignedContent(
        case_id=case.case.id,
        version=signing.version,
        amends=signing.amends,
        reason=signing.reason,
        journal=EntryReference(signing.changed.number, signing.changed.hash),
        case=canonical.digest(case.case),
        policy=case.case.workup.policy,
        rule=rule,
        cells=tuple(_signed_cell(cell_id, fold) for cell_id, fold in case.cells.items()),
        karyotype=karyotype,
    )


def _signed_cell(cell_id: str, fold: CellFold) -> SignedCell:
    return SignedCell(
        id=cell_id,
        removed=fold.removed,
        original=fold.original or "",
        models=dict(fold.analysis.models) if fold.analysis else {},
        chromosomes=canonical.digest(fold.journal.cell) if fold.journal else "",
        facts=canonical.digest(fold.facts),
        karyotype=fold.facts.karyotype or (fold.summary.karyotype if fold.summary else ""),
    )


def _record(kind: type[Any], row: Row) -> Any:  # noqa: ANN401 - of the kind
    try:
        return canonical.decode(kind, row.checked_body())
    except CanonicalError:
        raise StoreAlteredError(
            f"Entry {row.number} of this case cannot be read: run karyodesk audit verify."
        ) from None
