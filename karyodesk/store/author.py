"""Who did something, as it is written into a journal."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Author:
    """The person at a workstation.

    Attributes:
        id: of the person.
        name: as printed.
        workstation: name of the computer.
    """

    id: str
    name: str
    workstation: str
