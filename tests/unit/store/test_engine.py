"""Opening a store, and what a person is told where that fails."""

import os
import sqlite3
import stat
from contextlib import closing, contextmanager

import pytest
from sqlalchemy import Engine, event, text

from karyodesk.domain import edits
from karyodesk.domain.errors import (
    StoreBusyError,
    StoreError,
    StoreFullError,
    StoreNewerError,
    StoreReadOnlyError,
)
from karyodesk.store import cases, ledger, sqlite
from karyodesk.store.cells import OpenCell
from karyodesk.store.engine import Store
from karyodesk.store.verify import verify
from tests.databases import FILE, file_url
from tests.stored import KIM, make_case, open_cell, stored_case


def head_of(store):
    with store.read() as connection:
        return ledger.head(connection)


def test_a_store_is_made_once_and_opened_again(store_url):
    with closing(Store(store_url)) as made:
        first = head_of(made)
    with closing(Store(store_url, create=False)) as opened:
        assert head_of(opened) == first
        assert list(verify(opened)) == []


def test_nobody_else_may_read_the_file_or_its_log(tmp_path):
    with closing(Store(file_url(tmp_path))) as store:
        cases.create(store, make_case(), KIM)
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert modes[FILE] == 0o600
    assert set(modes.values()) == {0o600}
    assert len(modes) == 3


def test_the_file_alone_is_the_store_once_it_is_closed(tmp_path):
    with closing(Store(file_url(tmp_path))) as store:
        case_id, _ = stored_case(store)
    assert [path.name for path in tmp_path.iterdir()] == [FILE]
    (tmp_path / FILE).rename(tmp_path / "copy.karyodesk")
    with closing(Store(f"sqlite:///{tmp_path / 'copy.karyodesk'}")) as copy:
        assert cases.read(copy, case_id).case.id == case_id


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("cases.db", "is no address"),
        ("mysql://server/cases", "SQLite or PostgreSQL"),
        ("sqlite://", "names no file"),
        ("sqlite:///{folder}/none/cases.db", "folder of the case database is not there"),
        ("sqlite:///{folder}", "cannot be opened"),
    ],
)
def test_a_setting_that_names_no_store_is_told(tmp_path, url, told):
    with pytest.raises(StoreError, match=told):
        Store(url.format(folder=tmp_path))


def test_nothing_is_made_where_that_was_not_asked_for(tmp_path):
    with pytest.raises(StoreError, match="no case database of this name"):
        Store(file_url(tmp_path), create=False)
    (tmp_path / FILE).touch()
    with pytest.raises(StoreError, match="no cases in this database yet"):
        Store(file_url(tmp_path), create=False)


def test_another_file_is_no_store_and_stays_as_it_is(tmp_path):
    (tmp_path / FILE).write_text("Dear colleague, " * 100)
    before = (tmp_path / FILE).read_bytes()
    with pytest.raises(StoreError, match="no case database: choose another"):
        Store(file_url(tmp_path))
    assert (tmp_path / FILE).read_bytes() == before


def test_a_database_of_something_else_is_refused(tmp_path):
    with closing(sqlite3.connect(tmp_path / FILE)) as database:
        database.execute("CREATE TABLE recipes (name TEXT)")
    with pytest.raises(StoreError, match="something else than cases"):
        Store(file_url(tmp_path))


def test_a_store_of_a_newer_version_is_refused(store, store_url):
    with store.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        url = connection.engine.url.render_as_string(hide_password=False)
    with pytest.raises(StoreNewerError, match="newer KaryoDesk: install that version"):
        Store(url)


def test_the_address_is_told_without_its_password():
    with pytest.raises(StoreError, match="connection to the case database was lost"):
        Store("postgresql://kim:secret@/cases?host=/nowhere")


def test_a_database_that_cannot_hold_every_name_is_refused(cluster):
    cluster.run_sql("CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0")
    with pytest.raises(StoreError, match="make one with ENCODING 'UTF8'"):
        Store(cluster.url("latin"))


