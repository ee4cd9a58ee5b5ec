"""Who signed is held against the people of that moment, as the ledger has them: not against those of today."""

from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from karyodesk.domain import canonical
from karyodesk.domain.errors import SignInError, StaleEditError
from karyodesk.domain.people import Person, Role
from karyodesk.domain.signing import Reopening, SigningStep, usual_rule
from karyodesk.store import accounts, cases, journal, ledger, signatures
from karyodesk.store.accounts import PersonAction
from karyodesk.store.backup import back_up, restore
from karyodesk.store.deletion import delete_case
from karyodesk.store.engine import Store
from karyodesk.store.journal import Action
from karyodesk.store.people import LockOut, People, SignedIn
from karyodesk.store.receive import receive
from karyodesk.store.schema import JOURNAL, LEDGER, PEOPLE, SIGNATURES, STORE
from karyodesk.store.transfer import export_full
from karyodesk.store.verify import verify
from tests.databases import file_url
from tests.signing import CHEAP, KARYOTYPE, OTHER, PASSWORD, laboratory, report, sign, sign_all
from tests.stored import KIM, LEE, stored_case

STRANGER = Person("x", "eve", "Eve Noe", (Role.DIRECTOR,))


def told(store):
    return [breach.message for breach in verify(store)]


def sign_past(store, person, case_id, meaning="analysed", rule=None):
    """Sign past the program, with every hash as it should be: as somebody does who may write and knows it."""
    content = signatures.prepare(store, case_id, KARYOTYPE)
    content = replace(content, rule=rule or content.rule)
    pdf = report(meaning, content.digest, person.id)
    made = signatures._signature(person, meaning, content, pdf, datetime.now(UTC))
    with store.write() as connection:
        signatures._store(connection, SignedIn(person, "bench 1"), made, pdf)


def reopen_past(store, person, case_id):
    with store.write() as connection:
        body = canonical.encode(Reopening("why not", person))
        journal.append(connection, case_id, SignedIn(person, "bench 1").author, Action.REOPEN, body)
        connection.execute(update(SIGNATURES).values(standing=0))


def recompute(store, number, **values):
    """Alter a row of the ledger and compute all hashes from there on anew."""
    with store.write() as connection:
        rows = ledger.rows(connection)
        previous = rows[number - 1].previous_hash
        for row in rows[number - 1 :]:
            made = replace(row, previous_hash=previous, **(values if row.number == number else {}))
            previous = made.true_hash
            new = vars(replace(made, hash=previous))
            connection.execute(update(LEDGER).where(LEDGER.c.number == row.number).values(**new))
        connection.execute(update(STORE).values(ledger_hash=previous))


def rows_of(store, action):
    with store.read() as connection:
        return [row for row in ledger.rows(connection) if row.action == action]


# --- what the program itself writes


def test_people_who_change_afterwards_have_signed_as_what_they_were(store):
    people, kim, lee, director = laboratory(store)
    admin = people.sign_in("ada", PASSWORD, "office")
    case_id, _ = stored_case(store)
    sign_all(people, kim, lee, director, case_id)
    people.change(admin, replace(kim.person, roles=(Role.REVIEWER,), name="Kim Roe"))
    people.change(admin, replace(lee.person, active=False))
    for _ in range(5):
        with pytest.raises(SignInError):
            people.sign_in("max", "wrong password", "bench 1")
    people.unlock(admin, director.person.id)
    signatures.reopen(people, director, PASSWORD, case_id, "a second culture came")
    sign(people, director, "analysed", case_id)
    sign(people, kim, "reviewed", case_id)
    people.reset_password(admin, director.person.id, OTHER)
    assert told(store) == []


def test_a_name_that_changes_between_password_and_signature_is_the_new_one(file_store, monkeypatch):
    people, kim, *_ = laboratory(file_store)
    admin = people.sign_in("ada", PASSWORD, "office")
    case_id, _ = stored_case(file_store)
    meanwhile(monkeypatch, lambda: people.change(admin, replace(kim.person, name="Kim Roe")))
    assert sign(people, kim, "analysed", case_id, content=prepared(file_store, case_id)).signer.name == "Kim Roe"
    assert cases.history(file_store, case_id)[-1].person_name == "Kim Roe"
    assert told(file_store) == []


def prepared(store, case_id):
    with store.read() as connection:
        return CONTENT(connection, case_id, KARYOTYPE)


