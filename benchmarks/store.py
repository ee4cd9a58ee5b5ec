"""How long a technician waits for the database, in an empty one and in one of decades, and the ratio of the two.

    python benchmarks/store.py [--cases 50000] [--cells 10] [--folder FOLDER]
    python benchmarks/store.py --url postgresql://.../big --empty-url postgresql://.../empty

The large database is made by inserting rows in bulk, with true hashes: the inspection of some of its cases finds
nothing. Its cells have few chromosomes; the case that is measured is the same in both databases and of full size: 30
cells of 46 chromosomes with some 190 kB of outlines and axes each. A database made before is used again.
"""

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from sqlalchemy import Connection, func, insert, select, text, update

from benchmarks.stored import AUTHOR, MODELS, REAL_POINTS, add_cells, gesture, make_case, make_cell, make_found
from karyodesk.domain import canonical, edits
from karyodesk.domain.case import Case, CellFacts
from karyodesk.domain.journal import Step
from karyodesk.store import cache, cases, ledger, originals, search, verify_case
from karyodesk.store.cells import OpenCell
from karyodesk.store.chain import GENESIS, text_hash
from karyodesk.store.engine import Store
from karyodesk.store.journal import FORMAT, Action, CaseState, Row
from karyodesk.store.ledger import LedgerRow
from karyodesk.store.records import Analysis, CaseStart, CellStart, gesture_of, summary
from karyodesk.store.schema import CASES, CELLS, IDENTIFIERS, JOURNAL, LEDGER, ORIGINALS, STORE
from karyodesk.store.snapshots import present_cells

CELLS_OF_THE_CASE = 30
PICTURE_SIZE = 300_000
BATCH = 500
_ANY_HASH = "f" * 64
NOW = datetime(2024, 1, 1, tzinfo=UTC).isoformat(timespec="microseconds")


class Bulk:
    """Makes the rows of cases that were entered, analysed and edited."""

    def __init__(self, cell_count: int, rng: random.Random) -> None:
        self.rng, self.cell_count = rng, cell_count
        cell = make_cell(rng, chromosomes=6, points=4)
        self.rows: dict[Any, list[dict[str, Any]]] = {}
        known = originals.OriginalReference(_ANY_HASH, 64, originals.UNKNOWN)
        facts = CellFacts(counted=True, slide="o")
        analysis = Analysis(known, cell, MODELS, summary(cell, 0))
        starts = (CellStart(place, facts, analysis) for place in range(1, cell_count + 1))
        self.starts = [canonical.encode(start) for start in starts]
        turned = gesture_of(Step.DO, edits.turn(cell, "c0", AUTHOR.name), cell, of=None, corrections=1)
        self.gesture = canonical.encode(turned)
        self.folded = {"facts": canonical.encode(facts), "summary": canonical.encode(turned.summary), "removed": 0}

    def _add(self, table: Any, row: dict[str, Any]) -> None:  # noqa: ANN401 - a table
        self.rows.setdefault(table, []).append(row)

    def case(self, accession: str) -> Row:
        """Make the rows of a case; return the entry that goes into the ledger."""
        case = make_case(self.rng, accession)
        first = self._entry(None, case.id, Action.CREATE, canonical.encode(CaseStart(case)))
        last = first
        for place in range(1, self.cell_count + 1):
            last = self._cell(last, case, place)
        head = {"id": case.id, "number": last.number, "head_hash": last.hash, "version": 1, "state": CaseState.OPEN}
        self._add(CASES, head | {"created": NOW, "changed": NOW, "data": canonical.encode(case)})
        for kind, folded in search.identifiers(case):
            self._add(IDENTIFIERS, {"case_id": case.id, "kind": kind, "folded": folded})
        return first

    def _cell(self, last: Row, case: Case, place: int) -> Row:
        cell_id, data = f"{self.rng.getrandbits(128):032x}", self.rng.randbytes(64)
        known = originals.reference(data)
        self._add(ORIGINALS, {**vars(known), "data": data})
        start = self.starts[place - 1].replace(_ANY_HASH, known.sha256)
        last = self._entry(last, case.id, Action.ADD_CELL, start, cell_id)
        last = self._entry(last, case.id, Action.DO, self.gesture, cell_id)
        row = {"id": cell_id, "case_id": case.id, "place": place, "version": last.number, "original": known.sha256}
        self._add(CELLS, row | self.folded)
        return last

    def _entry(self, last: Row | None, case_id: str, action: Action, body: str, cell_id: str | None = None) -> Row:
        number, previous = (last.number + 1, last.hash) if last else (1, GENESIS)
        who = (AUTHOR.id, AUTHOR.name, AUTHOR.workstation)
        row = Row(case_id, number, cell_id, NOW, *who, action, FORMAT, body, text_hash(body), previous, "")
        row = replace(row, hash=row.true_hash)
        self._add(JOURNAL, vars(row))
        return row

    def write(self, connection: Connection) -> None:
        """Insert what was made; parents come before what is of them."""
        for table in (CASES, IDENTIFIERS, ORIGINALS, CELLS, JOURNAL):
            connection.execute(insert(table), self.rows.pop(table))


