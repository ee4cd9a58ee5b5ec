"""The files of new cells that the case database does not have yet, one a cell: a crash then loses no step on them.

Each is written with the first step of a person and goes when the database has the cell with all its steps. One that a
window left behind waits until its picture is dropped again. Only this user may read them, and they name no patient.
"""

import logging
import os
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QLockFile

from karyodesk.domain.cell import Cell
from karyodesk.domain.errors import CanonicalError
from karyodesk.ui.kept_cell import Beginning, KeptCell, line, lines, read
from karyodesk.ui.private_files import PrivateFolder, lock_of, replace_content
from karyodesk.ui.writes import Gesture

LOG = logging.getLogger(__name__)


class KeptFile:
    """The file of one cell, which no other window touches meanwhile."""

    def __init__(self, path: Path, lock: QLockFile) -> None:
        self.path = path
        self.count = 0
        """Gestures in it."""
        self._lock = lock

    def write(self, beginning: Beginning, found: Cell, gestures: Sequence[Gesture]) -> bool:
        """Put this in the place of what it holds, as a whole or not at all; whether it is in the file."""
        try:
            replace_content(self.path, lines(beginning, found, gestures))
        except OSError as error:
            LOG.warning("a new cell could not be kept in a file: %s", error.strerror)
            return False
        self.count = len(gestures)
        return True

    def append(self, gesture: Gesture) -> bool:
        """Add a gesture; whether it is in the file. It begins a line of its own, whatever was cut off before."""
        data = b"\n" + line(gesture)
        try:
            descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND)
            try:
                whole = os.write(descriptor, data) == len(data)
            finally:
                os.close(descriptor)
        except OSError as error:
            LOG.warning("a gesture could not be kept in a file: %s", error.strerror)
            return False
        self.count += whole
        return whole

    def read(self) -> KeptCell | None:
        """Return what it holds; None where that cannot be read."""
        try:
            content = read(self.path.read_bytes())
        except OSError as error:
            LOG.warning("a kept cell cannot be read: %s", error.strerror)
            return None
        self.count = len(content.gestures) if content else 0
        return content

    def remove(self) -> None:
        """The database has the cell, or nobody wants it any more."""
        self.path.unlink(missing_ok=True)
        self.release()

    def release(self) -> None:
        """Leave it to other windows."""
        self._lock.unlock()


@dataclass(frozen=True, eq=False)
class Claimed:
    """A kept cell whose picture was dropped again.

    Attributes:
        file: of the cell.
        content: what it holds.
    """

    file: KeptFile
    content: KeptCell


class KeptFiles:
    """The files of one window, and those that were left behind.

    Args:
        folder: where they lie; made where it is absent.
        database: the address of the database that the cells are of.
    """

    def __init__(self, folder: Path, database: str) -> None:
        self._folder = PrivateFolder(folder, "unstored-picture", database)
        self._guard = threading.Lock()
        self._held: set[KeptFile] = set()
        self._offered: dict[tuple[str, int], list[Path]] = {}
        self._claimed: dict[tuple[str, int], Claimed] = {}

    def begin(self, beginning: Beginning, found: Cell, gestures: Sequence[Gesture]) -> KeptFile | None:
        """Keep a cell with what was done to it so far; None where that is not possible."""
        try:
            self._folder.make()
        except OSError as error:
            LOG.warning("a new cell could not be kept in a file: %s", error.strerror)
            return None
        path = self._folder.new_path()
        lock = lock_of(path)
        lock.tryLock(0)
        file = KeptFile(path, lock)
        if not file.write(beginning, found, gestures):
            file.release()
            return None
        with self._guard:
            self._held.add(file)
        return file

    def left_behind(self, person_id: str) -> list[Claimed]:
        """Return what a person left behind in windows that ended, the oldest first; it is held until let go."""
        with self._guard:
            for claimed in self._claimed.values():  # nobody came for it
                self._let_go(claimed.file)
            self._claimed.clear()
            found = []
            for path in self._folder.paths():
                taken = self._take(path)
                if taken is not None and taken.content.beginning.is_for(person_id):
                    found.append(taken)
                elif taken is not None:
                    self._let_go(taken.file)
            return found

    def offer(self, left: Iterable[Claimed]) -> None:
        """Let these, and no others, be claimed by who drops their picture; they are let go until then."""
        with self._guard:
            self._offered = {}
            for each in left:
                self._offered.setdefault(each.content.key, []).insert(0, each.file.path)
                self._let_go(each.file)

    def give_back(self, file: KeptFile) -> None:
        """Let a cell be claimed that could not be stored where it was to be."""
        content = file.read()
        with self._guard:
            if content is not None:
                self._offered.setdefault(content.key, []).insert(0, file.path)
            self._let_go(file)

    def claim(self, sha256: str, page: int) -> Claimed | None:
        """Return what is kept of a picture, for whoever drops it; None: nothing. From any thread.

        It is claimed as often as it is asked for, until it is used.
        """
        with self._guard:
            key = sha256, page
            for path in () if key in self._claimed else self._offered.get(key, ()):
                taken = self._take(path)
                if taken is not None and self._is_whole(taken):
                    self._claimed[key] = taken
                    break
            return self._claimed.get(key)

    def use(self, claimed: Claimed) -> KeptFile | None:
        """Return the file of what was claimed, as that of a shown cell from now on; None: it is ours no more."""
        with self._guard:
            ours = self._claimed.get(claimed.content.key) is claimed
            return self._claimed.pop(claimed.content.key).file if ours else None

    def remove(self, file: KeptFile) -> None:
        """Forget a cell: the database has it, or nobody wants it any more."""
        with self._guard:
            self._held.discard(file)
            file.remove()

    def close(self) -> None:
        """Let every file go; the next window finds what is not stored."""
        with self._guard:
            for file in list(self._held):
                self._let_go(file)

    def _take(self, path: Path) -> Claimed | None:
        """Hold a file that no window holds, such as one that ended."""
        lock = lock_of(path)
        if any(file.path == path for file in self._held) or not lock.tryLock(0):
            return None
        file = KeptFile(path, lock)
        content = file.read() if path.exists() else None
        if content is None:
            file.release()
            return None
        self._held.add(file)
        return Claimed(file, content)

    def _is_whole(self, taken: Claimed) -> bool:
        """Whether what was found can be read."""
        try:
            return bool(taken.content.start)
        except CanonicalError:
            LOG.warning("a kept cell was damaged")
            self._let_go(taken.file)
            return False

    def _let_go(self, file: KeptFile) -> None:
        self._held.discard(file)
        file.release()
