"""Thumbnails and other derived pictures: kept to be quick, thrown away at any time, never evidence."""

from collections.abc import Collection

from sqlalchemy import delete, insert, select

from karyodesk.store.engine import Store
from karyodesk.store.schema import DERIVED


def put(store: Store, subject: str, kind: str, version: int, data: bytes) -> None:
    """Keep a derived picture instead of an earlier one of its kind.

    Args:
        store: the store.
        subject: SHA-256 of an original, or id of a cell.
        kind: such as ``thumbnail`` or ``karyogram``.
        version: of the cell that it shows; 0 for what is made of the original alone.
        data: the picture, encoded.

    Raises:
        StoreError: where it cannot be stored.
    """
    ours = (DERIVED.c.subject == subject, DERIVED.c.kind == kind)
    with store.write() as connection:
        connection.execute(delete(DERIVED).where(*ours))
        connection.execute(insert(DERIVED).values(subject=subject, kind=kind, version=version, data=data))


def get(store: Store, kind: str, wanted: Collection[tuple[str, int]]) -> dict[str, bytes]:
    """Return those derived pictures of a kind that are there and show the wanted versions, by their subjects.

    Args:
        store: the store.
        kind: of the pictures.
        wanted: subjects with their versions.

    Raises:
        StoreError: where the store cannot be read.
    """
    versions = dict(wanted)
    query = select(DERIVED.c.subject, DERIVED.c.version, DERIVED.c.data)
    query = query.where(DERIVED.c.kind == kind, DERIVED.c.subject.in_(versions))
    with store.read() as connection:
        rows = connection.execute(query).all()
    return {row.subject: bytes(row.data) for row in rows if row.version == versions[row.subject]}


def clear(store: Store) -> None:
    """Throw all of them away.

    Raises:
        StoreError: where the store cannot be written.
    """
    with store.write() as connection:
        connection.execute(delete(DERIVED))
