"""Policies: how many cells a laboratory counts, analyses and karyotypes, as named and versioned data with a source.

They are read from JSON files (resources/policies/README.md): those that come with the program, and a laboratory's own.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path

from karyodesk.domain.canonical import decode
from karyodesk.domain.case import CultureMethod, PolicyReference, SpecimenKind
from karyodesk.domain.clones import CloneRule
from karyodesk.domain.errors import CanonicalError, PolicyError
from karyodesk.paths import resources


class PolicyStatus(StrEnum):
    """How far the numbers of a policy may be relied on."""

    CHECKED = "checked against the source"
    FOUND = "found at second hand, check before use"
    FROM_MEMORY = "from memory, check before use"


@dataclass(frozen=True)
class CellNumbers:
    """What is done with the cells of a case; 0: nothing is asked for.

    Attributes:
        count: cells to count.
        count_up_to: cells to count where the first leave a doubt; None: no more.
        analyse: cells to analyse.
        karyotype: cells to karyotype.
        karyotype_main_clone: of these at least so many of the largest abnormal clone.
        karyotype_other_clones: at least so many of each other abnormal clone.
        karyotype_normal: at least so many normal ones, where there are any.
        cultures: the counted cells are of at least so many cultures.
        colonies: they are of at least so many colonies.
    """

    count: int
    count_up_to: int | None
    analyse: int
    karyotype: int
    karyotype_main_clone: int
    karyotype_other_clones: int
    karyotype_normal: int
    cultures: int
    colonies: int

    def __post_init__(self) -> None:
        asked = (self.count, self.analyse, self.karyotype, self.cultures, self.colonies)
        of_clones = (self.karyotype_main_clone, self.karyotype_other_clones, self.karyotype_normal)
        if min(*asked, *of_clones) < 0 or (self.count_up_to is not None and self.count_up_to < self.count):
            raise ValueError("no number of cells is below 0, and count_up_to not below count")


@dataclass(frozen=True)
class Rule:
    """What a policy asks for in one kind of case.

    Attributes:
        id: unique within its policy.
        title: for people.
        specimens: the kinds it is for.
        method: of the culture; None: any.
        neoplastic: the karyotype is that of a neoplasia, with its clones in the order of evolution.
        cells: how many are counted, analysed and karyotyped.
        bands: the band level that is expected; None: none is named.
        turnaround_days: from the day a specimen was received to the report; None: none are named.
        note: what the numbers do not say.
    """

    id: str
    title: str
    specimens: tuple[SpecimenKind, ...]
    method: CultureMethod | None
    neoplastic: bool
    cells: CellNumbers
    bands: int | None
    turnaround_days: int | None
    note: str

    def fits(self, kind: SpecimenKind, method: CultureMethod | None) -> bool:
        """Whether the rule is for such a specimen, grown so (None: that is not known)."""
        return kind in self.specimens and (self.method is None or method is None or self.method is method)

    def due(self, received: date) -> date | None:
        """Return the day by which the report is due; None where no time is named."""
        return None if self.turnaround_days is None else received + timedelta(days=self.turnaround_days)


@dataclass(frozen=True)
class Policy:
    """The rules of a laboratory.

    Attributes:
        name: together with the version unique.
        version: it changes with every change of the rest.
        source: where the numbers are from.
        status: how far they may be relied on.
        clones: how many cells make a clone.
        confidences: at which the excluded mosaicism is stated, each above 0 and below 1.
        rules: the usual ones first.
    """

    name: str
    version: str
    source: str
    status: PolicyStatus
    clones: CloneRule
    confidences: tuple[float, ...]
    rules: tuple[Rule, ...]

    def __post_init__(self) -> None:
        if not (self.name.strip() and self.version.strip() and self.source.strip()):
            raise ValueError("a policy has a name, a version and a source")
        if len({rule.id for rule in self.rules}) != len(self.rules) or not self.rules:
            raise ValueError("a policy has rules, and each its own id")
        if not all(0 < confidence < 1 for confidence in self.confidences):
            raise ValueError("a confidence is above 0 and below 1")

    def rules_for(self, kind: SpecimenKind, method: CultureMethod | None = None) -> tuple[Rule, ...]:
        """Return the rules to choose from for a specimen, the usual one first."""
        return tuple(rule for rule in self.rules if rule.fits(kind, method))

    def reference(self, rule: Rule) -> PolicyReference:
        """Return what a case keeps of one of the rules."""
        return PolicyReference(self.name, self.version, rule.id)


def read_policy(path: Path) -> Policy:
    """Read a policy.

    Raises:
        PolicyError: for a file that is not there or cannot be read, or holds anything but the fields of a policy.
    """
    try:
        return decode(Policy, path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        raise PolicyError(
            f"The policy “{path.name}” cannot be read: see whether the file is there and is text."
        ) from None
    except CanonicalError as error:
        raise PolicyError(f"The policy “{path.name}” cannot be used. {error.message}") from None


def read_policies(*folders: Path) -> tuple[Policy, ...]:
    """Read the policies that come with the program and those of further folders, ordered by name and version.

    Raises:
        PolicyError: where one cannot be read, or two that differ have one name and version.
    """
    found: dict[tuple[str, str], Policy] = {}
    for folder in (resources() / "policies", *folders):
        for path in sorted(folder.glob("*.json")):
            policy = read_policy(path)
            if found.setdefault((policy.name, policy.version), policy) != policy:
                raise PolicyError(
                    f"Two policies are called “{policy.name}”, version {policy.version}: change a version."
                )
    return tuple(found[key] for key in sorted(found))


def rule_of(policies: Iterable[Policy], reference: PolicyReference) -> tuple[Policy, Rule]:
    """Return the policy and the rule that a case keeps.

    Raises:
        PolicyError: where they are not there.
    """
    for policy in policies:
        for rule in policy.rules:
            if policy.reference(rule) == reference:
                return policy, rule
    raise PolicyError(
        f"The policy “{reference.name}”, version {reference.version}, has no rule “{reference.rule}” or is not there: "
        "put its file back, or choose another one."
    )
