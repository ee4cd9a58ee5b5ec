"""A case in one file, for others: without what tells whose it is, or whole for another case database.

What a whole case takes along is its journal to the byte, so that its history and its signatures stand in the other
store as they were made. What a case without identification takes along is said in ``deidentify``.
"""

import hashlib
import re
import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, select

from karyodesk.domain import canonical
from karyodesk.domain.case import Case
from karyodesk.domain.cell import Cell
from karyodesk.domain.errors import ExchangeError
from karyodesk.store import cases, journal, originals, package, reports, signatures
from karyodesk.store.author import Author
from karyodesk.store.cells import OpenCell
from karyodesk.store.deidentify import (
    DATES_REMOVED,
    DATES_SHIFTED,
    REMOVED,
    Deidentifier,
    SharedCase,
    SharedCell,
    described,
)
from karyodesk.store.engine import Store
from karyodesk.store.files import part_of, settle
from karyodesk.store.journal import Action
from karyodesk.store.package import Kind, PackageWriter
from karyodesk.store.schema import CELLS
from karyodesk.store.search import folded, identifiers

Bare = Callable[[bytes, int], bytes]
"""Returns one page (from 1) of a file as a PNG of the same pixels without metadata: ``imaging.bare.bare_png``."""
_PAGE: Final = re.compile(r"#(\d{1,4})$")
_SHIFTED_AT_MOST: Final = 3650
_SHIFTED_AT_LEAST: Final = 30
_SHORTEST_TELLING: Final = 3
"""Characters of an identifier: shorter ones, such as the name "A" of a culture, are in any file's name."""


def export_full(store: Store, case_id: str, path: Path, author: Author, *, overwrite: bool = False) -> None:
    """Write a case as it is, with all that was done to it, into a file for another store.

    Args:
        store: the store.
        case_id: of the case.
        path: of the file.
        author: who exports it; it stands in the journal of the case.
        overwrite: whether a file of this name may be replaced.

    Raises:
        ExchangeError: where the file cannot be written.
        NotInStoreError: where there is no such case.
        ClosedCaseError: where it was deleted.
        StoreAlteredError: where something of the case is not what was stored.
        StoreError: where the store cannot be read.
    """
    _refuse_present(path, overwrite)
    with part_of(path, ExchangeError) as part:
        with package.written(part) as writer, store.read() as connection:
            cases.state_of(connection, case_id)
            _write_whole(connection, case_id, writer)
            writer.finish(Kind.FULL, case_id)
        _enter(store, case_id, Kind.FULL, part, author, {})
        settle(part, path)


def _refuse_present(path: Path, overwrite: bool) -> None:
    if path.exists() and not overwrite:
        raise ExchangeError(f"{path.name} is there already: choose another name.")


def _write_whole(connection: Connection, case_id: str, writer: PackageWriter) -> None:
    lines = []
    for row in journal.rows(connection, case_id):
        row.checked_body()
        lines.append(canonical.encode(row))
    writer.add("journal.jsonl", "\n".join(lines).encode())
    pictures = select(CELLS.c.original).where(CELLS.c.case_id == case_id, CELLS.c.original.is_not(None)).distinct()
    for sha256 in sorted(connection.execute(pictures).scalars()):
        writer.add(f"originals/{sha256}", originals.read(connection, sha256))
    for signed in signatures.fold_of(connection, case_id).all:
        sha256 = signed.signature.report
        writer.add(f"reports/{sha256}.pdf", reports.read(connection, sha256))


def export_deidentified(
    store: Store,
    case_id: str,
    path: Path,
    author: Author,
    bare: Bare,
    *,
    shift_dates: bool = False,
    overwrite: bool = False,
) -> tuple[str, ...]:
    """Write the cells of a case into a file without what tells whose they are.

    Args:
        store: the store.
        case_id: of the case.
        path: of the file; its name must not tell either.
        author: who exports it; it stands in the journal of the case, with the id that the case has in the file.
        bare: makes pictures without metadata.
        shift_dates: whether dates are shifted, all by one random number of days, instead of removed.
        overwrite: whether a file of this name may be replaced.

    Returns:
        What was removed, in sentences; the file holds them too. Text in the pixels of pictures is never removed.

    Raises:
        ExchangeError: where the file cannot be written, or its name is one of the case or the patient.
        PictureError: where a picture cannot be read.
        NotInStoreError: where there is no such case.
        ClosedCaseError: where it was deleted.
        StoreAlteredError: where something of the case is not what was stored.
        StoreError: where the store cannot be read.
    """
    _refuse_present(path, overwrite)
    days = _SHIFTED_AT_LEAST + secrets.randbelow(_SHIFTED_AT_MOST) if shift_dates else 0
    stored = cases.read(store, case_id)
    _refuse_telling_name(path, stored.case)
    identifying = Deidentifier(stored.case, -timedelta(days=days) if shift_dates else None)
    removed = (*REMOVED, DATES_SHIFTED if shift_dates else DATES_REMOVED)
    case = identifying.case
    with part_of(path, ExchangeError) as part:
        with package.written(part) as writer:
            writer.add(package.README, described(removed).encode())
            shared = [
                _shared_cell(store, OpenCell(store, case_id, line.id), f"cell-{number:04d}", identifying, bare, writer)
                for number, line in enumerate((line for line in stored.cells if not line.removed), start=1)
            ]
            writer.add("case.json", canonical.encode(SharedCase(case, tuple(shared))).encode())
            writer.finish(Kind.DEIDENTIFIED, case.id, removed)
        _enter(store, case_id, Kind.DEIDENTIFIED, part, author, {"as": case.id, "days": days})
        settle(part, path)
    return removed


def _refuse_telling_name(path: Path, case: Case) -> None:
    """Refuse a file that is called after the patient or the case: the name of a file is read by everybody."""
    name = folded(path.name)
    if any(len(text) >= _SHORTEST_TELLING and text in name for _, text in identifiers(case)):
        raise ExchangeError("The name of the file tells whose it is: choose another one.")


def _shared_cell(
    store: Store, opened: OpenCell, name: str, identifying: Deidentifier, bare: Bare, writer: PackageWriter
) -> SharedCell:
    facts = identifying.facts(opened.facts)
    if opened.analysis is None:
        return SharedCell(facts, None, {}, "")
    with store.read() as connection:
        data = originals.read(connection, opened.analysis.original.sha256)
    cell = opened.journal.cell
    page = _PAGE.search(cell.image)
    picture = bare(data, int(page[1]) if page else 1)
    writer.add(f"pictures/{name}.png", picture)
    return SharedCell(facts, _renamed(cell, name, picture), opened.analysis.models, f"pictures/{name}.png")


def _renamed(cell: Cell, name: str, picture: bytes) -> Cell:
    return replace(cell, image=f"{name}.png", sha256=hashlib.sha256(picture).hexdigest())


def _enter(store: Store, case_id: str, kind: Kind, part: Path, author: Author, more: dict[str, object]) -> None:
    """Write down what left the store: only then does the file get its name."""
    with part.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    cases.write_down(store, case_id, Action.EXPORT, {"kind": kind, "file": digest, **more}, author)
