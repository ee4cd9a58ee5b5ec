"""The worksheet of the case that is shown, reckoned anew after every gesture. Free of Qt."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from karyodesk.domain.case import Case, Fact
from karyodesk.domain.clones import Clones, LeftOut
from karyodesk.domain.errors import PolicyError
from karyodesk.domain.policy import Policy, Rule, rule_of
from karyodesk.domain.worksheet import (
    ExcludedLevel,
    Line,
    Requirement,
    Totals,
    excluded_levels,
    modal_numbers,
    requirements,
    totals,
)
from karyodesk.iscn.clones import clones_of, composition, neoplastic_composition, write_complement
from karyodesk.iscn.karyotype import propose
from karyodesk.ui.case import CaseCell

CONFIDENCES: Final = (0.95, 0.99)
"""At which the excluded mosaicism is stated where no policy is chosen."""


def line_of(cell: CaseCell, key: str) -> Line:
    """Return a cell as the worksheet lists it: as it is shown, or as it is stored while its picture is on its way.

    Args:
        cell: of the case.
        key: by which the worksheet tells it from others.
    """
    if cell.analysed is not None:
        labels = [chromosome.label for chromosome in cell.analysed.cell.kept]
        return Line(key, cell.facts, len(labels), propose(labels))
    summary = cell.stored.summary if cell.stored else None
    return Line(key, cell.facts, summary.count if summary else 0, summary.karyotype if summary else "")


@dataclass(frozen=True)
class Chosen:
    """The rule by which a case is worked up.

    Attributes:
        policy: None where none is chosen, or it is not there.
        rule: of the policy.
        trouble: why the chosen one cannot be used, in one sentence; empty: nothing is wrong.
    """

    policy: Policy | None = None
    rule: Rule | None = None
    trouble: str = ""


def chosen_by(case: Case | None, policies: Iterable[Policy]) -> Chosen:
    """Return the rule that a case names."""
    reference = case.workup.policy if case else None
    if reference is None:
        return Chosen()
    try:
        return Chosen(*rule_of(policies, reference))
    except PolicyError as error:
        return Chosen(trouble=error.message)


@dataclass(frozen=True)
class Reckoning:
    """What follows from the cells of a case.

    Attributes:
        lines: one a cell.
        chosen: the rule it is held against.
        totals: cells by the four facts.
        modal: numbers of chromosomes that most counted cells have.
        requirements: what the policy asks for; of the four facts where no policy is chosen none.
        clones: by the rule of the policy; None where no policy is chosen.
        karyotype: that the clones make; empty where there are none.
        levels: mosaicism excluded, provided that the counted cells are alike.
        alike: whether they are; None where no rule says what makes a clone, and nothing speaks against it.
    """

    lines: tuple[Line, ...]
    chosen: Chosen
    totals: Totals
    modal: tuple[int, ...]
    requirements: tuple[Requirement, ...]
    clones: Clones | None
    karyotype: str
    levels: tuple[ExcludedLevel, ...]
    alike: bool | None

    @property
    def clone_of(self) -> Mapping[str, str]:
        """The karyotype of the clone of each cell that is in one."""
        clones = self.clones.clones if self.clones else ()
        return {member.cell: write_complement(clone.complement) for clone in clones for member in clone.members}

    @property
    def left_out(self) -> Mapping[str, LeftOut]:
        """The evaluated cells that are in no clone."""
        return {each.cell: each for each in self.clones.left_out} if self.clones else {}


def reckon(case: Case | None, lines: Sequence[Line], policies: Iterable[Policy]) -> Reckoning:
    """Reckon the worksheet of a case.

    Args:
        case: its data; None where there are none yet.
        lines: its cells.
        policies: those that can be chosen.
    """
    chosen = chosen_by(case, policies)
    clones = clones_of(lines, chosen.policy.clones) if chosen.policy else None
    asked: tuple[Requirement, ...] = ()
    if case is not None and chosen.rule is not None and clones is not None:
        asked = requirements(case, lines, clones.clones, chosen.rule.cells)
    return Reckoning(
        lines=tuple(lines),
        chosen=chosen,
        totals=totals(lines),
        modal=modal_numbers(lines),
        requirements=asked,
        clones=clones,
        karyotype=_karyotype(clones, chosen.rule),
        levels=excluded_levels(lines, chosen.policy.confidences if chosen.policy else CONFIDENCES),
        alike=_alike(lines, clones),
    )


def _karyotype(clones: Clones | None, rule: Rule | None) -> str:
    if clones is None or not clones.clones or rule is None:
        return ""
    return neoplastic_composition(clones.clones) if rule.neoplastic else composition(clones.clones)


def _alike(lines: Sequence[Line], clones: Clones | None) -> bool | None:
    """Whether all counted cells are of one clone; a chromosome that a cell has lost by itself stands beside it."""
    if clones is None:
        karyotypes = {line.karyotype for line in lines if line.facts.has(Fact.COUNTED)}
        return None if len(karyotypes) <= 1 else False
    counted = {line.cell for line in lines if line.facts.has(Fact.COUNTED)}
    members = [{member.cell for member in clone.members} for clone in clones.clones]
    return any(counted <= cells for cells in members) if counted else None
