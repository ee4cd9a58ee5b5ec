"""Copies of a store in a file: SQLite's online backup of one moment, and files put in one another's place."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sqlalchemy import URL

from karyodesk.domain.errors import BackupError, StoreBusyError
from karyodesk.store import ledger
from karyodesk.store.engine import Store
from karyodesk.store.files import companions
from karyodesk.store.ledger import LedgerHead

MARK: Final = b"SQLite format 3\0"
"""How a file of SQLite begins."""
BUSY: Final = "Somebody has the case database open: close KaryoDesk on every computer, and restore then."
_PAGES: Final = 2000
"""Copied at once: 8 MB, some milliseconds, so that a person can stop it."""
_DAMAGED: Final = "What is to be copied is damaged: take a backup that was made before."
_NOT_COPIED: Final = "The copy could not be written: is there room on its disk, and may this person write there?"


def copy(store: Store, part: Path, step: Callable[[str, float], None]) -> LedgerHead:
    """Copy a store as it is at one moment into a file, and return the end of its ledger.

    The transaction that reads keeps that moment, so that the copy is not begun anew whenever somebody writes.

    Raises:
        BackupError: where it cannot be written.
        StoreError: where the store cannot be read.
    """
    with store.read() as connection:
        head = ledger.head(connection)
        source = connection.connection.driver_connection
        assert isinstance(source, sqlite3.Connection)
        _copy(source, part, step)
    return head


def copy_file(path: Path, part: Path, step: Callable[[str, float], None]) -> None:
    """Copy a backup, which is not written to, and may lie where nothing can be written.

    Raises:
        BackupError: where it cannot be read or written.
    """
    how = "mode=ro" if companions(path)[0].exists() else "immutable=1"
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?{how}", uri=True)) as source:
            _copy(source, part, step)
    except sqlite3.Error:
        raise BackupError(_DAMAGED) from None


def _copy(source: sqlite3.Connection, part: Path, step: Callable[[str, float], None]) -> None:
    def progress(_status: int, remaining: int, total: int) -> None:
        step("Copying the case database", 1 - remaining / max(total, 1))

    try:
        with closing(sqlite3.connect(part)) as target:
            source.backup(target, pages=_PAGES, progress=progress)
    except sqlite3.Error as error:
        damaged = getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
        raise BackupError(_DAMAGED if damaged else _NOT_COPIED) from None


@contextmanager
def opened(path: Path) -> Iterator[Store]:
    """A copy as a store."""
    with closing(Store(str(URL.create("sqlite", database=str(path))), create=False)) as store:
        yield store


def put_aside(path: Path) -> Path | None:
    """Give a store another name beside its own, which nobody may have open; return it, or None where there is none.

    Raises:
        StoreBusyError: where somebody has it open.
    """
    if not path.exists() or not path.stat().st_size:
        return None
    _seize(path)
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    aside = path.with_name(f"{path.name}.replaced-{moment}")
    for old, new in zip((path, *companions(path)), (aside, *companions(aside)), strict=True):
        if old.exists():
            old.rename(new)
    return aside


def _seize(path: Path) -> None:
    """See that nobody has a store open, and bring its log into it; one that is damaged is left as it is."""
    try:
        with closing(sqlite3.connect(path, timeout=1, isolation_level=None)) as connection:
            connection.execute("PRAGMA locking_mode = EXCLUSIVE").close()
            if connection.execute("PRAGMA journal_mode = DELETE").fetchone()[0] != "delete":
                raise sqlite3.OperationalError("database is locked")
    except sqlite3.OperationalError:
        raise StoreBusyError(BUSY) from None
    except sqlite3.DatabaseError:
        return
