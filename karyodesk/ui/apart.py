"""A case that was begun while there was no case database: what is needed to store it later and to lose no step."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from karyodesk.domain.case import Case as CaseData
from karyodesk.domain.cell import Cell
from karyodesk.store.author import Author
from karyodesk.ui.case import CaseCell
from karyodesk.ui.keepable import as_kept
from karyodesk.ui.kept_cell import Beginning
from karyodesk.ui.kept_files import KeptFile, KeptFiles
from karyodesk.ui.pipeline import Page
from karyodesk.ui.writes import CellStep, CellWord


@dataclass(eq=False)
class Apart:
    """What the window knows of it.

    Attributes:
        kept_files: where steps on its cells are kept.
        begun: whether what is shown belongs to it.
        data: of the case; None where nothing was said of it.
        pages: its cells as they were found, each with its file, byte for byte.
        files: that keep cells with steps.
    """

    kept_files: KeptFiles
    begun: bool = False
    data: CaseData | None = None
    pages: dict[CaseCell, Page] = field(default_factory=dict)
    files: dict[CaseCell, KeptFile] = field(default_factory=dict)

    def keep(self, cell: CaseCell, done: Sequence[CellStep | CellWord], author: Author) -> bool:
        """Keep what was just done to a cell; whether that is possible.

        Args:
            cell: of this case.
            done: all that was done to it, in order.
            author: who did it.
        """
        file, last = self.files.get(cell), self._kept(done[-1:])
        if file is not None and last:
            return file.append(last[0])
        return not last or self._begin(cell, done, author)

    def take_up(self, cell: CaseCell, done: Sequence[CellStep | CellWord], author: Author, file: KeptFile) -> bool:
        """Keep a cell on that was kept before; whether that is possible."""
        self.files[cell] = file
        return file.write(*self._beginning(cell, author), self._kept(done))

    def forget(self, cell: CaseCell) -> None:
        """A person took a cell out."""
        self.pages.pop(cell, None)
        if (file := self.files.pop(cell, None)) is not None:
            self.kept_files.remove(file)

    def close(self) -> None:
        """The case is shown no more: its cells are taken up when their pictures are dropped again."""
        for file in self.files.values():
            self.kept_files.give_back(file)
        self.files.clear()

    def unkept(self, cells: Iterable[CaseCell]) -> int:
        """Return how many steps on cells no file keeps."""
        shown = [(cell, cell.analysed) for cell in cells]
        done = sum(len(cell.words) + len(analysed.journal.entries) for cell, analysed in shown if analysed is not None)
        return done - sum(file.count for file in self.files.values())

    def _begin(self, cell: CaseCell, done: Sequence[CellStep | CellWord], author: Author) -> bool:
        file = self.kept_files.begin(*self._beginning(cell, author), self._kept(done))
        if file is not None:
            self.files[cell] = file
        return file is not None

    def _beginning(self, cell: CaseCell, author: Author) -> tuple[Beginning, Cell]:
        page = self.pages[cell]
        assert page.analysed is not None  # what was refused is no cell
        start, models = page.analysed.journal.start, dict(page.analysed.models)
        return Beginning(author, "", "", start.sha256, page.number, models), start

    def _kept(self, done: Sequence[CellStep | CellWord]) -> list[CellStep | CellWord]:
        about = self.data or CaseData("")
        return [write for write in done if as_kept(write, about) is not None]