CONTENT = signatures._content


def meanwhile(monkeypatch, act):
    """Do something once the password was given, before the signature is stored."""

    def content(*about):
        act()
        return CONTENT(*about)

    monkeypatch.setattr(signatures, "_content", content)


def test_who_is_locked_out_between_password_and_signature_does_not_sign(store, monkeypatch):
    _, kim, *_ = laboratory(store)
    people = People(store, CHEAP, LockOut(1, timedelta(hours=1)))
    case_id, _ = stored_case(store)
    content = prepared(store, case_id)

    def lock():
        with pytest.raises(SignInError):
            people.sign_in("kim", "wrong password", "bench 2")

    meanwhile(monkeypatch, lock)
    with pytest.raises(SignInError, match="Too many wrong passwords"):
        sign(people, kim, "analysed", case_id, content=content)
    assert signatures.status(store, case_id).standing == ()
    assert told(store) == []


def test_a_rule_that_changes_between_password_and_signature_is_told(store, monkeypatch):
    people, kim, _, director = laboratory(store)
    case_id, _ = stored_case(store)
    content = prepared(store, case_id)
    short = replace(usual_rule(), version="2", steps=(SigningStep("approved", (Role.DIRECTOR,)),))

    def seen_before(*about):
        seen = CONTENT(*about)
        signatures.set_rule(people, director, short)
        return seen

    monkeypatch.setattr(signatures, "_content", seen_before)
    with pytest.raises(StaleEditError, match="rule of signing was changed") as caught:
        sign(people, kim, "analysed", case_id, content=content)
    assert caught.value.first == "Max Moe"
    assert told(store) == []


def test_a_case_that_came_from_elsewhere_is_signed_on_by_the_people_here(file_store, elsewhere, tmp_path):
    people, kim, *_ = laboratory(file_store)
    case_id, _ = stored_case(file_store)
    sign(people, kim, "analysed", case_id)
    export_full(file_store, case_id, tmp_path / "case.kdcase", LEE)
    ours, _, lee, director = laboratory(elsewhere)
    receive(elsewhere, tmp_path / "case.kdcase", director.author)
    sign(ours, lee, "reviewed", case_id)
    sign(ours, director, "approved", case_id)
    assert told(elsewhere) == []
    signatures.reopen(ours, director, PASSWORD, case_id, "a second culture came")
    assert told(elsewhere) == []
    sign_past(elsewhere, kim.person, case_id)
    assert told(elsewhere) == [
        f"Case {case_id}: the signature of entry 8 is of Kim Doe, who was not among the people."
    ]


def test_a_restored_backup_is_signed_on(file_store, elsewhere, tmp_path):
    people, kim, lee, director = laboratory(file_store)
    case_id, _ = stored_case(file_store)
    sign(people, kim, "analysed", case_id)
    back_up(file_store, tmp_path / "backup", KIM)
    sign(people, lee, "reviewed", case_id)
    elsewhere.close()
    restore(tmp_path / "backup", file_url(tmp_path / "elsewhere"), LEE, overwrite=True)
    sign(People(elsewhere, CHEAP), director, "reviewed", case_id)
    assert told(elsewhere) == told(file_store) == []


@pytest.fixture
def elsewhere(tmp_path):
    """Another store."""
    (tmp_path / "elsewhere").mkdir()
    with closing(Store(file_url(tmp_path / "elsewhere"))) as store:
        yield store


# --- what is written past it, every hash as it should be


def test_in_the_single_user_mode_nobody_has_signed(store):
    case_id, _ = stored_case(store)
    sign_past(store, STRANGER, case_id, "analysed")
    (breach,) = verify(store)
    assert (breach.case_id, breach.number) == (case_id, 3)
    assert breach.message.endswith("the signature of entry 3 is of Eve Noe, who was not among the people.")


def test_the_first_signature_of_somebody_unknown_is_the_first_that_is_told(store):
    people, kim, *_ = laboratory(store)
    case_id, _ = stored_case(store)
    sign(people, kim, "analysed", case_id)
    sign_past(store, STRANGER, case_id, "reviewed")
    sign_past(store, replace(STRANGER, id="y"), case_id, "approved")
    assert [breach.number for breach in verify(store)] == [4, 5]


def gone(people, admin, kim):
    people.change(admin, replace(kim.person, active=False))
    return replace(kim.person, active=False)


