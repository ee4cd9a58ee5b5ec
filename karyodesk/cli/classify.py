"""From folders of cut-out chromosomes to records."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from karyodesk.cli.records import Record, chromosomes_record, failed_cell
from karyodesk.cli.worker import PROCESS_DIED, AnalyserFactory, Outcome, ready_analyser, sentence_of
from karyodesk.domain.errors import PictureError

if TYPE_CHECKING:
    from karyodesk.imaging.picture import Picture

NO_CHROMOSOME: Final = "No chromosome is seen in this picture: cut it out again with some ground around it."
NO_PICTURE: Final = "There is no picture in this folder: put one picture a chromosome into it."
NONE_NAMED: Final = "None of its pictures shows a chromosome that can be named: look at what each of them says."


@dataclass(frozen=True)
class CellJob:
    """A cell whose chromosomes lie one a picture in a folder.

    Attributes:
        name: of the cell.
        files: of its chromosomes.
    """

    name: str
    files: tuple[Path, ...]


def plan_cells(folder: Path) -> list[CellJob]:
    """Return one job a sub-folder, with the picture files in it, both in sorted order.

    Raises:
        OSError: where a folder cannot be looked into.
    """
    from karyodesk.imaging.read import find_files

    cells = sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))
    return [CellJob(cell.name, tuple(find_files([cell]))) for cell in cells]


def cell_died(job: CellJob) -> Outcome:
    """Answer for a cell whose process died."""
    return Outcome((failed_cell(job.name, PROCESS_DIED),))


def classify_cell(make: AnalyserFactory, job: CellJob) -> Outcome:
    """Classify the chromosomes of one cell together; a picture that shows none gets an entry that says why."""
    try:
        return Outcome((_record(make, job),))
    except Exception as error:
        return Outcome((failed_cell(job.name, sentence_of(error)),))


def _record(make: AnalyserFactory, job: CellJob) -> Record:
    if not job.files:
        return failed_cell(job.name, NO_PICTURE)
    analyser = ready_analyser(make)
    start = time.perf_counter()
    read = [_read(path) for path in job.files]
    cell = analyser.classify_cell(job.name, [picture for picture in read if not isinstance(picture, str)])
    suggestions = iter(cell.suggestions)
    answers = [picture if isinstance(picture, str) else next(suggestions) or NO_CHROMOSOME for picture in read]
    files = [f"{job.name}/{path.name}" for path in job.files]
    record = chromosomes_record(job.name, files, answers, cell.karyotype, time.perf_counter() - start)
    return record if any(cell.suggestions) else {**record, "error": NONE_NAMED}


def _read(path: Path) -> "Picture | str":
    """The first page of a file, or the sentence that says why there is none."""
    from karyodesk.imaging.read import read_pictures

    try:
        return read_pictures(path)[0]
    except PictureError as error:
        return error.message
