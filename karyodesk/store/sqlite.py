"""A store in one file: SQLite with its write-ahead log, every commit on the disk before it is told."""

import os
import sqlite3
from pathlib import Path
from typing import Final

from sqlalchemy import URL, Connection, Engine, create_engine, event

from karyodesk.domain.errors import StoreError, StoreReadOnlyError

WAIT_S: Final = 10
"""How long a writer waits for another one."""
WRITES: Final = "karyodesk_writes"
"""The option of a connection whose transaction is to write."""
_APPLICATION_ID: Final = 0x4B44534B  # "KDSK": what the file command and other programs know a store by
_SETTINGS: Final = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "fullfsync = ON",
    "checkpoint_fullfsync = ON",
    "foreign_keys = ON",
    "secure_delete = FAST",
    "trusted_schema = OFF",
    "cell_size_check = ON",
    "cache_size = -32768",
)


def engine_of(url: URL, *, create: bool) -> Engine:
    """Return an engine on a file; it is made where it is absent and ``create`` allows it.

    Raises:
        StoreError: where no file is named, it is absent, or it cannot be made.
    """
    if not url.database or url.database == ":memory:":
        raise StoreError("The setting of the case database names no file: write it as sqlite:///folder/cases.karyodesk.")
    path = Path(url.database)
    if create:
        _make(path)
    elif not path.is_file():
        raise StoreError("There is no case database of this name: check the setting of the case database.")
    engine = create_engine(url, hide_parameters=True, connect_args={"timeout": WAIT_S})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _make(path: Path) -> None:
    """Make an empty file that nobody else may read; SQLite gives its log the same rights."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        return
    except FileNotFoundError:
        raise StoreError("The folder of the case database is not there: make it, or choose another one.") from None
    except OSError:
        raise StoreReadOnlyError(
            "No case database can be made here: ask for the right to write to its folder, or choose another one."
        ) from None


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # transactions begin as ``_begin`` says, not as the driver thinks best
    for setting in _SETTINGS:
        connection.execute(f"PRAGMA {setting}").close()
    if not connection.execute("PRAGMA application_id").fetchone()[0] and not connection.execute(
        "SELECT 1 FROM sqlite_master"
    ).fetchone():
        connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}").close()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
