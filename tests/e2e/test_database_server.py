"""Backup and restore from the menu where the cases are on a PostgreSQL server."""

import re
import shutil
from contextlib import closing

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from sqlalchemy import make_url

from karyodesk.store import search, signatures
from karyodesk.store.engine import Store
from karyodesk.store.ledger import read_head
from karyodesk.store.people import People
from karyodesk.store.verify import verify
from tests.databases import cluster, empty_database
from tests.e2e.hands import LEFT
from tests.e2e.keeping import Keeper, backup
from tests.signing import laboratory, sign
from tests.stored import stored_case

__all__ = ["backup", "cluster", "empty_database"]
pytestmark = pytest.mark.skipif(
    shutil.which("pg_dump") is None or shutil.which("pg_restore") is None,
    reason="backups of a server are not tested here: pg_dump is not installed (apt-get install postgresql-client)",
)


@pytest.fixture
def url(cluster, empty_database):
    """A case database on the server; what is kept beside it goes with it."""
    with cluster.passing_database(empty_database) as address:
        yield address


@pytest.fixture
def person(make_window, url, metaphase, qtbot):
    """Before a case with one cell, which is on the server."""
    person = Keeper(make_window(database=url), qtbot)
    person.drop(metaphase)
    person.stored()
    return person


def turned(person):
    person.choose("c000")
    person.press(Qt.Key.Key_F)
    person.stored()


def accessions(store):
    return [line.case.order.accession for line in search.recent(store)]


def refused(person, sentence):
    """Restore, be refused with a sentence, and leave."""
    dialog = person.restore()
    QTest.mouseClick(dialog.button, LEFT)
    person.qtbot.waitUntil(lambda: sentence in dialog.message.text(), timeout=30000)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert person.commands.dialog is None
    person.qtbot.waitUntil(lambda: person.window.keeper.is_open, timeout=30000)


def test_a_restore_brings_back_the_case_of_the_backup_and_keeps_the_replaced_database(person, backup, url, cluster):
    person.name_case("24-before")
    person.trigger("back_up")
    made = person.result()
    assert "It was read back: everything in it is as it was written." in made.sentences
    noted = read_head(made.head.field.text())
    made.close()
    assert not person.cell.by_id["c000"].turned
    turned(person)
    person.name_case("24-after")
    dialog = person.restore()
    QTest.mouseClick(dialog.button, LEFT)
    result = person.result()
    (aside,) = (found[1] for each in result.sentences if (found := re.search(r"is kept as (\w+)\.", each)))
    assert re.fullmatch(make_url(url).database + r"_replaced_\d{8}t\d{6}z", aside)
    assert result.head.field.text() == str(noted)
    result.close()

    assert not person.window.filing.is_open
    person.open_only_case("24-before")
    assert not person.cell.by_id["c000"].turned

    turned(person)
    person.name_case("24-again")
    with closing(Store(url, create=False)) as present, closing(Store(cluster.url(aside), create=False)) as replaced:
        assert (accessions(present), accessions(replaced)) == (["24-again"], ["24-after"])
        assert list(verify(present, [noted])) == list(verify(replaced, [noted])) == []
    assert not {each for each in cluster.databases() if each.startswith(("karyodesk_restore", "karyodesk_check"))}


def test_the_check_from_the_menu_is_clean_after_a_restore(person, backup):
    noted = person.back_up()
    turned(person)
    dialog = person.restore()
    QTest.mouseClick(dialog.button, LEFT)
    person.result().close()
    person.qtbot.waitUntil(lambda: person.window.keeper.is_open, timeout=30000)
    person.trigger("check_database")
    QTest.keyClicks(person.commands.dialog.field, noted)
    QTest.mouseClick(person.commands.dialog.button, LEFT)
    result = person.result()
    assert "Everything is as it was written. The end of the ledger that you noted is in it" in result.sentences[0]
    result.close()


def test_while_somebody_else_has_it_open_nothing_is_replaced(person, backup, url, cluster):
    person.name_case("24-before")
    person.back_up()
    person.name_case("24-after")
    there = cluster.databases()
    with closing(Store(url)) as other, other.read():
        refused(person, "Somebody has the case database open: close KaryoDesk on every computer")
    assert cluster.databases() == there
    assert person.window.filing.data.order.accession == "24-after"
    turned(person)
    with closing(Store(url)) as store:
        assert accessions(store) == ["24-after"]
        assert list(verify(store)) == []


def test_a_stopped_restore_leaves_the_database_as_it_was(person, backup, url, cluster):
    person.name_case("24-before")
    person.back_up()
    person.name_case("24-after")
    there = cluster.databases()
    dialog = person.restore()
    QTest.mouseClick(dialog.button, LEFT)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    person.qtbot.waitUntil(lambda: "Stopped" in dialog.message.text(), timeout=30000)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    person.qtbot.waitUntil(lambda: person.window.keeper.is_open, timeout=30000)
    assert cluster.databases() == there
    turned(person)
    with closing(Store(url)) as store:
        assert accessions(store) == ["24-after"]


def test_a_backup_of_a_file_is_not_restored_on_a_server(person, backup):
    Store(f"sqlite:///{backup}").close()
    refused(person, "of the other kind of database")
    turned(person)


def test_who_may_make_no_database_is_told_and_goes_on(make_window, backup, url, cluster, metaphase, qtbot):
    name = make_url(url).database
    cluster.run_sql("CREATE ROLE clerk LOGIN")
    try:
        cluster.run_sql("GRANT ALL ON ALL TABLES IN SCHEMA public TO clerk", name)
        person = Keeper(make_window(database=url.replace("karyodesk@", "clerk@")), qtbot)
        person.drop(metaphase)
        person.stored()
        person.trigger("back_up")
        result = person.result()
        assert any("It could not be read back" in each for each in result.sentences)
        result.close()
        refused(person, "This user may make and rename no databases on the server")
        turned(person)
    finally:
        cluster.run_sql("DROP OWNED BY clerk", name)
        cluster.run_sql("DROP ROLE clerk")


def test_the_people_of_the_backup_sign_in_and_their_signatures_stand(make_window, backup, url, qtbot):
    with closing(Store(url)) as store:
        people, kim, lee, _ = laboratory(store)
        case_id, _ = stored_case(store)
        sign(people, kim, "analysed", case_id)
        person = Keeper(make_window(database=url), qtbot)
        person.sign_in("ada")
        person.back_up()
        sign(people, lee, "reviewed", case_id)
    dialog = person.restore()
    QTest.mouseClick(dialog.button, LEFT)
    person.result().close()
    qtbot.waitUntil(lambda: person.window.keeper.is_open, timeout=30000)
    assert person.window.session.is_locked
    person.sign_in("ada")
    with closing(Store(url)) as store:
        assert [each.signature.meaning for each in signatures.status(store, case_id).standing] == ["analysed"]
        sign(People(store), lee, "reviewed", case_id)
        assert list(verify(store)) == []
