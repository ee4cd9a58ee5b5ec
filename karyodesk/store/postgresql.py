"""A store on a server: PostgreSQL through psycopg 3."""

from importlib.util import find_spec
from typing import Any, Final

from sqlalchemy import URL, Engine, create_engine

from karyodesk.domain.errors import StoreError

_CONNECTION: Final[dict[str, Any]] = {
    "connect_timeout": 10,
    "application_name": "KaryoDesk",
    "client_encoding": "utf8",
    # A cable pulled out is noticed in seconds, not after the hours that TCP allows.
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15000,
    # What is told to be stored is on the server's disk, whatever the server's own setting; no lock is waited for long.
    "options": "-c synchronous_commit=on -c lock_timeout=10000 -c idle_in_transaction_session_timeout=60000",
}


def engine_of(url: URL) -> Engine:
    """Return an engine on a database of a server; broken connections are made anew at the next use.

    Raises:
        StoreError: where psycopg is not installed.
    """
    if find_spec("psycopg") is None:
        raise StoreError("PostgreSQL needs one more part: install it with pip install 'karyodesk[postgresql]'.")
    return create_engine(
        url.set(drivername="postgresql+psycopg"), hide_parameters=True, pool_pre_ping=True, connect_args=_CONNECTION
    )
