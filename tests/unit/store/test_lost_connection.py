"""A server that is gone: the window says so, keeps the gesture, and goes on when it is back."""

from contextlib import closing, contextmanager

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError

from karyodesk.domain import edits
from karyodesk.domain.errors import StoreLostError
from karyodesk.store import cases
from karyodesk.store.cells import OpenCell
from karyodesk.store.engine import Store
from karyodesk.store.verify import verify
from tests.stored import KIM, open_cell


@pytest.fixture
def server_store(cluster, empty_database):
    with closing(Store(cluster.new_database(template=empty_database))) as opened:
        yield opened


def entries(store, cell):
    return OpenCell(store, cell.case_id, cell.id).journal.entries


def test_a_gesture_is_kept_while_the_server_is_gone_and_made_once_when_it_is_back(server_store, cluster):
    cell = open_cell(server_store)
    cell.do(edits.turn(cell.journal.cell, "c0", "kim"), KIM)
    edit, before = edits.turn(cell.journal.cell, "c1", "kim"), cell.journal.cell
    cluster.stop()
    try:
        for _ in range(2):
            with pytest.raises(StoreLostError, match="goes on when the server can be reached again"):
                cell.do(edit, KIM)
        assert cell.journal.cell == before
    finally:
        cluster.start()
    after = cell.do(edit, KIM)
    assert [entry.edit for entry in entries(server_store, cell)][1:] == [edit]
    assert OpenCell(server_store, cell.case_id, cell.id).journal.cell == after
    assert list(verify(server_store)) == []


def test_a_connection_cut_by_the_server_is_made_anew_unseen(server_store, cluster):
    cell = open_cell(server_store)
    cluster.run_sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
    cell.do(edits.turn(cell.journal.cell, "c0", "kim"), KIM)
    assert len(entries(server_store, cell)) == 1


@contextmanager
def answers_lost():
    """Commits arrive, and their answers do not."""

    def lose(connection):
        connection.connection.driver_connection.commit()
        raise OperationalError("COMMIT", None, ConnectionError("lost"), connection_invalidated=True)

    event.listen(Engine, "commit", lose)
    try:
        yield
    finally:
        event.remove(Engine, "commit", lose)


def test_a_gesture_whose_answer_is_lost_is_made_once(store):
    cell = open_cell(store)
    edit = edits.turn(cell.journal.cell, "c0", "kim")
    with answers_lost(), pytest.raises(StoreLostError):
        cell.do(edit, KIM)
    assert cell.journal.entries == []
    after = cell.do(edit, KIM)
    cell.do(edits.turn(after, "c1", "kim"), KIM)
    assert [row.number for row in cases.history(store, cell.case_id)] == [1, 2, 3, 4]
    assert entries(store, cell) == cell.journal.entries
    assert list(verify(store)) == []
