"""What a database says when it fails, in plain words: what is wrong and what to do."""

import sqlite3
from typing import Final

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from karyodesk.domain.errors import (
    StoreAlteredError,
    StoreBusyError,
    StoreError,
    StoreFullError,
    StoreLostError,
    StoreReadOnlyError,
)

Failure: Final = (DBAPIError, PoolTimeoutError, UnicodeDecodeError)
"""What a database fails with; SQLite's driver with the last one where damage shows in an error message."""

_FULL: Final = "The disk of the case database is full, and the last entry was not stored: make room and try again."
_READ_ONLY: Final = (
    "The case database cannot be written: ask for the right to write to its folder, or choose another database."
)
_BUSY: Final = "Somebody else is writing to the case database: try again in a moment."
_LOST: Final = (
    "The connection to the case database was lost: it goes on when the server can be reached again. Nothing that was "
    "confirmed is lost."
)
_ALTERED: Final = "The case database is damaged: restore a backup, and keep the damaged file for an inspection."
_NO_STORE: Final = "This file is no case database: choose another one."
_UNREACHABLE: Final = (
    "The file of the case database cannot be opened: is its folder there, and may this person read and write it?"
)
_INPUT_OUTPUT: Final = (
    "The disk of the case database cannot be read or written: is it full, or was it unplugged? The last entry was not "
    "stored."
)
_REFUSED: Final = "The database server refused this user or database: check the setting of the case database."
_RIGHTS: Final = "The database server does not let this user do that: ask its administrator."
_OTHER: Final = "The case database refused an entry that does not fit it: nothing was changed."

_SQLITE: Final[dict[int, tuple[type[StoreError], str]]] = {
    sqlite3.SQLITE_FULL: (StoreFullError, _FULL),
    sqlite3.SQLITE_READONLY: (StoreReadOnlyError, _READ_ONLY),
    sqlite3.SQLITE_PERM: (StoreReadOnlyError, _READ_ONLY),
    sqlite3.SQLITE_BUSY: (StoreBusyError, _BUSY),
    sqlite3.SQLITE_LOCKED: (StoreBusyError, _BUSY),
    sqlite3.SQLITE_CANTOPEN: (StoreReadOnlyError, _UNREACHABLE),
    sqlite3.SQLITE_IOERR: (StoreFullError, _INPUT_OUTPUT),
    sqlite3.SQLITE_CORRUPT: (StoreAlteredError, _ALTERED),
    sqlite3.SQLITE_NOTADB: (StoreError, _NO_STORE),
}
_POSTGRESQL: Final[dict[str, tuple[type[StoreError], str]]] = {
    "08": (StoreLostError, _LOST),
    "25006": (StoreReadOnlyError, _READ_ONLY),
    "28": (StoreError, _REFUSED),
    "3D": (StoreError, _REFUSED),
    "40": (StoreBusyError, _BUSY),
    "42501": (StoreReadOnlyError, _RIGHTS),
    "53100": (StoreFullError, _FULL),
    "53": (StoreBusyError, _BUSY),
    "55P03": (StoreBusyError, _BUSY),
    "57P": (StoreLostError, _LOST),
    "XX001": (StoreAlteredError, _ALTERED),
    "XX002": (StoreAlteredError, _ALTERED),
}
"""By the beginning of the SQLSTATE, the longest that fits."""


def in_plain_words(error: DBAPIError | PoolTimeoutError | UnicodeDecodeError) -> StoreError:
    """Return what a person is told of a failure of the database.

    The sentence holds nothing of what was being stored, which may name a patient.
    """
    if isinstance(error, UnicodeDecodeError):
        return StoreAlteredError(_ALTERED)
    if isinstance(error, PoolTimeoutError):
        return StoreBusyError(_BUSY)
    cause = error.orig
    if isinstance(cause, sqlite3.Error):
        kind, sentence = _of_sqlite(cause)
    else:
        kind, sentence = _of_postgresql(getattr(cause, "sqlstate", None), lost=_is_broken(error))
    return kind(sentence)


def _of_sqlite(cause: sqlite3.Error) -> tuple[type[StoreError], str]:
    code = getattr(cause, "sqlite_errorcode", None)
    if code is None:  # the driver itself: a text that is no UTF-8
        return (StoreAlteredError, _ALTERED) if "decode" in str(cause) else (StoreError, _OTHER)
    return _SQLITE.get(code & 0xFF, (StoreError, _OTHER))


def _is_broken(error: DBAPIError) -> bool:
    """Whether the connection is gone: the driver then says so, or has no answer of the server to tell of."""
    return error.connection_invalidated or type(error.orig).__name__ == "OperationalError"


def _of_postgresql(state: str | None, *, lost: bool) -> tuple[type[StoreError], str]:
    if state:
        fitting = [start for start in _POSTGRESQL if state.startswith(start)]
        if fitting:
            return _POSTGRESQL[max(fitting, key=len)]
    return (StoreLostError, _LOST) if lost and not state else (StoreError, _OTHER)
