"""Signing a case: what a signature is bound to, and the laboratory's rule of who signs for what.

Rules are data with a name and a version (resources/signing/README.md). What a signature is bound to is computed from
the fold of the journal, never from what a window shows.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from karyodesk.domain import canonical
from karyodesk.domain.case import PolicyReference
from karyodesk.domain.errors import CanonicalError, PolicyError, RightsError, SigningError
from karyodesk.domain.people import Person, Role
from karyodesk.paths import resources

USUAL: Final = "analyst-checker-director.json"
"""The rule of a store that has no other."""


@dataclass(frozen=True)
class SigningStep:
    """One signature that a report needs.

    Attributes:
        meaning: what the signer says with it, such as ``analysed``.
        roles: who may sign so.
        others_than: meanings that this signer must not have signed for.
    """

    meaning: str
    roles: tuple[Role, ...]
    others_than: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.meaning.strip() or not self.roles:
            raise ValueError("a signature has a meaning and somebody who may sign so")


@dataclass(frozen=True)
class SigningRule:
    """The signatures that a report needs, in their order.

    Attributes:
        name: together with the version unique.
        version: it changes with every change of the rest.
        source: why it is so.
        steps: one a signature; the last one completes the report.
        reopened_by: who may reopen a case whose report is complete.
    """

    name: str
    version: str
    source: str
    steps: tuple[SigningStep, ...]
    reopened_by: tuple[Role, ...]

    def __post_init__(self) -> None:
        meanings = [step.meaning for step in self.steps]
        if not (self.name.strip() and self.version.strip() and self.source.strip() and meanings):
            raise ValueError("a rule of signing has a name, a version, a source and steps")
        if len(set(meanings)) != len(meanings) or not self.reopened_by:
            raise ValueError("each meaning is there once, and somebody may reopen")
        for place, step in enumerate(self.steps):
            if not set(step.others_than) <= set(meanings[:place]):
                raise ValueError("a step names only steps before it")

    def missing(self, signed: Iterable[str]) -> tuple[SigningStep, ...]:
        """Return the steps that are still to come, where these meanings were signed."""
        done = set(signed)
        return tuple(step for step in self.steps if step.meaning not in done)

    def reopeners(self, *, complete: bool) -> frozenset[Role]:
        """Return who may reopen a case: where its report is not complete yet, everybody who may sign."""
        return frozenset(self.reopened_by if complete else (role for step in self.steps for role in step.roles))

    def refuse(self, meaning: str, person: Person, signed: Sequence[tuple[str, str]]) -> None:
        """Let a person sign, or say why not.

        Args:
            meaning: what the person wants to sign for.
            person: who wants to sign.
            signed: meanings and ids of the persons who signed this version.

        Raises:
            RightsError: where none of the person's roles may sign so.
            SigningError: where it is not the turn of this signature, or it has to be another person's.
        """
        missing = self.missing(done for done, _ in signed)
        if not missing:
            raise SigningError("Every signature is there: reopen the case to change anything.")
        step = missing[0]
        if step.meaning != meaning:
            raise SigningError(f"The next signature of this case is “{step.meaning}”: it has to be there first.")
        if not set(step.roles) & set(person.roles):
            allowed = " or ".join(step.roles)
            raise RightsError(f"Signing as “{meaning}” takes a {allowed}, which {person.name} is not.")
        for done, person_id in signed:
            if done in step.others_than and person_id == person.id:
                raise SigningError(
                    f"{person.name} signed as “{done}” already: “{meaning}” has to be signed by another person."
                )


@dataclass(frozen=True)
class EntryReference:
    """An entry of the journal.

    Attributes:
        number: within the case.
        hash: of the entry, and so of all before it.
    """

    number: int
    hash: str


@dataclass(frozen=True)
class SignedCell:
    """What of one cell is signed.

    Attributes:
        id: of the cell.
        removed: whether it was taken out of the case.
        original: SHA-256 of its picture; empty where there is none.
        models: name of each model to its version and hash.
        chromosomes: SHA-256 of the canonical JSON of the cell; empty where there is no analysis.
        facts: SHA-256 of the canonical JSON of its facts.
        karyotype: as a person says it, or else as its labels make it.
    """

    id: str
    removed: bool
    original: str
    models: Mapping[str, str]
    chromosomes: str
    facts: str
    karyotype: str


@dataclass(frozen=True)
class SignedContent:
    """All that a signature is bound to but for the report, which prints the digest of this.

    Attributes:
        case_id: of the case.
        version: of the report, from 1; each amended one has the next.
        amends: the entry that completed the version before; None for the first.
        reason: why the case was reopened for this version; empty for the first.
        journal: the last entry that changed something.
        case: SHA-256 of the canonical JSON of the data of the case.
        policy: which rule of which policy the case is worked up by.
        rule: by which the report is signed.
        cells: in the order they came.
        karyotype: of the case, as the report states it.
    """

    case_id: str
    version: int
    amends: EntryReference | None
    reason: str
    journal: EntryReference
    case: str
    policy: PolicyReference | None
    rule: SigningRule
    cells: tuple[SignedCell, ...]
    karyotype: str

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON of all this."""
        return canonical.digest(self)


@dataclass(frozen=True)
class Signature:
    """A signature: who says what of which content and report.

    Attributes:
        meaning: what the signer says with it.
        signer: as they were at that moment.
        signed: the moment that the report prints, with its time zone.
        program: version of KaryoDesk.
        report: SHA-256 of the bytes of the report.
        report_size: of the report, in bytes.
        content: what else it is bound to.
        digest: of the content, as the report prints it.
    """

    meaning: str
    signer: Person
    signed: datetime
    program: str
    report: str
    report_size: int
    content: SignedContent
    digest: str


@dataclass(frozen=True)
class Reopening:
    """A signed case that is opened again; its signatures no longer hold for what comes.

    Attributes:
        reason: in words.
        person: who reopened it.
    """

    reason: str
    person: Person

    def __post_init__(self) -> None:
        if not self.reason.strip():
            raise ValueError("a case is reopened for a reason")


def read_rule(path: Path) -> SigningRule:
    """Read a rule of signing.

    Raises:
        PolicyError: for a file that is not there or cannot be read, or holds anything but the fields of a rule.
    """
    try:
        return canonical.decode(SigningRule, path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        raise PolicyError(f"The rule of signing “{path.name}” cannot be read: see whether the file is there.") from None
    except CanonicalError as error:
        raise PolicyError(f"The rule of signing “{path.name}” cannot be used. {error.message}") from None


def shipped_rules() -> frozenset[SigningRule]:
    """Return the rules that came with any version of the program: what a store without one of its own was signed by."""
    return frozenset(read_rule(path) for path in (resources() / "signing").glob("*.json"))


def usual_rule() -> SigningRule:
    """Return the rule that comes with the program: an analyst, another one who checks, and a director."""
    return read_rule(resources() / "signing" / USUAL)
