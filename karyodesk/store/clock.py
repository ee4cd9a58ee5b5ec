"""The moment of a committed entry: that of the server where there is one, so that all workstations agree."""

from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Connection, Float, func, literal_column, select


def moment(connection: Connection) -> str:
    """Return the moment as it is written: ISO 8601 in UTC with six digits of a second."""
    now = datetime.now(UTC)
    if connection.dialect.name == "postgresql":
        now = connection.execute(select(func.clock_timestamp())).scalar_one()
    return now.astimezone(UTC).isoformat(timespec="microseconds")


def seconds(connection: Connection) -> ColumnElement[float]:
    """Return an expression for the seconds since 1970 by the clock of the database."""
    if connection.dialect.name == "postgresql":
        return literal_column("extract(epoch FROM clock_timestamp())::double precision", Float)
    return literal_column("(julianday('now') - 2440587.5) * 86400.0", Float)
