"""Copies of a store on a server, by the programs that come with PostgreSQL: pg_dump and pg_restore."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final, TypeVar
from uuid import uuid4

from sqlalchemy import URL, Connection, make_url, text
from sqlalchemy.exc import ProgrammingError

from karyodesk.domain.errors import BackupError
from karyodesk.store import ledger, migrate, postgresql
from karyodesk.store.engine import Store
from karyodesk.store.failures import Failure, in_plain_words
from karyodesk.store.ledger import LedgerHead
from karyodesk.store.schema import METADATA

MARK: Final = b"PGDMP"
"""How an archive of pg_dump begins."""
_PLAIN: Final = ("--no-owner", "--no-privileges")
_POLL_S: Final = 0.2
_T = TypeVar("_T")
Step = Callable[[str, float], None]


def dump(store: Store, part: Path, step: Step) -> LedgerHead:
    """Write the database of a store as it is at one moment into an archive, and return the end of its ledger.

    Raises:
        BackupError: where pg_dump is not installed or fails.
        StoreError: where the store cannot be read.
    """
    with store.read() as connection:
        connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        head = ledger.head(connection)
        snapshot = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
        arguments = ("--format=custom", f"--snapshot={snapshot}", "--file", str(part))
        _run("pg_dump", store.address, arguments, "Copying the case database", step)
    return head


@contextmanager
def loaded(store: Store, part: Path, step: Step) -> Iterator[Store | None]:
    """An archive loaded into a database of its own for a look, which goes afterwards; None where none can be made.

    Raises:
        BackupError: where it cannot be loaded.
    """
    name = f"karyodesk_check_{uuid4().hex[:12]}"
    try:
        administer(store.address, f'CREATE DATABASE "{name}" TEMPLATE template0')
    except ProgrammingError:
        yield None
        return
    try:
        with restored(part, store.address.set(database=name).render_as_string(hide_password=False), step) as copy:
            yield copy
    finally:
        administer(store.address, f'DROP DATABASE "{name}"')


def is_empty(url: str) -> bool:
    """Whether there is nothing in a database.

    Raises:
        StoreError: where the server cannot be used.
    """
    return ask(make_url(url), migrate.is_empty)


@contextmanager
def restored(path: Path, url: str, step: Step) -> Iterator[Store]:
    """An archive loaded into an empty database; where the block fails, the database is empty again.

    Raises:
        BackupError: where the database is not empty, or pg_restore is not installed or fails.
        StoreError: where the database cannot be used.
    """
    address = make_url(url)
    if not is_empty(url):
        raise BackupError(
            "There is something in this database already: say that it is to be overwritten, and it is kept under "
            "another name; or make an empty one on the server, restore into it, and set it as the case database."
        )
    arguments = ("--single-transaction", "--exit-on-error", str(path))
    _run("pg_restore", address, arguments, "Reading the backup", step)
    with closing(Store(url, create=False)) as store:
        try:
            yield store
        except BaseException:
            ask(address, _empty)
            raise


def _empty(connection: Connection) -> None:
    METADATA.drop_all(connection)
    connection.execute(text("DROP TABLE IF EXISTS alembic_version"))


def ask(address: URL, what: Callable[[Connection], _T]) -> _T:
    """Do something in a transaction of a database that need not hold a store.

    Raises:
        StoreError: what the database fails with, in plain words.
    """
    engine = postgresql.engine_of(address)
    try:
        with engine.begin() as connection:
            return what(connection)
    except Failure as error:
        raise in_plain_words(error) from None
    finally:
        engine.dispose()


def administer(address: URL, statement: str) -> None:
    """Run a statement that no transaction may hold.

    Raises:
        DBAPIError: what the server fails with.
    """
    engine = postgresql.engine_of(address)
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(statement))
    finally:
        engine.dispose()


def _run(program: str, address: URL, arguments: tuple[str, ...], what: str, step: Step) -> None:
    """Run a program of PostgreSQL until it ends or a person stops it. What it prints may hold rows, so it is not told.

    Raises:
        BackupError: where it is not installed or fails.
    """
    path = shutil.which(program)
    if path is None:
        raise BackupError(
            f"{program} is not installed here: install the client programs of PostgreSQL (Debian and Ubuntu: apt-get "
            "install postgresql-client)."
        )
    shown = address.set(drivername="postgresql", password=None)
    environment = dict(os.environ)
    if address.password is not None:
        environment["PGPASSWORD"] = str(address.password)
    command = [path, *_PLAIN, f"--dbname={shown.render_as_string(hide_password=False)}", *arguments]
    with tempfile.TemporaryFile() as said:
        with subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=said
        ) as process:
            try:
                while _is_running(process):
                    step(what, 0.0)
            except BaseException:
                process.kill()
                raise
        if process.returncode:
            said.seek(0)
            raise BackupError(_why(program, said.read()))


def _is_running(process: subprocess.Popen[bytes]) -> bool:
    try:
        process.wait(_POLL_S)
    except subprocess.TimeoutExpired:
        return True
    return False


def _why(program: str, said: bytes) -> str:
    if b"version mismatch" in said or b"unsupported version" in said:
        return f"{program} is older than the server or the backup: install the client programs of the newer version."
    if b"No space left" in said:
        return "The disk is full: make room, and try again."
    return f"{program} failed: is the server reached, and may this user read and write the whole database?"
