"""What every worker process shares: the models, loaded once, and how a job is answered.

Imported before anything is known to be needed, so the heavy parts are imported in the functions that need them.
"""

import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from karyodesk.cli.records import Record
from karyodesk.domain.cell import Cell
from karyodesk.domain.chromosome import Suggestion
from karyodesk.domain.errors import KaryoDeskError
from karyodesk.domain.methods import Methods

if TYPE_CHECKING:
    from karyodesk.imaging.picture import Picture

PROCESS_DIED: Final = (
    "The analysis was ended from outside or ran out of memory: try this one alone, or with fewer workers."
)


class Classified(Protocol):
    """A cell of cut-out chromosomes, named: the part of ``analysis.ClassifiedCell`` that is written."""

    @property
    def suggestions(self) -> Sequence[Suggestion | None]:
        """One a picture, None where it shows no chromosome."""

    @property
    def karyotype(self) -> str:
        """As suggested."""


class Analyser(Protocol):
    """The part of ``analysis.Analyser`` that the command line uses."""

    @property
    def model_versions(self) -> Mapping[str, str]:
        """Names of the models with their versions."""

    def analyse(self, picture: "Picture") -> Cell:
        """Find the chromosomes of a picture and name them."""

    def classify_cell(self, name: str, pictures: Sequence["Picture"]) -> Classified:
        """Name the chromosomes of one cell, one a picture."""


AnalyserFactory = Callable[[], Analyser]
"""Picklable, and equal to itself after that, so that another process can call it and keeps what it made."""


@dataclass(frozen=True)
class Outcome:
    """What became of a job.

    Attributes:
        records: one a picture or cell, in order.
        complaints: what else went wrong, one sentence each.
    """

    records: tuple[Record, ...]
    complaints: tuple[str, ...] = ()


@dataclass(frozen=True)
class LoadAnalyser:
    """Loads the models for one thread, so that results do not depend on the number of workers.

    Attributes:
        methods: what names chromosomes, and how those of a cell are allocated.
    """

    methods: Methods = field(default_factory=Methods)

    def __call__(self) -> Analyser:
        """Load them.

        Raises:
            ModelError: where they cannot be loaded.
        """
        import cv2

        from karyodesk.analysis import Analyser as RealAnalyser

        cv2.setNumThreads(1)
        return RealAnalyser(threads=1, methods=self.methods)


@cache
def ready_analyser(make: AnalyserFactory) -> Analyser:
    """The analyser of this process."""
    return make()


def sentence_of(error: Exception) -> str:
    """Return what a person is told of an error; of an unforeseen one, its kind and place for whoever mends it."""
    if isinstance(error, KaryoDeskError):
        return error.message
    place = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{type(error).__name__} in {Path(place.filename).name}, line {place.lineno}"
    return f"An unforeseen fault stopped the analysis ({where}): please report it to the makers of KaryoDesk."
