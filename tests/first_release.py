"""Writes the store that later versions must be able to open: ``python -m tests.first_release``.

To be run anew as long as nothing was released, whenever tables or stored records change; afterwards never again: then a
change of the tables needs a migration, and one of the records a new ``FORMAT`` of the journal that still reads the old.
"""

import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from karyodesk.store.engine import Store
from tests.databases import FILE, file_url
from tests.stored import fill

DUMP = Path(__file__).parent / "unit" / "store" / "first_release.sql"


def main():
    with tempfile.TemporaryDirectory() as folder:
        with closing(Store(file_url(Path(folder)))) as store:
            fill(store)
        with closing(sqlite3.connect(Path(folder, FILE))) as database:
            DUMP.write_text("\n".join(database.iterdump()) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
