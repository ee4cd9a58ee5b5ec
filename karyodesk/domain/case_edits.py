"""Edits of the data of a case and of the facts of a cell: one committed gesture each, before and after."""

from collections.abc import Collection
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

from karyodesk.domain.case import Case, CellFacts, Culture, Fact, Order, Patient, Slide, Specimen, Workup
from karyodesk.domain.errors import EditError

Item = Specimen | Culture | Slide
"""A case has any number of these, each with an id."""
Part = Patient | Order | Workup | Specimen | Culture | Slide
"""What one edit of a case puts in the place of another."""

_SINGLE: Final[dict[type, str]] = {Patient: "patient", Order: "order", Workup: "workup"}
_SEVERAL: Final[dict[type, str]] = {Specimen: "specimens", Culture: "cultures", Slide: "slides"}
_OTHERWISE: Final = "This was changed meanwhile: look at it as it now is, and do it again."


class CaseEditKind(StrEnum):
    """What an edit does with a part of a case."""

    ADD = "add"
    CHANGE = "change"
    REMOVE = "remove"


@dataclass(frozen=True)
class CaseEdit:
    """One change of the data of a case.

    Attributes:
        kind: what is done with the part.
        text: what was done, in words for the history ("Change patient: birth date"), without what the fields hold.
        before: the part as it was; None where it is added.
        after: the part as it became, of the same type and id; None where it is removed.
        who: the person.
        when: the moment, with its time zone.
        place: of a specimen, a culture or a slide, which of its like it is, counted from 0; None for other parts.
    """

    kind: CaseEditKind
    text: str
    before: Part | None
    after: Part | None
    who: str
    when: datetime
    place: int | None = None

    def __post_init__(self) -> None:
        sides = [side for side in (self.before, self.after) if side is not None]
        if len({(type(side), getattr(side, "id", None)) for side in sides}) != 1:
            raise ValueError("an edit names one part, before and after")
        if self.kind is not _kind(self.before, self.after):
            raise ValueError("an edit has a part before and after, but for one that is added or removed")
        several = type(sides[0]) in _SEVERAL
        if several != (self.place is not None) or (not several and len(sides) == 1) or (self.place or 0) < 0:
            raise ValueError("specimens, cultures and slides have a place, and nothing else is added or removed")

    @property
    def changes(self) -> bool:
        """Whether anything differs: an edit that changes nothing is not written."""
        return self.before != self.after

    def apply(self, case: Case) -> Case:
        """Return the case with the edit made.

        Raises:
            EditError: where the part is no longer as it was, or others rest on what is taken away.
        """
        return self._exchanged(case, self.before, self.after)

    def revert(self, case: Case) -> Case:
        """Return the case with the edit taken back.

        Raises:
            EditError: where the part is no longer as it became, or others rest on what is taken away.
        """
        return self._exchanged(case, self.after, self.before)

    def _exchanged(self, case: Case, old: Part | None, new: Part | None) -> Case:
        kind = type(new if old is None else old)
        if self.place is None:
            _refuse_other(getattr(case, _SINGLE[kind]), old)
            return _with(case, _SINGLE[kind], new)
        items = getattr(case, _SEVERAL[kind])
        taken, put = (() if side is None else (side,) for side in (old, new))
        before, after = items[: self.place], items[self.place + len(taken) :]
        _refuse_other((len(before), items[self.place :][: len(taken)]), (self.place, taken))
        return _with(case, _SEVERAL[kind], (*before, *put, *after))


def _kind(before: object, after: object) -> CaseEditKind:
    if before is None:
        return CaseEditKind.ADD
    return CaseEditKind.REMOVE if after is None else CaseEditKind.CHANGE


def _refuse_other(present: object, expected: object) -> None:
    if present != expected:
        raise EditError(_OTHERWISE)


def _with(case: Case, name: str, value: object) -> Case:
    """The case with one field changed; what rests on one another is there or the edit is refused."""
    try:
        return replace(case, **{name: value})  # type: ignore[arg-type] # the field's name says the type
    except ValueError:
        raise EditError("Other cultures or slides of the case rest on this one: change or remove them first.") from None


def _case_edit(before: Part | None, after: Part | None, who: str, more: str = "", place: int | None = None) -> CaseEdit:
    kind = _kind(before, after)
    part = type(after if before is None else before).__name__.lower()
    text = f"{kind.value.capitalize()} {part}"
    return CaseEdit(kind, f"{text}: {more}" if more else text, before, after, who, datetime.now(UTC), place)


def add(case: Case, item: Item, who: str) -> CaseEdit:
    """Add a specimen, a culture or a slide after the others of its like.

    Raises:
        EditError: where its id is there already, or what it is of is not there.
    """
    edit = _case_edit(None, item, who, place=len(getattr(case, _SEVERAL[type(item)])))
    edit.apply(case)
    return edit


def change(case: Case, part: Part, who: str) -> CaseEdit:
    """Put a patient, an order or a workup, or a specimen, culture or slide of the same id, in the place of the present.

    Raises:
        EditError: where there is none of this id, or what it is of is not there.
    """
    before, place = _present(case, part)
    edit = _case_edit(before, part, who, ", ".join(names_of_changes(before, part)), place)
    edit.apply(case)
    return edit


def remove(case: Case, item_id: str, who: str, slides_in_use: Collection[str] = ()) -> CaseEdit:
    """Take out a specimen, a culture or a slide.

    Args:
        case: as it now is.
        item_id: of what is taken out.
        who: the person.
        slides_in_use: ids of the slides on which cells of the case lie.

    Raises:
        EditError: where it is not there, others are of it, or cells lie on it.
    """
    if item_id in slides_in_use:
        raise EditError("Cells of the case lie on this slide: put them on another one first.")
    if item_id not in case.items:
        raise EditError("This is no longer there: nothing was changed.")
    before, place = _present(case, case.items[item_id])
    edit = _case_edit(before, None, who, place=place)
    edit.apply(case)
    return edit


