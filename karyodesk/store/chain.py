"""Chains of hashes: each row holds that of the row before it and the hash of all that stands in it."""

import hashlib
import json
from typing import Final

GENESIS: Final = "0" * 64
"""What stands before the first entry of a case."""


def text_hash(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8, in hexadecimal."""
    return hashlib.sha256(_bytes(text)).hexdigest()


def row_hash(kind: str, *columns: str | int | None) -> str:
    """Return the SHA-256 of a row in hexadecimal.

    What is hashed is the canonical JSON of a list: the kind, then the columns in the order of the table, the previous
    hash among them; a large body by its own hash. Nothing else can give the same list.

    Args:
        kind: names table and format, so that no row can stand for one of another table.
        columns: every column but the hash itself.
    """
    return text_hash(json.dumps([kind, *columns], ensure_ascii=False, separators=(",", ":")))


def _bytes(text: str) -> bytes:
    """UTF-8; bytes that are none, as an inspection reads them from an altered row, as they are."""
    return text.encode(errors="surrogateescape")
