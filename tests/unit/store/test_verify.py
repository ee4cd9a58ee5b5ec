"""The inspection: what was altered is named in plain words, and what it cannot see is known."""

import json

import pytest
from sqlalchemy import create_engine, delete, insert, select, text, update

from karyodesk.domain import case_edits, edits
from karyodesk.domain.case import Fact
from karyodesk.domain.errors import Cancelled
from karyodesk.store import cases, ledger, snapshots
from karyodesk.store.cells import OpenCell
from karyodesk.store.chain import text_hash
from karyodesk.store.deletion import delete_case
from karyodesk.store.journal import Action, Row
from karyodesk.store.schema import CASES, CELLS, IDENTIFIERS, JOURNAL, LEDGER, ORIGINALS, SNAPSHOTS, STORE
from karyodesk.store.verify import verify
from tests.stored import KIM, LEE, stored_case


@pytest.fixture
def worked(store):
    """A store with one case that was worked on; the tests alter it."""
    case_id, ids = stored_case(store, 2)
    cell = OpenCell(store, case_id, ids[0])
    for _ in range(snapshots.EVERY + 1):
        cell.do(edits.turn(cell.journal.cell, "c0", "kim"), KIM)
    cell.say(case_edits.mark(cell.facts, Fact.COUNTED, "kim"), KIM)
    assert list(verify(store)) == []
    return store, case_id, cell


def alter(store, *statements):
    """Change rows as somebody does who has the database but not the program."""
    engine = create_engine(store.url)
    with engine.begin() as connection:
        if not store.is_sqlite:  # which looks after no foreign keys where it is not told to
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in statements:
            connection.execute(statement)
    engine.dispose()


def told(store, **noted):
    return [breach.message for breach in verify(store, **noted)]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"person_name": "Somebody"}, "entry 5 is not what was written"),
        ({"at": "2020-01-01T00:00:00.000000+00:00"}, "entry 5 is not what was written"),
        ({"workstation": "elsewhere"}, "entry 5 is not what was written"),
        ({"body": "{}"}, "entry 5 is not what was written"),
        ({"cell_id": None}, "entry 5 is not what was written"),
        ({"hash": "0" * 64}, "entry 5 is not what was written"),
        ({"previous_hash": "0" * 64}, "entry 5 does not follow from the one before it"),
        ({"number": 500}, "entry 5 is missing"),
    ],
)
def test_an_altered_entry_is_named(worked, values, message):
    store, case_id, _ = worked
    alter(store, update(JOURNAL).where(JOURNAL.c.number == 5).values(**values))
    (breach, *_) = verify(store)
    assert breach.message == f"Case {case_id}: {message}."
    assert (breach.case_id, breach.number) == (case_id, 5)


def test_an_entry_taken_out_of_the_middle_is_missed(worked):
    store, case_id, _ = worked
    alter(store, delete(JOURNAL).where(JOURNAL.c.number == 7))
    assert told(store)[0] == f"Case {case_id}: entry 7 is missing."


def test_an_entry_added_at_the_end_is_named(worked):
    store, case_id, _ = worked
    with store.read() as connection:
        last = Row(*connection.execute(select(JOURNAL).order_by(JOURNAL.c.number.desc()).limit(1)).one())
    alter(store, insert(JOURNAL).values(**vars(last) | {"number": last.number + 1}))
    assert told(store)[0] == f"Case {case_id}: entry {last.number + 1} does not follow from the one before it."


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        (update(CASES).values(number=3), "its journal does not end with entry 25 as it should"),
        (update(CASES).values(head_hash="0" * 64), "its journal does not end with entry 25 as it should"),
        (update(CASES).values(state="signed"), "its state does not follow from its entries"),
        (update(CASES).values(version=4), "its state does not follow from its entries"),
        (update(CASES).values(data="{}"), "its data do not follow from its entries"),
        (update(CASES).values(data=None), "its data do not follow from its entries"),
        (delete(IDENTIFIERS).where(IDENTIFIERS.c.kind == "name"), "what it is found by does not follow from its data"),
        (update(CELLS).where(CELLS.c.place == 1).values(facts="{}"), "cell 1 does not follow from its entries"),
        (update(CELLS).where(CELLS.c.place == 1).values(removed=1), "cell 1 does not follow from its entries"),
        (update(CELLS).where(CELLS.c.place == 1).values(version=1), "cell 1 does not follow from its entries"),
        (update(SNAPSHOTS).values(body="{}"), "the snapshot of entry 23 is not what was written"),
        (update(SNAPSHOTS).values(body_hash=text_hash("{}")), "the snapshot of entry 23 is not what was written"),
        (update(SNAPSHOTS).values(number=4), "the snapshot of entry 4 is not what was written"),
        (update(SNAPSHOTS).values(number=400), "a snapshot is of no entry"),
        (update(ORIGINALS).values(media_type="image/jpeg"), "the picture of cell 1 is not the one that was stored"),
    ],
)
def test_what_follows_from_the_entries_is_computed_anew(worked, statement, message):
    store, case_id, _ = worked
    alter(store, statement)
    assert f"Case {case_id}: {message}." in told(store)


