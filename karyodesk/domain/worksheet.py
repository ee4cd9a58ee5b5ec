"""The worksheet of a case: what was done with its cells, against what its policy asks for."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from karyodesk.domain.case import Case, CellFacts, Fact
from karyodesk.domain.clones import Clone, by_size
from karyodesk.domain.mosaicism import excluded_level
from karyodesk.domain.policy import CellNumbers


@dataclass(frozen=True)
class Line:
    """One cell of the worksheet.

    Attributes:
        cell: its id.
        facts: what people say of it.
        segmented: chromosomes that are outlined and not rejected.
        suggested: the karyotype that follows from the labels.
    """

    cell: str
    facts: CellFacts
    segmented: int
    suggested: str

    @property
    def count(self) -> int:
        """Chromosomes as a person counted them, or else as outlined."""
        return self.segmented if self.facts.count is None else self.facts.count

    @property
    def karyotype(self) -> str:
        """The karyotype as a person says it, or else as it follows from the labels."""
        return self.facts.karyotype or self.suggested

    @property
    def counts_differ(self) -> bool:
        """Whether a person counted otherwise than is outlined: one of the two is wrong."""
        return self.facts.count is not None and self.facts.count != self.segmented

    @property
    def evaluated(self) -> bool:
        """Whether it may be a cell of a clone: counted, analysed or karyotyped, and not excluded."""
        return any(self.facts.has(fact) for fact in (Fact.COUNTED, Fact.ANALYSED, Fact.KARYOTYPED))


@dataclass(frozen=True)
class Totals:
    """Cells of a case by the four facts; excluded ones are in no other number.

    Attributes:
        counted: cells.
        analysed: cells.
        karyotyped: cells.
        scored: cells.
        excluded: cells.
    """

    counted: int
    analysed: int
    karyotyped: int
    scored: int
    excluded: int


@dataclass(frozen=True)
class Requirement:
    """One number of a policy.

    Attributes:
        what: in words, such as ``cells counted``.
        needed: the number of the policy.
        present: the number so far.
    """

    what: str
    needed: int
    present: int

    @property
    def met(self) -> bool:
        """Whether there are enough."""
        return self.present >= self.needed


@dataclass(frozen=True)
class ExcludedLevel:
    """The mosaicism that the counted cells exclude, provided that they are all alike.

    Attributes:
        confidence: such as 0.95.
        level: share of other cells, 0 to 1, from which upwards it is excluded.
    """

    confidence: float
    level: float


def totals(lines: Iterable[Line]) -> Totals:
    """Return the four totals and the number of excluded cells."""
    facts = [line.facts for line in lines]
    by_fact = {fact.value: sum(each.has(fact) for each in facts) for fact in Fact}
    return Totals(**by_fact, excluded=sum(each.excluded is not None for each in facts))


def count_distribution(lines: Iterable[Line]) -> tuple[tuple[int, int], ...]:
    """Return how many counted cells have which number of chromosomes: pairs of number and cells, the smaller first."""
    return tuple(sorted(Counter(line.count for line in lines if line.facts.has(Fact.COUNTED)).items()))


def modal_numbers(lines: Iterable[Line]) -> tuple[int, ...]:
    """Return the number of chromosomes that most counted cells have; several where as many cells have another."""
    counted = count_distribution(lines)
    most = max((cells for _, cells in counted), default=0)
    return tuple(number for number, cells in counted if cells == most)


def excluded_levels(lines: Iterable[Line], confidences: Iterable[float]) -> tuple[ExcludedLevel, ...]:
    """Return the mosaicism that the counted cells exclude at these confidences."""
    cells = sum(line.facts.has(Fact.COUNTED) for line in lines)
    return tuple(ExcludedLevel(confidence, excluded_level(cells, confidence)) for confidence in confidences)


def requirements(
    case: Case, lines: Sequence[Line], clones: Sequence[Clone], numbers: CellNumbers
) -> tuple[Requirement, ...]:
    """Return what the policy of a case asks for and what is there of it, without what is not asked for.

    Args:
        case: tells of which culture a slide is; a cell on no known slide is of no known culture or colony.
        lines: its cells.
        clones: found among them.
        numbers: of the rule that the case is worked up by.
    """
    done = totals(lines)
    counted = [line.facts for line in lines if line.facts.has(Fact.COUNTED)]
    cultures = {slide.id: slide.culture for slide in case.slides}
    placed = [(cultures[facts.slide], facts.colony) for facts in counted if facts.slide in cultures]
    asked = [
        Requirement("cells counted", numbers.count, done.counted),
        Requirement("cells analysed", numbers.analyse, done.analysed),
        Requirement("cells karyotyped", numbers.karyotype, done.karyotyped),
        Requirement("cultures", numbers.cultures, len({culture for culture, _ in placed})),
        Requirement("colonies", numbers.colonies, len({place for place in placed if place[1]})),
        *_of_clones(lines, clones, numbers),
    ]
    return tuple(each for each in asked if each.needed)


def _of_clones(lines: Iterable[Line], clones: Iterable[Clone], numbers: CellNumbers) -> list[Requirement]:
    """Cells karyotyped of each clone, the abnormal ones numbered by their size."""
    karyotyped = {line.cell for line in lines if line.facts.has(Fact.KARYOTYPED)}

    def present(clone: Clone) -> int:
        return sum(member.cell in karyotyped for member in clone.members)

    asked = []
    for number, clone in enumerate((each for each in by_size(clones) if not each.normal), start=1):
        needed = numbers.karyotype_main_clone if number == 1 else numbers.karyotype_other_clones
        asked.append(Requirement(f"cells karyotyped of abnormal clone {number}", needed, present(clone)))
    normal = [clone for clone in clones if clone.normal]
    if normal:
        asked.append(Requirement("normal cells karyotyped", numbers.karyotype_normal, sum(map(present, normal))))
    return asked
