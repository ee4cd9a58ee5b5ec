"""People for tests, with passwords that cost nothing to look at."""

from argon2 import PasswordHasher

from karyodesk.store.people import LockOut, People

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PASSWORD = "seven green chairs"
OTHER = "eleven blue tables"


def people_of(store, lock_out=LockOut()):  # noqa: B008 - frozen
    """The people of a store, and Ada, its first administrator."""
    people = People(store, CHEAP, lock_out)
    return people, people.begin("ada", "Ada Poe", PASSWORD, "office")