def test_another_karyotype_in_the_list_is_seen(worked):
    store, case_id, cell = worked
    with store.read() as connection:
        summary = connection.execute(select(CELLS.c.summary).where(CELLS.c.id == cell.id)).scalar()
    other = json.dumps(json.loads(summary) | {"karyotype": "46,XY"}, sort_keys=True, separators=(",", ":"))
    alter(store, update(CELLS).where(CELLS.c.id == cell.id).values(summary=other))
    assert told(store) == [f"Case {case_id}: cell 1 does not follow from its entries."]


def test_an_altered_and_a_missing_picture_are_named(worked):
    store, _, cell = worked
    picture = cell.analysis.original.sha256
    ours = ORIGINALS.c.sha256 == picture
    alter(store, update(ORIGINALS).where(ours).values(data=b"other"))
    assert told(store) == [f"Picture {picture} is not the one that was stored."]
    alter(store, delete(ORIGINALS).where(ours))
    assert any("the picture of cell 1 is not the one that was stored" in each for each in told(store))


def test_rows_that_belong_to_nothing_are_named(worked):
    store, case_id, _ = worked
    alter(
        store,
        insert(IDENTIFIERS).values(case_id="none", kind="name", folded="poe"),
        insert(ORIGINALS).values(sha256=text_hash("x"), size=1, media_type="x", data=b"x"),
        delete(CELLS).where(CELLS.c.place == 1),
    )
    messages = told(store)
    assert "An identifier is of no case." in messages
    assert "A picture is of no cell." in messages
    assert "A snapshot is of no cell." in messages
    assert any(each.startswith(f"Case {case_id}: cell ") for each in messages)


def test_a_case_taken_out_with_all_that_is_of_it_is_missed(worked):
    store, case_id, _ = worked
    stored_case(store, accession="24-0002")
    of_case = select(CELLS.c.id).where(CELLS.c.case_id == case_id).scalar_subquery()
    alter(
        store,
        delete(SNAPSHOTS).where(SNAPSHOTS.c.cell_id.in_(of_case)),
        *(delete(table).where(table.c.case_id == case_id) for table in (JOURNAL, IDENTIFIERS, CELLS)),
        delete(CASES).where(CASES.c.id == case_id),
    )
    assert f"Case {case_id} was taken out of the store." in told(store)


def rewind(store, case_id, number):
    """Cut the end of a case off and set right all that follows from it, as somebody does who knows the program."""
    with store.read() as connection:
        last = Row(*connection.execute(select(JOURNAL).where(JOURNAL.c.number == number)).one())
    cut = delete(JOURNAL).where(JOURNAL.c.case_id == case_id, JOURNAL.c.number > number)
    head = {"number": number, "head_hash": last.hash, "changed": last.at, "state": "open", "version": 1}
    alter(store, cut, update(CASES).where(CASES.c.id == case_id).values(**head))


