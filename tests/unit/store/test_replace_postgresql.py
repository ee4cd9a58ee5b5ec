"""A backup in the place of a store on a server: the store before it is kept, whatever comes between."""

import shutil
from contextlib import closing

import pytest
from sqlalchemy import make_url, update
from sqlalchemy.exc import OperationalError

from karyodesk.domain.errors import BackupError, Cancelled, StoreBusyError, StoreLostError
from karyodesk.store import replace_postgresql, search
from karyodesk.store.backup import back_up, restore
from karyodesk.store.engine import Store
from karyodesk.store.schema import ORIGINALS
from karyodesk.store.verify import verify
from tests.stored import KIM, LEE, stored_case

pytestmark = pytest.mark.skipif(shutil.which("pg_dump") is None, reason="pg_dump is not installed here")


@pytest.fixture
def url(cluster, empty_database):
    """A store on the server; what is kept beside it goes with it."""
    with cluster.passing_database(empty_database) as address:
        yield address


@pytest.fixture
def backup(url, tmp_path):
    """A backup of one case, after which the store got another one."""
    with closing(Store(url)) as store:
        stored_case(store)
        back_up(store, tmp_path / "backup", KIM)
        stored_case(store, accession="24-0002")
    return tmp_path / "backup"


def accessions(url):
    with closing(Store(url, create=False)) as store:
        assert list(verify(store)) == []
        return {line.case.order.accession for line in search.recent(store)}


def test_a_backup_takes_the_place_of_a_store_that_is_kept_when_it_is_told_to(url, backup, cluster):
    with pytest.raises(BackupError, match="say that it is to be overwritten"):
        restore(backup, url, LEE)
    done = restore(backup, url, LEE, overwrite=True)
    assert done.aside.startswith(f"{make_url(url).database}_replaced_")
    assert accessions(url) == {"24-0001"}
    assert accessions(cluster.url(done.aside)) == {"24-0001", "24-0002"}


def test_into_an_empty_database_nothing_is_put_aside(backup, cluster):
    with cluster.passing_database() as empty:
        there = cluster.databases()
        assert restore(backup, empty, LEE, overwrite=True).aside is None
        assert cluster.databases() == there
        assert accessions(empty) == {"24-0001"}


def test_other_roles_may_do_with_the_restored_tables_what_they_might_before(url, backup, cluster):
    name = make_url(url).database
    cluster.run_sql("CREATE ROLE clerk LOGIN")
    cluster.run_sql("CREATE ROLE reader LOGIN")
    try:
        cluster.run_sql("GRANT ALL ON ALL TABLES IN SCHEMA public TO clerk", name)
        cluster.run_sql("GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader", name)
        restore(backup, url, LEE, overwrite=True)
        with closing(Store(url.replace("karyodesk@", "clerk@"))) as store:
            stored_case(store, accession="24-0003")
        with closing(Store(url.replace("karyodesk@", "reader@"))) as store:
            assert len(search.recent(store)) == 2
            with pytest.raises(Exception, match="does not let this user do that"):
                stored_case(store)
    finally:
        for each in cluster.databases():
            if each.startswith(name):
                cluster.run_sql("DROP OWNED BY clerk, reader", each)
        cluster.run_sql("DROP ROLE clerk, reader")


def test_a_database_with_something_else_in_it_is_left_alone(backup, cluster):
    with cluster.passing_database() as other:
        cluster.run_sql("CREATE TABLE journal (x int)", make_url(other).database)
        with pytest.raises(BackupError, match="holds something else than cases"):
            restore(backup, other, LEE, overwrite=True)


def stays(cluster, url, backup, error, **how):
    """Restore a backup, which fails, and see that everything on the server is as it was."""
    there = cluster.databases()
    with pytest.raises(error):
        restore(backup, url, LEE, overwrite=True, **how)
    assert cluster.databases() == there
    assert accessions(url) == {"24-0001", "24-0002"}


def test_a_stopped_restore_leaves_the_store_as_it_was(url, backup, cluster):
    def stop(_what, _share):
        raise Cancelled

    stays(cluster, url, backup, Cancelled, step=stop)


def test_a_damaged_backup_leaves_the_store_as_it_was(url, backup, cluster):
    backup.write_bytes(backup.read_bytes()[:4000])
    stays(cluster, url, backup, BackupError)


def test_an_altered_backup_leaves_the_store_as_it_was(url, backup, cluster):
    with cluster.passing_database() as other:
        restore(backup, other, LEE)
        with closing(Store(other)) as store:
            with store.write() as connection:
                connection.execute(update(ORIGINALS).values(data=b"another"))
            back_up(store, backup, KIM, overwrite=True)
    stays(cluster, url, backup, BackupError)


def test_a_store_that_somebody_has_open_is_not_replaced(url, backup, cluster):
    with closing(Store(url)) as other, other.read():
        stays(cluster, url, backup, StoreBusyError)


@pytest.mark.parametrize("failures", [1, 2])
def test_a_server_that_breaks_off_between_the_names_is_set_right_or_told(url, backup, cluster, monkeypatch, failures):
    psycopg = pytest.importorskip("psycopg")
    name, made = make_url(url).database, replace_postgresql.administer
    left = [failures]

    def administer(address, statement):
        if statement.endswith(f'RENAME TO "{name}"') and left[0]:
            left[0] -= 1
            raise OperationalError(statement, None, psycopg.OperationalError("gone"))
        made(address, statement)

    monkeypatch.setattr(replace_postgresql, "administer", administer)
    if failures == 1:
        with pytest.raises(StoreLostError):
            restore(backup, url, LEE, overwrite=True)
        assert accessions(url) == {"24-0001", "24-0002"}
        return
    with pytest.raises(BackupError, match=f"is kept there as {name}_replaced_.* to be renamed {name} by") as caught:
        restore(backup, url, LEE, overwrite=True)
    (aside,) = (each for each in cluster.databases() if each.startswith(f"{name}_replaced_"))
    assert aside in caught.value.message
    assert accessions(cluster.url(aside)) == {"24-0001", "24-0002"}


def test_names_are_kept_whatever_they_are_and_however_long(backup, cluster):
    strange = 'Fälle: "A" ' + "x" * 50
    cluster.run_sql(f"""CREATE DATABASE {replace_postgresql._quoted(strange)}""")
    url = make_url(cluster.url("postgres")).set(database=strange).render_as_string(hide_password=False)
    Store(url).close()
    aside = restore(backup, url, LEE, overwrite=True).aside
    assert len(aside.encode()) <= 63
    assert accessions(url) == {"24-0001"}
    for each in (strange, aside):
        cluster.run_sql(f"DROP DATABASE {replace_postgresql._quoted(each)}")
