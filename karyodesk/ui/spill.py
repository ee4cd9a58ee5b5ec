"""Gestures that are not in the case database yet, in a file of this computer: a crash then loses none of them.

The file holds ids and edits, nothing that names a patient (``keepable``), and only this user may read it. It is on its
way to the disk before the gesture is handed to the database, and emptied when all is stored.
"""

import logging
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from karyodesk.domain import canonical
from karyodesk.domain.errors import CanonicalError
from karyodesk.ui.private_files import PrivateFolder, lock_of, replace_content
from karyodesk.ui.writes import Gesture

LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Line:
    write: Gesture


class Spill:
    """The file of one window.

    Args:
        folder: where it lies; made where it is absent.
        database: the address of the database that the gestures are of.
    """

    def __init__(self, folder: Path, database: str) -> None:
        self._folder = PrivateFolder(folder, "unstored", database)
        self._path = self._folder.new_path()
        self._lock = lock_of(self._path)
        self._descriptor: int | None = None
        self._empty = True
        self._is_cut = False

    def append(self, write: Gesture) -> bool:
        """Add a gesture; whether it is in the file."""
        try:
            line = _lines([write])
            descriptor = self._opened()
            self._empty = False
            whole = os.write(descriptor, b"\n" + line if self._is_cut else line) == len(line) + self._is_cut
            self._is_cut = not whole
            return whole
        except OSError as error:
            LOG.warning("a gesture could not be kept in a file: %s", error.strerror)
            return False

    def clear(self) -> None:
        """Forget everything: it is stored."""
        if self._descriptor is not None and not self._empty:
            os.ftruncate(self._descriptor, 0)
            self._empty, self._is_cut = True, False

    def close(self) -> None:
        """Give the file back; one that holds nothing is taken away."""
        if self._descriptor is None:
            return
        os.close(self._descriptor)
        self._descriptor = None
        if self._empty:
            self._path.unlink(missing_ok=True)
        self._lock.unlock()

    def left_behind(self, person_id: str) -> list[Gesture]:
        """Take over what a person did in windows that ended before it was stored, in order.

        What others did stays where it is until they are at this computer again.
        """
        found: list[Gesture] = []
        for path in self._folder.paths():
            lock = lock_of(path)
            if path != self._path and lock.tryLock(0):
                found += self._take_over(path, person_id)
                lock.unlock()
        return found

    def _take_over(self, path: Path, person_id: str) -> list[Gesture]:
        """The file goes only once its gestures are in that of this window."""
        writes = _read(path)
        ours = [write for write in writes if write.author.id == person_id]
        if all([self.append(write) for write in ours]) and len(ours) == len(writes):
            path.unlink(missing_ok=True)
        elif ours:
            replace_content(path, _lines(write for write in writes if write.author.id != person_id))
        return ours

    def _opened(self) -> int:
        if self._descriptor is None:
            self._folder.make()
            self._lock.tryLock(0)
            self._descriptor = os.open(self._path, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
        return self._descriptor


def _lines(writes: Iterable[Gesture]) -> bytes:
    return b"".join(canonical.encode(_Line(write)).encode() + b"\n" for write in writes)


def _read(path: Path) -> list[Gesture]:
    """The gestures of a file, but for a line that was cut off as the disk was full or the computer ended."""
    found: list[Gesture] = []
    for line in path.read_bytes().splitlines():
        try:
            found.append(canonical.decode(_Line, line.decode()).write)
        except (CanonicalError, UnicodeDecodeError):
            LOG.warning("a line of unstored gestures cannot be read")
    return found
