"""Putting a backup in the place of a store on a server: the present database gets another name and is kept."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from uuid import uuid4

from sqlalchemy import URL, Connection, inspect, make_url, text
from sqlalchemy.exc import DBAPIError

from karyodesk.domain.errors import BackupError, StoreBusyError, StoreError
from karyodesk.store.backup_postgresql import Step, administer, ask, restored
from karyodesk.store.backup_sqlite import BUSY
from karyodesk.store.engine import Store
from karyodesk.store.failures import in_plain_words
from karyodesk.store.schema import JOURNAL, LEDGER, METADATA

_LONGEST_NAME: Final = 63
"""Bytes of the name of a database: PostgreSQL cuts longer ones off."""
_IN_USE: Final = "55006"
_MAY_NOT: Final = "42501"
_TABLES: Final = frozenset({*METADATA.tables, "alembic_version"})


@contextmanager
def taking_the_place(path: Path, url: str, step: Step) -> Iterator[tuple[Store, str]]:
    """An archive loaded beside the present store, which it takes the place of at the end of the block.

    Where the block or anything after it fails, the present store is as it was. Roles of the server that may do
    something with its tables may do so with the restored ones too.

    Yields:
        The restored store, and the name of the database as which the present one is then kept.

    Raises:
        BackupError: where the database holds something else, this user may make or rename none, or it cannot be loaded.
        StoreBusyError: where somebody has the present store open.
        StoreError: where the server cannot be used.
    """
    address = make_url(url)
    present = ask(address, _present)
    new = f"karyodesk_restore_{uuid4().hex[:12]}"
    like = f"ENCODING '{present.encoding}' LC_COLLATE '{present.collate}' LC_CTYPE '{present.ctype}'"
    _change(address, f"CREATE DATABASE {_quoted(new)} TEMPLATE template0 {like}")
    beside = address.set(database=new)
    try:
        with restored(path, beside.render_as_string(hide_password=False), step) as copy:
            yield copy, present.aside
        ask(beside, lambda connection: _grant(connection, ask(address, _grants)))
        _exchange(address, present, beside)
    except BaseException:
        with suppress(StoreError):  # what it failed with is told; what is left over is named after what it is
            _change(address, f"DROP DATABASE {_quoted(new)}")
        raise


@dataclass(frozen=True)
class _Present:
    """The database that is to be replaced.

    Attributes:
        name: of it.
        aside: the name that it gets.
        encoding: of its texts.
        collate: its order of texts.
        ctype: its classes of characters.
    """

    name: str
    aside: str
    encoding: str
    collate: str
    ctype: str


def _present(connection: Connection) -> _Present:
    """What the database is; it is not touched where it holds anything but cases."""
    tables = set(inspect(connection).get_table_names())
    if not {JOURNAL.name, LEDGER.name} <= tables:
        raise BackupError("This database holds something else than cases: choose another one.")
    query = text(
        "SELECT datname, pg_encoding_to_char(encoding), datcollate, datctype FROM pg_database "
        "WHERE datname = current_database()"
    )
    name, *like = connection.execute(query).one()
    end = f"_replaced_{datetime.now(UTC).strftime('%Y%m%dt%H%M%Sz')}"
    return _Present(name, name.encode()[: _LONGEST_NAME - len(end)].decode(errors="ignore") + end, *like)


def _exchange(address: URL, present: _Present, beside: URL) -> None:
    """Give both databases their new names; a name is changed only from another database, where nobody is in it."""
    old, aside, new = (_quoted(name) for name in (present.name, present.aside, str(beside.database)))
    _change(beside, f"ALTER DATABASE {old} RENAME TO {aside}")
    try:
        _change(address.set(database=present.aside), f"ALTER DATABASE {new} RENAME TO {old}")
    except BaseException:
        try:
            _change(beside, f"ALTER DATABASE {aside} RENAME TO {old}")
        except StoreError:
            raise BackupError(
                f"The server broke off: the case database is kept there as {present.aside}, to be renamed "
                f"{present.name} by its administrator."
            ) from None
        raise


def _grants(connection: Connection) -> list[str]:
    """What other roles may do with the tables, as statements; what their owner may, too, who need not be this user."""
    query = text(
        "SELECT c.relname, r.rolname, a.privilege_type, a.is_grantable FROM pg_class c "
        "CROSS JOIN LATERAL aclexplode(coalesce(c.relacl, acldefault('r', c.relowner))) a "
        "LEFT JOIN pg_roles r ON r.oid = a.grantee "
        "WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' "
        "AND r.rolname IS DISTINCT FROM current_user"
    )
    rows = [row for row in connection.execute(query) if row.relname in _TABLES]
    return [
        f"GRANT {row.privilege_type} ON {_quoted(row.relname)} TO {_quoted(row.rolname) if row.rolname else 'PUBLIC'}"
        + (" WITH GRANT OPTION" if row.is_grantable else "")
        for row in rows
    ]


def _grant(connection: Connection, statements: list[str]) -> None:
    for statement in statements:
        connection.execute(text(statement))


def _quoted(name: str) -> str:
    """A name as a statement holds it; a colon would begin a parameter."""
    return '"' + name.replace('"', '""').replace(":", r"\:") + '"'


def _change(address: URL, statement: str) -> None:
    """Run a statement on whole databases, and say in plain words why it cannot be."""
    try:
        administer(address, statement)
    except DBAPIError as error:
        state = getattr(error.orig, "sqlstate", None)
        if state == _IN_USE:
            raise StoreBusyError(BUSY) from None
        if state == _MAY_NOT:
            raise BackupError(
                "This user may make and rename no databases on the server, so that the present one could be kept: let "
                "its administrator make an empty one, restore into it, and set it as the case database."
            ) from None
        raise in_plain_words(error) from None
