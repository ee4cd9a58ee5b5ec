"""Signing a case: who may, for what, bound to what; reopening and amended versions."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from karyodesk.domain import case_edits, edits
from karyodesk.domain.errors import (
    ClosedCaseError,
    EditError,
    NotInStoreError,
    RightsError,
    SignInError,
    SigningError,
    StaleEditError,
    StoreAlteredError,
)
from karyodesk.domain.people import Role
from karyodesk.domain.signing import EntryReference, SigningStep, usual_rule
from karyodesk.store import cases, cells, signatures
from karyodesk.store.cells import OpenCell
from karyodesk.store.deletion import delete_case
from karyodesk.store.journal import CaseState
from karyodesk.store.people import SignedIn
from karyodesk.store.schema import JOURNAL, ORIGINALS, REPORTS, SIGNATURES
from karyodesk.store.verify import verify
from tests.signing import CHEAP, KARYOTYPE, OTHER, PASSWORD, laboratory, people_of, report, sign, sign_all
from tests.stored import KIM, make_found, stored_case


def told(store):
    return [breach.message for breach in verify(store)]


def test_three_persons_sign_and_the_case_is_read_only_from_the_first_signature(store):
    people, *staff = laboratory(store)
    case_id, (cell_id,) = stored_case(store)
    cell = OpenCell(store, case_id, cell_id)
    assert signatures.status(store, case_id).missing == ("analysed", "reviewed", "approved")
    made = sign_all(people, *staff, case_id)
    status = signatures.status(store, case_id)
    assert status.complete
    assert [each.signature for each in status.standing] == made
    assert [(each.meaning, each.signer.name) for each in made] == [
        ("analysed", "Kim Doe"),
        ("reviewed", "Lee Roe"),
        ("approved", "Max Moe"),
    ]
    assert len({each.digest for each in made}) == 1
    assert cases.read(store, case_id).state is CaseState.SIGNED
    with pytest.raises(ClosedCaseError, match="signed and cannot be changed"):
        cell.do(edits.turn(cell.journal.cell, "c0", "kim"), KIM)
    assert told(store) == []


def test_a_signature_is_bound_to_pictures_journal_karyotype_models_policy_and_report(store):
    people, kim, *_ = laboratory(store)
    case_id, (cell_id,) = stored_case(store)
    made = sign(people, kim, "analysed", case_id, pdf=report("of the case"))
    content, (cell,) = made.content, made.content.cells
    entry = cases.history(store, case_id)[1]
    assert content.journal == EntryReference(2, entry.hash)
    assert (content.version, content.amends, content.karyotype) == (1, None, KARYOTYPE)
    assert content.rule == usual_rule()
    assert (cell.id, cell.models, cell.removed) == (cell_id, {"segmenter": "3"}, False)
    with store.read() as connection:
        assert cell.original == connection.execute(select(ORIGINALS.c.sha256)).scalar()
    assert signatures.signed_report(store, made.report) == report("of the case")
    assert made.digest == content.digest


@pytest.mark.parametrize(
    "change",
    [
        lambda store, case_id, cell: cell.do(edits.turn(cell.journal.cell, "c0", "kim"), KIM),
        lambda store, case_id, cell: cell.say(case_edits.exclude(cell.facts, "broken", "kim"), KIM),
        lambda store, case_id, cell: cells.add(store, case_id, "new", KIM, found=make_found(9)),
        lambda store, case_id, cell: cell.remove("of another patient", KIM),
        lambda store, case_id, cell: cases.edit(
            store, case_id, case_edits.remove(cases.read(store, case_id).case, "o1", "kim"), KIM, 1
        ),
    ],
)
def test_what_was_changed_since_the_report_was_made_is_not_signed(store, change):
    people, kim, *_ = laboratory(store)
    case_id, (cell_id,) = stored_case(store)
    seen = signatures.prepare(store, case_id, KARYOTYPE)
    change(store, case_id, OpenCell(store, case_id, cell_id))
    assert signatures.prepare(store, case_id, KARYOTYPE).digest != seen.digest
    with pytest.raises(StaleEditError, match="make the report anew") as caught:
        sign(people, kim, "analysed", case_id, content=seen)
    assert caught.value.first == "Kim Doe"
    assert signatures.status(store, case_id).standing == ()


def test_signing_takes_the_password_once_more(store):
    people, kim, *_ = laboratory(store)
    case_id, _ = stored_case(store)
    with pytest.raises(SignInError):
        sign(people, kim, "analysed", case_id, password="not the password")
    assert cases.read(store, case_id).state is CaseState.OPEN


def test_the_rule_says_who_signs_for_what_and_when(store):
    people, kim, lee, director = laboratory(store)
    case_id, _ = stored_case(store)
    with pytest.raises(SigningError, match="next signature of this case is “analysed”"):
        sign(people, lee, "reviewed", case_id)
    sign(people, lee, "analysed", case_id)
    with pytest.raises(RightsError, match="takes a reviewer or director, which Kim Doe is not"):
        sign(people, kim, "reviewed", case_id)
    with pytest.raises(SigningError, match="Lee Roe signed as “analysed” already"):
        sign(people, lee, "reviewed", case_id)
    sign(people, director, "reviewed", case_id)
    sign(people, director, "approved", case_id)
    with pytest.raises(SigningError, match="Every signature is there"):
        sign(people, lee, "approved", case_id, pdf=report("another"))
    assert told(store) == []


def test_nobody_signs_in_the_single_user_mode(store):
    case_id, _ = stored_case(store)
    people, admin = signatures.People(store, CHEAP), SignedIn(usual_person(), "bench")
    with pytest.raises(SigningError, match="single-user mode"):
        sign(people, admin, "analysed", case_id)


def usual_person():
    return signatures.Person("x", "x", "Somebody", (Role.DIRECTOR,))


def test_a_person_with_a_provisional_password_does_not_sign(store):
    people, admin = people_of(store)
    people.add(admin, "kim", "Kim Doe", (Role.TECHNICIAN,), OTHER)
    kim = people.sign_in("kim", OTHER, "bench")
    case_id, _ = stored_case(store)
    with pytest.raises(RightsError, match="Set a password of your own"):
        sign(people, kim, "analysed", case_id, password=OTHER)


def test_a_report_is_a_pdf_of_this_moment(store):
    people, kim, *_ = laboratory(store)
    case_id, _ = stored_case(store)
    with pytest.raises(SigningError, match="report in PDF"):
        sign(people, kim, "analysed", case_id, pdf=b"")
    with pytest.raises(SigningError, match="set the clock"):
        sign(people, kim, "analysed", case_id, at=datetime.now(UTC) - timedelta(minutes=6))


def test_all_signers_of_a_version_sign_one_karyotype(store):
    people, kim, lee, _ = laboratory(store)
    case_id, _ = stored_case(store)
    sign(people, kim, "analysed", case_id)
    with pytest.raises(SigningError, match="Kim Doe signed another karyotype"):
        sign(people, lee, "reviewed", case_id, karyotype="47,XX,+21")


def test_a_signature_whose_answer_was_lost_is_not_made_twice(store):
    people, kim, *_ = laboratory(store)
    case_id, _ = stored_case(store)
    content, at = signatures.prepare(store, case_id, KARYOTYPE), datetime.now(UTC)
    first = sign(people, kim, "analysed", case_id, content=content, at=at)
    assert sign(people, kim, "analysed", case_id, content=content, at=at) == first
    assert len(signatures.status(store, case_id).standing) == 1


def test_a_reopened_case_gets_an_amended_version_that_names_the_one_before(store):
    people, kim, lee, director = laboratory(store)
    case_id, (cell_id,) = stored_case(store)
    sign_all(people, kim, lee, director, case_id)
    last = cases.history(store, case_id)[-1]
    with pytest.raises(RightsError, match="takes a director, which Lee Roe is not"):
        signatures.reopen(people, lee, PASSWORD, case_id, "second culture")
    status = signatures.reopen(people, director, PASSWORD, case_id, " a second culture came ")
    assert (status.version, status.amends, status.reason) == (
        2,
        EntryReference(last.number, last.hash),
        "a second culture came",
    )
    assert (status.standing, len(status.former), status.missing[0]) == ((), 3, "analysed")
    cell = OpenCell(store, case_id, cell_id)
    cell.do(edits.turn(cell.journal.cell, "c0", "kim"), KIM)
    amended = sign_all(people, kim, lee, director, case_id)
    assert amended[0].content.version == 2
    assert amended[0].content.amends == status.amends
    assert amended[0].content.reason == "a second culture came"
    with store.read() as connection:
        rows = connection.execute(select(SIGNATURES.c.version, SIGNATURES.c.standing).order_by(SIGNATURES.c.number))
        assert [tuple(row) for row in rows] == [(1, 0)] * 3 + [(2, 1)] * 3
    assert told(store) == []


def test_a_case_not_yet_complete_goes_back_without_an_amended_version(store):
    people, kim, lee, _ = laboratory(store)
    case_id, _ = stored_case(store)
    sign(people, kim, "analysed", case_id)
    status = signatures.reopen(people, lee, PASSWORD, case_id, "two cells are missing")
    assert (status.version, status.amends, status.reason, len(status.former)) == (1, None, "", 1)
    assert told(store) == []


def test_a_case_is_reopened_for_a_reason_with_the_password(store):
    people, *staff = laboratory(store)
    case_id, _ = stored_case(store)
    with pytest.raises(ClosedCaseError, match="open already"):
        signatures.reopen(people, staff[2], PASSWORD, case_id, "why not")
    sign_all(people, *staff, case_id)
    with pytest.raises(EditError, match="Say why"):
        signatures.reopen(people, staff[2], PASSWORD, case_id, " ")
    with pytest.raises(SignInError):
        signatures.reopen(people, staff[2], OTHER, case_id, "second culture")


def test_a_laboratory_has_a_rule_of_its_own_and_a_begun_case_keeps_the_one_it_began_with(store):
    people, kim, _, director = laboratory(store)
    begun, _ = stored_case(store)
    sign(people, kim, "analysed", begun)
    short = replace(usual_rule(), version="2", steps=(SigningStep("approved", (Role.DIRECTOR,)),))
    with pytest.raises(RightsError, match="Only a director"):
        signatures.set_rule(people, kim, short)
    signatures.set_rule(people, director, short)
    assert signatures.rule_of(store) == short
    assert signatures.status(store, begun).missing == ("reviewed", "approved")
    other, _ = stored_case(store, accession="24-0002")
    sign(people, director, "approved", other)
    assert signatures.status(store, other).complete
    assert told(store) == []


def test_what_is_not_as_it_was_stored_is_not_signed(store):
    case_id, _ = stored_case(store)
    with store.write() as connection:
        connection.execute(update(ORIGINALS).values(data=b"another"))
    with pytest.raises(StoreAlteredError, match="picture is not the one"):
        signatures.prepare(store, case_id, KARYOTYPE)
    with store.write() as connection:
        connection.execute(update(JOURNAL).where(JOURNAL.c.number == 2).values(previous_hash="0" * 64))
    with pytest.raises(StoreAlteredError, match="Entry 2"):
        signatures.prepare(store, case_id, KARYOTYPE)


def test_a_case_that_is_not_there_is_not_signed(store):
    with pytest.raises(NotInStoreError):
        signatures.prepare(store, "none", KARYOTYPE)
    case_id, _ = stored_case(store)
    delete_case(store, case_id, "retention ended", KIM)
    with pytest.raises(ClosedCaseError, match="was deleted"):
        signatures.prepare(store, case_id, KARYOTYPE)
    with pytest.raises(NotInStoreError, match="report is not in"):
        signatures.signed_report(store, "0" * 64)


def test_a_deleted_case_leaves_no_signed_report(store):
    people, *staff = laboratory(store)
    case_id, _ = stored_case(store)
    sign_all(people, *staff, case_id)
    delete_case(store, case_id, "retention ended", KIM)
    with store.read() as connection:
        assert connection.execute(select(REPORTS.c.sha256)).first() is None
        assert connection.execute(select(SIGNATURES.c.number)).first() is None
    assert told(store) == []


@pytest.mark.parametrize(
    ("table", "column", "message"),
    [
        (REPORTS, "data", "Signed report .* is not the one that was stored"),
        (REPORTS, "size", "report that entry 3 signs is not the one that was stored"),
        (SIGNATURES, "meaning", "signatures do not follow from its entries"),
        (SIGNATURES, "version", "signatures do not follow from its entries"),
        (SIGNATURES, "standing", "signatures do not follow from its entries"),
        (SIGNATURES, "person_id", "signatures do not follow from its entries"),
    ],
)
def test_whatever_is_altered_of_a_signature_is_reported(store, table, column, message):
    people, kim, *_ = laboratory(store)
    case_id, _ = stored_case(store)
    made = sign(people, kim, "analysed", case_id)
    with store.write() as connection:
        present = connection.execute(select(table.c[column])).scalar_one()
        value = present + (1 if isinstance(present, int) else b"x" if isinstance(present, bytes) else "x")
        connection.execute(update(table).values({column: value}))
    with pytest.raises(AssertionError, match=message):
        assert told(store) == []
    if column == "data":
        with pytest.raises(StoreAlteredError, match="not the one that was signed"):
            signatures.signed_report(store, made.report)
