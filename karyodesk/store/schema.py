"""The tables as this version of the program writes them; ``migrations`` makes them.

Moments are text in UTC with six digits of a second, hashes are hexadecimal, records are canonical JSON: the same bytes
are hashed on every database.
"""

from typing import Final

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import TEXT

REVISION: Final = "0001"
"""Of the tables below; the newest in ``migrations``."""

METADATA: Final = MetaData()

SORTED_TEXT: Final = Text().with_variant(TEXT(collation="C"), "postgresql")
"""Text in the order of its code points, as SQLite has it: a range of it finds a prefix."""

STORE: Final = Table(
    "store",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("store_id", Text, nullable=False),
    Column("ledger_number", Integer, nullable=False),
    Column("ledger_hash", Text, nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)
"""One row: which store it is, and the head of its ledger."""

LEDGER: Final = Table(
    "ledger",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Text, nullable=False),
    Column("person_id", Text, nullable=False),
    Column("person_name", Text, nullable=False),
    Column("workstation", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("case_id", Text),
    Column("case_number", Integer),
    Column("case_hash", Text),
    Column("body", Text),
    Column("previous_hash", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Index("ledger_by_action", "action"),
)
"""What happened to whole cases, to people and to the store: one chain a store.

``case_number`` and ``case_hash`` name the entry of the journal; ``body`` is canonical JSON of what concerns no case.
"""

PEOPLE: Final = Table(
    "people",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("login", Text, nullable=False, unique=True),
    Column("record", Text, nullable=False),
    Column("password", Text, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("locked_until", Text),
    Column("version", Integer, nullable=False),
)
"""The fold of the ledger's rows of each person.

``login`` is folded as it is compared, ``record`` the person as canonical JSON, ``password`` what Argon2 made of it,
``version`` the number of the last row.
"""

CASES: Final = Table(
    "cases",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("number", Integer, nullable=False),
    Column("head_hash", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("created", Text, nullable=False),
    Column("changed", Text, nullable=False),
    Column("data", Text),
    Index("cases_by_change", "changed"),
)
"""The head of each case's chain, and the fold of its entries.

``version`` is the number of the last entry that is of no cell and changed something; ``data`` is the case as canonical
JSON, NULL once it was deleted.
"""

IDENTIFIERS: Final = Table(
    "identifiers",
    METADATA,
    Column("case_id", Text, ForeignKey("cases.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("folded", SORTED_TEXT, nullable=False),
    PrimaryKeyConstraint("case_id", "kind", "folded"),
    Index("identifiers_by_text", "folded", "case_id", "kind"),
)
"""What a case is found by, derived from ``cases.data``."""

ORIGINALS: Final = Table(
    "originals",
    METADATA,
    Column("sha256", Text, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("data", LargeBinary, nullable=False),
)
"""Pictures byte for byte."""

CELLS: Final = Table(
    "cells",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("case_id", Text, ForeignKey("cases.id"), nullable=False),
    Column("place", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("original", Text, ForeignKey("originals.sha256")),
    Column("removed", Integer, nullable=False),
    Column("facts", Text, nullable=False),
    Column("summary", Text),
    UniqueConstraint("case_id", "place"),
    Index("cells_by_original", "original"),
)
"""The fold of each cell's entries, but for its chromosomes; ``version`` is the number of its last entry."""

SNAPSHOTS: Final = Table(
    "snapshots",
    METADATA,
    Column("cell_id", Text, ForeignKey("cells.id"), primary_key=True),
    Column("number", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("body_hash", Text, nullable=False),
)
"""The chromosomes of a cell as they were after one entry, so that few entries are left to fold."""

JOURNAL: Final = Table(
    "journal",
    METADATA,
    Column("case_id", Text, ForeignKey("cases.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("cell_id", Text),
    Column("at", Text, nullable=False),
    Column("person_id", Text, nullable=False),
    Column("person_name", Text, nullable=False),
    Column("workstation", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("format", Integer, nullable=False),
    Column("body", Text),
    Column("body_hash", Text, nullable=False),
    Column("previous_hash", Text, nullable=False),
    Column("hash", Text, nullable=False),
    PrimaryKeyConstraint("case_id", "number"),
    Index("journal_by_cell", "cell_id", "number"),
)
"""Everything that was done to a case, in order.

``format`` says how the body is written, ``body`` is NULL only once the case was deleted.
"""

REPORTS: Final = Table(
    "reports",
    METADATA,
    Column("sha256", Text, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("data", LargeBinary, nullable=False),
)
"""Signed reports (PDF) byte for byte."""

SIGNATURES: Final = Table(
    "signatures",
    METADATA,
    Column("case_id", Text, ForeignKey("cases.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("meaning", Text, nullable=False),
    Column("person_id", Text, nullable=False),
    Column("report", Text, ForeignKey("reports.sha256"), nullable=False),
    Column("standing", Integer, nullable=False),
    PrimaryKeyConstraint("case_id", "number"),
    Index("signatures_by_report", "report"),
)
"""The fold of the entries that sign a case; ``number`` is that of the entry, ``version`` that of the report."""

DERIVED: Final = Table(
    "derived",
    METADATA,
    Column("subject", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("data", LargeBinary, nullable=False),
    PrimaryKeyConstraint("subject", "kind"),
)
"""Thumbnails and the like; may be thrown away at any time."""

PRESENCE: Final = Table(
    "presence",
    METADATA,
    Column("cell_id", Text, nullable=False),
    Column("session", Text, nullable=False),
    Column("person_id", Text, nullable=False),
    Column("person_name", Text, nullable=False),
    Column("workstation", Text, nullable=False),
    Column("since", Float(53), nullable=False),
    Column("seen", Float(53), nullable=False),
    PrimaryKeyConstraint("cell_id", "session"),
)
"""Who has a cell open; moments in seconds of the database's clock."""
