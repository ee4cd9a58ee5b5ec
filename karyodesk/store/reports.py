"""Signed reports byte for byte, by the SHA-256 of their bytes: written once, looked through at every reading."""

import hashlib

from sqlalchemy import Connection, delete, select

from karyodesk.store.blobs import put_once, read_checked
from karyodesk.store.schema import REPORTS, SIGNATURES


def put(connection: Connection, data: bytes) -> str:
    """Store a report and return its SHA-256; one that is there already is not written again."""
    sha256 = hashlib.sha256(data).hexdigest()
    put_once(connection, REPORTS, {"sha256": sha256, "size": len(data), "data": data})
    return sha256


def read(connection: Connection, sha256: str) -> bytes:
    """Return the bytes of a report.

    Raises:
        NotInStoreError: where there is none of this hash.
        StoreAlteredError: where the bytes are not those that were signed.
    """
    return read_checked(connection, REPORTS, sha256, "report", "signed")


def drop(connection: Connection, case_id: str) -> None:
    """Take out the signatures of a case and the reports that no other case signed."""
    ours = SIGNATURES.c.case_id == case_id
    reports = set(connection.execute(select(SIGNATURES.c.report).where(ours)).scalars())
    connection.execute(delete(SIGNATURES).where(ours))
    used = select(SIGNATURES.c.report).where(SIGNATURES.c.report.in_(reports))
    connection.execute(delete(REPORTS).where(REPORTS.c.sha256.in_(reports), REPORTS.c.sha256.not_in(used)))
