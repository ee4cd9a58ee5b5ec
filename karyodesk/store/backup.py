"""Backups: a copy of the whole store, made while the program runs and read back before it counts as one.

SQLite is copied by its own online backup, PostgreSQL by pg_dump; each copy holds one moment. Restoring never takes the
place of a store without being told to, and the store whose place is taken is kept beside it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from karyodesk.domain.errors import BackupError, StoreAlteredError
from karyodesk.store import backup_postgresql, backup_sqlite, ledger, replace_postgresql
from karyodesk.store.author import Author
from karyodesk.store.engine import Store
from karyodesk.store.files import part_of, settle
from karyodesk.store.ledger import LedgerHead
from karyodesk.store.verify import Breach, verify

BACKED_UP = "store.backup"
RESTORED = "store.restore"
Step = Callable[[str, float], None]
"""Is called with what is being done and the share that is done (0 to 1); it may raise ``Cancelled``."""


@dataclass(frozen=True)
class Backup:
    """A backup that was made.

    Attributes:
        path: of the file.
        size: in bytes.
        head: end of the ledger in it; noted elsewhere, it shows later that nothing before it was altered.
        read_back: whether it was looked through as a store; not where the server lets this user make no database.
        breach: what was altered in the store and so in its copy; None where all is as it was written.
    """

    path: Path
    size: int
    head: LedgerHead
    read_back: bool
    breach: Breach | None


@dataclass(frozen=True)
class Restored:
    """A store that was restored.

    Attributes:
        head: end of the ledger in the backup.
        breach: what was altered in it; None where all is as it was written.
        aside: the store that stood there before, a file or the name of a database on its server; None where there was
            none.
    """

    head: LedgerHead
    breach: Breach | None
    aside: Path | str | None


def _quiet(_text: str, _share: float) -> None:
    """Nobody wants to know how far it is."""


def back_up(store: Store, path: Path, author: Author, *, overwrite: bool = False, step: Step = _quiet) -> Backup:
    """Copy a store into one file while others go on working, and look through the copy.

    Args:
        store: the store.
        path: of the file; its folder is there.
        author: who makes it; it stands in the ledger of store and copy.
        overwrite: whether a file of this name may be replaced.
        step: is told how far it is.

    Raises:
        BackupError: where it cannot be made or read back; a file of this name is as it was.
        StoreError: where the store cannot be read.
    """
    if path.exists() and not overwrite:
        raise BackupError(f"{path.name} is there already: choose another name.")
    if store.is_sqlite and path.exists() and path.samefile(store.address.database or ""):
        raise BackupError("This is the case database itself: choose another name, best on another disk.")
    with store.write() as connection:
        ledger.append(connection, author, BACKED_UP)
    with part_of(path, BackupError) as part:
        head = (backup_sqlite.copy if store.is_sqlite else backup_postgresql.dump)(store, part, step)
        read_back, breach = _look_through(store, part, head, step)
        size = part.stat().st_size
        settle(part, path)
    return Backup(path, size, head, read_back, breach)


def _look_through(store: Store, part: Path, head: LedgerHead, step: Step) -> tuple[bool, Breach | None]:
    """Open the copy as a store, and return whether that was possible and what is wrong in it."""
    if store.is_sqlite:
        try:
            with backup_sqlite.opened(part) as copy:
                return True, next(verify(copy, [head], step), None)
        except StoreAlteredError as error:
            return True, Breach(error.message)
    with backup_postgresql.loaded(store, part, step) as loaded:
        return loaded is not None, next(verify(loaded, [head], step), None) if loaded is not None else None


def restore(
    path: Path,
    url: str,
    author: Author,
    *,
    overwrite: bool = False,
    accept_altered: bool = False,
    step: Step = _quiet,
) -> Restored:
    """Make a store of a backup, after looking through it.

    It takes the place of the present store only where it is told to, and that one is kept beside it under another name.
    On a server the backup is loaded into a database of its own, and the two change names.

    Args:
        path: of the backup.
        url: the setting of the store that is to be.
        author: who restores it; it stands in the ledger of the restored store.
        overwrite: whether the present store may be put aside.
        accept_altered: whether to restore it although it is not as it was written.
        step: is told how far it is.

    Raises:
        BackupError: where the file is no backup for such a store, is not as it was written, or there is a store
            already; nothing was changed.
        StoreNewerError: where it was written by a newer version of the program.
        StoreBusyError: where somebody has the present store open.
        StoreError: where it cannot be stored.
    """
    if _is_sqlite(path) != _wants_sqlite(url):
        raise BackupError("This backup is of the other kind of database: choose a setting of its own kind.")
    if _wants_sqlite(url):
        return _restore_file(path, url, author, overwrite, accept_altered, step)
    return _restore_server(path, url, author, overwrite, accept_altered, step)


def _is_sqlite(path: Path) -> bool:
    try:
        with path.open("rb") as stream:
            start = stream.read(16)
    except OSError:
        raise BackupError("The backup cannot be read: is its name right, and its drive connected?") from None
    if start == backup_sqlite.MARK:
        return True
    if start.startswith(backup_postgresql.MARK):
        return False
    raise BackupError("This file is no backup of a case database: choose another one.")


def _wants_sqlite(url: str) -> bool:
    try:
        return make_url(url).get_backend_name() == "sqlite"
    except ArgumentError:
        raise BackupError("The setting of the case database is no address: write sqlite:///FILE.") from None


def _restore_file(
    path: Path, url: str, author: Author, overwrite: bool, accept_altered: bool, step: Step
) -> Restored:
    target = Path(make_url(url).database or "")
    if target.exists() and target.stat().st_size and not overwrite:
        raise BackupError(
            f"There is a case database already ({target.name}): say that it is to be overwritten, and it is put aside."
        )
    with part_of(target, BackupError) as part:
        backup_sqlite.copy_file(path, part, step)
        with backup_sqlite.opened(part) as copy:
            head, breach = _inspected(copy, accept_altered, step)
            _enter(copy, author)
            copy.empty_log()
        aside = backup_sqlite.put_aside(target)
        settle(part, target)
    return Restored(head, breach, aside)


def _restore_server(
    path: Path, url: str, author: Author, overwrite: bool, accept_altered: bool, step: Step
) -> Restored:
    if overwrite and not backup_postgresql.is_empty(url):
        with replace_postgresql.taking_the_place(path, url, step) as (copy, aside):
            head, breach = _inspected(copy, accept_altered, step)
            _enter(copy, author)
        return Restored(head, breach, aside)
    with backup_postgresql.restored(path, url, step) as copy:
        head, breach = _inspected(copy, accept_altered, step)
        _enter(copy, author)
    return Restored(head, breach, None)


def _inspected(copy: Store, accept_altered: bool, step: Step) -> tuple[LedgerHead, Breach | None]:
    with copy.read() as connection:
        head = ledger.head(connection)
    breach = next(verify(copy, step=step), None)
    if breach is not None and not accept_altered:
        raise BackupError(f"This backup is not as it was written, and nothing was restored. {breach.message}")
    return head, breach


def _enter(copy: Store, author: Author) -> None:
    with copy.write() as connection:
        ledger.append(connection, author, RESTORED)


