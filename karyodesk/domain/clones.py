"""Clones: cells with the same abnormalities, found by the rule of a laboratory.

Nothing is hidden and nothing forced. An abnormality of too few cells is named beside the clone that its cell is put in;
a cell that fits no clone is left out with the reason, for a person to look at.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Final


class AbnormalityKind(StrEnum):
    """What an abnormality does: the rule asks for different numbers of cells."""

    GAIN = "gain"
    LOSS = "loss"
    STRUCTURAL = "structural"


@dataclass(frozen=True)
class Abnormality:
    """One abnormality of a cell.

    Attributes:
        kind: gain, loss or structural change.
        text: in ISCN, such as ``+21``, ``-7`` or ``t(9;22)(q34;q11.2)``; abnormal sex chromosomes as they are listed
            (``X``, ``XXY``), another ploidy as ``<3n>``.
        constitutional: the patient was born with it, so that it is no sign of a clone.
        time: where a cell has it several times, which of these it is, counted from 1.
    """

    kind: AbnormalityKind
    text: str
    constitutional: bool = False
    time: int = 1

    @property
    def of_sex_chromosomes(self) -> bool:
        """Whether it is a number of X or Y."""
        return not self.text.strip("+-XY")


@dataclass(frozen=True)
class Complement:
    """The chromosomes of a cell or of a clone.

    Attributes:
        count: how many there are.
        ploidy: sets of chromosomes against which gains and losses are named.
        sex: the sex chromosomes as listed, such as ``XY``.
        abnormalities: in the order in which they are written.
    """

    count: int
    ploidy: int
    sex: str
    abnormalities: tuple[Abnormality, ...] = ()

    @cached_property
    def acquired(self) -> frozenset[Abnormality]:
        """The abnormalities that the patient was not born with."""
        return frozenset(each for each in self.abnormalities if not each.constitutional)

    @property
    def identity(self) -> tuple[int, str, frozenset[Abnormality]]:
        """What two cells of one clone have alike; the order in which abnormalities are written is not."""
        return self.ploidy, self.sex, frozenset(self.abnormalities)


@dataclass(frozen=True)
class CloneRule:
    """How many cells must have the same abnormality to be a clone.

    Attributes:
        gain: of a chromosome too many.
        structural: of a structural change.
        loss: of a chromosome too few; some are lost when a slide is made.
    """

    gain: int
    structural: int
    loss: int

    def __post_init__(self) -> None:
        if min(self.gain, self.structural, self.loss) < 1:
            raise ValueError("a clone has at least one cell")

    def needed(self, kind: AbnormalityKind) -> int:
        """Return the fewest cells that make a clone by such an abnormality."""
        return {
            AbnormalityKind.GAIN: self.gain,
            AbnormalityKind.STRUCTURAL: self.structural,
            AbnormalityKind.LOSS: self.loss,
        }[kind]


@dataclass(frozen=True)
class Member:
    """A cell of a clone.

    Attributes:
        cell: its id.
        beside: its abnormalities that the clone has not.
        lacking: abnormalities of the clone that it has not, where a person put it there.
    """

    cell: str
    beside: tuple[Abnormality, ...] = ()
    lacking: tuple[Abnormality, ...] = ()


@dataclass(frozen=True)
class Clone:
    """Cells with the same abnormalities, or with none.

    Attributes:
        complement: what they have alike.
        members: the cells.
    """

    complement: Complement
    members: tuple[Member, ...]

    @property
    def size(self) -> int:
        """How many cells it has."""
        return len(self.members)

    @property
    def normal(self) -> bool:
        """Whether it has nothing that the patient was not born with."""
        return not self.complement.acquired


@dataclass(frozen=True)
class LeftOut:
    """A cell that is in no clone.

    Attributes:
        cell: its id.
        reason: in words.
    """

    cell: str
    reason: str


@dataclass(frozen=True)
class Clones:
    """What a rule makes of the cells of a case.

    Attributes:
        clones: the larger first.
        left_out: cells for a person to look at.
    """

    clones: tuple[Clone, ...]
    left_out: tuple[LeftOut, ...] = ()


ALONE: Final = "It has an abnormality that too few other cells have."
TOGETHER: Final = "Too few cells have its abnormalities together."
NO_SEX: Final = "No other cell says which sex chromosomes the patient has."


def find_clones(cells: Mapping[str, Complement], rule: CloneRule, placed: Mapping[str, Complement]) -> Clones:
    """Find the clones of a case.

    An abnormality is that of a clone where as many cells have it as the rule asks for, or where a person has put a
    cell in a clone that has it. Cells with the same such abnormalities, or with none, are together. What else a cell
    has is named beside it; but a cell whose only abnormalities are gains or structural changes of too few cells is not
    normal, and is left out. So is a cell with a combination that too few cells have.

    Args:
        cells: of each cell, by its id.
        rule: of the laboratory.
        placed: of the cells that a person put in a clone, that of the clone.
    """
    finder = _Finder(cells, rule, placed)
    groups: dict[object, list[_Fit]] = defaultdict(list)
    left_out = []
    for cell in cells:
        fit = finder.fit(cell)
        if isinstance(fit, LeftOut):
            left_out.append(fit)
        else:
            groups[fit.complement.identity].append(fit)
    clones = []
    for fits in groups.values():
        if finder.is_clone(fits):
            clones.append(_clone(fits))
        else:
            left_out += [LeftOut(fit.member.cell, TOGETHER) for fit in fits]
    return Clones(by_size(clones), tuple(left_out))


@dataclass(frozen=True)
class _Fit:
    """A cell and the clone it would be of; ``placed``: because a person said so."""

    member: Member
    complement: Complement
    placed: bool


class _Finder:
    def __init__(self, cells: Mapping[str, Complement], rule: CloneRule, placed: Mapping[str, Complement]) -> None:
        self._cells, self._rule, self._placed = cells, rule, placed
        having = Counter(each for complement in cells.values() for each in complement.abnormalities)
        self._clonal = {each for each, number in having.items() if number >= rule.needed(each.kind)}
        self._clonal |= {each for complement in placed.values() for each in complement.abnormalities}
        self._sexes = Counter((each.ploidy, each.sex) for each in cells.values() if _has_all_sex_chromosomes(each))

    def fit(self, cell: str) -> _Fit | LeftOut:
        """The clone that a cell would be of."""
        own = self._cells[cell]
        if (placed := self._placed.get(cell)) is not None:
            member = Member(cell, _others(own, placed.abnormalities), _others(placed, own.abnormalities))
            return _Fit(member, placed, True)
        beside = tuple(each for each in own.abnormalities if not (each.constitutional or each in self._clonal))
        if not _may_be_aside(own, beside):
            return LeftOut(cell, ALONE)
        if any(each.of_sex_chromosomes for each in beside) and self._sex(own) is None:
            return LeftOut(cell, NO_SEX)
        return _Fit(Member(cell, beside), self._less(own, beside), False)

    def _sex(self, own: Complement) -> str | None:
        """The sex chromosomes that most cells of the same ploidy have."""
        found = [(-number, sex) for (ploidy, sex), number in self._sexes.items() if ploidy == own.ploidy]
        return min(found)[1] if found else None

    def _less(self, own: Complement, beside: Sequence[Abnormality]) -> Complement:
        """The complement without some abnormalities."""
        count, sex = own.count, own.sex
        for each in beside:
            if each.of_sex_chromosomes:
                sex = self._sex(own) or sex
            if each.text == own.sex:
                count += len(sex.removesuffix("c")) - len(own.sex)
            else:
                count -= {AbnormalityKind.GAIN: 1, AbnormalityKind.LOSS: -1}.get(each.kind, 0)
        return Complement(count, own.ploidy, sex, _others(own, beside))

    def is_clone(self, fits: Sequence[_Fit]) -> bool:
        """Whether the cells with the same abnormalities are enough; those of a person always are."""
        kinds = {each.kind for each in fits[0].complement.acquired}
        return not kinds or any(fit.placed for fit in fits) or len(fits) >= min(map(self._rule.needed, kinds))


def _has_all_sex_chromosomes(complement: Complement) -> bool:
    """Whether as many are listed as the patient was born with; of ``46,X,i(X)(q10)`` one stands elsewhere."""
    abnormal = [each for each in complement.abnormalities if each.of_sex_chromosomes]
    return all(each.constitutional for each in abnormal) and (
        bool(abnormal) or len(complement.sex) == complement.ploidy
    )


def _others(complement: Complement, abnormalities: Iterable[Abnormality]) -> tuple[Abnormality, ...]:
    gone = set(abnormalities)
    return tuple(each for each in complement.abnormalities if each not in gone)


def _may_be_aside(own: Complement, beside: Sequence[Abnormality]) -> bool:
    """Whether a cell is of a clone all the same: by what else it has, or because nothing but chromosomes were lost."""
    if own.acquired.issubset(beside):
        return all(each.kind is AbnormalityKind.LOSS for each in beside)
    return not any(each.text.startswith("<") for each in beside)


def _clone(fits: Sequence[_Fit]) -> Clone:
    """The clone as those cells have it that have nothing else; where there is none, as all would."""
    exact = [fit.complement for fit in fits if fit.placed or not fit.member.beside]
    counted = Counter(exact or [fit.complement for fit in fits])
    complement = min(counted, key=lambda each: (-counted[each], each.count, [one.text for one in each.abnormalities]))
    return Clone(complement, tuple(fit.member for fit in fits))


def _rank(clone: Clone) -> tuple[object, ...]:
    """Larger ones first; of equal ones that with fewer abnormalities, then by what they are, so that all is settled."""
    texts = [each.text for each in clone.complement.abnormalities]
    return -clone.size, len(texts), clone.complement.count, clone.complement.sex, texts


def by_size(clones: Iterable[Clone]) -> tuple[Clone, ...]:
    """Return clones, the larger first."""
    return tuple(sorted(clones, key=_rank))


def normal_last(clones: Iterable[Clone]) -> tuple[Clone, ...]:
    """Return clones in the order of a constitutional mosaic: the larger first, normal ones last."""
    return tuple(sorted(clones, key=lambda clone: (clone.normal, _rank(clone))))


def ancestor(clone: Clone, clones: Iterable[Clone]) -> Clone | None:
    """Return the clone from which another evolved, which has the most of its abnormalities and no other, or None."""
    own = clone.complement.acquired
    older = [other for other in clones if not other.normal and other.complement.acquired < own]
    return min(older, key=lambda other: (-len(other.complement.acquired), _rank(other)), default=None)


def by_evolution(clones: Iterable[Clone]) -> tuple[Clone, ...]:
    """Return clones in the order of a neoplasia: each stemline before what evolved from it, normal ones last.

    Of unrelated stemlines the one comes first whose clones have the most cells.
    """
    clones = by_size(clones)
    abnormal = [clone for clone in clones if not clone.normal]
    parents = {clone.complement.identity: ancestor(clone, abnormal) for clone in abnormal}

    def family(clone: Clone) -> list[Clone]:
        children = [other for other in abnormal if parents[other.complement.identity] is clone]
        return [clone, *(member for child in children for member in family(child))]

    families = [family(clone) for clone in abnormal if parents[clone.complement.identity] is None]
    families.sort(key=lambda members: -sum(clone.size for clone in members))
    evolved = (clone for members in families for clone in members)
    return *evolved, *(clone for clone in clones if clone.normal)
