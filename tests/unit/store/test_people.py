"""People: who gets in, who is kept out, and what is written down of it."""

import time
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select, update

from karyodesk.domain.errors import EditError, NotInStoreError, RightsError, SignInError
from karyodesk.domain.people import Role
from karyodesk.store import ledger
from karyodesk.store.engine import Store
from karyodesk.store.people import HASHER, SINGLE_USER_NOTE, LockOut, People, person_now, single_user
from karyodesk.store.schema import PEOPLE
from karyodesk.store.verify import verify
from tests.signing import CHEAP, OTHER, PASSWORD, people_of

TECHNICIAN = (Role.TECHNICIAN,)


def actions(store):
    with store.read() as connection:
        return [row.action for row in ledger.rows(connection)][1:]


def row_of(store, login):
    with store.read() as connection:
        return connection.execute(select(PEOPLE).where(PEOPLE.c.login == login)).one()


def add(people, admin, login="kim", name="Kim Doe", roles=TECHNICIAN):
    """Add a person who has set a password of their own."""
    people.add(admin, login, name, roles, OTHER)
    return people.change_password(people.sign_in(login, OTHER, "bench 1"), OTHER, PASSWORD)


def test_the_program_makes_hashes_with_the_parameters_of_rfc_9106():
    assert (HASHER.memory_cost, HASHER.time_cost, HASHER.parallelism) == (65536, 3, 4)
    assert HASHER.type.name == "ID"


def test_a_new_store_is_in_the_single_user_mode_until_the_first_person_is_added(store):
    people = People(store, CHEAP)
    assert people.single_user
    assert people.report_notes == (SINGLE_USER_NOTE,)
    assert single_user("ann", "bench 1").name == "ann (single-user mode)"
    people.begin("ada", "Ada Poe", PASSWORD, "office")
    assert not people.single_user
    assert people.report_notes == ()
    assert people.everyone()[0].roles == (Role.ADMINISTRATOR,)
    with pytest.raises(RightsError, match="There are people"):
        people.begin("eve", "Eve", PASSWORD, "office")
    assert list(verify(store)) == []


def test_who_signs_in_is_the_author_of_what_they_do(store):
    people, admin = people_of(store)
    kim = add(people, admin)
    assert people.sign_in(" KIM ", PASSWORD, "bench 2").author == replace(kim.author, workstation="bench 2")
    assert actions(store)[-1] == "person.sign_in"
    with store.read() as connection:
        assert ledger.rows(connection)[-1].person_name == "Kim Doe"
    assert list(verify(store)) == []


def test_neither_the_password_nor_what_argon2_made_of_it_stands_in_the_ledger(store):
    people, admin = people_of(store)
    add(people, admin)
    with store.read() as connection:
        bodies = "".join(row.body or "" for row in ledger.rows(connection))
    for secret in (PASSWORD, OTHER, "argon2", row_of(store, "kim").password):
        assert secret not in bodies
    assert row_of(store, "kim").password.startswith("$argon2id$")


@pytest.mark.parametrize(("login", "password"), [("kim", "wrong password"), ("nobody", PASSWORD), ("", "")])
def test_name_and_password_must_belong_together(store, login, password):
    people, admin = people_of(store)
    add(people, admin)
    with pytest.raises(SignInError, match="do not belong together"):
        people.sign_in(login, password, "bench 1")
    assert actions(store)[-1] == ("person.refuse" if login == "kim" else "person.unknown")
    assert list(verify(store)) == []


def test_wrong_passwords_lock_the_name_until_the_time_is_over(store):
    people = People(store, CHEAP, LockOut(3, timedelta(seconds=1.5)))
    admin = people.begin("ada", "Ada Poe", PASSWORD, "office")
    for _ in range(3):
        with pytest.raises(SignInError, match="do not belong"):
            people.sign_in("ada", "wrong password", "bench 1")
    with pytest.raises(SignInError, match="for 1 more minutes"):
        people.sign_in("ada", PASSWORD, "bench 1")
    with pytest.raises(SignInError, match="for 1 more minutes"):
        people.confirm(admin, PASSWORD)
    time.sleep(1.6)
    assert people.sign_in("ada", PASSWORD, "bench 1").person.login == "ada"
    assert (row_of(store, "ada").failures, row_of(store, "ada").locked_until) == (0, None)
    assert list(verify(store)) == []


