"""Bytes by their SHA-256, of whatever table: written once, looked through at every reading."""

import hashlib
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Table, select
from sqlalchemy.dialects import postgresql, sqlite

from karyodesk.domain.errors import NotInStoreError, StoreAlteredError


def put_once(connection: Connection, table: Table, row: Mapping[str, object]) -> None:
    """Write a row, and leave one alone that is there already or that somebody else wrote at the same moment."""
    dialect: Any = postgresql if connection.dialect.name == "postgresql" else sqlite
    connection.execute(dialect.insert(table).values(**row).on_conflict_do_nothing())


def read_checked(connection: Connection, table: Table, sha256: str, what: str, kept: str) -> bytes:
    """Return the bytes of a row.

    Args:
        connection: in a transaction.
        table: with columns ``sha256`` and ``data``.
        sha256: of the bytes.
        what: the word for such bytes, such as ``picture``.
        kept: what was done with them, such as ``stored``.

    Raises:
        NotInStoreError: where there are none of this hash.
        StoreAlteredError: where the bytes are not those that were kept.
    """
    data = connection.execute(select(table.c.data).where(table.c.sha256 == sha256)).scalar()
    if data is None:
        raise NotInStoreError(f"This {what} is not in the database.")
    if hashlib.sha256(data).hexdigest() != sha256:
        raise StoreAlteredError(f"This {what} is not the one that was {kept}: run karyodesk audit verify.")
    return bytes(data)
