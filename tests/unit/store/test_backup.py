"""Backups: made while others write, read back, and restored without taking the place of anything unasked."""

import os
import shutil
import sqlite3
import stat
from contextlib import closing

import pytest
from sqlalchemy import make_url, text, update

from karyodesk.domain import edits
from karyodesk.domain.errors import BackupError, Cancelled, StoreBusyError, StoreNewerError
from karyodesk.store import backup_postgresql, cases, ledger, search
from karyodesk.store.backup import back_up, restore
from karyodesk.store.cells import OpenCell
from karyodesk.store.engine import Store
from karyodesk.store.schema import ORIGINALS
from karyodesk.store.verify import verify
from tests.databases import FILE, file_url
from tests.signing import laboratory, sign_all
from tests.stored import KIM, LEE, stored_case

needs_tools = pytest.mark.skipif(shutil.which("pg_dump") is None, reason="pg_dump is not installed here")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=needs_tools)])
def pair(request, tmp_path):
    """A store, and the address of one that is not there yet, of the same kind."""
    if request.param == "sqlite":
        (tmp_path / "new").mkdir()
        store, url = request.getfixturevalue("file_store"), file_url(tmp_path / "new")
    else:
        server = request.getfixturevalue("cluster")
        template = request.getfixturevalue("empty_database")
        store, url = Store(server.new_database(template=template)), server.new_database()
    yield store, url
    store.close()


def rows_of(store):
    """All rows of a store, but for those of the ledger that tell of backups."""
    with store.read() as connection:
        heads = [row for row in ledger.rows(connection) if row.action not in ("store.backup", "store.restore")]
        counts = {name: connection.execute(text(f"SELECT * FROM {name} ORDER BY 1, 2")).all() for name in TABLES}
    return heads, counts


TABLES = ("cases", "identifiers", "cells", "snapshots", "journal", "originals", "people", "signatures", "reports")


def test_a_backup_is_restored_as_it_was(pair, tmp_path):
    store, url = pair
    case_id, _ = stored_case(store, 2)
    people, *staff = laboratory(store)
    sign_all(people, *staff, case_id)
    made = back_up(store, tmp_path / "backup", KIM)
    assert made.read_back
    assert made.breach is None
    assert made.size == (tmp_path / "backup").stat().st_size
    assert stat.S_IMODE((tmp_path / "backup").stat().st_mode) == 0o600
    done = restore(tmp_path / "backup", url, LEE)
    assert (done.head, done.breach, done.aside) == (made.head, None, None)
    with closing(Store(url, create=False)) as restored:
        assert rows_of(restored) == rows_of(store)
        assert list(verify(restored, [made.head])) == []
        with restored.read() as connection:
            last = ledger.rows(connection)[-1]
    assert (last.action, last.person_name) == ("store.restore", "Lee Roe")
    left = {path.name for path in tmp_path.iterdir()} - {FILE, f"{FILE}-wal", f"{FILE}-shm", "new"}
    assert left == {"backup"}, "nothing else stays"


def test_who_made_a_backup_stands_in_store_and_copy(pair, tmp_path):
    store, _ = pair
    made = back_up(store, tmp_path / "backup", KIM)
    with store.read() as connection:
        row = ledger.rows(connection)[-1]
    assert (row.action, row.person_name, row.hash) == ("store.backup", "Kim Doe", made.head.hash)


def test_what_others_write_meanwhile_is_not_in_the_backup_and_does_not_disturb_it(pair, tmp_path):
    store, url = pair
    case_id, (cell_id,) = stored_case(store)
    with closing(Store(store.address.render_as_string(hide_password=False))) as other:
        cell = OpenCell(other, case_id, cell_id)
        calls = []

        def write(what, _share):
            calls.append(what)
            if len(calls) < 20:
                cell.do(edits.turn(cell.journal.cell, "c0", "kim"), KIM)

        made = back_up(store, tmp_path / "backup", KIM, step=write)
    assert made.breach is None
    assert len(cell.journal.entries) > 1
    restore(tmp_path / "backup", url, KIM)
    with closing(Store(url)) as restored:
        assert len(OpenCell(restored, case_id, cell_id).journal.entries) < len(cell.journal.entries)
    assert list(verify(store)) == []