def test_a_right_password_in_between_starts_the_count_anew(store):
    people, admin = people_of(store, LockOut(2, timedelta(hours=1)))
    for _ in range(3):
        with pytest.raises(SignInError, match="do not belong"):
            people.confirm(admin, "wrong password")
        people.confirm(admin, PASSWORD)


def test_an_administrator_ends_a_lock_out(store):
    people, admin = people_of(store, LockOut(1, timedelta(hours=1)))
    kim = add(people, admin)
    for end in (lambda: people.unlock(admin, kim.person.id), None):
        with pytest.raises(SignInError, match="do not belong"):
            people.sign_in("kim", "wrong password", "bench 1")
        with pytest.raises(SignInError, match="60 more minutes"):
            people.sign_in("kim", PASSWORD, "bench 1")
        if end:
            end()
            people.sign_in("kim", PASSWORD, "bench 1")
    people.reset_password(admin, kim.person.id, "another long one")
    assert people.sign_in("kim", "another long one", "bench 1").person.provisional
    assert list(verify(store)) == []


def test_a_password_that_an_administrator_knows_lets_nobody_do_anything(store):
    people, admin = people_of(store)
    people.add(admin, "lee", "Lee Roe", (Role.ADMINISTRATOR,), OTHER)
    lee = people.sign_in("lee", OTHER, "bench 1")
    with pytest.raises(RightsError, match="Set a password of your own"):
        people.add(lee, "eve", "Eve", TECHNICIAN, OTHER)
    lee = people.change_password(lee, OTHER, PASSWORD)
    assert people.add(lee, "eve", "Eve", TECHNICIAN, OTHER).provisional


def test_only_administrators_say_who_the_people_are(store):
    people, admin = people_of(store)
    kim = add(people, admin)
    for act in (
        lambda: people.add(kim, "eve", "Eve", TECHNICIAN, OTHER),
        lambda: people.change(kim, replace(kim.person, roles=(Role.DIRECTOR,))),
        lambda: people.reset_password(kim, admin.person.id, OTHER),
        lambda: people.unlock(kim, admin.person.id),
    ):
        with pytest.raises(RightsError, match="Only an administrator"):
            act()


def test_who_may_no_longer_sign_in_does_not_get_in_and_stays_known(store):
    people, admin = people_of(store)
    kim = add(people, admin)
    people.change(admin, replace(kim.person, active=False))
    with pytest.raises(SignInError, match="do not belong"):
        people.sign_in("kim", PASSWORD, "bench 1")
    with pytest.raises(SignInError, match="do not belong"):
        people.confirm(kim, PASSWORD)
    with pytest.raises(RightsError, match="Kim Doe may no longer"), store.write() as connection:
        person_now(connection, kim)
    assert [person.name for person in people.everyone()] == ["Ada Poe", "Kim Doe"]


def test_there_is_always_an_administrator(store):
    people, admin = people_of(store)
    with pytest.raises(RightsError, match="Nobody would be an administrator"):
        people.change(admin, replace(admin.person, roles=(Role.DIRECTOR,)))
    with pytest.raises(RightsError, match="Nobody would be an administrator"):
        people.change(admin, replace(admin.person, active=False))
    add(people, admin, "lee", "Lee Roe", (Role.ADMINISTRATOR,))
    assert people.change(admin, replace(admin.person, roles=(Role.DIRECTOR,))).roles == (Role.DIRECTOR,)


def test_changes_of_a_person_stand_in_the_ledger_and_login_and_password_stay(store):
    people, admin = people_of(store)
    kim = add(people, admin)
    before = row_of(store, "kim")
    wanted = replace(kim.person, name="Kim Roe", roles=(Role.REVIEWER, Role.DIRECTOR), login="other")
    changed = people.change(admin, wanted)
    assert changed == replace(wanted, login="kim")
    assert row_of(store, "kim").password == before.password
    assert actions(store)[-1] == "person.change"
    people.change(admin, changed)
    assert actions(store).count("person.change") == 1
    with pytest.raises(NotInStoreError):
        people.change(admin, replace(changed, id="none"))
    assert list(verify(store)) == []


