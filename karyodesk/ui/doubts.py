"""Doubted outlines: showing how else they may be read, and cutting or joining them where a person says so."""

from collections.abc import Callable, Container, Sequence
from functools import partial

from PySide6.QtCore import QCoreApplication, QObject, Signal

from karyodesk.domain import edits
from karyodesk.domain.cell import Cell, Doubt, DoubtKind
from karyodesk.domain.chromosome import Chromosome
from karyodesk.domain.edits import Edit
from karyodesk.domain.errors import EditError
from karyodesk.ui.case import Case, CaseCell, Offer
from karyodesk.ui.jobs import JobRunner
from karyodesk.ui.loader import ANALYSIS, sentence_of
from karyodesk.ui.pipeline import LazyAnalyser, describe


def _tr(text: str) -> str:
    return QCoreApplication.translate("Doubts", text)


def question(doubt: Doubt) -> str:
    """Return what is doubted, in one line."""
    if doubt.kind is DoubtKind.OVERLAP:
        number = edits.number_word(len(doubt.resolutions[0].outlines))
        return _tr("May be {number} chromosomes").format(number=_tr(number))
    if len(doubt.chromosomes) > 2:
        return _tr("May be one chromosome with its neighbours")
    return _tr("May be one chromosome with its neighbour")


def first_of_each(cell: Cell, order: Sequence[str]) -> frozenset[str]:
    """Return of every open doubt the chromosome that comes first in an order of all kept ones."""
    return frozenset(min(doubt.chromosomes, key=order.index) for doubt in cell.standing_doubts)


def next_of(order: Sequence[str], wanted: Container[str], chosen: str | None, step: int) -> str | None:
    """Return the next (1) or previous (-1) wanted id after the chosen one, coming round; None where none is wanted."""
    places = [place for place, id_ in enumerate(order) if id_ in wanted]
    if not places:
        return None
    here = order.index(chosen) if chosen in order else -1 if step > 0 else len(order)
    ahead = [place for place in places if (place - here) * step > 0]
    return order[(min(ahead) if step > 0 else max(ahead)) if ahead else places[0 if step > 0 else -1]]


class Doubts(QObject):
    """Offers other readings of doubted outlines and makes the one that a person takes.

    Signals:
        said: a sentence for the status bar.
        refused: a sentence that says why nothing was cut or joined.
    """

    said = Signal(str)
    refused = Signal(str)

    def __init__(
        self, case: Case, jobs: JobRunner, analyser: LazyAnalyser, order: Callable[[], list[str]], parent: QObject
    ) -> None:
        """Make it.

        Args:
            case: the document.
            jobs: what a taken reading is described in.
            analyser: describes.
            order: ids of the chromosomes in reading order of the karyogram.
            parent: owner.
        """
        super().__init__(parent)
        self._case, self._jobs, self._analyser, self._order = case, jobs, analyser, order
        self._under_way: set[tuple[CaseCell, Doubt]] = set()

    def show_next(self) -> None:
        """Show the likeliest reading of the chosen chromosome, then the next; without one, go to the next doubt."""
        if not self._case.offers and not self._go_on():
            self.said.emit(self.tr("Nothing in this cell is left to cut or join."))
            return
        offers, shown = self._case.offers, self._case.asked_offer
        place = (offers.index(shown) + 1) % len(offers) if shown in offers else 0
        self._case.show_offer(offers[place])
        words = self.tr("Reading {place} of {count}: Enter takes it, O shows the next, Esc leaves it.")
        if len(offers) == 1:
            words = self.tr("The only other reading: Enter takes it, Esc leaves it.")
        self.said.emit(words.format(place=place + 1, count=len(offers)))

    def leave(self) -> None:
        """Show no other reading; the doubt stays."""
        self._case.show_offer(None)
        self.said.emit("")

    def keep(self) -> None:
        """Say that the doubted outlines of the chosen chromosome are right as they are."""
        if offer := self._offer():
            self._case.do(lambda cell, _id, who: edits.keep(cell, offer.doubt, who), offer.doubt.chromosomes[0])

    def take(self) -> None:
        """Cut or join by the reading that is shown; by the likeliest where none is."""
        row, offer = self._case.current, self._offer()
        if row is None or row.analysed is None or offer is None or (row, offer.doubt) in self._under_way:
            return
        doubt = offer.doubt
        rest = row.analysed.cell.without(doubt.chromosomes)
        work = partial(describe, row.analysed, rest, offer.resolution.outlines, self._analyser)
        title = self.tr("Cutting") if doubt.kind is DoubtKind.OVERLAP else self.tr("Joining")
        job = self._jobs.submit(title, work, ANALYSIS, urgent=True)
        self._under_way.add((row, doubt))
        self.said.emit(f"{title}…")
        job.ended.connect(lambda: self._under_way.discard((row, doubt)))
        job.succeeded.connect(lambda made: self._exchange(row, doubt, made))
        job.failed.connect(lambda error: self.refused.emit(sentence_of(error)))
        job.cancelled.connect(lambda: self.said.emit(self.tr("Cancelled: nothing was cut or joined.")))

    def _offer(self) -> Offer | None:
        return self._case.offer or next(iter(self._case.offers), None)

    def _go_on(self) -> bool:
        """Choose the first chromosome of the next doubt; whether there is one."""
        if self._case.analysed is None:
            return False
        order, chosen = self._order(), self._case.selected
        found = next_of(order, first_of_each(self._case.analysed.cell, order), chosen.id if chosen else None, 1)
        if found is not None:
            self._case.select(found)
        return found is not None

    def _exchange(self, row: CaseCell, doubt: Doubt, made: Sequence[Chromosome]) -> None:
        """Make the edit in the cell as it is by now; where the person is still there, choose what came of it."""
        chosen = self._case.selected
        follow = row is self._case.current and chosen is not None and chosen.id in doubt.chromosomes

        def make(cell: Cell) -> Edit:
            edit = edits.resolve(cell, doubt, made, self._case.person)
            if doubt not in cell.standing_doubts:
                raise EditError(_tr("It was kept as it is meanwhile: nothing was cut or joined."))
            return edit

        try:
            self._case.commit(row, make)
        except EditError as error:
            self.refused.emit(error.message)
            return
        self.said.emit("")
        if follow:
            self._case.select(next((new for new in made if new.needs_look), made[0]).id)
