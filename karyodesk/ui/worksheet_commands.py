"""What the actions of the worksheet do to the cell that is shown."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtWidgets import QInputDialog, QLineEdit, QWidget

from karyodesk.domain.case import Fact
from karyodesk.ui.case import CaseCell
from karyodesk.ui.worksheet import Worksheet

if TYPE_CHECKING:
    from karyodesk.ui.main_window import MainWindow

MARKS: Final = {
    "mark_counted": Fact.COUNTED,
    "mark_analysed": Fact.ANALYSED,
    "mark_karyotyped": Fact.KARYOTYPED,
}
"""The actions that are ticks."""


def _tr(text: str) -> str:
    return QCoreApplication.translate("WorksheetCommands", text)


def ask_feature(sheet: Worksheet, cell: CaseCell, parent: QWidget) -> None:
    """Ask for what a cell was scored; of one that was scored it is taken back."""
    if cell.facts.scored:
        sheet.set_fact(cell, Fact.SCORED, False)
        return
    label = _tr("For what was {name} scored? It may stay empty.").format(name=cell.name)
    feature, given = QInputDialog.getText(parent, _tr("Scored"), label, QLineEdit.EchoMode.Normal)
    if given:
        sheet.set_fact(cell, Fact.SCORED, True, feature.strip())


def ask_reason(sheet: Worksheet, cell: CaseCell, parent: QWidget) -> None:
    """Ask why a cell is excluded; one that is excluded is included again."""
    if cell.facts.excluded is not None:
        sheet.exclude(cell, "")
        return
    label = _tr("Why is {name} in no number, such as “poor banding”?").format(name=cell.name)
    reason, given = QInputDialog.getText(parent, _tr("Exclude the cell"), label, QLineEdit.EchoMode.Normal)
    if given and reason.strip():
        sheet.exclude(cell, reason)


class WorksheetCommands(QObject):
    """Acts on the current cell, and shows the panel."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        window.worksheet.refused.connect(lambda sentence: window.notice.say(sentence, warning=True))
        window.book.warned.connect(lambda sentence: window.notice.say(sentence, warning=True))
        window.worksheet_panel.policy_wanted.connect(window.actions_["details"].trigger)
        window.worksheet_dock.visibilityChanged.connect(lambda _: self._follow_panel())

    def table(self) -> dict[str, Callable[[], object]]:
        """Return what each action does, by its id."""
        return {
            **{id_: partial(self._mark, fact) for id_, fact in MARKS.items()},
            "mark_scored": partial(self._with_cell, ask_feature),
            "exclude_cell": partial(self._with_cell, ask_reason),
            "show_worksheet": self.show_panel,
        }

    @property
    def cell(self) -> CaseCell | None:
        """The current cell, where the worksheet lists it."""
        current = self._window.case.current
        return current if current in self._window.worksheet.cells else None

    def refresh(self) -> None:
        """Tick what holds of the current cell."""
        facts = self.cell.facts if self.cell else None
        for id_, fact in (*MARKS.items(), ("mark_scored", Fact.SCORED)):
            self._window.actions_[id_].setChecked(facts is not None and bool(getattr(facts, fact.value)))
        self._window.actions_["exclude_cell"].setChecked(facts is not None and facts.excluded is not None)

    def show_panel(self) -> None:
        """Show the worksheet and go to it, or put it away."""
        dock = self._window.worksheet_dock
        dock.setVisible(not dock.isVisible())
        if dock.isVisible():
            self._window.worksheet_panel.setFocus()

    def _follow_panel(self) -> None:
        self._window.actions_["show_worksheet"].setChecked(self._window.worksheet_dock.isVisible())

    def _mark(self, fact: Fact) -> None:
        if self.cell is not None:
            self._window.worksheet.set_fact(self.cell, fact, not getattr(self.cell.facts, fact.value))
        self.refresh()

    def _with_cell(self, ask: Callable[[Worksheet, CaseCell, QWidget], None]) -> None:
        if self.cell is not None:
            ask(self._window.worksheet, self.cell, self._window)
        self.refresh()
