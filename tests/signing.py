"""People for tests, with passwords that cost nothing to look at, and cases that they signed."""

from datetime import UTC, datetime

from argon2 import PasswordHasher

from karyodesk.domain.people import Role
from karyodesk.store import signatures
from karyodesk.store.people import LockOut, People

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PASSWORD = "seven green chairs"
OTHER = "eleven blue tables"
KARYOTYPE = "46,XX"


def people_of(store, lock_out=LockOut()):  # noqa: B008 - frozen
    """The people of a store, and Ada, its first administrator."""
    people = People(store, CHEAP, lock_out)
    return people, people.begin("ada", "Ada Poe", PASSWORD, "office")


def laboratory(store):
    """The people of a store, with a technician, a reviewer and a director who signed in."""
    people, admin = people_of(store)
    staff = []
    for login, name, role in (
        ("kim", "Kim Doe", Role.TECHNICIAN),
        ("lee", "Lee Roe", Role.REVIEWER),
        ("max", "Max Moe", Role.DIRECTOR),
    ):
        people.add(admin, login, name, (role,), OTHER)
        staff.append(people.change_password(people.sign_in(login, OTHER, "bench 1"), OTHER, PASSWORD))
    return people, *staff


def report(*words):
    """The bytes of a report."""
    return b"%PDF-1.7\n" + " ".join(words).encode()


def sign(people, who, meaning, case_id, *, content=None, password=PASSWORD, pdf=None, karyotype=KARYOTYPE, at=None):
    """Sign a case as it now is."""
    content = content or signatures.prepare(people.store, case_id, karyotype)
    pdf = report(meaning, content.digest) if pdf is None else pdf
    return signatures.sign(people, who, password, meaning, content, pdf, at or datetime.now(UTC))


def sign_all(people, kim, lee, director, case_id):
    """Every signature of the usual rule."""
    return [
        sign(people, who, meaning, case_id)
        for who, meaning in ((kim, "analysed"), (lee, "reviewed"), (director, "approved"))
    ]
