"""A new cell that a person changed before the case database had it, as a file of this computer keeps it. Free of Qt.

It is what the analysis found and what was done since. Neither the picture nor the name of its file is in it, as both
may name the patient: the cell is known again by the SHA-256 of the file when the picture is dropped once more.
"""

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from karyodesk.domain import canonical
from karyodesk.domain.case import CellFacts
from karyodesk.domain.case_edits import FactsEdit
from karyodesk.domain.cell import Cell
from karyodesk.domain.errors import CanonicalError
from karyodesk.domain.journal import Journal, Step
from karyodesk.store.author import Author
from karyodesk.store.people import SINGLE_USER_ID
from karyodesk.ui.writes import CellOut, CellStep, CellWord, Gesture, NewCell, Word

LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Beginning:
    """What a new cell begins with.

    Attributes:
        author: who added it.
        case_id: of the case it was to be stored in; empty where that was begun without a case database.
        cell_id: under which it was to be stored; empty likewise.
        sha256: of the file of its picture.
        page: of this file, from 0.
        models: by which it was analysed, with their versions.
    """

    author: Author
    case_id: str
    cell_id: str
    sha256: str
    page: int
    models: Mapping[str, str]

    def is_for(self, person_id: str) -> bool:
        """Whether a person may take it up: its own, or anybody where nobody could sign in as it was begun."""
        return self.author.id == person_id or (self.author.id == SINGLE_USER_ID and not self.case_id)


@dataclass(frozen=True)
class _Line:
    content: Beginning | Cell | Gesture


@dataclass(frozen=True, eq=False)
class KeptCell:
    """A new cell with what was done to it, in order.

    Attributes:
        beginning: of the cell.
        found: the line of what the analysis found, which is long, and read when it is needed.
        gestures: of a person.
    """

    beginning: Beginning
    found: bytes
    gestures: tuple[Gesture, ...]

    @cached_property
    def start(self) -> Cell:
        """The cell as analysed, without the name of its file.

        Raises:
            CanonicalError: where the line was damaged.
        """
        found = _content(self.found)
        if not isinstance(found, Cell):
            raise CanonicalError("This kept cell is not what was written.")
        return found

    @property
    def key(self) -> tuple[str, int]:
        """By which its picture is known again: SHA-256 of the file, and page from 0."""
        return self.beginning.sha256, self.beginning.page

    @property
    def is_over(self) -> bool:
        """Whether nothing is to be taken up, as the cell was taken out again or nobody did anything."""
        return not self.gestures or isinstance(self.gestures[-1], CellOut)

    def journal(self, image: str) -> Journal:
        """Return what was done to its chromosomes, up to the first step that is missing.

        Args:
            image: what the picture is called by now.
        """
        journal = Journal(replace(self.start, image=image))
        for gesture in self.gestures:
            _follow(journal, gesture)
        return journal

    def words(self, slides: Collection[str]) -> list[Word]:
        """Return what was said of it as a whole, but for slides that are none of these, as those of another case."""
        words: list[Word] = []
        facts, journal = CellFacts(), Journal(self.start)
        for gesture in self.gestures:
            _follow(journal, gesture)
            if isinstance(gesture, CellWord) and gesture.edit.before == facts:
                facts = gesture.edit.after
                words.append(Word(gesture.edit, len(journal.entries)))
        here = [replace(word, edit=_without_others(word.edit, slides)) for word in words]
        return [word for word in here if word.edit.changes]


def beginning_of(new: NewCell) -> Beginning:
    """Return how a cell begins that waits to be stored."""
    found = new.found
    return Beginning(new.author, new.case_id, new.cell_id, found.cell.sha256, new.page, dict(found.models))


def lines(beginning: Beginning, found: Cell, gestures: Sequence[Gesture]) -> bytes:
    """Return the file of a cell; what was found is put in without the name of its file."""
    return b"\n".join(map(line, (beginning, replace(found, image=""), *gestures)))


def line(content: Beginning | Cell | Gesture) -> bytes:
    """Return a line of the file, without its end."""
    return canonical.encode(_Line(content)).encode()


def read(data: bytes) -> KeptCell | None:
    """Return what a file holds, but for lines that were cut off; None where it does not say how the cell begins."""
    first, *rest = data.splitlines() or [b""]
    known = list(_contents([first]))
    if not rest or not known or not isinstance(known[0], Beginning):
        return None
    gestures = tuple(each for each in _contents(rest[1:]) if not isinstance(each, Beginning | Cell))
    return KeptCell(known[0], rest[0], gestures)


def _contents(parts: Iterable[bytes]) -> Iterable[Beginning | Cell | Gesture]:
    for each in parts:
        try:
            yield _content(each)
        except CanonicalError:
            LOG.warning("a line of a kept cell cannot be read")


def _content(part: bytes) -> Beginning | Cell | Gesture:
    try:
        return canonical.decode(_Line, part.decode()).content
    except UnicodeDecodeError:
        raise CanonicalError("This line is no text: it was altered or cut off.") from None


def _follow(journal: Journal, gesture: Gesture) -> None:
    """Make a step in its place; what comes after a missing one has nothing to rest on."""
    if not isinstance(gesture, CellStep) or gesture.place != len(journal.entries):
        return
    if gesture.step is Step.DO:
        journal.do(gesture.edit)
    else:
        (journal.undo if gesture.step is Step.UNDO else journal.redo)()


def _without_others(edit: FactsEdit, slides: Collection[str]) -> FactsEdit:
    before, after = (
        facts if facts.slide in slides else replace(facts, slide=None) for facts in (edit.before, edit.after)
    )
    return replace(edit, before=before, after=after)
