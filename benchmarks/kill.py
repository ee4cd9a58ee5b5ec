"""Kills a program at random moments while it edits, and looks whether anything is lost.

    python benchmarks/kill.py [--rounds 500] [--url postgresql://...] [--seed 0]

After each death: every gesture that was told to be stored is there, with at most the one more that was under way; the
chain of the case verifies; every cell opens. Without an address a store in a temporary folder is used.
"""

import argparse
import multiprocessing
import os
import random
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.stored import AUTHOR, add_cells, do_something, make_case, make_found
from karyodesk.store import cases
from karyodesk.store.cells import OpenCell
from karyodesk.store.engine import Store
from karyodesk.store.verify import verify

CELLS = 3
ROUNDS_A_CASE = 25
LONGEST_S = 0.3
WORKSHOP = multiprocessing.get_context("forkserver" if sys.platform == "linux" else "spawn")


@dataclass
class Result:
    """What the rounds showed.

    Attributes:
        told: gestures that were told to be stored.
        under_way: gestures that were stored and not told, for the program died between.
        at_once: rounds in which it died before the first gesture.
    """

    told: int = 0
    under_way: int = 0
    at_once: int = 0


def edit_for_ever(url: str, case_id: str, cell_ids: list[str], told: int, seed: int) -> None:
    """Edit cells, and say after each gesture which one it was."""
    rng = random.Random(seed)
    with closing(Store(url)) as store:
        opened = [OpenCell(store, case_id, cell_id) for cell_id in cell_ids]
        while True:
            cell = rng.choice(opened)
            what = do_something(rng, cell, AUTHOR)
            os.write(told, f"{cell.version} {what}\n".encode())


def one_death(url: str, case_id: str, cell_ids: list[str], rng: random.Random) -> dict[int, str]:
    """Let a program edit and kill it; return what it told, by the numbers of the entries."""
    here, there = WORKSHOP.Pipe(duplex=False)
    arguments = (url, case_id, cell_ids, there, rng.randrange(2**31))
    program = WORKSHOP.Process(target=_run, args=arguments)
    program.start()
    there.close()
    if rng.random() < 0.9:
        here.poll(60)
    time.sleep(rng.random() * LONGEST_S)
    program.kill()
    program.join()
    with here, os.fdopen(os.dup(here.fileno()), "rb") as pipe:
        lines = pipe.read().decode().splitlines()
    return {int(number): what for number, what in (line.split(" ", 1) for line in lines)}


def _run(url: str, case_id: str, cell_ids: list[str], told, seed: int) -> None:  # noqa: ANN001 - of the workshop
    edit_for_ever(url, case_id, cell_ids, told.fileno(), seed)


def look(url: str, case_id: str, cell_ids: list[str], before: int, told: dict[int, str]) -> int:
    """Look whether what was told is there; return how many gestures are there that were not told.

    Raises:
        AssertionError: where something is lost, doubled or broken.
    """
    with closing(Store(url)) as store:
        rows = {row.number: row for row in cases.history(store, case_id, after=before)}
        for number, what in told.items():
            action, when = what.split(" ")
            assert number in rows, f"entry {number} was told to be stored and is lost"
            assert rows[number].action == action
            assert when in (rows[number].body or ""), f"entry {number} is another one"
        for cell_id in cell_ids:
            OpenCell(store, case_id, cell_id)
        broken = next(verify(store), None)
        assert broken is None, broken
        return len(rows) - len(told)


def rounds(url: str, count: int, seed: int) -> Result:
    """Let programs die and look what is left.

    Raises:
        AssertionError: where something is lost, doubled or broken.
    """
    rng, result = random.Random(seed), Result()
    for done in range(count):
        if done % ROUNDS_A_CASE == 0:
            case_id, cell_ids = _new_case(url, rng, done)
        with closing(Store(url)) as store:
            before = cases.read(store, case_id).number
        told = one_death(url, case_id, cell_ids, rng)
        more = look(url, case_id, cell_ids, before, told)
        assert 0 <= more <= 1, f"{more} entries that were not told"
        result.told += len(told)
        result.under_way += more
        result.at_once += not told
    return result


def _new_case(url: str, rng: random.Random, done: int) -> tuple[str, list[str]]:
    case = make_case(rng, f"24-{done:06}")
    with closing(Store(url)) as store:
        cases.create(store, case, AUTHOR)
        return case.id, add_cells(store, case.id, [make_found(rng, chromosomes=8, points=4) for _ in range(CELLS)])


def main() -> None:
    """Run the rounds and print what they showed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=500)
    parser.add_argument("--url")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = arguments.url or f"sqlite:///{folder}/cases.karyodesk"
        result = rounds(url, arguments.rounds, arguments.seed)
    print(f"{arguments.rounds} deaths, {result.at_once} of them before the first gesture")
    print(f"{result.told} gestures were told to be stored: none is lost")
    print(f"{result.under_way} more were stored when the program died before it could tell")
    print("after every death the inspection found nothing and every cell opened")


if __name__ == "__main__":
    main()
