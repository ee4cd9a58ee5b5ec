"""The panel of the worksheet: the table of cells, and what follows from them."""

from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QSplitter, QVBoxLayout, QWidget

from karyodesk.domain.case import Fact
from karyodesk.iscn.clones import write_complement
from karyodesk.ui.case import CaseCell
from karyodesk.ui.worksheet import Worksheet
from karyodesk.ui.worksheet_commands import ask_feature, ask_reason
from karyodesk.ui.worksheet_model import slide_name
from karyodesk.ui.worksheet_summary import WIDTH, Summary
from karyodesk.ui.worksheet_view import WorksheetView


class WorksheetPanel(QWidget):
    """Table and totals side by side.

    Signals:
        policy_wanted: a policy is to be chosen.
    """

    policy_wanted = Signal()

    def __init__(self, sheet: Worksheet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sheet = sheet
        self.view = WorksheetView(sheet, self)
        self.summary = Summary(sheet, self)
        self.summary.policy_wanted.connect(self.policy_wanted)
        self.view.menu_wanted.connect(self._show_menu)
        split = QSplitter(Qt.Orientation.Horizontal, self)
        split.setChildrenCollapsible(False)
        split.addWidget(self.view)
        split.addWidget(self.summary)
        split.setStretchFactor(0, 1)
        split.setSizes([880, WIDTH])
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 0, 0, 0)
        column.addWidget(split)
        self.setFocusProxy(self.view)

    def _show_menu(self, cell: CaseCell, at: QPoint) -> None:
        menu = self.menu_of(cell)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(at)

    def menu_of(self, cell: CaseCell) -> QMenu:
        """Make the menu of a cell."""
        menu, sheet = QMenu(self), self._sheet
        for fact, name in (
            (Fact.COUNTED, self.tr("&Counted")),
            (Fact.ANALYSED, self.tr("&Analysed")),
            (Fact.KARYOTYPED, self.tr("&Karyotyped")),
        ):
            self._choice(menu, name, getattr(cell.facts, fact.value)).toggled.connect(
                partial(sheet.set_fact, cell, fact)
            )
        scored = self._choice(menu, self.tr("&Scored for…"), cell.facts.scored)
        scored.triggered.connect(lambda: ask_feature(sheet, cell, self))
        menu.addSeparator()
        self._add_slides(menu.addMenu(self.tr("S&lide")), cell)
        self._add_clones(menu.addMenu(self.tr("Cl&one")), cell)
        menu.addSeparator()
        if cell.facts.excluded is None:
            menu.addAction(self.tr("&Exclude…")).triggered.connect(lambda: ask_reason(sheet, cell, self))
        else:
            menu.addAction(self.tr("&Include again")).triggered.connect(lambda: sheet.exclude(cell, ""))
        menu.setEnabled(not sheet.case.is_read_only)
        return menu

    def _add_slides(self, menu: QMenu, cell: CaseCell) -> None:
        data = self._sheet.book.data
        group = QActionGroup(menu)
        for slide in ("", *(each.id for each in data.slides)) if data else ("",):
            name = slide_name(data, slide) or self.tr("not known")
            action = self._choice(menu, name, (cell.facts.slide or "") == slide, group)
            action.triggered.connect(partial(self._put_on, cell, slide))

    def _put_on(self, cell: CaseCell, slide: str, _checked: bool = True) -> None:
        self._sheet.locate(cell, slide=slide)

    def _add_clones(self, menu: QMenu, cell: CaseCell) -> None:
        clones = self._sheet.reckoning.clones
        group = QActionGroup(menu)
        rule = self._choice(menu, self.tr("As the &rule says"), cell.facts.clone is None, group)
        rule.triggered.connect(lambda: self._sheet.put_in_clone(cell, None))
        none = self._choice(menu, self.tr("In &none"), cell.facts.clone == "", group)
        none.triggered.connect(lambda: self._sheet.put_in_clone(cell, ""))
        for clone in clones.clones if clones else ():
            text = write_complement(clone.complement)
            action = self._choice(menu, text, cell.facts.clone == text, group)
            action.triggered.connect(lambda _=False, text=text: self._sheet.put_in_clone(cell, text))

    def _choice(self, menu: QMenu, text: str, chosen: bool, group: QActionGroup | None = None) -> QAction:
        action = menu.addAction(text)
        action.setCheckable(True)
        action.setChecked(chosen)
        if group is not None:
            group.addAction(action)
        return action
