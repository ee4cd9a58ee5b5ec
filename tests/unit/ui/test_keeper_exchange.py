"""The database is closed, exchanged for another one, and opened again, in the keeper's own thread."""

import shutil
from contextlib import closing

import pytest

from karyodesk.domain.errors import BackupError
from karyodesk.store import cases
from karyodesk.store.engine import Store
from karyodesk.store.people import People
from karyodesk.ui.keeper import Keeper
from karyodesk.ui.writes import NewCase
from tests.databases import FILE, empty_file, file_url
from tests.signing import CHEAP, PASSWORD
from tests.stored import KIM, make_case

__all__ = ["empty_file"]


@pytest.fixture
def path(tmp_path, empty_file):
    shutil.copy(empty_file, tmp_path / FILE)
    return tmp_path / FILE


@pytest.fixture
def keeper(path, tmp_path, qtbot):
    made = Keeper(lambda: Store(file_url(tmp_path), create=False), "the database", tmp_path / "data", retry_s=0.05)
    yield made
    made.close(5)


def opened(keeper, qtbot):
    with qtbot.waitSignal(keeper.opened):
        keeper.open()
    return keeper


def test_what_was_put_before_is_stored_before_and_what_comes_after_meets_the_other(keeper, path, qtbot, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    with closing(Store(file_url(other))) as store:
        People(store, CHEAP).begin("ada", "Ada Poe", PASSWORD, "office")
    opened(keeper, qtbot)
    case = make_case()
    keeper.put(NewCase(case, KIM))

    def work():
        with closing(Store(file_url(tmp_path))) as store:
            stored = cases.read(store, case.id).case
        shutil.move(path, tmp_path / "aside")
        shutil.copy(other / FILE, path)
        return stored

    signals = []
    keeper.opened.connect(lambda opening: signals.append(opening.single_user))
    answer = keeper.exchange(work)
    answer.succeeded.connect(lambda stored: signals.append((stored, keeper.is_open)))
    with qtbot.waitSignal(keeper.opened):
        pass
    assert signals == [(case, False), False]  # the answer, while it is closed, and then the other one with its people
    asked = keeper.ask(lambda desk: People(desk.store).everyone())
    with qtbot.waitSignal(asked.succeeded) as answered:
        pass
    assert [person.login for person in answered.args[0]] == ["ada"]


def test_what_fails_is_told_and_the_database_is_open_again(keeper, qtbot):
    opened(keeper, qtbot)

    def work():
        raise BackupError("no backup")

    answer = keeper.exchange(work)
    with qtbot.waitSignals([answer.failed, keeper.opened]):
        pass
    assert keeper.is_open


def test_a_database_that_could_not_be_opened_can_be_exchanged(keeper, path, empty_file, qtbot):
    path.write_bytes(b"nothing of the kind" * 100)
    with qtbot.waitSignal(keeper.unavailable):
        keeper.open()
    answer = keeper.exchange(lambda: shutil.copy(empty_file, path))
    with qtbot.waitSignals([answer.succeeded, keeper.opened]):
        pass
    assert not keeper.is_unavailable
    assert keeper.is_open
