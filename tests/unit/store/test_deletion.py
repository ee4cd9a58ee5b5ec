"""Deleting a case: what it says of the patient goes, who did what and when stays."""

import pytest
from sqlalchemy import func, select

from karyodesk.domain import edits
from karyodesk.domain.errors import ClosedCaseError, EditError, NotInStoreError
from karyodesk.store import cache, cases, cells, presence, search
from karyodesk.store.cells import OpenCell
from karyodesk.store.deletion import delete_case
from karyodesk.store.schema import METADATA
from karyodesk.store.verify import verify
from tests.databases import FILE
from tests.stored import KIM, LEE, make_found, stored_case


def counts(store):
    """The rows of each table."""
    with store.read() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar()
            for table in METADATA.sorted_tables
        }


def test_nothing_but_the_entries_without_their_bodies_stays(store):
    before = counts(store)
    case_id, ids = stored_case(store, 2)
    cell = OpenCell(store, case_id, ids[0])
    for _ in range(21):
        cell.do(edits.turn(cell.journal.cell, "c0", "kim"), KIM)
    presence.enter(store, cell.id, "window", KIM)
    cache.put(store, cell.id, "karyogram", cell.version, b"png")
    cache.put(store, cell.analysis.original.sha256, "thumbnail", 0, b"png")
    last = delete_case(store, case_id, "retention ended", LEE)
    assert counts(store) == before | {"journal": 25, "cases": 1, "ledger": before["ledger"] + 2}
    rows = cases.history(store, case_id)
    assert rows[-1] == last
    assert [row.body for row in rows[:-1]] == [None] * 24
    assert last.body == '{"reason":"retention ended"}'
    assert list(verify(store)) == []


def test_a_deleted_case_is_not_opened_found_or_changed(store):
    case_id, ids = stored_case(store)
    delete_case(store, case_id, "retention ended", LEE)
    with pytest.raises(ClosedCaseError, match="was deleted"):
        cases.read(store, case_id)
    with pytest.raises(ClosedCaseError, match="was deleted"):
        delete_case(store, case_id, "again", LEE)
    with pytest.raises(ClosedCaseError, match="was deleted"):
        cells.add(store, case_id, ids[0], KIM, found=make_found())
    assert search.find(store, "24-") == search.find(store, "") == []


def test_a_picture_that_another_case_has_too_stays(store):
    first, _ = stored_case(store, 2)
    second, (cell_id,) = stored_case(store, accession="24-0002")
    delete_case(store, first, "ordered twice", LEE)
    assert counts(store)["originals"] == 1
    assert OpenCell(store, second, cell_id).analysis.original.size == 12
    assert list(verify(store)) == []


def test_a_case_is_deleted_for_a_reason(store):
    case_id, _ = stored_case(store)
    with pytest.raises(EditError, match="Say why"):
        delete_case(store, case_id, " ", LEE)
    with pytest.raises(NotInStoreError):
        delete_case(store, "none", "retention ended", LEE)
    assert cases.read(store, case_id).number == 2


def test_no_byte_of_the_patient_stays_in_the_file_or_its_log(file_store, tmp_path):
    case_id, _ = stored_case(file_store, 3, name="Zacharias Quux", identifier="P-9988776")
    stored_case(file_store)
    delete_case(file_store, case_id, "retention ended", LEE)
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.name.startswith(FILE))
    for text in (b"Zacharias", b"zacharias", b"P-9988776", b"p-9988776"):
        assert text not in kept
    assert b"ller, Anna" in kept
