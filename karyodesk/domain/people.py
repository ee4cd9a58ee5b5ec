"""The people of a laboratory and what they may do."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a person is in the laboratory; one person may be several."""

    TECHNICIAN = "technician"
    """Works cases up."""
    REVIEWER = "reviewer"
    """Checks what others worked up."""
    DIRECTOR = "director"
    """Approves reports, and answers for them."""
    ADMINISTRATOR = "administrator"
    """Says who the people are, restores and deletes."""


@dataclass(frozen=True)
class Person:
    """Somebody who works with the case database.

    Attributes:
        id: from ``domain.case.new_id``; it never changes and is never given to another person.
        login: what is typed to sign in.
        name: as printed.
        roles: each once, in the order of ``Role``.
        active: whether the person may sign in; nobody is ever taken out, as entries name them.
        provisional: the password was set by an administrator, and the person has to set one of their own first.
    """

    id: str
    login: str
    name: str
    roles: tuple[Role, ...]
    active: bool = True
    provisional: bool = False

    def __post_init__(self) -> None:
        if not (self.login.strip() and self.name.strip()):
            raise ValueError("a person has a name, and one to sign in with")
        if not self.roles or tuple(role for role in Role if role in self.roles) != self.roles:
            raise ValueError("a person has roles, each once")

    @property
    def is_administrator(self) -> bool:
        """Whether the person may say who the others are."""
        return self.active and Role.ADMINISTRATOR in self.roles
