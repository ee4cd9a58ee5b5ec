"""The commands on the case database, as a person calls them."""

import json
import sqlite3
from contextlib import closing

import pytest
from typer.testing import CliRunner

from karyodesk.cli import database
from karyodesk.cli.app import app
from karyodesk.domain.people import Role
from karyodesk.store import cases
from karyodesk.store.engine import Store
from karyodesk.store.people import People
from tests.databases import FILE, file_url
from tests.signing import CHEAP, OTHER, PASSWORD, laboratory, sign_all
from tests.stored import KIM, make_case, stored_case
from tests.unit.store.test_transfer import named_case


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("KARYODESK_DATABASE", str(tmp_path / FILE))
    monkeypatch.delenv("KARYODESK_LOGIN", raising=False)
    monkeypatch.setattr(database, "people_of", lambda store: People(store, CHEAP))
    monkeypatch.setattr("karyodesk.cli.people.people_of", lambda store: People(store, CHEAP))
    return tmp_path


@pytest.fixture
def store(folder):
    with closing(Store(file_url(folder))) as opened:
        yield opened


def call(*arguments, say=(), status=0):
    """Run a command with answers to its questions; return what it printed for people and for other programs."""
    done = CliRunner().invoke(app, [str(argument) for argument in arguments], input="\n".join((*say, "")))
    assert done.exit_code == status, (done.exit_code, done.stdout, done.stderr, done.exception)
    assert "Traceback" not in done.output
    return done


def test_cases_are_listed_and_shown(store):
    case_id, _ = stored_case(store, 2)
    stored_case(store, 1, accession="24-0002", name="Poe, Ann", identifier="P-78")
    listed = call("case", "list").stdout.splitlines()
    assert listed[0].split() == ["id", "accession", "patient", "identifier", "state", "changed"]
    assert "24-0002" in listed[1]
    assert case_id in listed[2]
    assert call("case", "list", "müll").stdout.count("24-0001") == 1
    shown = call("case", "show", "24-0001").stdout
    assert "Müller, Anna Maria, P-77" in shown
    assert "To sign     analysed, reviewed, approved" in shown
    assert shown.splitlines()[-1].split()[0] == "2"
    assert "no such case" in call("case", "list", "nobody").stderr
    assert "There is no such case" in call("case", "show", "nobody", status=1).stderr
    assert "2 cases begin so" in call("case", "show", "24", status=1).stderr


def test_a_signed_case_says_who_signed(store):
    people, *staff = laboratory(store)
    case_id, _ = stored_case(store)
    sign_all(people, *staff, case_id)
    shown = call("case", "show", case_id, "--login", "kim", say=[PASSWORD]).stdout
    assert "approved by Max Moe at" in shown
    assert "To sign" not in shown


def test_there_is_no_case_database_yet(folder):
    for arguments in (("case", "list"), ("audit", "verify"), ("backup", folder / "b")):
        assert "There is no case database of this name" in call(*arguments, status=1).stderr


def test_a_case_goes_from_one_database_to_another(store, folder):
    case_id, _ = named_case(store)
    done = call("case", "export", "24-0815", folder / "x.kdcase")
    assert "was NOT removed" in done.stderr
    done = call("case", "import", folder / "x.kdcase", "--database", folder / "other")
    assert done.stdout.endswith("was taken in (de-identified), with 3 cells.\n")
    assert "is there already" in call("case", "export", case_id, folder / "x.kdcase", status=1).stderr
    done = call("case", "export", case_id, folder / "x.kdcase", "--full", "--overwrite")
    assert "keep it as safe as the database" in done.stderr
    call("case", "import", folder / "x.kdcase", "--database", folder / "other")
    assert "in the database already" in call("case", "import", folder / "x.kdcase", status=1).stderr
    assert call("audit", "verify", "--database", folder / "other").stdout.startswith("Everything is as it was written.")
    (folder / "x.kdcase").write_bytes(b"hello")
    assert call("case", "import", folder / "x.kdcase", status=1).stderr == (
        "This file holds no case of KaryoDesk: choose one that was exported.\n"
    )


def test_a_case_is_deleted_after_a_question(store):
    case_id, _ = stored_case(store)
    call("case", "delete", "24-0001", "--reason", "retention ended", say=["n"], status=1)
    assert cases.read(store, case_id).number == 2
    call("case", "delete", "24-0001", "--reason", "retention ended", "--yes")
    shown = call("audit", "show", case_id).stdout
    assert "case.delete  retention ended" in shown
    call("audit", "verify")


def test_a_backup_is_made_and_restored(store, folder):
    case_id, _ = stored_case(store)
    made = call("backup", folder / "backup").stdout
    assert "holds all cases" in made
    store.close()
    assert "There is a case database already" in call("restore", folder / "backup", status=1).stderr
    done = call("restore", folder / "backup", "--overwrite").stdout
    assert "The one before it is kept as" in done
    noted = made.split()[-1]
    assert noted in done
    assert case_id in call("case", "list").stdout
    call("audit", "verify", "--noted", noted)


