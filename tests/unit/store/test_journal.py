"""The journal of a case: one chain, only ever appended to."""

import pytest
from sqlalchemy import update

from karyodesk.domain import canonical, case_edits, edits
from karyodesk.domain.case import Fact
from karyodesk.domain.errors import ClosedCaseError, NotInStoreError, StaleEditError, StoreAlteredError
from karyodesk.store import cases, journal, ledger
from karyodesk.store.cells import OpenCell
from karyodesk.store.chain import GENESIS, row_hash, text_hash
from karyodesk.store.journal import Action, CaseState
from karyodesk.store.schema import JOURNAL
from tests.stored import KIM, LEE, stored_case


def test_each_entry_holds_the_hash_of_the_one_before_it(store):
    case_id, ids = stored_case(store, 2)
    for cell_id in ids * 2:
        cell = OpenCell(store, case_id, cell_id)
        cell.do(edits.turn(cell.journal.cell, "c0", "kim"), KIM)
    rows = cases.history(store, case_id)
    assert [row.number for row in rows] == list(range(1, 8))
    assert [row.previous_hash for row in rows] == [GENESIS, *(row.hash for row in rows[:-1])]
    assert all(row.is_whole for row in rows)
    read = cases.read(store, case_id)
    assert (read.number, read.head_hash) == (7, rows[-1].hash)
    assert (read.created, read.changed) == (rows[0].at, rows[-1].at)


def test_an_entry_is_found_by_its_body_and_what_it_concerns(store):
    case_id, ids = stored_case(store, 2)
    cell = OpenCell(store, case_id, ids[1])
    edit = case_edits.mark(cell.facts, Fact.COUNTED, "kim")
    cell.say(edit, KIM)
    body = canonical.encode(edit)
    with store.read() as connection:
        assert journal.find(connection, case_id, body, ids[1]) == cases.history(store, case_id)[-1]
        assert journal.find(connection, case_id, body, ids[0]) is None
        assert journal.find(connection, case_id, body) is None


def test_every_column_enters_the_hash():
    columns = ["case", 1, None, "at", "p1", "Kim", "bench", "cell.do", 1, "hash", "previous"]
    hashes = {row_hash("karyodesk.journal/1", *columns)}
    for place, column in enumerate(columns):
        other = 2 if column == 1 else f"{column}x"
        hashes.add(row_hash("karyodesk.journal/1", *columns[:place], other, *columns[place + 1 :]))
    assert len(hashes) == len(columns) + 1
    assert row_hash("a", "b", "c") != row_hash("a", "bc", "") != row_hash("a", 'b","c')


def test_entries_of_one_cell_and_after_a_number_can_be_read(store):
    case_id, ids = stored_case(store, 2)
    assert [row.cell_id for row in cases.history(store, case_id, cell_id=ids[1])] == [ids[1]]
    assert [row.number for row in cases.history(store, case_id, after=2)] == [3]


def test_an_entry_that_was_altered_is_not_used(store):
    case_id, (cell_id,) = stored_case(store)
    with store.write() as connection:
        connection.execute(update(JOURNAL).where(JOURNAL.c.number == 2).values(person_name="Somebody"))
    with pytest.raises(StoreAlteredError, match="Entry 2 of this case is not what was written"):
        OpenCell(store, case_id, cell_id)


def test_a_signed_case_is_read_only_until_it_is_reopened(store):
    case_id, (cell_id,) = stored_case(store)
    cell = OpenCell(store, case_id, cell_id)
    cases.write_down(store, case_id, Action.SIGN, {"meaning": "approved"}, LEE)
    assert cases.read(store, case_id).state is CaseState.SIGNED
    with pytest.raises(ClosedCaseError, match="signed and cannot be changed"):
        cell.do(edits.turn(cell.journal.cell, "c0", "kim"), KIM)
    cases.write_down(store, case_id, Action.EXPORT, {"to": "report"}, KIM)
    cases.write_down(store, case_id, Action.REOPEN, {"reason": "a second culture came"}, LEE)
    cell.do(edits.turn(cell.journal.cell, "c0", "kim"), KIM)
    assert cases.read(store, case_id).state is CaseState.OPEN
    with pytest.raises(ClosedCaseError, match="open already"):
        cases.write_down(store, case_id, Action.REOPEN, {"reason": "again"}, LEE)


def test_what_concerns_whole_cases_stands_in_the_ledger_with_the_entry(store):
    case_id, _ = stored_case(store)
    cases.write_down(store, case_id, Action.SIGN, {"meaning": "approved"}, LEE)
    entries = {row.number: row for row in cases.history(store, case_id)}
    with store.read() as connection:
        rows = list(ledger.rows(connection))
        head = ledger.head(connection)
    assert [row.action for row in rows] == ["store.create", Action.CREATE, Action.SIGN]
    assert [row.case_hash for row in rows[1:]] == [entries[1].hash, entries[3].hash]
    assert [row.number for row in rows] == [1, 2, 3]
    assert rows[0].previous_hash == text_hash(head.store_id)
    assert (head.number, head.hash) == (3, rows[-1].hash)
    assert all(row.hash == row.true_hash for row in rows)
    assert rows[2].person_name == "Lee Roe"


def test_an_export_makes_nobody_stale(store):
    case_id, _ = stored_case(store)
    seen = cases.read(store, case_id)
    cases.write_down(store, case_id, Action.EXPORT, {"to": "report"}, LEE)
    assert cases.read(store, case_id).version == seen.version
    cases.write_down(store, case_id, Action.SIGN, {"meaning": "approved"}, KIM, seen.version)
    with pytest.raises(StaleEditError, match="Kim Doe changed this case first"):
        cases.write_down(store, case_id, Action.SIGN, {"meaning": "checked"}, LEE, seen.version)


def test_a_case_that_is_not_there_takes_no_entry(store):
    with pytest.raises(NotInStoreError), store.write() as connection:
        journal.append(connection, "none", KIM, Action.EXPORT, "{}")


def test_a_transaction_that_fails_leaves_no_entry(store):
    case_id, _ = stored_case(store)
    before = cases.read(store, case_id)

    def sign_and_fail():
        with store.write() as connection:
            cases.enter(connection, case_id, Action.SIGN, {}, KIM)
            raise ArithmeticError

    with pytest.raises(ArithmeticError):
        sign_and_fail()
    assert cases.read(store, case_id) == before
    with store.read() as connection:
        assert ledger.head(connection).number == 2
