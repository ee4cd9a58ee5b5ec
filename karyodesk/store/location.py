"""Where the case database is: one setting, for the window and the command line alike."""

import os
from pathlib import Path
from typing import Final

from platformdirs import user_data_path
from sqlalchemy import URL

from karyodesk.domain.errors import StoreReadOnlyError

VARIABLE: Final = "KARYODESK_DATABASE"
"""The environment's setting: an address, or the name of a file."""
FILE: Final = "cases.karyodesk"
"""The file in the folder of the user where nothing is set."""


def address(setting: str | None = None) -> str:
    """Return the address of the case database.

    Args:
        setting: an address (``sqlite:///...``, ``postgresql://...``) or the name of a file; None: as the environment
            says, and where it says nothing a file in the folder of the user's data, which is made.

    Raises:
        StoreReadOnlyError: where that folder cannot be made.
    """
    chosen = setting or os.environ.get(VARIABLE) or str(_own_folder() / FILE)
    if "://" in chosen:
        return chosen
    return URL.create("sqlite", database=str(Path(chosen).expanduser().absolute())).render_as_string()


def data_folder() -> Path:
    """Return the folder of this user's data, whether or not it is there."""
    return user_data_path("KaryoDesk", appauthor=False)


def _own_folder() -> Path:
    folder = data_folder()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        raise StoreReadOnlyError(
            f"The folder of the case database cannot be made ({folder}): name a database with --database."
        ) from None
    return folder
