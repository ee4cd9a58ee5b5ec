"""The window's way to the case database: one thread that opens it, writes in order behind the window, and answers.

The window never waits. What it has written is kept until the store has taken it or has refused it for good; where the
connection is lost or the disk is full, the first of it is tried again every few seconds and all goes on by itself.
Meanwhile files of this computer keep what a crash would take: ``spill`` of what is stored, ``kept_files`` of new cells.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QObject, QTimer, Signal

from karyodesk.domain.case import Case
from karyodesk.domain.errors import KaryoDeskError, StoreError
from karyodesk.store.cases import StoredCase
from karyodesk.store.engine import Store
from karyodesk.ui.keepable import as_kept
from karyodesk.ui.kept_cell import beginning_of
from karyodesk.ui.kept_files import Claimed, KeptFile, KeptFiles
from karyodesk.ui.spill import Spill
from karyodesk.ui.store_thread import Answer, Opening, Post, StoreThread
from karyodesk.ui.writes import CellNow, CellStep, CellWord, Desk, Gesture, NewCell, Write

OWN: Final = "own"
"""How the database in the folder of the user's data is named."""
RETRY_S: Final = 3.0
"""How long a write that failed waits for its next try, and a database that cannot be opened."""


@dataclass(frozen=True, eq=False)
class Refusal:
    """A write that the store will never take.

    Attributes:
        write: it.
        error: why; its sentence says who was first.
        lost: it and all later writes that rested on it: none of them is stored.
        cell: the cell as it stands instead; None where the write is of no cell, or it cannot be read.
        case: the case as it stands.
        is_kept: whether it is a cell with steps that are taken up when its picture is dropped elsewhere.
    """

    write: Write
    error: KaryoDeskError
    lost: tuple[Write, ...]
    cell: CellNow | None
    case: StoredCase | None
    is_kept: bool = False


@dataclass(frozen=True)
class Waiting:
    """What is not stored yet, by what becomes of it where the program ends now.

    Attributes:
        kept: entries that are stored at the next start.
        with_pictures: steps on new cells, which are taken up when their pictures are dropped again.
        lost: entries that this computer does not keep.
    """

    kept: int
    with_pictures: int
    lost: int