def test_a_backup_takes_the_place_of_no_file_unasked(pair, tmp_path):
    store, _ = pair
    (tmp_path / "backup").write_text("mine")
    with pytest.raises(BackupError, match="backup is there already"):
        back_up(store, tmp_path / "backup", KIM)
    assert (tmp_path / "backup").read_text() == "mine"
    assert back_up(store, tmp_path / "backup", KIM, overwrite=True).size > 1000


def test_a_stopped_backup_leaves_nothing(pair, tmp_path):
    store, _ = pair
    stored_case(store)

    def stop(_what, _share):
        raise Cancelled

    with pytest.raises(Cancelled):
        back_up(store, tmp_path / "backup", KIM, step=stop)
    assert not list(tmp_path.glob("backup*"))


def test_a_backup_of_an_altered_store_is_kept_and_says_so(pair, tmp_path):
    store, url = pair
    stored_case(store)
    with store.write() as connection:
        connection.execute(update(ORIGINALS).values(data=b"another"))
    made = back_up(store, tmp_path / "backup", KIM)
    assert "is not the one that was stored" in made.breach.message
    with pytest.raises(BackupError, match=r"nothing was restored. Picture .* is not the one"):
        restore(tmp_path / "backup", url, KIM)
    assert restore(tmp_path / "backup", url, KIM, accept_altered=True).breach == made.breach


def test_a_folder_that_cannot_be_written_is_told(file_store, tmp_path):
    with pytest.raises(BackupError, match="choose another folder"):
        back_up(file_store, tmp_path / "absent" / "backup", KIM)


def test_restoring_puts_a_present_store_aside_when_it_is_told_to(file_store, tmp_path):
    case_id, _ = stored_case(file_store)
    back_up(file_store, tmp_path / "backup", KIM)
    later, _ = stored_case(file_store, accession="24-0002")
    file_store.close()
    with pytest.raises(BackupError, match="There is a case database already"):
        restore(tmp_path / "backup", file_url(tmp_path), KIM)
    done = restore(tmp_path / "backup", file_url(tmp_path), KIM, overwrite=True)
    assert done.aside.name.startswith(f"{FILE}.replaced-")
    with closing(Store(file_url(tmp_path))) as restored:
        assert [line.case.id for line in search.recent(restored)] == [case_id]
    with closing(Store(f"sqlite:///{done.aside}", create=False)) as aside:
        assert cases.read(aside, later).case.order.accession == "24-0002"
        assert list(verify(aside)) == []


def test_a_store_that_somebody_has_open_is_not_put_aside(file_store, tmp_path):
    stored_case(file_store)
    back_up(file_store, tmp_path / "backup", KIM)
    with file_store.read(), pytest.raises(StoreBusyError, match="close KaryoDesk on every computer"):
        restore(tmp_path / "backup", file_url(tmp_path), KIM, overwrite=True)
    assert list(verify(file_store)) == []
    assert not list(tmp_path.glob("*.replaced-*"))


def test_a_damaged_store_is_put_aside_and_replaced(file_store, tmp_path):
    case_id, _ = stored_case(file_store)
    back_up(file_store, tmp_path / "backup", KIM)
    file_store.close()
    (tmp_path / FILE).write_bytes(b"no database any more")
    done = restore(tmp_path / "backup", file_url(tmp_path), KIM, overwrite=True)
    assert done.aside.read_bytes() == b"no database any more"
    with closing(Store(file_url(tmp_path))) as restored:
        assert cases.read(restored, case_id).number == 2


