"""What a person is told of a failure names nothing of what was being stored."""

import sqlite3

import pytest
from sqlalchemy.exc import OperationalError, TimeoutError

from karyodesk.domain.errors import (
    StoreAlteredError,
    StoreBusyError,
    StoreError,
    StoreFullError,
    StoreLostError,
    StoreReadOnlyError,
)
from karyodesk.store.failures import in_plain_words


def of_sqlite(code):
    cause = sqlite3.OperationalError("Müller")
    cause.sqlite_errorcode = code
    return OperationalError("INSERT", {"name": "Müller"}, cause)


class ServerError(Exception):
    def __init__(self, state):
        super().__init__("DETAIL: Key (folded)=(müller) already exists.")
        self.sqlstate = state


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (of_sqlite(sqlite3.SQLITE_FULL), StoreFullError),
        (of_sqlite(sqlite3.SQLITE_IOERR_WRITE), StoreFullError),
        (of_sqlite(sqlite3.SQLITE_READONLY_DIRECTORY), StoreReadOnlyError),
        (of_sqlite(sqlite3.SQLITE_BUSY_SNAPSHOT), StoreBusyError),
        (of_sqlite(sqlite3.SQLITE_CORRUPT_INDEX), StoreAlteredError),
        (of_sqlite(sqlite3.SQLITE_CONSTRAINT_UNIQUE), StoreError),
        (OperationalError("INSERT", {}, ServerError("53100")), StoreFullError),
        (OperationalError("INSERT", {}, ServerError("53300")), StoreBusyError),
        (OperationalError("INSERT", {}, ServerError("57P01")), StoreLostError),
        (OperationalError("INSERT", {}, ServerError("08006")), StoreLostError),
        (OperationalError("INSERT", {}, ServerError("55P03")), StoreBusyError),
        (OperationalError("INSERT", {}, ServerError("40P01")), StoreBusyError),
        (OperationalError("INSERT", {}, ServerError("25006")), StoreReadOnlyError),
        (OperationalError("INSERT", {}, ServerError("42501")), StoreReadOnlyError),
        (OperationalError("INSERT", {}, ServerError("23505")), StoreError),
        (OperationalError("INSERT", {}, ServerError("XX001")), StoreAlteredError),
        (OperationalError("INSERT", {}, ServerError("28P01")), StoreError),
        (OperationalError("INSERT", {}, ConnectionError("Müller"), connection_invalidated=True), StoreLostError),
        (TimeoutError(), StoreBusyError),
    ],
)
def test_each_failure_has_its_kind_and_one_sentence_without_a_name(error, kind):
    told = in_plain_words(error)
    assert type(told) is kind
    assert "ller" not in told.message
    assert told.message.endswith(".")
