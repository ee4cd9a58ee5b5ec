"""Who has a cell open: a word to the second person, never a lock; what holds is the version of the cell."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from sqlalchemy import delete, insert, select, update

from karyodesk.store.author import Author
from karyodesk.store.clock import seconds
from karyodesk.store.engine import Store
from karyodesk.store.schema import PRESENCE

EXPIRY_S: Final = 60.0
"""Who has not been seen for so long is gone: the computer was switched off, or the program ended."""
REFRESH_S: Final = 20.0
"""How often the window is to say that it is still there."""


@dataclass(frozen=True)
class Visitor:
    """A person who has a cell open.

    Attributes:
        author: the person at their workstation.
        since_s: for how many seconds.
    """

    author: Author
    since_s: float


def enter(store: Store, cell_id: str, session: str, author: Author) -> list[Visitor]:
    """Say that a cell is open here, or still open, and return who else has it open, the first one first.

    Args:
        store: the store.
        cell_id: of the cell.
        session: tells this window from all others, also from those of the same person.
        author: who has it open.

    Raises:
        StoreError: where it cannot be stored.
    """
    table = PRESENCE.c
    with store.write() as connection:
        now = seconds(connection)
        connection.execute(delete(PRESENCE).where(table.seen < now - EXPIRY_S))
        ours = (table.cell_id == cell_id, table.session == session)
        if not connection.execute(update(PRESENCE).where(*ours).values(seen=now)).rowcount:
            person = {"person_id": author.id, "person_name": author.name, "workstation": author.workstation}
            row = {"cell_id": cell_id, "session": session, **person, "since": now, "seen": now}
            connection.execute(insert(PRESENCE).values(**row))
        query = select(table.person_id, table.person_name, table.workstation, (now - table.since).label("since"))
        others = query.where(table.cell_id == cell_id, table.session != session).order_by(table.since)
        return [Visitor(Author(*row[:3]), max(0.0, row.since)) for row in connection.execute(others)]


def others(store: Store, cells: Collection[str], session: str) -> dict[str, list[Visitor]]:
    """Return who else has which of some cells open, by the id of the cell, the first one first.

    Args:
        store: the store.
        cells: their ids.
        session: the window that asks.

    Raises:
        StoreError: where the store cannot be read.
    """
    table = PRESENCE.c
    found: dict[str, list[Visitor]] = {}
    with store.read() as connection:
        now = seconds(connection)
        query = select(table.cell_id, table.person_id, table.person_name, table.workstation, (now - table.since))
        query = query.where(table.cell_id.in_(cells), table.session != session, table.seen >= now - EXPIRY_S)
        for row in connection.execute(query.order_by(table.since)):
            found.setdefault(row[0], []).append(Visitor(Author(*row[1:4]), max(0.0, row[4])))
    return found


def where(store: Store, session: str) -> set[str]:
    """Return the ids of the cells that a window has open.

    Raises:
        StoreError: where the store cannot be read.
    """
    with store.read() as connection:
        return set(connection.execute(select(PRESENCE.c.cell_id).where(PRESENCE.c.session == session)).scalars())


def leave(store: Store, session: str, cell_id: str | None = None) -> None:
    """Say that a cell, or every cell, is no longer open in a window.

    Raises:
        StoreError: where it cannot be stored.
    """
    ours = PRESENCE.c.session == session
    with store.write() as connection:
        connection.execute(delete(PRESENCE).where(ours if cell_id is None else ours & (PRESENCE.c.cell_id == cell_id)))
