"""Runs jobs and writes their records as they become ready, with a progress bar where someone watches."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO, TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from karyodesk.cli.pool import in_order
from karyodesk.cli.records import Record, is_complete
from karyodesk.cli.worker import Outcome

JobT = TypeVar("JobT")


@dataclass
class Tally:
    """How a batch went.

    Attributes:
        done: records of pictures or cells that were analysed whole.
        failed: records of the others.
        complaints: what else went wrong, one sentence each.
    """

    done: int = 0
    failed: int = 0
    complaints: int = 0

    def count(self, record: Record) -> None:
        """Count a record to one side or the other."""
        if is_complete(record):
            self.done += 1
        else:
            self.failed += 1

    @property
    def exit_status(self) -> int:
        """0 where all went well, else 1."""
        return 1 if self.failed or self.complaints else 0


def run_batch(
    function: Callable[[JobT], Outcome],
    jobs: Sequence[JobT],
    workers: int,
    died: Callable[[JobT], Outcome],
    stream: TextIO,
) -> Tally:
    """Run jobs in other processes; write one JSON record a line, in the order of the jobs, flushed at once.

    Args:
        function: importable by name.
        jobs: picklable.
        workers: processes.
        died: answers for a job whose process died.
        stream: open for writing.
    """
    tally = Tally()
    console = Console(stderr=True)
    with _progress(console, len(jobs)) as advance:
        for outcome in in_order(function, jobs, max(1, min(workers, len(jobs))), died):
            for record in outcome.records:
                _write(stream, record)
                tally.count(record)
            tally.complaints += len(outcome.complaints)
            for sentence in (*failures(outcome.records), *outcome.complaints):
                console.print(sentence, markup=False, highlight=False, soft_wrap=True)
            advance()
    return tally


def failures(records: Iterable[Record]) -> list[str]:
    """Return what the records say went wrong, each sentence after the name of its picture or cell."""
    said = []
    for record in records:
        parts = [(record.get("image", record.get("cell")), record)]
        parts += [(entry.get("file"), entry) for entry in record.get("chromosomes", ())]
        said += [f"{name}: {part['error']}" for name, part in parts if "error" in part]
    return said


def _write(stream: TextIO, record: Record) -> None:
    stream.write(json.dumps(record, allow_nan=False) + "\n")
    stream.flush()


@contextmanager
def _progress(console: Console, total: int) -> Iterator[Callable[[], None]]:
    """A bar on a terminal, nothing anywhere else; yields what moves it by one."""
    columns = (TextColumn("Analysing"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as progress:
        task = progress.add_task("", total=total)
        yield lambda: progress.advance(task)


def open_records(path: Path) -> TextIO:
    """Open a file of records for writing, replacing an old one.

    Raises:
        OSError: where it cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.open("w", encoding="utf-8", newline="\n")
