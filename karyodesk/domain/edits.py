"""Edits: one committed gesture each, with what it changed before and after."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum

from karyodesk.domain.cell import Cell
from karyodesk.domain.chromosome import Chromosome


class EditKind(StrEnum):
    """The gestures a person can make."""

    MOVE = "move"
    RELABEL = "relabel"
    TURN = "turn"
    MIRROR = "mirror"
    REJECT = "reject"
    RESTORE = "restore"
    CONFIRM = "confirm"


@dataclass(frozen=True)
class Edit:
    """One gesture.

    Attributes:
        kind: what was done.
        text: what was done, in words for the history ("Move to 21").
        before: the chromosomes it touched as they were.
        after: the same chromosomes, in the same order, as they became.
        who: the person.
        when: the moment, with its time zone.
    """

    kind: EditKind
    text: str
    before: tuple[Chromosome, ...]
    after: tuple[Chromosome, ...]
    who: str
    when: datetime

    def __post_init__(self) -> None:
        if [c.id for c in self.before] != [c.id for c in self.after]:
            raise ValueError("an edit names the same chromosomes before and after")

    def apply(self, cell: Cell) -> Cell:
        """Return the cell with the edit made."""
        return cell.with_chromosomes(self.after)

    def revert(self, cell: Cell) -> Cell:
        """Return the cell with the edit taken back."""
        return cell.with_chromosomes(self.before)


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
    return _edit(cell, EditKind.REJECT, "Reject", [replace(cell.by_id[chromosome_id], rejected=True)], who)


def restore(cell: Cell, chromosome_id: str, who: str) -> Edit:
    """Take a rejection back."""
    return _edit(cell, EditKind.RESTORE, "Restore", [replace(cell.by_id[chromosome_id], rejected=False)], who)


def confirm(cell: Cell, chromosome_id: str, who: str) -> Edit:
    """Agree with the place of a chromosome: its badge goes."""
    return _edit(cell, EditKind.CONFIRM, "Confirm", [replace(cell.by_id[chromosome_id], confirmed=True)], who)