def test_what_was_altered_is_named_and_the_exit_status_is_1(store, folder):
    case_id, _ = stored_case(store, 2)
    assert call("audit", "verify").stdout.startswith("Everything is as it was written. The ledger ends with ")
    with closing(sqlite3.connect(folder / FILE)) as altering:
        altering.execute("UPDATE journal SET person_name = 'Somebody' WHERE number = 2")
        altering.execute("UPDATE originals SET data = x'00'")
        altering.commit()
    done = call("audit", "verify", status=1)
    assert done.stdout == f"Case {case_id}: entry 2 is not what was written.\n"
    everything = call("audit", "verify", "--all", status=1).stdout.splitlines()
    assert len(everything) == 3
    assert "is not the one that was stored" in everything[-1]
    assert "not as it was written, and so is the copy" in call("backup", folder / "backup", status=1).stderr
    call("restore", folder / "backup", "--database", folder / "new", status=1)
    call("restore", folder / "backup", "--altered", "--database", folder / "new", status=1)
    assert (folder / "new").exists()


def test_an_end_of_the_ledger_that_was_noted_is_looked_for(store):
    stored_case(store)
    noted = call("audit", "verify").stdout.split()[-1]
    stored_case(store, accession="24-0002")
    call("audit", "verify", "--noted", noted)
    other = noted[:-1] + ("0" if noted[-1] != "0" else "1")
    done = call("audit", "verify", "--noted", other, status=1)
    assert "Row 2 of the ledger is not the one that was noted elsewhere" in done.stdout
    call("audit", "verify", "--noted", "2", status=2)


def test_who_did_what_and_when_is_shown(store):
    case_id, ids = stored_case(store)
    last = call("audit", "show").stdout.splitlines()[-1].split()
    assert last[3:] == ["Kim", "Doe", "bench", "1", "case.create", "case", case_id]
    entries = call("audit", "show", "24-0001").stdout.splitlines()
    assert entries[2].split()[-3:] == ["cell.add", "cell", ids[0]]
    records = [json.loads(line) for line in call("audit", "show", case_id, "--json").stdout.splitlines()]
    assert [record["number"] for record in records] == [1, 2]
    assert json.loads(records[0]["body"])["case"]["order"]["accession"] == "24-0001"


def test_people_are_added_and_then_everybody_signs_in(folder):
    assert call("people", "add", "ada", "--name", "Ada Poe", say=[PASSWORD, PASSWORD]).stderr.endswith(
        "The single-user mode has ended.\n"
    )
    max_moe = ("max", "--name", "Max Moe", "--role", "director")
    call("people", "add", *max_moe, "--login", "ada", say=[PASSWORD, OTHER, OTHER])
    assert "Set a password of your own first" in call("case", "list", "--login", "max", say=[OTHER], status=1).stderr
    call("people", "password", "--login", "max", say=[OTHER, PASSWORD, PASSWORD])
    assert "no cases yet" in call("case", "list", say=["max", PASSWORD]).stderr
    assert "do not belong together" in call("case", "list", "--login", "max", say=["wrong password"], status=1).stderr
    listed = call("people", "list", "--login", "max", say=[PASSWORD]).stdout
    assert [line.split()[0] for line in listed.splitlines() if line.strip()] == ["login", "ada", "max"]
    assert "Only an administrator" in call("people", "unlock", "ada", "--login", "max", say=[PASSWORD], status=1).stderr


def test_an_administrator_changes_people(store):
    people, *_ = laboratory(store)
    call("people", "change", "KIM", "--role", "reviewer", "--role", "technician", "--login", "ada", say=[PASSWORD])
    call("people", "change", "lee", "--inactive", "--name", "Lee Poe", "--login", "ada", say=[PASSWORD])
    known = {person.login: person for person in people.everyone()}
    assert known["kim"].roles == (Role.TECHNICIAN, Role.REVIEWER)
    assert (known["lee"].active, known["lee"].name) == (False, "Lee Poe")
    for _ in range(5):
        call("case", "list", "--login", "kim", say=["wrong password"], status=1)
    assert "Too many wrong passwords" in call("case", "list", "--login", "kim", say=[PASSWORD], status=1).stderr
    call("people", "unlock", "kim", "--login", "ada", say=[PASSWORD])
    call("people", "reset", "kim", "--login", "ada", say=[PASSWORD, OTHER, OTHER])
    assert "own first" in call("case", "list", "--login", "kim", say=[OTHER], status=1).stderr
    unknown = call("people", "reset", "eve", "--login", "ada", say=[PASSWORD], status=1)
    assert "Nobody signs in by this name" in unknown.stderr
    call("audit", "verify")


def test_who_signs_in_is_named_and_only_some_delete(store, folder):
    laboratory(store)
    case = make_case()
    cases.create(store, case, KIM)
    call("case", "export", case.id, folder / "x.kdcase", "--login", "lee", say=[PASSWORD])
    assert cases.history(store, case.id)[-1].person_name == "Lee Roe"
    refused = call("case", "delete", case.id, "--reason", "x", "--yes", "--login", "lee", say=[PASSWORD], status=1)
    assert "takes a director or administrator, which Lee Roe is not" in refused.stderr
    call("case", "delete", case.id, "--reason", "x", "--yes", "--login", "max", say=[PASSWORD])


def test_in_the_single_user_mode_it_is_said_who_was_not_asked(store):
    case, _ = stored_case(store)
    assert "single-user mode" in call("people", "list").stderr
    assert "single-user mode" in call("people", "unlock", "kim", status=1).stderr
    call("case", "delete", case, "--reason", "x", "--yes")
    assert cases.history(store, case)[-1].person_name.endswith("(single-user mode)")
