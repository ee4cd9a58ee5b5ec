"""Pictures byte for byte, by the SHA-256 of their bytes: written once, looked through at every reading."""

import hashlib
from typing import Final

from sqlalchemy import Connection, delete, select

from karyodesk.store.blobs import put_once, read_checked
from karyodesk.store.records import OriginalReference
from karyodesk.store.schema import CELLS, ORIGINALS

_SIGNATURES: Final = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"II*\x00", "image/tiff"),
    (0, b"MM\x00*", "image/tiff"),
    (0, b"II+\x00", "image/tiff"),
    (0, b"MM\x00+", "image/tiff"),
    (8, b"WEBP", "image/webp"),
    (0, b"BM", "image/bmp"),
    (128, b"DICM", "application/dicom"),
    (4, b"jP  \r\n", "image/jp2"),
)
UNKNOWN: Final = "application/octet-stream"


def reference(data: bytes) -> OriginalReference:
    """Return the hash, the size and the media type of a picture, the latter by its first bytes."""
    kinds = (kind for place, start, kind in _SIGNATURES if data[place : place + len(start)] == start)
    return OriginalReference(hashlib.sha256(data).hexdigest(), len(data), next(kinds, UNKNOWN))


def put(connection: Connection, data: bytes) -> OriginalReference:
    """Store a picture; one that is there already is not written again, and stays until the transaction ends."""
    known = reference(data)
    row = {"sha256": known.sha256, "size": known.size, "media_type": known.media_type}
    there = select(ORIGINALS.c.sha256).where(ORIGINALS.c.sha256 == known.sha256)
    if connection.execute(there.with_for_update(read=True, key_share=True)).first() is None:
        put_once(connection, ORIGINALS, {**row, "data": data})
    return known


def read(connection: Connection, sha256: str) -> bytes:
    """Return the bytes of a picture.

    Raises:
        NotInStoreError: where there is none of this hash.
        StoreAlteredError: where the bytes are not those that were stored.
    """
    return read_checked(connection, ORIGINALS, sha256, "picture", "stored")


def drop_unused(connection: Connection, candidates: set[str]) -> None:
    """Take out those pictures of some that no cell is of."""
    used = select(CELLS.c.original).where(CELLS.c.original.in_(candidates))
    connection.execute(delete(ORIGINALS).where(ORIGINALS.c.sha256.in_(candidates), ORIGINALS.c.sha256.not_in(used)))
