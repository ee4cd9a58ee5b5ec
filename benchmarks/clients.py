"""Lets several programs edit one case at once and looks whether an edit is lost or doubled.

    python benchmarks/clients.py [--clients 8] [--seconds 60] [--cells 4] [--url postgresql://...]

Fewer cells than clients make races; who loses one is told so, looks at the cell anew and goes on. Without an address a
store in a temporary folder is used.
"""

import argparse
import multiprocessing
import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from multiprocessing.synchronize import Barrier
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.stored import AUTHOR, add_cells, do_something, make_case, make_found
from karyodesk.domain.errors import StaleEditError
from karyodesk.store import cases
from karyodesk.store.author import Author
from karyodesk.store.cells import OpenCell
from karyodesk.store.engine import Store
from karyodesk.store.verify import verify

WORKSHOP = multiprocessing.get_context("spawn")
_all_ready: Barrier
"""Of a client: lets it begin when all others can."""


def _get_ready(barrier: Barrier) -> None:
    global _all_ready
    _all_ready = barrier


@dataclass
class Work:
    """What one client did.

    Attributes:
        told: what was told to be stored: cell, number, action and moment of the edit.
        stale: how often another one was first.
        seconds: each gesture took that was told.
    """

    told: list[tuple[str, int, str]] = field(default_factory=list)
    stale: int = 0
    seconds: list[float] = field(default_factory=list)


def edit(url: str, case_id: str, cell_ids: list[str], number: int, seconds: float) -> Work:
    """Edit the cells of a case for some time, one after the other by chance."""
    rng, author, work = random.Random(number), Author(f"p{number}", f"Client {number}", f"bench {number}"), Work()
    with closing(Store(url)) as store:
        opened = [OpenCell(store, case_id, cell_id) for cell_id in cell_ids]
        _all_ready.wait(300)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            cell, before = rng.choice(opened), time.perf_counter()
            try:
                what = do_something(rng, cell, author)
            except StaleEditError:
                work.stale += 1
                cell.refresh()
                continue
            work.seconds.append(time.perf_counter() - before)
            work.told.append((cell.id, cell.version, what))
    return work


def run(url: str, clients: int, seconds: float, cell_count: int) -> list[Work]:
    """Let clients edit one case.

    Raises:
        AssertionError: where an edit is lost, doubled or broken.
    """
    rng = random.Random(0)
    case = make_case(rng, "24-000001")
    with closing(Store(url)) as store:
        cases.create(store, case, AUTHOR)
        ids = add_cells(store, case.id, [make_found(rng, chromosomes=46, points=4) for _ in range(cell_count)])
        before = cases.read(store, case.id).number
        with WORKSHOP.Pool(clients, _get_ready, (WORKSHOP.Barrier(clients),)) as pool:
            tasks = [(url, case.id, ids, number, seconds) for number in range(clients)]
            work = pool.starmap(edit, tasks, chunksize=1)
        look(store, case.id, before, work)
    return work


def look(store: Store, case_id: str, before: int, work: list[Work]) -> None:
    """Look whether the journal holds what was told, and nothing else."""
    told = [each for one in work for each in one.told]
    rows = {row.number: row for row in cases.history(store, case_id, after=before)}
    twice = [number for number, count in Counter(number for _, number, _ in told).items() if count > 1]
    assert not twice, f"two clients were told that they wrote {twice}"
    assert len(rows) == len(told), f"{len(rows)} entries and {len(told)} that were told"
    for cell_id, number, what in told:
        action, when = what.split(" ")
        assert (rows[number].cell_id, rows[number].action) == (cell_id, action)
        assert when in (rows[number].body or "")
    broken = next(verify(store), None)
    assert broken is None, broken


def main() -> None:
    """Run the clients and print what they did."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--cells", type=int, default=4)
    parser.add_argument("--url")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = arguments.url or f"sqlite:///{folder}/cases.karyodesk"
        work = run(url, arguments.clients, arguments.seconds, arguments.cells)
    times = [second for one in work for second in one.seconds]
    print(f"{arguments.clients} clients, {arguments.cells} cells, {arguments.seconds:g} s")
    print(f"{len(times)} gestures stored, none lost, none doubled; each client {[len(one.told) for one in work]}")
    print(f"{sum(one.stale for one in work)} times somebody else was first, and that was told")
    print(f"a gesture took {statistics.median(times) * 1000:.1f} ms in the median, {max(times) * 1000:.0f} ms at most")


if __name__ == "__main__":
    main()