class Keeper(QObject):
    """Keeps what the window does in the case database.

    Args:
        opener: opens the store; called in the thread.
        address: of the database, or ``OWN``: tells the unstored gestures of one from those of another.
        folder: where unstored gestures are kept.
        retry_s: seconds from one try of a failed write to the next.

    Signals:
        opened: with an ``Opening``.
        unavailable: the database cannot be opened, and is tried again until it can; with the exception.
        changed: something waits, is stored, or goes wrong.
        stored: a write, and what the store gave for it.
        refused: with a ``Refusal``.
        looked: for new cells that were left behind; with how many pictures nobody was told of yet.
    """

    opened = Signal(object)
    unavailable = Signal(object)
    changed = Signal()
    stored = Signal(object, object)
    refused = Signal(object)
    looked = Signal(int)

    def __init__(
        self,
        opener: Callable[[], Store],
        address: str,
        folder: Path,
        parent: QObject | None = None,
        retry_s: float = RETRY_S,
    ) -> None:
        super().__init__(parent)
        self.opening: Opening | None = None
        self.is_unavailable = False
        self.trouble: Exception | None = None
        self.is_kept_on_disk = True
        self._numbers = count(1)
        self._pending: dict[int, tuple[int, Write]] = {}
        self._kept: set[int] = set()
        self._answers: dict[int, Answer] = {}
        self._exchanging = 0
        self._generations: dict[str, int] = {}
        self.address = address
        self._spill = Spill(folder, address)
        self.kept_files = KeptFiles(folder, address)
        self.is_looking = False
        self._retry_s = retry_s
        self._files: dict[str, KeptFile] = {}
        self._told: set[Path] = set()
        self._post = Post()
        self._post.message.connect(self._take)
        self._thread = StoreThread(opener, self._post, retry_s)

    def open(self) -> None:
        """Begin; ``opened`` follows, or ``unavailable`` and ``opened`` when it can be opened after all."""
        self._thread.start()

    @property
    def is_open(self) -> bool:
        """Whether there is a database."""
        return self.opening is not None

    @property
    def pending(self) -> tuple[Write, ...]:
        """What is not stored yet, in order."""
        return tuple(write for _, write in self._pending.values())

    @property
    def kept_count(self) -> int:
        """How many of these a file of this computer keeps for the next start, too."""
        return len(self._kept)

    @property
    def waiting(self) -> Waiting:
        """What becomes of what is not stored yet, where the program ends now."""
        new = {write.cell_id for write in self.pending if isinstance(write, NewCell)} & self._files.keys()
        kept = [self._pending[number][1] for number in self._kept]
        with_pictures = [write for write in kept if write.subject in new]
        lost = len(self._pending) - len(kept)
        return Waiting(len(kept) - len(with_pictures), len(with_pictures) - len(new), lost)

    def put(self, write: Write, about: Case | None = None) -> None:
        """Have something written, behind all that came before.

        Args:
            write: it.
            about: the data of its case, which must not get into a file of this computer.
        """
        kept = as_kept(write, about)
        if kept is not None:
            self.is_kept_on_disk = self._keep(kept, about)
        self._queue(write, kept=kept is not None and self.is_kept_on_disk)

    def put_cell(
        self,
        new: NewCell,
        done: Sequence[CellStep | CellWord],
        about: Case | None = None,
        file: KeptFile | None = None,
    ) -> None:
        """Have a cell written with all that was done to it before, in order.

        Args:
            new: the cell.
            done: by persons.
            about: the data of its case.
            file: that keeps it already; otherwise one is made where there is anything to keep.
        """
        kept = [as_kept(write, about) for write in done]
        gestures = [gesture for gesture in kept if gesture is not None]
        if file is not None:
            self.is_kept_on_disk = file.write(beginning_of(new), new.found.cell, gestures)
        elif gestures:
            file = self.kept_files.begin(beginning_of(new), new.found.cell, gestures)
            self.is_kept_on_disk = file is not None
        if file is not None:
            self._files[new.cell_id] = file
        self._queue(new, kept=file is not None)
        for write, gesture in zip(done, kept, strict=True):
            self._queue(write, kept=file is not None and gesture is not None)

    def _keep(self, gesture: Gesture, about: Case | None) -> bool:
        """Keep a gesture in a file, that on a cell which is not stored yet with the cell; whether it is in there."""
        if (file := self._files.get(gesture.subject)) is not None:
            return file.append(gesture)
        of_cell = {number: write for number, (_, write) in self._pending.items() if write.subject == gesture.subject}
        found = [(number, write) for number, write in of_cell.items() if isinstance(write, NewCell)]
        if not found:
            return self._spill.append(gesture)
        ((first, new),) = found
        kept = {number: as_kept(write, about) for number, write in of_cell.items()}  # where the disk had no room
        earlier = {number: write for number, write in kept.items() if write is not None}
        file = self.kept_files.begin(beginning_of(new), new.found.cell, [*earlier.values(), gesture])
        if file is not None:
            self._files[gesture.subject] = file
            self._kept |= {first, *earlier}
        return file is not None

    def adopt_left_behind(self, person_id: str) -> int:
        """Have what a person did in a window that ended before it was stored written now; how many gestures."""
        writes = self._spill.left_behind(person_id)
        for write in writes:
            self._queue(write, kept=True)
        self.look_for_pictures(person_id)
        return len(writes)

    def look_for_pictures(self, person_id: str) -> None:
        """Look for new cells that a person left behind; ``looked`` follows.

        Those that the database has by now are written on. The others are taken up when their pictures are dropped;
        while the database cannot be asked, all of them.
        """
        if self.is_looking:
            return
        left = self.kept_files.left_behind(person_id)
        begun = [each.content.beginning for each in left]
        places = [(each.case_id, each.cell_id) for each in begun if each.case_id]
        if not (places and self.is_open):
            self._settle(left, frozenset())
            return
        self.is_looking = True
        answer = self.ask(partial(Desk.stored_among, places=places))
        answer.succeeded.connect(partial(self._settle, left))
        answer.failed.connect(lambda _: self._look_again(left, person_id))

    def _look_again(self, left: list[Claimed], person_id: str) -> None:
        self._settle(left, frozenset())
        QTimer.singleShot(round(self._retry_s * 1000), self, lambda: self.look_for_pictures(person_id))

    def _settle(self, left: list[Claimed], stored: frozenset[str]) -> None:
        self.is_looking = False
        waiting = []
        for each in left:
            if each.content.beginning.cell_id in stored:
                self._resume(each)
            elif each.content.is_over:
                self.kept_files.remove(each.file)
            else:
                waiting.append(each)
        self.kept_files.offer(waiting)
        new = [each for each in waiting if each.file.path not in self._told]
        self._told |= {each.file.path for each in new}
        self.looked.emit(len({each.content.key for each in new}))

    def _resume(self, left: Claimed) -> None:
        """The database has the cell: the steps go where it is, or are found there."""
        self._files[left.content.beginning.cell_id] = left.file
        for gesture in left.content.gestures:
            self._queue(gesture, kept=True)
        self._let_go_files()

    def ask(self, work: Callable[[Desk], Any]) -> Answer:
        """Do something in the thread of the store, after what was put before; connect before returning to Qt.

        It is not tried again: where the connection is lost it fails at once.
        """
        answer, number = Answer(self), next(self._numbers)
        self._answers[number] = answer
        if self.is_unavailable:
            gone = StoreError("The case database could not be opened yet: try again when it is open.")
            QTimer.singleShot(0, self, lambda: self._take("failed", number, gone))
            return answer
        with self._thread.changed:
            self._thread.orders.questions.append((number, answer, work))
            self._thread.changed.notify()
        return answer

    def exchange(self, work: Callable[[], Any]) -> Answer:
        """Do something while the database is closed, such as putting another one in its place, and open it then.

        It is done when everything is stored that was put before. The answer comes before ``opened`` or ``unavailable``.
        """
        answer, number = Answer(self), next(self._numbers)
        self._answers[number] = answer
        self._exchanging = number
        with self._thread.changed:
            self._thread.orders.exchange = number, work
            self._thread.changed.notify()
        return answer

    def retry(self) -> None:
        """Try again now what failed."""
        with self._thread.changed:
            self._thread.orders.retry_at = 0.0
            self._thread.changed.notify()

    def close(self, wait_s: float) -> bool:
        """Write what can be written and end; whether all is stored. What is not is told of at the next start."""
        with self._thread.changed:
            self._thread.orders.over = True
            self._thread.orders.retry_at = 0.0
            self._thread.changed.notify()
        if self._thread.is_alive():
            self._thread.join(wait_s)
        stored = not (self._thread.left or self._thread.is_alive())
        if stored:
            self._spill.clear()
            for file in self._files.values():
                self.kept_files.remove(file)
        self._spill.close()
        self.kept_files.close()
        return stored

    def _queue(self, write: Write, *, kept: bool) -> None:
        number, generation = next(self._numbers), self._generations.get(write.subject, 0)
        if kept:
            self._kept.add(number)
        self._pending[number] = (generation, write)
        with self._thread.changed:
            self._thread.orders.writes.append((number, generation, write))
            self._thread.changed.notify()
        self.changed.emit()

    # --- messages of the thread

    def _take(self, kind: str, number: int, value: Any) -> None:  # noqa: ANN401 - of each kind another one
        if kind in ("answered", "failed", "cancelled"):
            self._deliver(kind, number, value)
        elif kind == "stored":
            self.trouble = None
            _, write = self._pending.pop(number)
            self.stored.emit(write, value)
        elif kind == "refused":
            self.trouble = None
            self._refuse(number, *value)
        elif kind == "trouble":
            self.trouble = value
        elif kind == "closed":
            self.opening = None
        elif kind == "opened":
            self.opening, self.is_unavailable, self.trouble = value, False, None
            self.opened.emit(value)
        else:
            self.is_unavailable, self.trouble = True, value
            self._fail_all(value)
            self.unavailable.emit(value)
        self._kept &= self._pending.keys()
        self._let_go_files()
        self.changed.emit()

    def _let_go_files(self) -> None:
        """Empty the files of what is stored, and of what never will be."""
        waiting = {write.subject for _, write in self._pending.values()}
        for subject in [subject for subject in self._files if subject not in waiting]:
            self.kept_files.remove(self._files.pop(subject))
        if self.is_open and all(self._pending[number][1].subject in self._files for number in self._kept):
            self._spill.clear()

    def _deliver(self, kind: str, number: int, value: object) -> None:
        answer = self._answers.pop(number, None)
        if answer is None:
            return  # it was failed while the database could not be opened
        if not answer.is_cancelled:
            (answer.succeeded if kind == "answered" else answer.failed).emit(value)
        answer.deleteLater()

    def _fail_all(self, error: Exception) -> None:
        """Nobody waits for a database that cannot be opened; what was asked is not done later either."""
        for number, answer in list(self._answers.items()):
            if number != self._exchanging:
                self._deliver("failed", number, error)
                answer.is_cancelled = True

    def _refuse(self, number: int, error: KaryoDeskError, cell: CellNow | None, case: StoredCase | None) -> None:
        """All that rests on a refused write goes with it; what is done from now on rests on what stands instead."""
        generation, write = self._pending[number]
        gone = [key for key, (of, each) in self._pending.items() if (of, each.subject) == (generation, write.subject)]
        lost = tuple(self._pending.pop(key)[1] for key in gone)
        self._generations[write.subject] = generation + 1
        file = self._files.pop(write.subject, None) if isinstance(write, NewCell) else None
        if file is not None:
            self.kept_files.give_back(file)
        self.refused.emit(Refusal(write, error, lost, cell, case, is_kept=file is not None))
