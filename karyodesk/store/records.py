"""What entries of the journal hold, as frozen data: each alone says what was before and what is after.

A gesture on chromosomes is kept as what it changed of them, some hundred bytes, not as whole chromosomes twice.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from karyodesk.domain import canonical
from karyodesk.domain.case import Case, CellFacts
from karyodesk.domain.case_edits import CaseEdit, FactsEdit
from karyodesk.domain.cell import Cell
from karyodesk.domain.chromosome import Chromosome
from karyodesk.domain.edits import EXCHANGES, Edit, EditKind
from karyodesk.domain.errors import CanonicalError, EditError, StoreAlteredError, StoreNewerError
from karyodesk.domain.journal import Step
from karyodesk.iscn import karyotype
from karyodesk.store.journal import FORMAT, Action, Row
from karyodesk.store.memory import uncollected


@dataclass(frozen=True)
class Summary:
    """What a list says of a cell, as the program and the person saw it at that entry.

    Attributes:
        count: chromosomes that are kept.
        karyotype: that their labels make.
        uncertain: how many a person should look at.
        doubts: how many outlines may have to be cut or joined.
        corrections: edits that stand.
    """

    count: int
    karyotype: str
    uncertain: int
    doubts: int
    corrections: int


@dataclass(frozen=True)
class OriginalReference:
    """Which stored picture a cell is of.

    Attributes:
        sha256: of its bytes, in hexadecimal.
        size: in bytes.
        media_type: such as ``image/png``.
    """

    sha256: str
    size: int
    media_type: str


@dataclass(frozen=True)
class Analysis:
    """What the program found in an original: where the journal of a cell starts.

    Attributes:
        original: the picture.
        cell: as analysed.
        models: name of each model to its version and hash.
        summary: of the cell.
    """

    original: OriginalReference
    cell: Cell
    models: Mapping[str, str]
    summary: Summary


@dataclass(frozen=True)
class CaseStart:
    """A new case.

    Attributes:
        case: as it was first entered.
        source: the SHA-256 of the file it was imported from; empty: it was entered here.
    """

    case: Case
    source: str = ""


@dataclass(frozen=True)
class CellStart:
    """A new cell.

    Attributes:
        place: of the cell among those of its case, from 1.
        facts: what is known of it.
        analysis: None for a cell that was only seen at the microscope.
    """

    place: int
    facts: CellFacts
    analysis: Analysis | None


@dataclass(frozen=True)
class CellRemoval:
    """A cell that is taken out of the case, or put back.

    Attributes:
        reason: in words.
    """

    reason: str


@dataclass(frozen=True)
class Placement:
    """What a gesture can change of a chromosome; the meanings are those of ``Chromosome``."""

    label: str | None
    position: int
    turned: bool
    mirrored: bool
    rejected: bool
    confirmed: bool
    whole: bool


@dataclass(frozen=True)
class Change:
    """What one entry changed of one chromosome.

    Attributes:
        id: of the chromosome.
        before: as it stood.
        after: as it stands since.
    """

    id: str
    before: Placement
    after: Placement


@dataclass(frozen=True)
class Gesture:
    """An edit of a cell that was made, taken back or made again.

    Attributes:
        of: number of the entry whose edit is taken back or made again; None where it is made first.
        kind: of the edit.
        text: of the edit.
        who: of the edit.
        when: of the edit.
        changes: what this entry changed, in the order of the edit.
        taken_out: ids of the chromosomes that a cut or a join takes out.
        put_in: the chromosomes that come instead.
        places: where those stood that the edit takes out.
        summary: of the cell after this entry.
    """

    of: int | None
    kind: EditKind
    text: str
    who: str
    when: datetime
    changes: tuple[Change, ...]
    taken_out: tuple[str, ...]
    put_in: tuple[Chromosome, ...]
    places: tuple[int, ...]
    summary: Summary

    def __post_init__(self) -> None:
        if self.changes and (self.taken_out or self.put_in):
            raise ValueError("an entry changes chromosomes or puts others in their places")


KINDS: Final[dict[str, type[Any]]] = {
    Action.CREATE: CaseStart,
    Action.IMPORT: CaseStart,
    Action.EDIT_CASE: CaseEdit,
    Action.ADD_CELL: CellStart,
    Action.ANALYSE: Analysis,
    Action.FACTS: FactsEdit,
    Action.REMOVE_CELL: CellRemoval,
    Action.RESTORE_CELL: CellRemoval,
    Action.DO: Gesture,
    Action.UNDO: Gesture,
    Action.REDO: Gesture,
}
"""What the entries hold that the state of a case or of a cell follows from."""
STEPS: Final = {Action.DO: Step.DO, Action.UNDO: Step.UNDO, Action.REDO: Step.REDO}
"""What the entries of a cell did with an edit."""


def record_of(row: Row) -> Any:  # noqa: ANN401 - of the kind that the action says
    """Return what an entry holds; its hash is checked before.

    Raises:
        StoreAlteredError: where it is not what was written.
        StoreNewerError: where it was written by a newer version of the program.
    """
    if row.format != FORMAT:
        raise StoreNewerError("An entry of this case was written by a newer KaryoDesk: install that version.")
    try:
        with uncollected():
            return canonical.decode(KINDS[row.action], row.checked_body())
    except CanonicalError:
        raise StoreAlteredError(
            f"Entry {row.number} of this case cannot be read: run karyodesk audit verify."
        ) from None


def summary(cell: Cell, corrections: int) -> Summary:
    """Say in short how a cell is."""
    kept = cell.kept
    return Summary(
        len(kept),
        karyotype.propose([chromosome.label for chromosome in kept]),
        len(cell.to_look_at),
        len(cell.standing_doubts),
        corrections,
    )


def gesture_of(step: Step, edit: Edit, cell: Cell, *, of: int | None, corrections: int) -> Gesture:
    """Return what the journal keeps of a step.

    Args:
        step: whether the edit is made, taken back or made again.
        edit: the edit.
        cell: before the step.
        of: number of the entry that made the edit first; None for that entry itself.
        corrections: edits that stand after the step.

    Raises:
        EditError: where the edit is not one of the cell as it now is.
    """
    old, new = (edit.after, edit.before) if step is Step.UNDO else (edit.before, edit.after)
    if any(cell.by_id.get(chromosome.id) != chromosome for chromosome in old):
        raise EditError("A chromosome concerned was changed meanwhile: nothing was done.")
    exchanges = edit.kind in EXCHANGES
    after = edit.revert(cell) if step is Step.UNDO else edit.apply(cell)
    gesture = Gesture(
        of=of,
        kind=edit.kind,
        text=edit.text,
        who=edit.who,
        when=edit.when,
        changes=() if exchanges else tuple(map(_change, old, new)),
        taken_out=tuple(chromosome.id for chromosome in old) if exchanges else (),
        put_in=new if exchanges else (),
        places=edit.places,
        summary=summary(after, corrections),
    )
    if applied(gesture, cell, step) != after:
        raise EditError("This change of a chromosome cannot be stored: nothing was done.")
    return gesture


def applied(gesture: Gesture, cell: Cell, step: Step) -> Cell:
    """Return the cell after an entry.

    Raises:
        EditError: where the entry is not one of the cell as it is.
    """
    old, new = _sides(gesture, cell)
    return cell.exchanged(old, new, gesture.places if step is Step.UNDO else ())


def edit_of(gesture: Gesture, cell: Cell) -> Edit:
    """Return the edit that an entry made first, as it was handed in.

    Args:
        gesture: of a step ``DO``.
        cell: before the entry.

    Raises:
        EditError: where the entry is not one of the cell as it is.
    """
    old, new = _sides(gesture, cell)
    return Edit(gesture.kind, gesture.text, old, new, gesture.who, gesture.when, gesture.places)


def _sides(gesture: Gesture, cell: Cell) -> tuple[tuple[Chromosome, ...], tuple[Chromosome, ...]]:
    """The chromosomes of the cell before and after an entry."""
    ids = [*gesture.taken_out, *(change.id for change in gesture.changes)]
    if any(id_ not in cell.by_id for id_ in ids):
        raise EditError("A chromosome concerned is no longer there: nothing was changed.")
    old = tuple(cell.by_id[id_] for id_ in ids)
    if not gesture.changes:
        return old, gesture.put_in
    changed = tuple(zip(old, gesture.changes, strict=True))
    if any(placement(was) != change.before for was, change in changed):
        raise EditError("A chromosome concerned was changed meanwhile: nothing was done.")
    return old, tuple(replace(was, **vars(change.after)) for was, change in changed)


def _change(old: Chromosome, new: Chromosome) -> Change:
    return Change(old.id, placement(old), placement(new))


def placement(chromosome: Chromosome) -> Placement:
    """Return what a gesture can change of a chromosome."""
    return Placement(
        chromosome.label,
        chromosome.position,
        chromosome.turned,
        chromosome.mirrored,
        chromosome.rejected,
        chromosome.confirmed,
        chromosome.whole,
    )
