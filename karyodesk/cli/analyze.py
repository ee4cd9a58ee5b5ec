"""From files of metaphases to records and reports."""

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from karyodesk.cli.records import Record, cell_record, failed_picture
from karyodesk.cli.worker import PROCESS_DIED, Analyser, AnalyserFactory, Outcome, ready_analyser, sentence_of
from karyodesk.domain.cell import Cell

if TYPE_CHECKING:
    from karyodesk.imaging.picture import Picture


@dataclass(frozen=True)
class PictureJob:
    """A file of one or more metaphases.

    Attributes:
        path: of the file.
        report: path of the PDF without its ending; None: no report is wanted.
    """

    path: Path
    report: Path | None = None


def plan_pictures(files: Sequence[Path], reports: Path | None) -> list[PictureJob]:
    """Return one job a file, each with a report of its own where a folder for reports is given.

    A report is named after its picture; pictures of the same name get a number, in the order of the files.
    """
    if reports is None:
        return [PictureJob(path) for path in files]
    seen: Counter[str] = Counter()
    jobs = []
    for path in files:
        seen[path.stem.casefold()] += 1
        times = seen[path.stem.casefold()]
        jobs.append(PictureJob(path, reports / (path.stem if times == 1 else f"{path.stem} ({times})")))
    return jobs


def picture_died(job: PictureJob) -> Outcome:
    """Answer for a file whose process died."""
    return Outcome((failed_picture(job.path.name, PROCESS_DIED),))


def analyse_file(make: AnalyserFactory, job: PictureJob) -> Outcome:
    """Analyse every page of a file; whatever goes wrong becomes the record of the page or file."""
    from karyodesk.imaging.read import read_pictures

    try:
        analyser = ready_analyser(make)
        start = time.perf_counter()
        pictures = read_pictures(job.path)
    except Exception as error:
        return Outcome((failed_picture(job.path.name, sentence_of(error)),))
    reading = (time.perf_counter() - start) / len(pictures)
    pages = [_page(analyser, picture, reading, _report_path(job, page)) for page, picture in enumerate(pictures, 1)]
    return Outcome(
        tuple(record for record, _ in pages), tuple(complaint for _, complaint in pages if complaint is not None)
    )


def _page(analyser: Analyser, picture: "Picture", reading: float, report: Path | None) -> tuple[Record, str | None]:
    """The record of one page, and a complaint where its report could not be written."""
    start = time.perf_counter()
    try:
        cell = analyser.analyse(picture)
    except Exception as error:
        known = {"sha256": picture.sha256, "width": picture.width, "height": picture.height}
        return failed_picture(picture.name, sentence_of(error), known), None
    record = cell_record(cell, reading + time.perf_counter() - start)
    if report is None:
        return record, None
    try:
        write_cell_report(report, picture, cell, analyser.model_versions)
    except Exception as error:
        return record, f"{picture.name}: no report was written. {sentence_of(error)}"
    return record, None


def _report_path(job: PictureJob, page: int) -> Path | None:
    if job.report is None:
        return None
    return job.report.with_name(f"{job.report.name}.pdf" if page == 1 else f"{job.report.name} page {page}.pdf")


def write_cell_report(path: Path, picture: "Picture", cell: Cell, models: Mapping[str, str]) -> None:
    """Write the report of one cell as the program suggests it, for review.

    Raises:
        KaryoDeskError: where it cannot be written.
    """
    from karyodesk import __version__
    from karyodesk.imaging.preview import preview
    from karyodesk.imaging.views import chromosome_view
    from karyodesk.report.content import Identification, ReportCell, ReportContent
    from karyodesk.report.pdf import write_report

    views = {chromosome.id: chromosome_view(picture, chromosome) for chromosome in cell.kept}
    content = ReportContent(
        identification=Identification(case=path.stem),
        cells=(ReportCell(cell, views, preview(picture)),),
        program_version=__version__,
        created=datetime.now().astimezone(),
        model_versions=models,
    )
    write_report(path, content)
