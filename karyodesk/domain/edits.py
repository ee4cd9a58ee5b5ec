"""Edits: one committed gesture each, with what it changed before and after."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from karyodesk.domain.cell import Cell, Doubt, DoubtKind
from karyodesk.domain.chromosome import Chromosome
from karyodesk.domain.errors import EditError


def number_word(number: int) -> str:
    """Return a small number as a word, a larger one in digits."""
    return {2: "two", 3: "three", 4: "four"}.get(number, str(number))


class EditKind(StrEnum):
    """The gestures a person can make."""

    MOVE = "move"
    RELABEL = "relabel"
    TURN = "turn"
    MIRROR = "mirror"
    REJECT = "reject"
    RESTORE = "restore"
    CONFIRM = "confirm"
    CUT = "cut"
    JOIN = "join"
    KEEP = "keep"


EXCHANGES: Final = frozenset({EditKind.CUT, EditKind.JOIN})
"""Edits that take bodies out of a cell and put others in."""
AGREEMENTS: Final = frozenset({EditKind.CONFIRM, EditKind.KEEP})
"""Edits by which a person agrees with the program: no corrections."""


@dataclass(frozen=True)
class Edit:
    """One gesture.

    Attributes:
        kind: what was done.
        text: what was done, in words for the history ("Move to 21").
        before: the chromosomes it touched as they were.
        after: the same chromosomes, in the same order, as they became; of a cut or a join the ones that came instead.
        who: the person.
        when: the moment, with its time zone.
        places: where in the cell those stood that a cut or a join took out, one each of ``before``; otherwise empty.
    """

    kind: EditKind
    text: str
    before: tuple[Chromosome, ...]
    after: tuple[Chromosome, ...]
    who: str
    when: datetime
    places: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        before, after = ([c.id for c in side] for side in (self.before, self.after))
        if self.kind in EXCHANGES:
            if not before or not after or set(before) & set(after) or len(self.places) != len(before):
                raise ValueError("a cut or a join puts other chromosomes in the places of some")
        elif before != after or self.places:
            raise ValueError("an edit names the same chromosomes before and after")

    def apply(self, cell: Cell) -> Cell:
        """Return the cell with the edit made."""
        return cell.exchanged(self.before, self.after)

    def revert(self, cell: Cell) -> Cell:
        """Return the cell with the edit taken back."""
        return cell.exchanged(self.after, self.before, self.places)


def _edit(cell: Cell, kind: EditKind, text: str, after: Iterable[Chromosome], who: str) -> Edit:
    """An edit of what really differs; the moment is now."""
    changed = tuple(new for new in after if new != cell.by_id[new.id])
    return Edit(kind, text, tuple(cell.by_id[new.id] for new in changed), changed, who, datetime.now(UTC))


def _slot_name(label: str | None) -> str:
    return "the tray" if label is None else label


def _placed(cell: Cell, moved: Chromosome, label: str | None, index: int | None) -> list[Chromosome]:
    """The members of a slot, renumbered, with one chromosome put in at an index (None: at the right)."""
    others = [chromosome for chromosome in cell.in_slot(label) if chromosome.id != moved.id]
    others.insert(len(others) if index is None else index, replace(moved, label=label))
    return [replace(chromosome, position=place) for place, chromosome in enumerate(others)]


def move(cell: Cell, chromosome_id: str, label: str | None, who: str, index: int | None = None) -> Edit:
    """Put a chromosome into a slot (None: the tray) at an index from the left (None: at the right).

    What stands in the slot stays there: a slot is added to, never emptied. A rejected chromosome
    that is moved is a chromosome again.
    """
    moved = replace(cell.by_id[chromosome_id], confirmed=True, rejected=False)
    return _edit(cell, EditKind.MOVE, f"Move to {_slot_name(label)}", _placed(cell, moved, label, index), who)


def relabel(cell: Cell, chromosome_id: str, label: str | None, who: str) -> Edit:
    """Give a chromosome a label by name; it goes to the right of that slot."""
    moved = replace(cell.by_id[chromosome_id], confirmed=True, rejected=False)
    if moved.label == label:
        return _edit(cell, EditKind.RELABEL, f"Label {_slot_name(label)}", [moved], who)
    return _edit(cell, EditKind.RELABEL, f"Label {_slot_name(label)}", _placed(cell, moved, label, None), who)


def turn(cell: Cell, chromosome_id: str, who: str) -> Edit:
    """Turn a chromosome by 180 degrees in the karyogram."""
    old = cell.by_id[chromosome_id]
    return _edit(cell, EditKind.TURN, "Turn", [replace(old, turned=not old.turned, confirmed=True)], who)


def mirror(cell: Cell, chromosome_id: str, who: str) -> Edit:
    """Mirror a chromosome left to right in the karyogram."""
    old = cell.by_id[chromosome_id]
    return _edit(cell, EditKind.MIRROR, "Mirror", [replace(old, mirrored=not old.mirrored)], who)


def reject(cell: Cell, chromosome_id: str, who: str) -> Edit:
    """Say that a body is no chromosome of this cell; it is kept and can be restored."""
    chromosome = cell.by_id[chromosome_id]
    # Whoever restored what the program had left out, and rejects it, agrees with the program.
    agreed = chromosome.confirmed or chromosome.suggestion.left_out
    return _edit(cell, EditKind.REJECT, "Reject", [replace(chromosome, rejected=True, confirmed=agreed)], who)


def restore(cell: Cell, chromosome_id: str, who: str) -> Edit:
    """Take a rejection back."""
    return _edit(cell, EditKind.RESTORE, "Restore", [replace(cell.by_id[chromosome_id], rejected=False)], who)


def confirm(cell: Cell, chromosome_id: str, who: str) -> Edit:
    """Agree with a chromosome as it stands, its outline included: its badge goes, and every doubt about it.

    What the program left out stays so.
    """
    chromosome = cell.by_id[chromosome_id]
    agreed = replace(chromosome, confirmed=True, whole=chromosome.whole or not chromosome.rejected)
    return _edit(cell, EditKind.CONFIRM, "Confirm", [agreed], who)


def keep(cell: Cell, doubt: Doubt, who: str) -> Edit:
    """Say that doubted outlines hold one whole chromosome each; their labels stay as uncertain as they are."""
    _refuse_absent(cell, doubt)
    text = "Keep as it is" if len(doubt.chromosomes) == 1 else "Keep apart"
    return _edit(cell, EditKind.KEEP, text, [replace(cell.by_id[id_], whole=True) for id_ in doubt.chromosomes], who)


def resolve(cell: Cell, doubt: Doubt, chromosomes: Sequence[Chromosome], who: str) -> Edit:
    """Put others in the place of doubted chromosomes: cut or join them.

    Args:
        cell: as it now is.
        doubt: of the cell.
        chromosomes: that come instead, each with its label; they go to the right of their slots. One that is
            joined keeps the label that a person has given its parts.
        who: the person.

    Raises:
        EditError: where a chromosome concerned is no longer there, or one that would come is there already.
    """
    _refuse_absent(cell, doubt)
    if not {new.id for new in chromosomes}.isdisjoint(cell.by_id):
        raise EditError("This reading outlines a chromosome that is in the cell already: choose another one.")
    before = tuple(cell.by_id[id_] for id_ in doubt.chromosomes)
    places = tuple(cell.chromosomes.index(old) for old in before)
    kind = EditKind.CUT if doubt.kind is DoubtKind.OVERLAP else EditKind.JOIN
    if kind is EditKind.JOIN:
        chromosomes = [_with_given_label(new, before) for new in chromosomes]
    text = f"Cut into {number_word(len(chromosomes))}" if kind is EditKind.CUT else "Join"
    return Edit(kind, text, before, _at_the_right(cell, chromosomes), who, datetime.now(UTC), places)


def _with_given_label(joined: Chromosome, parts: Iterable[Chromosome]) -> Chromosome:
    """What a person has said of the parts holds for the whole, where it is one label."""
    given = {part.label for part in parts if part.confirmed and part.label is not None}
    return replace(joined, label=given.pop(), confirmed=True) if len(given) == 1 else joined


def _refuse_absent(cell: Cell, doubt: Doubt) -> None:
    if not {chromosome.id for chromosome in cell.kept}.issuperset(doubt.chromosomes):
        raise EditError("A chromosome concerned is no longer there: nothing was changed.")


def _at_the_right(cell: Cell, chromosomes: Iterable[Chromosome]) -> tuple[Chromosome, ...]:
    """New chromosomes with places to the right of what stands in their slots."""
    placed: list[Chromosome] = []
    for new in chromosomes:
        members = [*cell.in_slot(new.label), *(other for other in placed if other.label == new.label)]
        place = max((member.position for member in members), default=-1) + 1
        placed.append(replace(new, position=place))
    return tuple(placed)