def _present(case: Case, part: Part) -> tuple[Part, int | None]:
    """The part of the case that this one would replace, and its place among its like."""
    if type(part) in _SINGLE:
        return getattr(case, _SINGLE[type(part)]), None
    like = getattr(case, _SEVERAL[type(part)])
    for place, item in enumerate(like):
        if item.id == getattr(part, "id", None):
            return item, place
    raise EditError("This is no longer there: nothing was changed.")


def names_of_changes(before: object, after: object) -> tuple[str, ...]:
    """Return the fields in which two values of one dataclass differ, in words."""
    names: list[Any] = [field.name for field in fields(before)]  # type: ignore[arg-type] # of a dataclass
    return tuple(name.replace("_", " ") for name in names if getattr(before, name) != getattr(after, name))


class FactsEditKind(StrEnum):
    """What a person can say of a cell as a whole."""

    MARK = "mark"
    UNMARK = "unmark"
    EXCLUDE = "exclude"
    INCLUDE = "include"
    LOCATE = "locate"
    COUNT = "count"
    KARYOTYPE = "karyotype"
    CLONE = "clone"


@dataclass(frozen=True)
class FactsEdit:
    """One change of the facts of a cell; which cell it is, the journal says.

    Attributes:
        kind: what was said.
        text: what was said, in words for the history ("Mark as counted").
        before: the facts as they were.
        after: the facts as they became.
        who: the person.
        when: the moment, with its time zone.
    """

    kind: FactsEditKind
    text: str
    before: CellFacts
    after: CellFacts
    who: str
    when: datetime

    @property
    def changes(self) -> bool:
        """Whether anything differs: an edit that changes nothing is not written."""
        return self.before != self.after

    def apply(self, facts: CellFacts) -> CellFacts:
        """Return the facts with the edit made.

        Raises:
            EditError: where they are no longer as they were.
        """
        _refuse_other(facts, self.before)
        return self.after

    def revert(self, facts: CellFacts) -> CellFacts:
        """Return the facts with the edit taken back.

        Raises:
            EditError: where they are no longer as they became.
        """
        _refuse_other(facts, self.after)
        return self.before


def _facts_edit(facts: CellFacts, kind: FactsEditKind, text: str, who: str, **changed: Any) -> FactsEdit:  # noqa: ANN401
    return FactsEdit(kind, text, facts, replace(facts, **changed), who, datetime.now(UTC))


def mark(facts: CellFacts, fact: Fact, who: str, scored_for: str = "") -> FactsEdit:
    """Say that a cell was counted, analysed or karyotyped, or that it was scored for a feature."""
    feature = {"scored_for": scored_for} if fact is Fact.SCORED else {}
    return _facts_edit(facts, FactsEditKind.MARK, f"Mark as {fact.value}", who, **{fact.value: True}, **feature)


def unmark(facts: CellFacts, fact: Fact, who: str) -> FactsEdit:
    """Say that a cell was not counted, analysed, karyotyped or scored."""
    feature = {"scored_for": ""} if fact is Fact.SCORED else {}
    return _facts_edit(facts, FactsEditKind.UNMARK, f"Not {fact.value}", who, **{fact.value: False}, **feature)


def exclude(facts: CellFacts, reason: str, who: str) -> FactsEdit:
    """Leave a cell out of every number, for a reason; its facts are kept.

    Raises:
        EditError: without a reason.
    """
    if not reason.strip():
        raise EditError("Say why the cell is excluded, such as “poor banding” or “broken cell”.")
    return _facts_edit(facts, FactsEditKind.EXCLUDE, "Exclude the cell", who, excluded=reason.strip())


def include(facts: CellFacts, who: str) -> FactsEdit:
    """Take an exclusion back."""
    return _facts_edit(facts, FactsEditKind.INCLUDE, "Include the cell again", who, excluded=None)


def locate(facts: CellFacts, slide: str | None, who: str, colony: str = "", position: str = "") -> FactsEdit:
    """Say on which slide a cell lies, of which colony it is and where the microscope finds it."""
    where = {"slide": slide, "colony": colony, "position": position}
    return _facts_edit(facts, FactsEditKind.LOCATE, "Say where the cell lies", who, **where)


def state_count(facts: CellFacts, count: int | None, who: str) -> FactsEdit:
    """Say how many chromosomes a person counted (None: take that back).

    Raises:
        EditError: for fewer than 0.
    """
    if count is not None and count < 0:
        raise EditError("A cell has 0 chromosomes or more.")
    text = "Take the count back" if count is None else f"Count {count} chromosomes"
    return _facts_edit(facts, FactsEditKind.COUNT, text, who, count=count)


def state_karyotype(facts: CellFacts, karyotype: str, who: str) -> FactsEdit:
    """Say the karyotype of a cell in ISCN (empty: that which follows from its labels)."""
    text = f"Karyotype {karyotype}" if karyotype else "Karyotype as labelled"
    return _facts_edit(facts, FactsEditKind.KARYOTYPE, text, who, karyotype=karyotype)


def put_in_clone(facts: CellFacts, clone: str | None, who: str) -> FactsEdit:
    """Put a cell in the clone of a karyotype (empty: in none; None: where the rule puts it)."""
    text = {None: "Clone as the rule says", "": "Put in no clone"}.get(clone, f"Put in clone {clone}")
    return _facts_edit(facts, FactsEditKind.CLONE, text, who, clone=clone)