def provisional(people, admin, kim):
    people.reset_password(admin, kim.person.id, OTHER)
    return replace(kim.person, provisional=True)


def locked(people, _admin, kim):
    with pytest.raises(SignInError):
        people.confirm(kim, "wrong password")
    return kim.person


def unconfirmed(people, admin, _kim):
    return people.change(admin, replace(admin.person, roles=(Role.REVIEWER, Role.ADMINISTRATOR)))


def promoted(_people, _admin, kim):
    return replace(kim.person, roles=(Role.TECHNICIAN, Role.DIRECTOR))


def renamed(_people, _admin, kim):
    return replace(kim.person, login="other")


@pytest.mark.parametrize(
    ("who", "message"),
    [
        (gone, "is of Kim Doe, who was no longer let in"),
        (provisional, "is of Kim Doe, who had no password of their own yet"),
        (locked, "is of Kim Doe, who was locked out"),
        (unconfirmed, "is of Ada Poe, who had not given the password for it"),
        (promoted, "says that Kim Doe was technician and director; the ledger says technician"),
        (renamed, "does not name Kim Doe as the ledger does"),
    ],
)
def test_who_could_not_sign_at_that_moment_is_told_whatever_they_are_since(file_store, who, message):
    _, kim, *_ = laboratory(file_store)
    people = People(file_store, CHEAP, LockOut(1, timedelta(hours=1)))
    case_id, _ = stored_case(file_store)
    admin = SignedIn(next(each for each in people.everyone() if each.login == "ada"), "office")
    person = who(people, admin, kim)
    sign_past(file_store, person, case_id)
    expected = [f"Case {case_id}: the signature of entry 3 {message}."]
    assert told(file_store) == expected
    people.unlock(admin, kim.person.id)
    people.change(admin, replace(kim.person, roles=(Role.TECHNICIAN, Role.DIRECTOR)))
    assert told(file_store) == expected


def test_a_rule_that_the_store_never_had_is_told(file_store):
    _, kim, *_ = laboratory(file_store)
    case_id, _ = stored_case(file_store)
    easy = replace(usual_rule(), version="9", steps=(SigningStep("approved", (Role.TECHNICIAN,)),))
    sign_past(file_store, kim.person, case_id, "approved", easy)
    assert told(file_store) == [
        f"Case {case_id}: the signature of entry 3 is by a rule that this case database had not."
    ]


@pytest.mark.parametrize("values", [{"person_id": "x"}, {"person_name": "Eve"}, {"workstation": "elsewhere"}])
def test_an_author_in_the_ledger_other_than_the_signer_is_told(file_store, values):
    people, kim, *_ = laboratory(file_store)
    case_id, _ = stored_case(file_store)
    sign(people, kim, "analysed", case_id)
    recompute(file_store, rows_of(file_store, "case.sign")[0].number, **values)
    assert told(file_store) == [f"Case {case_id}: the signature of entry 3 is of somebody else by the ledger."]


def test_who_reopened_without_the_right_to_is_told(file_store):
    people, *staff = laboratory(file_store)
    case_id, _ = stored_case(file_store)
    sign_all(people, *staff, case_id)
    reopen_past(file_store, staff[0].person, case_id)
    assert told(file_store) == [f"Case {case_id}: the reopening of entry 6 is against the rule of signing."]


def test_somebody_unknown_who_reopened_is_told(file_store):
    people, *staff = laboratory(file_store)
    case_id, _ = stored_case(file_store)
    sign_all(people, *staff, case_id)
    reopen_past(file_store, STRANGER, case_id)
    assert told(file_store) == [
        f"Case {case_id}: the reopening of entry 6 is of Eve Noe, who was not among the people."
    ]


def test_a_signature_of_somebody_unknown_is_told_of_a_deleted_case_too(file_store):
    laboratory(file_store)
    case_id, _ = stored_case(file_store)
    sign_past(file_store, STRANGER, case_id)
    delete_case(file_store, case_id, "retention ended", LEE)
    assert told(file_store) == [
        f"Case {case_id}: the signature of entry 3 is of Eve Noe, who was not among the people."
    ]