def test_another_writer_is_waited_for_and_then_told_of(file_store, tmp_path, monkeypatch):
    case_id, _ = stored_case(file_store)
    monkeypatch.setattr(sqlite, "WAIT_S", 0.1)
    with closing(Store(file_url(tmp_path))) as other, file_store.write():
        with pytest.raises(StoreBusyError, match="try again in a moment"):
            cases.create(other, make_case(), KIM)
        assert cases.read(other, case_id).case.id == case_id


@pytest.fixture
def full_at():
    """Sets how many pages the file of a store may have, as if the disk ended there."""
    pages = {"most": 2**31}

    def limit(connection, _record):
        connection.execute(f"PRAGMA max_page_count = {pages['most']}").close()

    event.listen(Engine, "connect", limit)
    yield pages
    event.remove(Engine, "connect", limit)


def turn_for_ever(cell, done):
    while True:
        edit = edits.turn(cell.journal.cell, "c0", "kim")
        cell.do(edit, KIM)
        done.append(edit)


def test_a_full_disk_is_told_and_what_was_told_to_be_stored_is_there(tmp_path, full_at):
    with closing(Store(file_url(tmp_path))) as store:
        cell = open_cell(store)
    with closing(sqlite3.connect(tmp_path / FILE)) as database:
        full_at["most"] = database.execute("PRAGMA page_count").fetchone()[0] + 4
    with closing(Store(file_url(tmp_path))) as store:
        cell = OpenCell(store, cell.case_id, cell.id)
        done = []
        with pytest.raises(StoreFullError, match="make room and try again"):
            turn_for_ever(cell, done)
    full_at["most"] = 2**31
    with closing(Store(file_url(tmp_path))) as store:
        reopened = OpenCell(store, cell.case_id, cell.id)
        assert done
        assert [entry.edit for entry in reopened.journal.entries] == done
        assert reopened.journal.cell == cell.journal.cell
        assert list(verify(store)) == []
        reopened.do(edits.turn(reopened.journal.cell, "c0", "kim"), KIM)
        assert len(OpenCell(store, cell.case_id, cell.id).journal.entries) == len(done) + 1


@contextmanager
def without_rights():
    """As a person who has no right to anything of the one who runs the tests, who may be the administrator."""
    if not hasattr(os, "geteuid"):
        pytest.skip("folders have no such rights here")
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(user)


@pytest.fixture
def read_only(tmp_path):
    """A folder that can be read and, once it is made so, not written."""
    folder = tmp_path / "fixed"
    folder.mkdir()
    for parent in (tmp_path, tmp_path.parent, tmp_path.parent.parent):
        parent.chmod(0o755)
    yield folder
    folder.chmod(0o755)


def test_a_folder_that_cannot_be_written_is_told(read_only):
    read_only.chmod(0o555)
    with without_rights(), pytest.raises(StoreReadOnlyError, match="ask for the right to write"):
        Store(file_url(read_only))


def test_a_store_that_can_only_be_read_is_told(read_only):
    Store(file_url(read_only)).close()
    (read_only / FILE).chmod(0o444)
    read_only.chmod(0o555)
    with without_rights(), pytest.raises(StoreReadOnlyError):
        Store(file_url(read_only))


def test_a_store_that_becomes_read_only_is_told_and_the_edit_can_be_made_later(file_store):
    cell = open_cell(file_store)
    edit, before = edits.turn(cell.journal.cell, "c0", "kim"), cell.journal.cell
    with file_store.read() as connection:
        connection.execute(text("PRAGMA query_only = ON"))
    with pytest.raises(StoreReadOnlyError):
        cell.do(edit, KIM)
    assert cell.journal.cell == before
    with file_store.read() as connection:
        connection.execute(text("PRAGMA query_only = OFF"))
    cell.do(edit, KIM)
    assert len(OpenCell(file_store, cell.case_id, cell.id).journal.entries) == 1
