"""Files of this computer that keep for one person what a case database does not have yet: their names, locks, writing.

Who else uses the computer cannot read them. A window holds the lock of each of its files as long as it is open.
"""

import hashlib
import os
from pathlib import Path
from typing import Final

from PySide6.QtCore import QLockFile

from karyodesk.domain.case import new_id

_END: Final = ".jsonl"
_LOCKED: Final = ".lock"


class PrivateFolder:
    """Where the files of one kind and one database lie, of all windows.

    Args:
        path: the folder; there may be other files in it.
        kind: how the names of the files begin.
        database: the address of the database; no name tells it.
    """

    def __init__(self, path: Path, kind: str, database: str) -> None:
        self._path = path
        self._begin = f"{kind}-{hashlib.sha256(database.encode()).hexdigest()[:16]}-"

    def make(self) -> None:
        """Make the folder where it is absent."""
        self._path.mkdir(mode=0o700, parents=True, exist_ok=True)

    def new_path(self) -> Path:
        """Return where one more file is to lie; nothing is made."""
        return self._path / f"{self._begin}{new_id()}{_END}"

    def paths(self) -> list[Path]:
        """Return the files that are there, the one that was not written for longest first."""
        return sorted(self._path.glob(f"{self._begin}*{_END}"), key=_last_written)


def _last_written(path: Path) -> float:
    """In seconds; a file that is gone comes first."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def lock_of(path: Path) -> QLockFile:
    """Return the lock of a file; that of a process that ended holds nobody off."""
    lock = QLockFile(str(path) + _LOCKED)
    lock.setStaleLockTime(0)
    return lock


def replace_content(path: Path, data: bytes) -> None:
    """Put this in the place of what a file holds, as a whole or not at all; one that is absent is made.

    Raises:
        OSError: where it cannot be written.
    """
    beside = path.with_suffix(".new")
    with os.fdopen(os.open(beside, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as file:
        file.write(data)
    beside.replace(path)
