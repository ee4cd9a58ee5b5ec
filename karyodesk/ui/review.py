"""What keys, menus and gestures do to the chosen chromosome."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from karyodesk.domain import edits
from karyodesk.domain.cell import Cell
from karyodesk.domain.edits import Edit
from karyodesk.ui.case import Case
from karyodesk.ui.doubts import Doubts, first_of_each, next_of
from karyodesk.ui.typed_label import TypedLabel

Make = Callable[[Cell, str, str], Edit]


class Review(QObject):
    """Makes edits of the chosen chromosome, and chooses the next one.

    Signals:
        said: a sentence for the status bar.
    """

    said = Signal(str)

    def __init__(self, case: Case, doubts: Doubts, order: Callable[[], list[str]], parent: QObject) -> None:
        """Make it.

        Args:
            case: the document.
            doubts: offers other readings, which a person takes or leaves with the keys of the review.
            order: ids of the chromosomes in reading order of the karyogram.
            parent: owner.
        """
        super().__init__(parent)
        self._case, self._doubts, self._order = case, doubts, order
        self.typing = TypedLabel(self)
        self.typing.typed.connect(self.label)
        self.typing.pending_changed.connect(self._say_pending)
        case.selection_changed.connect(self._forget_typing)
        self._typing_for: str | None = None

    def turn(self, chromosome_id: str | None = None) -> None:
        """Turn the chosen chromosome, or a given one, by 180 degrees."""
        self._edit(edits.turn, chromosome_id)

    def mirror(self) -> None:
        """Mirror the chosen chromosome."""
        self._edit(edits.mirror)

    def reject(self) -> None:
        """Say that the chosen body is no chromosome."""
        self._edit(edits.reject)

    def restore(self) -> None:
        """Take the rejection of the chosen body back."""
        self._edit(edits.restore)

    def label(self, label: str) -> None:
        """Give the chosen chromosome a label."""
        self._edit(lambda cell, chosen, who: edits.relabel(cell, chosen, label, who))

    def to_tray(self) -> None:
        """Take the chosen chromosome out of its slot."""
        self._edit(lambda cell, chosen, who: edits.move(cell, chosen, None, who))

    def confirm(self) -> None:
        """Take what was typed or is offered, or agree with the chosen chromosome and go to the next uncertain one."""
        if self.typing.pending:
            self.typing.commit()
        elif self._case.asked_offer is not None:
            self._doubts.take()
        elif (chosen := self._case.selected) and chosen.is_at_hand:
            self._edit(edits.confirm)
            self.step_uncertain(1)

    def next_best(self) -> None:
        """Give the chosen chromosome the next of its alternatives; after the last, the first again."""
        chosen = self._case.selected
        if chosen is None:
            return
        best = [label for label, _ in chosen.suggestion.alternatives]
        place = best.index(chosen.label) + 1 if chosen.label in best else 0
        self.label(best[place % len(best)])

    def step_uncertain(self, step: int) -> None:
        """Choose the next (1) or previous (-1) uncertain one in reading order; of a doubt about several the first.

        What the program left out and may be a chromosome comes last.
        """
        if self._case.analysed is None:
            return
        order, cell, chosen = self._order(), self._case.analysed.cell, self._case.selected
        to_look_at = cell.to_look_at
        uncertain = first_of_each(cell, order) | {chromosome.id for chromosome in to_look_at}
        order = [*order, *(chromosome.id for chromosome in to_look_at if chromosome.rejected)]
        found = next_of(order, uncertain, chosen.id if chosen else None, step)
        if found is None:
            self.said.emit(self.tr("Nothing uncertain is left in this cell."))
        else:
            self._case.select(found)

    def deselect(self) -> None:
        """Forget what was typed, or leave the reading that is shown; where neither is, choose nothing."""
        if self.typing.pending:
            self.typing.clear()
        elif self._case.asked_offer is not None:
            self._doubts.leave()
        else:
            self._case.select(None)

    def type_character(self, character: str) -> None:
        """Take a typed key that may be part of a label."""
        if (chosen := self._case.selected) is not None:
            self._typing_for = chosen.id
            self.typing.feed(character)

    def _edit(self, make: Make, chromosome_id: str | None = None) -> None:
        chosen = chromosome_id or (self._case.selected.id if self._case.selected else None)
        if chosen is not None:
            self._case.do(make, chosen)

    def _forget_typing(self) -> None:
        """A digit typed for one chromosome is never given to another."""
        if self._case.selected is None or self._case.selected.id != self._typing_for:
            self.typing.clear()

    def _say_pending(self, pending: str) -> None:
        self.said.emit(self.tr("Label {typed}…").format(typed=pending) if pending else "")
