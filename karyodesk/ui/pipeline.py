"""What happens to a picture in the background: read, analysed, straightened. Free of Qt."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final, Protocol

import cv2
import numpy as np
import numpy.typing as npt

from karyodesk.domain.cell import Cell
from karyodesk.domain.chromosome import Chromosome
from karyodesk.domain.errors import Cancelled, KaryoDeskError, PictureError
from karyodesk.domain.journal import Journal
from karyodesk.domain.outline import Outline
from karyodesk.imaging.picture import Picture
from karyodesk.imaging.preview import preview
from karyodesk.imaging.read import contents, find_files, pictures_of
from karyodesk.imaging.views import chromosome_view
from karyodesk.ui.case import Analysed, Views
from karyodesk.ui.jobs import Report
from karyodesk.ui.kept_files import Claimed


class Analyser(Protocol):
    """The part of ``karyodesk.analysis.Analyser`` that the window uses."""

    @property
    def model_versions(self) -> Mapping[str, str]:
        """Names of the models with their versions."""

    def analyse(self, picture: Picture, step: Callable[[str, float], None]) -> Cell:
        """Find the chromosomes of a picture and name them."""

    def describe(self, picture: Picture, cell: Cell, outlines: Sequence[Outline]) -> tuple[Chromosome, ...]:
        """Straighten and name further bodies of a cell."""


THUMBNAIL_SIDE: Final = 160
"""Pixels of the shorter side of a thumbnail."""
AnalyserFactory = Callable[[], Analyser]


@dataclass(frozen=True)
class Page:
    """What became of one page of a file.

    Attributes:
        name: of the file, with the page.
        number: from 0.
        pages: of the file.
        analysed: the cell; None where it was refused.
        refusal: why, in one sentence.
        data: of the file, byte for byte.
        kept: what it was made of instead of an analysis, where steps on it were left behind.
    """

    name: str
    number: int
    pages: int
    analysed: Analysed | None = None
    refusal: str = ""
    data: bytes = b""
    kept: Claimed | None = None


class LazyAnalyser:
    """Loads the models when they are first needed, once; used from one thread at a time."""

    def __init__(self, factory: AnalyserFactory) -> None:
        self._factory = factory
        self._made: Analyser | None = None

    def get(self) -> Analyser:
        """Return the analyser.

        Raises:
            ModelError: where the models cannot be loaded.
        """
        if self._made is None:
            self._made = self._factory()
        return self._made

    def forget(self) -> None:
        """Load the models anew when they are next needed."""
        self._made = None

    @property
    def model_versions(self) -> Mapping[str, str]:
        """Of the models that are loaded."""
        return self._made.model_versions if self._made else {}


def load_models(analyser: LazyAnalyser, report: Report) -> None:
    """Load the models before the first picture comes.

    Raises:
        ModelError: where they cannot be loaded.
    """
    report.step("Loading the models", 0.0)
    analyser.get()


def renew_models(analyser: LazyAnalyser, report: Report) -> None:
    """Load the models of the methods that were chosen now.

    Raises:
        ModelError: where they cannot be loaded.
    """
    analyser.forget()
    load_models(analyser, report)


def look_through(folder: Path, report: Report) -> list[Path]:
    """Return the pictures of a folder and its sub-folders.

    Raises:
        PictureError: where there are none.
    """
    report.step("Looking for pictures", 0.0)
    found = find_files([folder])
    if not found:
        raise PictureError("There is no picture in this folder: drop the picture files or another folder.")
    return found


def present_sentence(name: str) -> str:
    """Return what is said of a picture that is in the case already, as the cell of this name."""
    return f"This picture is in the case already: {name}."


def nothing_kept(_sha256: str, _page: int) -> None:
    """Nothing is kept of any picture."""


def analyse_file(
    path: Path,
    analyser: LazyAnalyser,
    present: Callable[[str], str | None],
    report: Report,
    claim: Callable[[str, int], Claimed | None] = nothing_kept,
) -> int:
    """Read a file and analyse its pages, each handed over as a ``Page`` as soon as it is ready; how many there are.

    A page of which a cell was left behind with steps on it is not analysed anew.

    Args:
        path: of the file.
        analyser: finds the chromosomes and names them.
        present: returns the name of the cell whose original has this SHA-256; None: there is none in the case.
        report: is told how far it is.
        claim: returns what is kept of a page (from 0) of the file with this SHA-256.

    Raises:
        PictureError: where the file cannot be read, or the case holds it already, whatever the file is called; a page
            that is no metaphase is handed over with its refusal.
        ModelError: where the models cannot be loaded.
        Cancelled: where the person no longer wants it.
    """
    report.step("Reading", 0.0)
    data = contents(path)
    sha256 = hashlib.sha256(data).hexdigest()
    if (name := present(sha256)) is not None:
        raise PictureError(present_sentence(name))
    pictures = pictures_of(path.name, data)
    kept = [claim(sha256, number) for number in range(len(pictures))]
    if not all(kept):
        report.step("Loading the models", 0.05)
        analyser.get()
    for number, picture in enumerate(pictures):
        report.step("Analysing", 0.1 + 0.9 * number / len(pictures))
        report.produce(replace(_page(picture, number, len(pictures), analyser, kept[number], report), data=data))
    return len(pictures)


def describe(
    analysed: Analysed, rest: Cell, outlines: Sequence[Outline], analyser: LazyAnalyser, report: Report
) -> tuple[Chromosome, ...]:
    """Return the chromosomes of further outlines of an analysed picture, with their views made.

    Args:
        analysed: the cell with its picture.
        rest: the cell without what is to go.
        outlines: of the further chromosomes.
        analyser: names them.
        report: is told how far it is.

    Raises:
        ModelError: where the models cannot be loaded.
        Cancelled: where the person no longer wants it.
    """
    report.step("Naming", 0.1)
    made = analyser.get().describe(analysed.picture, rest, outlines)
    report.step("Straightening", 0.8)
    for chromosome in made:
        analysed.views.of(chromosome)
    return made


def _small(shown: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """A picture reduced to its thumbnail; one that is small already stays as it is."""
    share = THUMBNAIL_SIDE / min(shown.shape[:2])
    if share >= 1:
        return shown
    return np.asarray(cv2.resize(shown, None, fx=share, fy=share, interpolation=cv2.INTER_AREA), np.uint8)


def develop(
    picture: Picture, journal: Journal, models: Mapping[str, str], step: Callable[[str, float], None]
) -> Analysed:
    """Return an analysed cell with all that is shown of it.

    Args:
        picture: the original.
        journal: of the cell.
        models: by which it was analysed.
        step: is told the share that is done; may raise ``Cancelled``.
    """
    views = Views(partial(chromosome_view, picture))
    for done, chromosome in enumerate(journal.cell.chromosomes):
        step("Straightening", done / len(journal.cell.chromosomes))
        views.of(chromosome)
    shown = preview(picture)
    return Analysed(picture, shown, _small(shown), views, journal, dict(models))


def reopen(data: bytes, journal: Journal, models: Mapping[str, str], report: Report) -> Analysed:
    """Return a stored cell with all that is shown of it, made anew of its original.

    Args:
        data: the original, byte for byte.
        journal: of the cell.
        models: by which it was analysed.
        report: is told how far it is.

    Raises:
        PictureError: where the original cannot be read.
        Cancelled: where the person no longer wants it.
    """
    report.step("Reading", 0.0)
    image = journal.start.image
    name, _, page = image.rpartition("#")
    pictures = pictures_of(name or image, data)
    number = int(page) if name and page.isdigit() else 1
    picture = pictures[number - 1 if number <= len(pictures) else 0]  # a file may itself be called so
    return develop(replace(picture, name=image), journal, models, report.step)


def _page(
    picture: Picture, number: int, pages: int, analyser: LazyAnalyser, kept: Claimed | None, report: Report
) -> Page:
    def step(text: str, share: float) -> None:
        report.step(text, 0.1 + 0.9 * (number + 0.9 * share) / pages)

    try:
        if kept is None:
            journal, models = Journal(analyser.get().analyse(picture, step)), analyser.model_versions
        else:
            journal, models = kept.content.journal(picture.name), kept.content.beginning.models
        made = develop(picture, journal, models, lambda text, share: step(text, 1.0 + 0.1 * share))
        return Page(picture.name, number, pages, made, kept=kept)
    except Cancelled:
        raise
    except KaryoDeskError as error:
        return Page(picture.name, number, pages, refusal=error.message)
