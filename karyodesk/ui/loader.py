"""Brings dropped files and folders into the case, one background job a file."""

import logging
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, Signal

from karyodesk.domain.errors import KaryoDeskError
from karyodesk.ui.case import Case, CaseCell, CellState
from karyodesk.ui.jobs import Job, JobRunner, Work
from karyodesk.ui.kept_files import Claimed
from karyodesk.ui.pipeline import (
    AnalyserFactory,
    LazyAnalyser,
    Page,
    analyse_file,
    load_models,
    look_through,
    present_sentence,
    renew_models,
)

LOG = logging.getLogger(__name__)
ANALYSIS = "analysis"
FOLDERS = "folders"


def _tr(text: str) -> str:
    return QCoreApplication.translate("Loader", text)


def sentence_of(error: Exception) -> str:
    """Return what a person is told of an error; an unforeseen one is logged in full."""
    if isinstance(error, KaryoDeskError):
        return error.message
    LOG.error("unforeseen error in a job", exc_info=error)
    return _tr("Something unforeseen went wrong ({kind}); the other cells go on.").format(kind=type(error).__name__)


class Loader(QObject):
    """Fills a case from files.

    Args:
        case: to be filled.
        jobs: runs the background work.
        factory: makes the analyser; called in the background.
        claim: returns what is kept of a page (from 0) of the file with this SHA-256; called in the background.
        parent: owner.

    Signals:
        models_failed: the models cannot be loaded; carries the sentence that says why.
        found: a cell is ready; with the page it comes from.
    """

    models_failed = Signal(str)
    found = Signal(object, object)

    def __init__(
        self,
        case: Case,
        jobs: JobRunner,
        factory: AnalyserFactory,
        claim: Callable[[str, int], Claimed | None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._claim = claim
        self.analyser = LazyAnalyser(factory)
        self._case, self._jobs = case, jobs
        self._originals: dict[str, str] = {}
        case.cells_changed.connect(self._note_originals)
        case.cell_changed.connect(self._note_originals)

    def load_models(self) -> None:
        """Load the models in the background before the first picture comes."""
        self._load(partial(load_models, self.analyser))

    def renew_models(self) -> None:
        """Load them anew, as other methods were chosen; what is being analysed is ended with those of before."""
        self._load(partial(renew_models, self.analyser))

    def _load(self, work: Work) -> None:
        job = self._jobs.submit(_tr("Loading the models"), work, ANALYSIS)
        job.failed.connect(lambda error: self.models_failed.emit(sentence_of(error)))

    def add(self, paths: Iterable[Path]) -> None:
        """Add files, and the pictures of folders, to the case."""
        files: list[Path] = []
        for path in paths:
            if path.is_dir():
                self._add_folder(path)
            else:
                files.append(path)
        self._add_files(files)

    def _add_folder(self, folder: Path) -> None:
        title = _tr("Looking through {name}").format(name=folder.name)
        job = self._jobs.submit(title, partial(look_through, folder), FOLDERS)
        job.succeeded.connect(self._add_files)
        job.failed.connect(lambda error: self._refuse_folder(folder, error))

    def _refuse_folder(self, folder: Path, error: Exception) -> None:
        self._case.insert([CaseCell(folder.name, folder, CellState.REFUSED, sentence_of(error))])

    def _add_files(self, files: list[Path]) -> None:
        self._forget_failures({path.absolute() for path in files})
        coming = {cell.path.absolute() for cell in self._case.cells if cell.path and not cell.is_of_case}
        rows = [(path, CaseCell(path.name, path)) for path in files]
        self._case.insert([cell for _, cell in rows])
        for path, cell in rows:
            if path.absolute() in coming:
                self._case.update(cell, CellState.REFUSED, _tr("This file is in the case already."))
            else:
                self._start(path, cell)
            coming.add(path.absolute())

    def _note_originals(self) -> None:
        """A new table each time, as the background reads it."""
        cells = reversed(self._case.cells)  # of the pages of a file the first is named
        self._originals = {cell.sha256: cell.name for cell in cells if cell.sha256 and cell.is_of_case}

    def _present(self, sha256: str) -> str | None:
        return self._originals.get(sha256)

    def _forget_failures(self, paths: set[Path]) -> None:
        """Let a file that was refused or cancelled be tried again: its old row goes."""
        failed = (CellState.REFUSED, CellState.CANCELLED)
        for cell in [cell for cell in self._case.cells if cell.path and cell.state in failed]:
            if cell.path and cell.path.absolute() in paths:
                self._case.remove(cell)

    def _start(self, path: Path, cell: CaseCell) -> None:
        work = partial(analyse_file, path, self.analyser, self._present, claim=self._claim)
        job = self._jobs.submit(cell.name, work, ANALYSIS)
        _CellJob(self, self._case, cell, job)


class _CellJob(QObject):
    """Follows the job of one file and keeps its rows of the case up to date."""

    def __init__(self, loader: Loader, case: Case, cell: CaseCell, job: Job) -> None:
        super().__init__(job)
        self._loader, self._case, self._first = loader, case, cell
        self._rows = [cell]
        job.progressed.connect(self._progress)
        job.produced.connect(self._take)
        job.failed.connect(self._fail)
        job.cancelled.connect(self._cancel)

    def _unfinished(self) -> list[CaseCell]:
        return [cell for cell in self._rows if cell.state in (CellState.WAITING, CellState.WORKING)]

    def _progress(self, text: str, share: float) -> None:
        for cell in self._unfinished()[:1]:
            self._case.update(cell, CellState.WORKING, text, share)

    def _take(self, page: Page) -> None:
        if page.number == 0 and page.pages > 1 and self._first in self._case.cells:
            more = [CaseCell(f"{self._first.name}#{number}", self._first.path) for number in range(2, page.pages + 1)]
            self._case.insert(more, after=self._first)
            self._rows += more
        if page.number >= len(self._rows):
            return  # its file was taken out of the case
        cell = self._rows[page.number]
        cell.name = page.name
        if page.analysed and (same := self._same_original(page.analysed.picture.sha256)) is not None:
            self._case.update(cell, CellState.REFUSED, present_sentence(same.name))
            return  # both came at once
        cell.analysed, cell.sha256 = page.analysed, page.analysed.picture.sha256 if page.analysed else ""
        self._case.update(cell, CellState.READY if page.analysed else CellState.REFUSED, page.refusal)
        if page.analysed and cell in self._case.cells:
            self._loader.found.emit(cell, page)

    def _same_original(self, sha256: str) -> CaseCell | None:
        """A cell of the same file, but for other pages of this one."""
        others = (cell for cell in self._case.cells if cell not in self._rows and cell.is_of_case)
        return next((cell for cell in others if cell.sha256 == sha256), None)

    def _fail(self, error: Exception) -> None:
        for cell in self._unfinished():
            self._case.update(cell, CellState.REFUSED, sentence_of(error))

    def _cancel(self) -> None:
        for cell in self._unfinished():
            self._case.update(cell, CellState.CANCELLED, _tr("Cancelled before it was analysed."))
