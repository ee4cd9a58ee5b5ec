"""People and roles."""

import pytest

from karyodesk.domain.people import Person, Role


def test_an_administrator_is_one_who_may_sign_in():
    person = Person("1", "ada", "Ada Poe", (Role.DIRECTOR, Role.ADMINISTRATOR))
    assert person.is_administrator
    assert not Person("1", "ada", "Ada Poe", (Role.ADMINISTRATOR,), active=False).is_administrator
    assert not Person("1", "ada", "Ada Poe", (Role.DIRECTOR,)).is_administrator


@pytest.mark.parametrize(
    ("login", "name", "roles"),
    [
        (" ", "Ada", (Role.DIRECTOR,)),
        ("ada", "", (Role.DIRECTOR,)),
        ("ada", "Ada", ()),
        ("ada", "Ada", (Role.DIRECTOR, Role.TECHNICIAN)),
        ("ada", "Ada", (Role.DIRECTOR, Role.DIRECTOR)),
    ],
)
def test_a_person_has_names_and_roles_in_order(login, name, roles):
    with pytest.raises(ValueError, match="a person has"):
        Person("1", login, name, roles)