def test_a_backup_is_restored_from_where_nothing_can_be_written(file_store, tmp_path):
    (tmp_path / "shelf").mkdir()
    back_up(file_store, tmp_path / "shelf" / "backup", KIM)
    (tmp_path / "shelf").chmod(0o500)
    before = (tmp_path / "shelf" / "backup").read_bytes()
    try:
        (tmp_path / "new").mkdir()
        restore(tmp_path / "shelf" / "backup", file_url(tmp_path / "new"), KIM)
        assert [path.name for path in (tmp_path / "shelf").iterdir()] == ["backup"]
        assert (tmp_path / "shelf" / "backup").read_bytes() == before
    finally:
        (tmp_path / "shelf").chmod(0o700)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"hello", "no backup of a case database"),
        (b"PGDMP....", "of the other kind"),
        (b"SQLite format 3\0" + b"x" * 5000, "damaged|no case database"),
        (None, "cannot be read"),
    ],
)
def test_what_is_no_backup_is_refused(tmp_path, data, message):
    if data is not None:
        (tmp_path / "backup").write_bytes(data)
    with pytest.raises(Exception, match=message) as caught:
        restore(tmp_path / "backup", file_url(tmp_path), KIM)
    assert caught.value.message
    assert not (tmp_path / FILE).exists()


def test_a_backup_of_a_newer_program_is_refused(file_store, tmp_path):
    back_up(file_store, tmp_path / "backup", KIM)
    with closing(sqlite3.connect(tmp_path / "backup")) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
        database.commit()
    (tmp_path / "new").mkdir()
    with pytest.raises(StoreNewerError, match="newer KaryoDesk"):
        restore(tmp_path / "backup", file_url(tmp_path / "new"), KIM)
    assert not list((tmp_path / "new").iterdir())


def test_without_the_programs_of_postgresql_it_is_said_in_plain_words(cluster, empty_database, tmp_path, monkeypatch):
    monkeypatch.setattr(backup_postgresql.shutil, "which", lambda _name: None)
    with (
        closing(Store(cluster.new_database(template=empty_database))) as store,
        pytest.raises(BackupError, match="pg_dump is not installed here: install the client programs"),
    ):
        back_up(store, tmp_path / "backup", KIM)
    assert not list(tmp_path.iterdir())


@needs_tools
def test_a_database_with_something_in_it_is_not_restored_into_unasked(cluster, empty_database, tmp_path):
    with closing(Store(cluster.new_database(template=empty_database))) as store:
        case_id, _ = stored_case(store)
        back_up(store, tmp_path / "backup", KIM)
        url = store.address.render_as_string(hide_password=False)
        with pytest.raises(BackupError, match="There is something in this database already"):
            restore(tmp_path / "backup", url, KIM)
        assert cases.read(store, case_id).number == 2


@needs_tools
def test_a_user_who_may_make_no_database_is_told_that_the_copy_was_not_read_back(cluster, empty_database, tmp_path):
    url = cluster.new_database(template=empty_database)
    name = make_url(url).database
    cluster.run_sql("CREATE ROLE clerk LOGIN")
    try:
        cluster.run_sql("GRANT ALL ON ALL TABLES IN SCHEMA public TO clerk", name)
        with closing(Store(url.replace("karyodesk@", "clerk@"))) as store:
            made = back_up(store, tmp_path / "backup", KIM)
        assert (made.read_back, made.breach) == (False, None)
        restore(tmp_path / "backup", cluster.new_database(), KIM)
    finally:
        cluster.run_sql("DROP OWNED BY clerk", name)
        cluster.run_sql("DROP ROLE clerk")


@needs_tools
def test_a_damaged_archive_leaves_the_database_empty(cluster, empty_database, tmp_path):
    with closing(Store(cluster.new_database(template=empty_database))) as store:
        stored_case(store)
        back_up(store, tmp_path / "backup", KIM)
    os.truncate(tmp_path / "backup", (tmp_path / "backup").stat().st_size // 2)
    url = cluster.new_database()
    with pytest.raises(BackupError, match="pg_restore failed"):
        restore(tmp_path / "backup", url, KIM)
    with closing(Store(url)) as store:
        assert search.recent(store) == []


def test_a_store_is_not_replaced_by_a_backup_of_itself(file_store, tmp_path):
    stored_case(file_store)
    own = tmp_path / FILE
    for path in (own, tmp_path / "." / FILE):
        with pytest.raises(BackupError, match="the case database itself"):
            back_up(file_store, path, KIM, overwrite=True)
    assert list(verify(file_store)) == []