def fill(store: Store, count: int, cell_count: int) -> None:
    """Make a store large, unless it is."""
    with store.read() as connection:
        there = connection.execute(select(func.count()).select_from(CASES)).scalar() or 0
    bulk, began = Bulk(cell_count, random.Random(there)), time.perf_counter()
    for start in range(there, count, BATCH):
        with store.write() as connection:
            numbers = range(start, min(start + BATCH, count))
            firsts = [bulk.case(f"{10 + number % 15}-{number:06}") for number in numbers]
            bulk.write(connection)
            _enter(connection, firsts)
        print(f"{start + len(numbers)} cases, {time.perf_counter() - began:.0f} s", file=sys.stderr, flush=True)


def _enter(connection: Connection, firsts: list[Row]) -> None:
    """Write the creation of cases into the ledger."""
    head = ledger.head(connection)
    previous, rows = head.hash, []
    for number, first in enumerate(firsts, head.number + 1):
        about = {"action": Action.CREATE, "case_id": first.case_id, "case_number": 1, "case_hash": first.hash}
        who = {"person_id": AUTHOR.id, "person_name": AUTHOR.name, "workstation": AUTHOR.workstation}
        row = LedgerRow(number=number, at=NOW, **who, **about, body=None, previous_hash=previous, hash="")
        row = replace(row, hash=row.true_hash)
        previous = row.hash
        rows.append(vars(row))
    connection.execute(insert(LEDGER), rows)
    connection.execute(update(STORE).values(ledger_number=head.number + len(rows), ledger_hash=previous))


def sound(store: Store, rng: random.Random, count: int = 20) -> None:
    """Look through some of the cases.

    Raises:
        AssertionError: where the inspection finds something.
    """
    with store.read() as connection:
        ids = connection.execute(select(CASES.c.id).order_by(CASES.c.id)).scalars().all()
        for case_id in rng.sample(list(ids), min(count, len(ids))):
            found = list(verify_case.faults(connection, case_id, ledger.rows(connection, case_id)))
            assert not found, found


def times(action: Callable[[], object], count: int) -> list[float]:
    """Milliseconds of each of some runs."""
    taken = []
    for _ in range(count):
        before = time.perf_counter()
        action()
        taken.append((time.perf_counter() - before) * 1000)
    return taken


def measure(store: Store, seed: int) -> dict[str, list[float]]:
    """Milliseconds of what a technician does."""
    rng = random.Random(seed)
    case = make_case(rng, f"99-{rng.randrange(10**6):06}")
    cases.create(store, case, AUTHOR)
    found = [make_found(rng, size=PICTURE_SIZE) for _ in range(CELLS_OF_THE_CASE)]
    added = iter(found)
    ids: list[str] = []
    result = {"adding a cell": times(lambda: ids.extend(add_cells(store, case.id, [next(added)])), len(found))}
    for cell_id in ids:
        cache.put(store, cell_id, "thumbnail", 0, rng.randbytes(8000))
    result |= _searches(store, case)
    result["opening the case of 30 cells"] = times(lambda: open_case(store, case.id, ids), 15)
    result["opening one cell"] = times(lambda: OpenCell(store, case.id, ids[0]), 15)
    result["reading the chromosomes of all 30 cells"] = times(lambda: _present(store, case.id), 5)
    cell = OpenCell(store, case.id, ids[0])
    gestures = _gestures(rng, cell)
    result["a gesture, committed"] = times(lambda: next(gestures), 300)
    result["opening that cell with its 300 gestures"] = times(lambda: OpenCell(store, case.id, ids[0]), 5)
    return result


