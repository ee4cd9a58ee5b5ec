"""The first released tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TEXT

from karyodesk.domain.errors import StoreError

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SORTED_TEXT = sa.Text().with_variant(TEXT(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the tables."""
    _store()
    _cases()
    _cells()
    _journal()
    _signatures()
    _passing()
    if op.get_bind().dialect.name == "postgresql":
        # Pictures are compressed already: trying again only takes time.
        op.execute("ALTER TABLE originals ALTER COLUMN data SET STORAGE EXTERNAL")
        op.execute("ALTER TABLE reports ALTER COLUMN data SET STORAGE EXTERNAL")


def downgrade() -> None:
    """Refuse: there is nothing before the first tables.

    Raises:
        StoreError: always.
    """
    raise StoreError("A store cannot be taken back to an earlier version: restore the backup made before the change.")


def _store() -> None:
    op.create_table(
        "store",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("store_id", sa.Text, nullable=False),
        sa.Column("ledger_number", sa.Integer, nullable=False),
        sa.Column("ledger_hash", sa.Text, nullable=False),
        sa.CheckConstraint("id = 1", name="one_row"),
    )
    op.create_table(
        "ledger",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("person_name", sa.Text, nullable=False),
        sa.Column("workstation", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("case_id", sa.Text),
        sa.Column("case_number", sa.Integer),
        sa.Column("case_hash", sa.Text),
        sa.Column("body", sa.Text),
        sa.Column("previous_hash", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
    )
    op.create_index("ledger_by_action", "ledger", ["action"])
    op.create_table(
        "people",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("login", sa.Text, nullable=False, unique=True),
        sa.Column("record", sa.Text, nullable=False),
        sa.Column("password", sa.Text, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("locked_until", sa.Text),
        sa.Column("version", sa.Integer, nullable=False),
    )


def _cases() -> None:
    op.create_table(
        "cases",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("head_hash", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("created", sa.Text, nullable=False),
        sa.Column("changed", sa.Text, nullable=False),
        sa.Column("data", sa.Text),
    )
    op.create_index("cases_by_change", "cases", ["changed"])
    op.create_table(
        "identifiers",
        sa.Column("case_id", sa.Text, sa.ForeignKey("cases.id"), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("folded", SORTED_TEXT, nullable=False),
        sa.PrimaryKeyConstraint("case_id", "kind", "folded"),
    )
    op.create_index("identifiers_by_text", "identifiers", ["folded", "case_id", "kind"])


def _cells() -> None:
    op.create_table(
        "originals",
        sa.Column("sha256", sa.Text, primary_key=True),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("media_type", sa.Text, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "cells",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("case_id", sa.Text, sa.ForeignKey("cases.id"), nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("original", sa.Text, sa.ForeignKey("originals.sha256")),
        sa.Column("removed", sa.Integer, nullable=False),
        sa.Column("facts", sa.Text, nullable=False),
        sa.Column("summary", sa.Text),
        sa.UniqueConstraint("case_id", "place"),
    )
    op.create_index("cells_by_original", "cells", ["original"])
    op.create_table(
        "snapshots",
        sa.Column("cell_id", sa.Text, sa.ForeignKey("cells.id"), primary_key=True),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("body_hash", sa.Text, nullable=False),
    )


def _journal() -> None:
    op.create_table(
        "journal",
        sa.Column("case_id", sa.Text, sa.ForeignKey("cases.id"), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("cell_id", sa.Text),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("person_name", sa.Text, nullable=False),
        sa.Column("workstation", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("format", sa.Integer, nullable=False),
        sa.Column("body", sa.Text),
        sa.Column("body_hash", sa.Text, nullable=False),
        sa.Column("previous_hash", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("case_id", "number"),
    )
    op.create_index("journal_by_cell", "journal", ["cell_id", "number"])


def _signatures() -> None:
    op.create_table(
        "reports",
        sa.Column("sha256", sa.Text, primary_key=True),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "signatures",
        sa.Column("case_id", sa.Text, sa.ForeignKey("cases.id"), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("meaning", sa.Text, nullable=False),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("report", sa.Text, sa.ForeignKey("reports.sha256"), nullable=False),
        sa.Column("standing", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("case_id", "number"),
    )
    op.create_index("signatures_by_report", "signatures", ["report"])


def _passing() -> None:
    op.create_table(
        "derived",
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("subject", "kind"),
    )
    op.create_table(
        "presence",
        sa.Column("cell_id", sa.Text, nullable=False),
        sa.Column("session", sa.Text, nullable=False),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("person_name", sa.Text, nullable=False),
        sa.Column("workstation", sa.Text, nullable=False),
        sa.Column("since", sa.Float(53), nullable=False),
        sa.Column("seen", sa.Float(53), nullable=False),
        sa.PrimaryKeyConstraint("cell_id", "session"),
    )
