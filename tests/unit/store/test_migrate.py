"""Migrations: they make the tables that the program writes, keep every row of the first release, and never go back."""

import sqlite3
from contextlib import closing

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import func, select, text

from karyodesk.domain.errors import StoreError
from karyodesk.store import cases, migrate
from karyodesk.store.cells import OpenCell
from karyodesk.store.engine import Store
from karyodesk.store.journal import Action
from karyodesk.store.migrations.versions import revision_0001
from karyodesk.store.schema import METADATA, REVISION
from karyodesk.store.verify import verify
from tests.databases import FILE, file_url
from tests.first_release import DUMP


def scripts():
    config = Config()
    config.set_main_option("script_location", str(migrate.MIGRATIONS))
    config.set_main_option("path_separator", "os")
    return ScriptDirectory.from_config(config)


def test_the_migrations_make_the_tables_that_the_program_writes(store):
    with store.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
        checks = connection.execute(text("SELECT count(*) FROM alembic_version")).scalar()
    assert checks == 1


def test_the_newest_revision_is_the_one_that_the_program_expects():
    assert scripts().get_heads() == [REVISION]


def test_going_back_is_refused_in_plain_words():
    for script in scripts().walk_revisions():
        with pytest.raises(StoreError, match="cannot be taken back to an earlier version: restore the backup"):
            script.module.downgrade()
    assert revision_0001.down_revision is None


@pytest.fixture
def first_release(tmp_path):
    """Where it is no longer understood, what is stored has changed: tests/first_release.py says what to do."""
    with closing(sqlite3.connect(tmp_path / FILE)) as database:
        database.executescript(DUMP.read_text(encoding="utf-8"))
        tables = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = {name: database.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in tables}
    with closing(Store(file_url(tmp_path))) as store:
        yield store, rows


def test_a_store_of_the_first_release_gets_the_tables_of_this_one(first_release):
    store, _ = first_release
    with store.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []


def test_every_row_of_the_first_release_is_kept_and_verifies(first_release):
    store, rows = first_release
    with store.read() as connection:
        for name in set(rows) & set(METADATA.tables):
            counted = select(func.count()).select_from(METADATA.tables[name])
            assert connection.execute(counted).scalar() == rows[name]
    assert rows["journal"] > 30
    assert list(verify(store)) == []


def test_entries_of_every_kind_of_the_first_release_are_understood(first_release):
    store, _ = first_release
    with store.read() as connection:
        ids = connection.execute(text("SELECT id FROM cases ORDER BY data IS NULL")).scalars().all()
    stored = cases.read(store, ids[0])
    assert stored.case.patient.name == "Ann Poe"
    opened = [OpenCell(store, ids[0], cell.id) for cell in stored.cells]
    assert [len(cell.journal.entries) for cell in opened] == [26, 0]
    assert opened[0].journal.cell.by_id["c2"].label == "7"
    assert {row.action for case_id in ids for row in cases.history(store, case_id)} >= set(Action)