def test_a_signature_made_here_is_not_one_from_elsewhere_by_an_entry_that_says_so(file_store):
    laboratory(file_store)
    case_id, _ = stored_case(file_store)
    sign_past(file_store, STRANGER, case_id)
    cases.write_down(file_store, case_id, Action.RECEIVE, {"file": "ab" * 32}, LEE)
    assert told(file_store) == [
        f"Case {case_id}: the signature of entry 3 is of Eve Noe, who was not among the people."
    ]


@pytest.mark.parametrize("action", [PersonAction.CHANGE, PersonAction.SIGN_IN, PersonAction.PASSWORD])
def test_a_role_that_nobody_who_may_has_given_is_told(file_store, action):
    people, kim, *_ = laboratory(file_store)
    with file_store.write() as connection:
        known = accounts.find(connection, PEOPLE.c.id == kim.person.id)
        raised = replace(known.account, person=replace(kim.person, roles=(Role.DIRECTOR,)))
        accounts.change(connection, kim.author, action, known, raised)
    kim = people.sign_in("kim", PASSWORD, "bench 1")
    case_id, _ = stored_case(file_store)
    sign(people, kim, "analysed", case_id)
    number = 1 + rows_of(file_store, "person.password")[-1 if action is not PersonAction.PASSWORD else -2].number
    fault = "does not follow from those before it."
    if action is PersonAction.CHANGE:
        fault = "was written by Kim Doe, who had no right to do so."
    assert told(file_store)[0] == f"Row {number} of the ledger {fault}"


@pytest.mark.parametrize("who", ["technician", "nobody"])
def test_a_rule_given_by_somebody_without_the_right_to_is_told(file_store, who):
    _, kim, *_ = laboratory(file_store)
    author = kim.author if who == "technician" else LEE
    change = signatures.RuleChange(usual_rule(), replace(usual_rule(), version="9"))
    with file_store.write() as connection:
        row = ledger.append(connection, author, signatures.RULE, body=canonical.encode(change))
    assert told(file_store) == [
        f"Row {row.number} of the ledger was written by {author.name}, who had no right to do so."
    ]


def test_a_rule_that_does_not_follow_from_the_one_before_is_told(file_store):
    _, *_, director = laboratory(file_store)
    other = replace(usual_rule(), version="9")
    with file_store.write() as connection:
        body = canonical.encode(signatures.RuleChange(other, usual_rule()))
        row = ledger.append(connection, director.author, signatures.RULE, body=body)
        ledger.append(connection, director.author, signatures.RULE, body="{}")
    assert told(file_store) == [f"Row {row.number} of the ledger does not follow from those before it."]
    recompute(file_store, row.number, body="{}")
    assert told(file_store) == [f"Row {row.number} of the ledger cannot be read."]


# --- what is altered without computing anything anew


@pytest.mark.parametrize("column", ["person_id", "person_name", "body"])
@pytest.mark.parametrize("table", [JOURNAL, LEDGER])
def test_an_altered_person_or_role_in_any_row_is_told_by_its_number(file_store, table, column):
    people, *staff = laboratory(file_store)
    case_id, _ = stored_case(file_store)
    sign_all(people, *staff, case_id)
    signatures.reopen(people, staff[-1], PASSWORD, case_id, "a second culture came")
    with file_store.read() as connection:
        numbers = connection.execute(select(table.c.number).order_by(table.c.number)).scalars().all()
    for number in numbers:
        here = table.c.number == number
        with file_store.write() as connection:
            value = connection.execute(select(table.c[column]).where(here)).scalar()
            changed = value.replace('"technician"', '"director"') if column == "body" and value else f"{value or ''}x"
            changed = changed if changed != value else f"{value} "
            connection.execute(update(table).where(here).values({column: changed}))
        (first, *_) = verify(file_store)
        assert first.number == number
        assert "is not what was written" in first.message
        with file_store.write() as connection:
            connection.execute(update(table).where(here).values({column: value}))
    assert told(file_store) == []


def test_another_role_in_the_table_of_people_is_told(file_store):
    people, kim, *_ = laboratory(file_store)
    case_id, _ = stored_case(file_store)
    sign(people, kim, "analysed", case_id)
    with file_store.write() as connection:
        record = canonical.encode(replace(kim.person, roles=(Role.DIRECTOR,)))
        connection.execute(update(PEOPLE).where(PEOPLE.c.login == "kim").values(record=record))
    number = rows_of(file_store, "person.confirm")[-1].number
    assert told(file_store) == [f"The account of Kim Doe is not what row {number} of the ledger says."]