def test_the_end_cut_off_after_a_signature_is_missed(store):
    case_id, _ = stored_case(store)
    cases.write_down(store, case_id, Action.SIGN, {"meaning": "approved"}, LEE)
    rewind(store, case_id, 2)
    assert told(store) == [f"Case {case_id}: the ledger of the store does not say the same of it."]


def recompute_ledger(store, row, **values):
    """Alter a row of the ledger and compute all hashes from there on anew."""
    with store.read() as connection:
        rows = ledger.rows(connection)
    changed = [vars(rows[row - 1]) | values]
    changed += [vars(each) for each in rows[row:]]
    previous, statements = changed[0]["previous_hash"], []
    for each in changed:
        made = ledger.LedgerRow(**each | {"previous_hash": previous})
        previous = made.true_hash
        hashes = {"previous_hash": made.previous_hash, "hash": previous, "person_name": made.person_name}
        statements.append(update(LEDGER).where(LEDGER.c.number == made.number).values(**hashes))
    alter(store, *statements, update(STORE).values(ledger_hash=previous))


def test_who_computes_all_hashes_anew_is_seen_only_against_what_was_noted_elsewhere(store):
    stored_case(store)
    with store.read() as connection:
        noted = ledger.head(connection)
    stored_case(store, accession="24-0002")
    assert told(store, noted=[noted]) == []
    recompute_ledger(store, 2, person_name="Somebody")
    assert told(store) == []
    assert told(store, noted=[noted]) == ["Row 2 of the ledger is not the one that was noted elsewhere."]


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        (update(LEDGER).where(LEDGER.c.number == 2).values(person_name="x"), "Row 2 of the ledger is not what"),
        (update(LEDGER).where(LEDGER.c.number == 2).values(previous_hash="x"), "Row 2 of the ledger does not follow"),
        (delete(LEDGER).where(LEDGER.c.number == 1), "Row 1 of the ledger is missing"),
        (delete(LEDGER).where(LEDGER.c.number == 2), "The ledger does not end with row 1"),
        (update(STORE).values(ledger_number=1), "The ledger does not end with row 2"),
        (update(STORE).values(store_id="other"), "Row 1 of the ledger does not follow"),
        (delete(STORE), "The store has not one id"),
    ],
)
def test_an_altered_ledger_is_named(store, statement, message):
    stored_case(store)
    alter(store, statement)
    assert told(store)[0].startswith(message)


def test_another_store_with_the_same_cases_is_not_the_one_that_was_noted(store):
    stored_case(store)
    with store.read() as connection:
        head = ledger.head(connection)
    noted = ledger.LedgerHead("other", head.number, head.hash)
    assert told(store, noted=[noted]) == ["This store is not the one of which the ledger was noted elsewhere."]


def test_a_deleted_case_keeps_its_chain(store):
    case_id, _ = stored_case(store)
    delete_case(store, case_id, "retention ended", LEE)
    assert told(store) == []
    alter(store, update(JOURNAL).where(JOURNAL.c.number == 1).values(person_name="Somebody"))
    assert told(store) == [f"Case {case_id}: entry 1 is not what was written."]


def test_a_body_taken_away_without_a_deletion_is_missed(store):
    case_id, _ = stored_case(store)
    alter(store, update(JOURNAL).where(JOURNAL.c.number == 1).values(body=None))
    assert told(store) == [
        f"Case {case_id}: Entry 1 of this case is not what was written: run karyodesk audit verify."
    ]


def test_it_tells_how_far_it_is_and_can_be_stopped(store):
    stored_case(store, 3)
    steps = []
    assert list(verify(store, step=lambda text, share: steps.append((text, share)))) == []
    assert steps == [("Looking through the cases", 0.0), *(("Looking through the pictures", n / 3) for n in range(3))]

    def stop(_text, _share):
        raise Cancelled

    with pytest.raises(Cancelled):
        list(verify(store, step=stop))


def test_the_first_fault_is_told_before_the_rest_is_looked_through(store):
    case_id, _ = stored_case(store)
    alter(store, update(CASES).values(state="signed"))
    looked = []
    breach = next(verify(store, step=lambda text, _share: looked.append(text)))
    assert breach.case_id == case_id
    assert looked == ["Looking through the cases"]
