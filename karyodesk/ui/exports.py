"""Report and karyogram as files, written in the background."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal

from karyodesk import __version__
from karyodesk.domain.cell import Cell
from karyodesk.domain.edits import AGREEMENTS
from karyodesk.domain.view import ChromosomeView
from karyodesk.report.content import ReportCell, ReportContent
from karyodesk.report.pdf import write_report
from karyodesk.report.png import write_karyogram_png
from karyodesk.ui.case import Analysed, Case, CaseCell
from karyodesk.ui.jobs import Job, JobRunner, Report
from karyodesk.ui.loader import sentence_of
from karyodesk.ui.session import Session

LANE = "export"
UNSIGNED: Final = "This is a copy without signatures: the signed report of the case is kept in the case database."
"""Is printed on reports of signed cases that are exported anew."""


def report_content(
    case: Case, model_versions: Mapping[str, str], now: datetime, notes: tuple[str, ...] = ()
) -> ReportContent:
    """Return the report of every ready cell as it is at this moment.

    Args:
        case: the case.
        model_versions: of the models that are loaded, for cells that do not say by which they were analysed.
        now: the moment of the report.
        notes: further sentences.
    """
    identification, person = case.details.identification, case.details.analysed_by
    if person:
        identification = replace(identification, further=(*identification.further, ("Analysed by", person)))
    return ReportContent(
        identification=identification,
        cells=tuple(_report_cell(cell, cell.analysed) for cell in case.ready if cell.analysed),
        program_version=__version__,
        created=now,
        model_versions=_models(case, model_versions),
        notes=notes,
    )


def _models(case: Case, loaded: Mapping[str, str]) -> dict[str, str]:
    """The versions of the models by which the cells were analysed; of one model there may be several."""
    found: dict[str, dict[str, None]] = {}
    for cell in case.ready:
        for name, version in (cell.analysed.models if cell.analysed and cell.analysed.models else loaded).items():
            found.setdefault(name, {})[version] = None
    return {name: ", ".join(versions) for name, versions in found.items()} or dict(loaded)


def _report_cell(cell: CaseCell, analysed: Analysed) -> ReportCell:
    present, facts = analysed.cell, cell.facts
    corrections = sum(edit.kind not in AGREEMENTS for edit in analysed.journal.standing)
    views = analysed.views.of_cell(present)
    return ReportCell(present, views, analysed.preview, corrections, facts.karyotype, facts.excluded or "")


def _write_pdf(path: Path, content: ReportContent, report: Report) -> Path:
    report.step("Writing", 0.1)
    write_report(path, content)
    return path


def _write_png(path: Path, cell: Cell, views: Mapping[str, ChromosomeView], report: Report) -> Path:
    report.step("Writing", 0.1)
    write_karyogram_png(path, cell, views)
    return path


class Exporter(QObject):
    """Writes what the window shows.

    Signals:
        written: a file is whole.
        failed: a file could not be written; carries the sentence that says why.
    """

    written = Signal(Path)
    failed = Signal(str)

    def __init__(self, case: Case, jobs: JobRunner, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._case, self._jobs, self._session = case, jobs, session

    def report(self, path: Path, model_versions: Mapping[str, str]) -> Job:
        """Write the PDF report of the case; what is edited meanwhile is not in it."""
        shown = {cell: len(cell.analysed.journal.entries) for cell in self._case.ready if cell.analysed}
        notes = (*self._session.notes, UNSIGNED) if self._case.is_read_only else self._session.notes
        content = report_content(self._case, model_versions, datetime.now().astimezone(), notes)
        job = self._follow(self._jobs.submit(self.tr("Report"), partial(_write_pdf, path, content), LANE))
        job.succeeded.connect(lambda _: self._case.mark_exported(shown))
        return job

    def karyogram(self, path: Path, cell: CaseCell) -> Job | None:
        """Write the karyogram of a cell as PNG."""
        if cell.analysed is None:
            return None
        present = cell.analysed.cell
        work = partial(_write_png, path, present, cell.analysed.views.of_cell(present))
        return self._follow(self._jobs.submit(self.tr("Karyogram"), work, LANE))

    def _follow(self, job: Job) -> Job:
        job.succeeded.connect(self.written)
        job.failed.connect(lambda error: self.failed.emit(sentence_of(error)))
        return job
