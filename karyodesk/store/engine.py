"""Opening a store: one database, chosen by one URL, and its transactions."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

from sqlalchemy import URL, Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError

from karyodesk.domain.errors import StoreError
from karyodesk.store import ledger, migrate, postgresql, sqlite
from karyodesk.store.failures import Failure, in_plain_words


class Store:
    """A case database; may be used by several threads at once.

    Attributes:
        url: the setting it was opened by, its password hidden.
    """

    def __init__(self, url: str, *, create: bool = True) -> None:
        """Open a store and bring its tables to this version.

        Args:
            url: ``sqlite:///cases.karyodesk`` or ``postgresql://user@server/database``.
            create: whether to make what is not there yet.

        Raises:
            StoreNewerError: where it was written by a newer version of the program.
            StoreError: in all other cases that keep it from being used, each in plain words.
        """
        self._engine = _engine_of(url, create=create)
        self.url = self._engine.url.render_as_string(hide_password=True)
        try:
            self._prepare(create=create)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    @property
    def address(self) -> URL:
        """The setting with its password: for the programs of the database, never to be shown."""
        return self._engine.url

    @property
    def is_sqlite(self) -> bool:
        """Whether it is one file."""
        return self._engine.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that sees the store as it is now, and nothing that others write meanwhile.

        Raises:
            StoreError: what the database fails with, in plain words.
        """
        options = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with self._plainly(), self._engine.connect().execution_options(**options) as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction: on the disk as a whole when the block is left, or not at all.

        Raises:
            StoreLostError: where the connection broke; the transaction may or may not be on the server's disk.
            StoreError: what else the database fails with, in plain words; nothing was changed.
        """
        options = {sqlite.WRITES: True} if self.is_sqlite else {"isolation_level": "READ COMMITTED"}
        with self._plainly(), self._engine.connect().execution_options(**options) as connection, connection.begin():
            yield connection

    def empty_log(self) -> None:
        """Leave nothing of what was deleted in the log beside the file; a server sees to its own."""
        if self.is_sqlite:
            with self._plainly(), closing(self._engine.raw_connection()) as connection:
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").close()

    @contextmanager
    def _plainly(self) -> Iterator[None]:
        """Without the cause: it may name a patient, and a report of a crash would show it."""
        try:
            yield
        except Failure as error:
            raise in_plain_words(error) from None

    def _prepare(self, *, create: bool) -> None:
        with self.read() as connection:
            if migrate.is_current(connection):
                return
            if not create and migrate.is_empty(connection):
                raise StoreError("There are no cases in this database yet: check the setting of the case database.")
        with self.write() as connection:
            migrate.bring_up(connection)
            ledger.found(connection)


def _engine_of(url: str, *, create: bool) -> Engine:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise StoreError("The setting of the case database is no address: write sqlite:///FILE.") from None
    if parsed.get_backend_name() == "sqlite":
        return sqlite.engine_of(parsed, create=create)
    if parsed.get_backend_name() == "postgresql":
        return postgresql.engine_of(parsed)
    raise StoreError("Cases are kept in SQLite or PostgreSQL: write sqlite:///FILE or postgresql://SERVER/DATABASE.")
