"""What the store keeps of a cell is what was done to it, and no byte of it can be altered unseen."""

import sqlite3
from contextlib import closing

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from karyodesk.domain.case import new_id
from karyodesk.domain.errors import StoreError
from karyodesk.domain.journal import Journal, Step
from karyodesk.store import cases, cells, snapshots
from karyodesk.store.cells import Found, OpenCell
from karyodesk.store.engine import Store
from karyodesk.store.verify import verify
from tests.databases import FILE, file_url
from tests.property.test_journal import CELLS, STEPS, make
from tests.stored import KIM, LEE, PNG, fill, make_case

TABLES = (
    *("store", "ledger", "cases", "identifiers", "originals", "cells", "snapshots", "journal"),
    *("people", "signatures", "reports"),
)


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    store = Store(file_url(tmp_path_factory.mktemp("kept")))
    yield store
    store.close()


def copy_step(entry, cell):
    """Do to a stored cell what an entry did."""
    if entry.step is Step.DO:
        cell.do(entry.edit, KIM)
    elif entry.step is Step.UNDO:
        cell.undo(LEE)
    else:
        cell.redo(KIM)


@settings(max_examples=25)
@given(CELLS, STEPS)
def test_the_stored_cell_is_the_fold_of_its_entries(kept, start, steps):
    journal = Journal(start)
    for step in steps:
        make(journal, step)
    case, cell_id = make_case(), new_id()
    cases.create(kept, case, KIM)
    cells.add(kept, case.id, cell_id, KIM, found=Found(PNG + cell_id.encode(), start, {}))
    cell = OpenCell(kept, case.id, cell_id)
    for entry in journal.entries:
        copy_step(entry, cell)
    for opened in (cell, OpenCell(kept, case.id, cell_id)):
        assert opened.journal.cell == journal.cell
        assert opened.journal.entries == journal.entries
        assert opened.journal.standing == journal.standing
        assert opened.journal.next_redo == journal.next_redo
    with kept.read() as connection:
        assert snapshots.present_cells(connection, case.id) == {cell_id: journal.cell}


class Evidence:
    """A store with an entry of every kind, of which bytes can be altered and set right again."""

    def __init__(self, folder):
        self.path = folder / FILE
        self.store = Store(file_url(folder))
        fill(self.store)
        self.store.empty_log()
        self.database = sqlite3.connect(self.path, isolation_level=None)
        self.database.text_factory = bytes
        self.database.execute("PRAGMA synchronous = OFF")

    def __repr__(self):
        return "evidence"

    def columns(self, table):
        """Names and types."""
        return [(row[1].decode(), row[2].decode()) for row in self.database.execute(f"PRAGMA table_info({table})")]

    def rows(self, table):
        return list(self.database.execute(f"SELECT rowid, * FROM {table} ORDER BY rowid"))

    def write(self, table, rowid, column, kind, value):
        cast = "?" if kind in ("INTEGER", "BIGINT", "BLOB") else "CAST(? AS TEXT)"
        self.database.execute(f"UPDATE {table} SET {column} = {cast} WHERE rowid = ?", (value, rowid))

    def restore(self, table, rows):
        """Put back what was read; an altered key has become another row."""
        columns = ", ".join(name for name, _ in self.columns(table))
        marks = ", ".join("?" for _ in rows[0])
        kinds = ["INTEGER", *(kind for _, kind in self.columns(table))]
        texts = [kind == "TEXT" for kind in kinds]
        self.database.execute("BEGIN")
        self.database.execute(f"DELETE FROM {table}")
        for row in rows:
            pairs = zip(texts, row, strict=True)
            values = [value.decode() if text and value is not None else value for text, value in pairs]
            self.database.execute(f"INSERT INTO {table} (rowid, {columns}) VALUES ({marks})", values)
        self.database.execute("COMMIT")

    def close(self):
        self.database.close()
        self.store.close()


@pytest.fixture(scope="module")
def evidence(tmp_path_factory):
    made = Evidence(tmp_path_factory.mktemp("evidence"))
    assert list(verify(made.store)) == []
    yield made
    made.close()


def rows_of(path):
    """Everything that is evidence, as it is read."""
    with closing(sqlite3.connect(path)) as database:
        database.text_factory = bytes
        return {table: list(database.execute(f"SELECT * FROM {table} ORDER BY 1, 2")) for table in TABLES}


def flipped(data, place, mask):
    place %= len(data)
    return data[:place] + bytes([data[place] ^ mask]) + data[place + 1 :]


def altered(value, place, mask):
    """A value of a row with one byte of it changed."""
    if isinstance(value, int):
        return int.from_bytes(flipped(value.to_bytes(8, "big", signed=True), place, mask), "big", signed=True)
    return flipped(value, place, mask)


@settings(max_examples=150)
@given(st.sampled_from(TABLES), st.integers(0, 99), st.integers(0, 19), st.integers(0, 9999), st.integers(1, 255))
def test_a_single_altered_byte_of_any_column_is_reported(evidence, table, row, column, place, mask):
    rows, columns = evidence.rows(table), evidence.columns(table)
    rowid, *values = rows[row % len(rows)]
    (name, kind), value = columns[column % len(columns)], values[column % len(columns)]
    assume(value)
    try:
        evidence.write(table, rowid, name, kind, altered(value, place, mask))
    except sqlite3.IntegrityError:
        assume(False)
    try:
        assert next(verify(evidence.store), None) is not None, (table, rowid, name)
    finally:
        evidence.restore(table, rows)


@settings(max_examples=60)
@given(st.integers(0, 10**9), st.integers(1, 255))
def test_a_single_altered_byte_of_the_file_is_reported_or_changes_nothing_that_is_kept(
    evidence, tmp_path_factory, place, mask
):
    path = tmp_path_factory.mktemp("altered") / FILE
    path.write_bytes(flipped(evidence.path.read_bytes(), place, mask))
    if not is_reported(path):
        assert rows_of(path) == rows_of(evidence.path)


def is_reported(path):
    """Whether opening the store or its inspection says that something is wrong."""
    try:
        with closing(Store(file_url(path.parent))) as store:
            return next(verify(store), None) is not None
    except StoreError:
        return True