def _searches(store: Store, case: Case) -> dict[str, list[float]]:
    wanted = {
        "accession": case.order.accession,
        "beginning of a name": case.patient.name[:4],
        "first name": case.patient.name.split(", ")[1],
        "number of the patient": case.patient.identifier,
        "slide": case.slides[0].name,
        "beginning that thousands share": "p-",
        "nothing of that name": "xq-none",
        "nothing typed: the last ones": "",
    }
    return {f"search: {name}": times(lambda text=text: search.find(store, text), 15) for name, text in wanted.items()}


def open_case(store: Store, case_id: str, ids: list[str]) -> OpenCell:
    """What the window shows of a case: its data, every cell with facts, karyotype and thumbnail, and the first cell."""
    case = cases.read(store, case_id)
    cache.get(store, "thumbnail", [(cell.id, 0) for cell in case.cells])
    return OpenCell(store, case_id, ids[0])


def _present(store: Store, case_id: str) -> None:
    with store.read() as connection:
        present_cells(connection, case_id)


def _gestures(rng: random.Random, cell: OpenCell) -> Iterator[None]:
    while True:
        edit = gesture(rng, cell.journal.cell, AUTHOR.name)
        if edit.after:
            cell.do(edit, AUTHOR)
            yield


def disk(folder: str) -> float:
    """Milliseconds, in the median, that this disk takes to keep 4 kB: no gesture can be quicker."""
    path = Path(folder, "disk")
    with path.open("wb", buffering=0) as file:

        def keep() -> None:
            file.write(bytes(4096))
            os.fdatasync(file.fileno())

        taken = statistics.median(times(keep, 100))
    path.unlink()
    return taken


def size_of(store: Store) -> float:
    """Gigabytes."""
    with store.read() as connection:
        query = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
        if not store.is_sqlite:
            query = "SELECT pg_database_size(current_database())"
        return float(connection.execute(text(query)).scalar() or 0) / 1e9


def main() -> None:
    """Make both databases, measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=50_000)
    parser.add_argument("--cells", type=int, default=10, help="of each case")
    parser.add_argument("--folder", default=tempfile.gettempdir())
    parser.add_argument("--url", help="of the large database; otherwise a file in the folder")
    parser.add_argument("--empty-url", help="of the empty database")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    large = arguments.url or f"sqlite:///{arguments.folder}/benchmark-large.karyodesk"
    empty = arguments.empty_url or f"sqlite:///{arguments.folder}/benchmark-empty.karyodesk"
    results = []
    for url, count in ((empty, 0), (large, arguments.cases)):
        with closing(Store(url)) as store:
            fill(store, count, arguments.cells)
            sound(store, random.Random(0))
            results.append(measure(store, arguments.seed or int(time.time())))
            print(f"{store.url}: {size_of(store):.2f} GB, the inspection of some cases found nothing")
    print(f"keeping 4 kB on this disk: {disk(arguments.folder):.1f} ms")
    print(f"{REAL_POINTS} points an outline and an axis; milliseconds, median (and 95 % are below)")
    print(f"{'':44}{'empty':>16}{'large':>16}{'ratio':>8}")
    for name in results[0]:
        one, other = (result[name] for result in results)
        ratio = statistics.median(other) / statistics.median(one)
        print(f"{name:44}{_shown(one):>16}{_shown(other):>16}{ratio:8.2f}")


def _shown(taken: list[float]) -> str:
    return f"{statistics.median(taken):.1f} ({sorted(taken)[int(len(taken) * 0.95)]:.1f})"


if __name__ == "__main__":
    main()
