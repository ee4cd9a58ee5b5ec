"""Brings the tables of a store to this version of the program; never back."""

from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, inspect, text

from karyodesk.domain.errors import StoreError, StoreNewerError
from karyodesk.store.schema import REVISION

MIGRATIONS: Final = Path(__file__).parent / "migrations"
_LOCK: Final = 0x4B44534B
"""Of two programs that open a new store at once, one makes the tables."""


def is_current(connection: Connection) -> bool:
    """Whether the tables are those of this version."""
    return _revision(connection) == REVISION


def is_empty(connection: Connection) -> bool:
    """Whether there is no table yet."""
    return not inspect(connection).get_table_names()


def bring_up(connection: Connection, scripts: Path = MIGRATIONS) -> None:
    """Make the tables or bring them to the newest revision, in the transaction of the connection.

    Args:
        connection: in a transaction that may write.
        scripts: the folder of the revisions.

    Raises:
        StoreNewerError: where the tables are of a newer version of the program.
        StoreError: where there are tables of something else, or texts are not kept in UTF-8.
    """
    from alembic import command  # takes longer to load than a store to open, and is needed once in a version
    from alembic.script import ScriptDirectory

    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        if connection.execute(text("SHOW server_encoding")).scalar() != "UTF8":
            raise StoreError("This database cannot hold every name: make one with ENCODING 'UTF8'.")
    revision = _revision(connection)
    if revision is None and not is_empty(connection):
        raise StoreError("This database holds something else than cases: choose another one.")
    config = _config(connection, scripts)
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if revision is not None and revision not in known:
        raise StoreNewerError(
            "This case database was written by a newer KaryoDesk: install that version; an older one would lose what "
            "it does not know."
        )
    command.upgrade(config, "head")


def _config(connection: Connection, scripts: Path) -> Any:  # noqa: ANN401 - Alembic is not loaded yet
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return revision
