"""The databases that the tests of the store run on: a file of SQLite, and a PostgreSQL server of their own."""

import getpass
import itertools
import os
import shutil
import subprocess
import tempfile
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from karyodesk.store.engine import Store

_PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
FILE = "cases.karyodesk"
_QUICK = ("--no-sync", "--no-locale", "--encoding", "UTF8")
_numbers = itertools.count()


def _program(name):
    """A program of PostgreSQL, of the newest version that is installed."""
    installed = (str(path / name) for path in reversed(_PROGRAMS) if (path / name).exists())
    return shutil.which(name) or next(installed, None)


class Cluster:
    """A PostgreSQL server in a temporary folder, reached through a socket in it."""

    def __init__(self, folder):
        self.folder = folder
        self.user = "postgres" if os.geteuid() == 0 else getpass.getuser()
        if os.geteuid() == 0:
            shutil.chown(folder, self.user)
        self._run("initdb", "--pgdata", folder / "data", "--username", "karyodesk", "--auth", "trust", *_QUICK)
        settings = f"listen_addresses = ''\nunix_socket_directories = '{folder}'\nfsync = off\nmax_connections = 60\n"
        with (folder / "data" / "postgresql.conf").open("a") as file:
            file.write(settings)
        self.start()

    def start(self):
        self._run("pg_ctl", "start", "--wait", "--pgdata", self.folder / "data", "--log", self.folder / "log")

    def stop(self):
        """Stop at once, as a server that loses its power."""
        self._run("pg_ctl", "stop", "--wait", "--pgdata", self.folder / "data", "--mode", "immediate")

    def url(self, database):
        return f"postgresql+psycopg://karyodesk@/{database}?host={self.folder}"

    def new_database(self, name=None, template="template1"):
        """Make a database like another one and return its address."""
        name = name or f"store{next(_numbers)}"
        self.run_sql(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)

    @contextmanager
    def passing_database(self, template="template1"):
        """The address of a database; it and what a restore left are taken away afterwards: each is a thousand files."""
        url = self.new_database(template=template)
        yield url
        name = make_url(url).database
        for each in self.databases():
            if each == name or each.startswith((f"{name}_replaced_", "karyodesk_restore_")):
                self.run_sql(f'DROP DATABASE "{each}" WITH (FORCE)')

    def databases(self):
        """The names of all databases."""
        with self._connection() as connection:
            return set(connection.execute(text("SELECT datname FROM pg_database")).scalars())

    def run_sql(self, statement, database="postgres"):
        with self._connection(database) as connection:
            connection.execute(text(statement))

    @contextmanager
    def _connection(self, database="postgres"):
        engine = create_engine(self.url(database), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            yield connection
        engine.dispose()

    def _run(self, program, *arguments):
        command = [_program(program), *map(str, arguments)]
        user = {"user": self.user, "extra_groups": []} if os.geteuid() == 0 else {}
        # The server goes on after pg_ctl, so it must not hold a pipe of ours open.
        with tempfile.TemporaryFile() as output:
            done = subprocess.run(command, cwd="/", stdout=output, stderr=output, check=False, **user)
            output.seek(0)
            assert done.returncode == 0, output.read().decode()


@pytest.fixture(scope="session")
def cluster():
    """A running server; skipped where PostgreSQL or its driver is not installed."""
    pytest.importorskip("psycopg", reason="PostgreSQL is not tested here: its driver psycopg is not installed")
    if _program("initdb") is None or _program("pg_ctl") is None:
        pytest.skip("PostgreSQL is not tested here: its server is not installed (apt-get install postgresql)")
    folder = Path(tempfile.mkdtemp(prefix="kd-pg-"))  # short: the path of a socket has 107 characters at most
    server = Cluster(folder)
    yield server
    server.stop()
    shutil.rmtree(folder)


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request, tmp_path):
    """The address of a store that is not there yet, on either database."""
    if request.param == "sqlite":
        yield file_url(tmp_path)
        return
    with request.getfixturevalue("cluster").passing_database() as url:
        yield url


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory):
    """A store without a case, in a file to be copied."""
    folder = tmp_path_factory.mktemp("empty")
    Store(file_url(folder)).close()
    return folder / FILE


@pytest.fixture(scope="session")
def empty_database(cluster):
    """The name of a database with a store without a case, to be copied."""
    Store(cluster.new_database("empty")).close()
    return "empty"


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request):
    """An empty store on SQLite, then one on PostgreSQL."""
    if request.param == "sqlite":
        yield request.getfixturevalue("file_store")
        return
    template = request.getfixturevalue("empty_database")
    with request.getfixturevalue("cluster").passing_database(template) as url, closing(Store(url)) as opened:
        yield opened


@pytest.fixture
def file_store(empty_file, tmp_path):
    """An empty store in a file."""
    shutil.copy(empty_file, tmp_path / FILE)
    opened = Store(file_url(tmp_path))
    yield opened
    opened.close()


def file_url(folder):
    """The address of a store in a folder."""
    return f"sqlite:///{folder / FILE}"