@pytest.mark.parametrize(
    ("login", "name", "roles", "password", "message"),
    [
        ("kim", "Eve", TECHNICIAN, OTHER, "Somebody else signs in"),
        (" ", "Eve", TECHNICIAN, OTHER, "by which name"),
        ("eve", " ", TECHNICIAN, OTHER, "printed name"),
        ("eve", "Eve", (), OTHER, "at least one role"),
        ("eve", "Eve", TECHNICIAN, "too short", "at least 12 characters"),
        ("eve", "Eve", TECHNICIAN, "x" * 1025, "at least 12 characters"),
        ("eve", "Eva Maria Poe", TECHNICIAN, "eva maria POE", "the name of the person"),
    ],
)
def test_a_person_that_will_not_do_is_refused(store, login, name, roles, password, message):
    people, admin = people_of(store)
    add(people, admin)
    with pytest.raises(EditError, match=message):
        people.add(admin, login, name, roles, password)
    assert len(people.everyone()) == 2


def test_a_password_is_changed_by_who_knows_it_to_another_one(store):
    people, admin = people_of(store)
    with pytest.raises(EditError, match="the password you have"):
        people.change_password(admin, PASSWORD, PASSWORD)
    with pytest.raises(SignInError):
        people.change_password(admin, "wrong password", OTHER)
    people.change_password(admin, PASSWORD, "pass\u0301word of my own")
    assert people.sign_in("ada", "pas\u015bword of my own", "x").person == admin.person, "as another keyboard gives it"
    with pytest.raises(SignInError):
        people.sign_in("ada", PASSWORD, "x")


def test_a_password_is_kept_by_the_present_parameters_after_signing_in(file_store):
    people_of(file_store)
    stronger = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
    assert People(file_store, stronger).sign_in("ada", PASSWORD, "bench 1")
    assert "t=2" in row_of(file_store, "ada").password
    assert People(file_store, stronger).sign_in("ada", PASSWORD, "bench 1")
    assert actions(file_store) == ["person.add", "person.sign_in", "person.password", "person.sign_in"]
    assert list(verify(file_store)) == []


@pytest.mark.parametrize("column", ["login", "record", "password", "failures", "locked_until", "version", "id"])
def test_whatever_is_altered_of_a_person_is_reported(store, column):
    people, admin = people_of(store)
    add(people, admin)
    with store.write() as connection:
        present = connection.execute(select(PEOPLE.c[column]).where(PEOPLE.c.login == "kim")).scalar()
        value = present + 1 if isinstance(present, int) else f"{present or ''}x"
        connection.execute(update(PEOPLE).where(PEOPLE.c.login == "kim").values({column: value}))
    found = [breach.message for breach in verify(store)]
    assert found
    if column == "password":
        assert found == ["The account of Kim Doe is not what row 6 of the ledger says."]


def test_a_person_put_in_or_taken_out_past_the_program_is_reported(store):
    people_of(store)
    with store.write() as connection:
        row = dict(connection.execute(select(PEOPLE)).one()._mapping)
        connection.execute(PEOPLE.insert().values(**row | {"id": "eve", "login": "eve"}))
    assert [breach.message for breach in verify(store)] == ["Person eve does not follow from the ledger."]
    with store.write() as connection:
        connection.execute(PEOPLE.delete())
    assert next(breach.message for breach in verify(store)).endswith("does not follow from the ledger.")


def test_two_workstations_share_the_count_of_wrong_passwords(store_url):
    with closing(Store(store_url)) as one, closing(Store(store_url)) as two:
        people, _ = people_of(one, LockOut(2, timedelta(hours=1)))
        others = People(two, CHEAP, LockOut(2, timedelta(hours=1)))
        for each in (people, others):
            with pytest.raises(SignInError, match="do not belong"):
                each.sign_in("ada", "wrong password", "bench")
        with pytest.raises(SignInError, match="Too many"):
            people.sign_in("ada", PASSWORD, "bench")
