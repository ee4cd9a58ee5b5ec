"""Specimens, cultures and slides of a case: as a tree, with a form for the one that is chosen."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any, Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMenu,
    QPushButton,
    QStackedWidget,
    QToolButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from karyodesk.domain import case_edits
from karyodesk.domain.case import Banding, Case, Culture, CultureMethod, Slide, Specimen, SpecimenKind, new_id
from karyodesk.domain.case_edits import CaseEdit, Item
from karyodesk.ui.entry_fields import TextField
from karyodesk.ui.part_form import Entry, PartForm

Make = Callable[[Case, str], CaseEdit]
_ID: Final = Qt.ItemDataRole.UserRole
_KINDS: Final = (Specimen, Culture, Slide)
LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def next_culture_name(case: Case) -> str:
    """Return the first letter that no culture of the case bears, or a number after them."""
    taken = {culture.name for culture in case.cultures}
    return next((letter for letter in LETTERS if letter not in taken), str(len(case.cultures) + 1))


def next_slide_name(case: Case, culture: Culture) -> str:
    """Return the name of the culture with the first number that no slide bears."""
    taken = {slide.name for slide in case.slides}
    names = (f"{culture.name}{number}" for number in range(1, len(case.slides) + 2))
    return next(name for name in names if name not in taken)


class Material(QWidget):
    """What was taken from the patient, and what became of it.

    Signals:
        wanted: a change; carries a function of the case and a person that makes the edit.
        refused: what was entered cannot be taken; with the sentence that says so.
    """

    wanted = Signal(object)
    refused = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._case = Case("none")
        self._used: frozenset[str] = frozenset()
        self._may = True
        self.tree = QTreeWidget(self)
        self.tree.setAccessibleName(self.tr("Specimens, cultures and slides"))
        self.tree.header().setAccessibleName(self.tree.accessibleName())
        self.tree.setHeaderHidden(True)
        self.tree.setMinimumHeight(110)
        self.tree.currentItemChanged.connect(self._show_chosen)
        self.add_specimen = self._adder(self.tr("Add &specimen"), SpecimenKind, self._new_specimen)
        self.add_culture = self._adder(self.tr("Add c&ulture"), CultureMethod, self._new_culture)
        self.add_slide = QPushButton(self.tr("Add s&lide"), self)
        self.add_slide.clicked.connect(self._new_slide)
        self.remove_button = QPushButton(self.tr("Re&move"), self)
        self.remove_button.clicked.connect(self._remove)
        for button in (self.add_slide, self.remove_button):
            button.setAutoDefault(False)
            button.setAccessibleName(button.text().replace("&", ""))
        self.forms = {kind: self._form(entries) for kind, entries in zip(_KINDS, self._entries(), strict=True)}
        self._stack = QStackedWidget(self)
        self._stack.addWidget(QWidget(self))
        for form in self.forms.values():
            self._stack.addWidget(form)
        self._lay_out()

    @property
    def chosen(self) -> Item | None:
        """The specimen, culture or slide that is chosen in the tree."""
        item = self.tree.currentItem()
        return self._case.items.get(item.data(0, _ID)) if item is not None else None

    def show_case(self, case: Case, used: frozenset[str], *, may: bool) -> None:
        """Show what a case has.

        Args:
            case: its data.
            used: ids of the slides on which cells lie.
            may: whether it may be changed.
        """
        others = case.items.keys() != self._case.items.keys()
        self._case, self._used, self._may = case, used, may
        if others or not self.tree.topLevelItemCount():
            self._plant()
        for item in self._rows():
            item.setText(0, self._words(case.items[item.data(0, _ID)]))
        self._show_chosen()

    def settle(self) -> bool:
        """Take what is typed and not taken yet; whether all of it could be."""
        return all([form.settle() for form in self.forms.values()])

    # --- the tree

    def _plant(self) -> None:
        current = self.tree.currentItem()
        marked = current.data(0, _ID) if current is not None else ""
        self.tree.blockSignals(True)
        self.tree.clear()
        rows: dict[str, QTreeWidgetItem] = {}
        for item in self._case.items.values():
            parent = rows.get(_parent(item))
            row = QTreeWidgetItem(parent) if parent is not None else QTreeWidgetItem(self.tree)
            row.setData(0, _ID, item.id)
            rows[item.id] = row
        self.tree.expandAll()
        self.tree.blockSignals(False)
        if again := rows.get(marked) or next(iter(rows.values()), None):
            self.tree.setCurrentItem(again)

    def _rows(self) -> list[QTreeWidgetItem]:
        return self.tree.findItems("", Qt.MatchFlag.MatchContains | Qt.MatchFlag.MatchRecursive, 0)

    def choose(self, item_id: str) -> None:
        """Choose an item."""
        row = next((row for row in self._rows() if row.data(0, _ID) == item_id), None)
        if row is not None:
            self.tree.setCurrentItem(row)

    def _words(self, item: Item) -> str:
        match item:
            case Specimen():
                words = [item.kind.value.capitalize(), item.description]
                words += [self.tr("received {day}").format(day=item.received.isoformat())] if item.received else []
            case Culture():
                words = [self.tr("Culture {name}").format(name=item.name), item.method.value]
            case _:
                words = [self.tr("Slide {name}").format(name=item.name), item.banding.value if item.banding else ""]
        return ", ".join(filter(None, words))

    def _show_chosen(self) -> None:
        for form in self.forms.values():
            if self.chosen is None or _id_of(form.part) != self.chosen.id:
                form.settle()
                form.drop_pending()
        item = self.chosen
        if item is None:
            self._stack.setCurrentIndex(0)
        else:
            form = self.forms[type(item)]
            form.show_part(item)
            self._stack.setCurrentWidget(form)
        self._enable()

    def _enable(self) -> None:
        chosen = self.chosen
        self.add_specimen.setEnabled(self._may)
        self.add_culture.setEnabled(self._may and chosen is not None)
        self.add_slide.setEnabled(self._may and isinstance(chosen, Culture | Slide))
        self.remove_button.setEnabled(self._may and chosen is not None)
        self._stack.setEnabled(self._may)

    # --- changes

    def _change(self, form: PartForm, name: str, value: object) -> None:
        self.wanted.emit(partial(_changed, _id_of(form.part), name, value))

    def _new_specimen(self, kind: SpecimenKind) -> None:
        self._add(Specimen(new_id(), kind))

    def _new_culture(self, method: CultureMethod) -> None:
        specimen = self._above(Specimen)
        if specimen is not None:
            self._add(Culture(new_id(), specimen.id, next_culture_name(self._case), method))

    def _new_slide(self) -> None:
        culture = self._above(Culture)
        if isinstance(culture, Culture):
            self._add(Slide(new_id(), culture.id, next_slide_name(self._case, culture)))

    def _above(self, kind: type) -> Item | None:
        """What is chosen, or what it is of, of a kind."""
        item = self.chosen
        while item is not None and not isinstance(item, kind):
            item = self._case.items.get(_parent(item))
        return item

    def _add(self, item: Item) -> None:
        self.wanted.emit(lambda case, who: case_edits.add(case, item, who))
        self.choose(item.id)
        if self.chosen == item:
            first = next(iter(self.forms[type(item)].fields.values()))
            first.setFocus(Qt.FocusReason.OtherFocusReason)
            if isinstance(first, TextField):
                first.selectAll()

    def _remove(self) -> None:
        if (item := self.chosen) is not None:
            used = self._used
            self.wanted.emit(lambda case, who: case_edits.remove(case, item.id, who, used))

    # --- making

    def _entries(self) -> tuple[tuple[Entry, ...], tuple[Entry, ...], tuple[Entry, ...]]:
        specimen = (
            Entry("kind", self.tr("Specimen"), SpecimenKind),
            Entry("description", self.tr("Description")),
            Entry("collected", self.tr("Collected"), date),
            Entry("received", self.tr("Received"), date),
        )
        culture = (
            Entry("name", self.tr("Culture")),
            Entry("method", self.tr("Method"), CultureMethod),
            Entry("started", self.tr("Set up"), date),
            Entry("harvested", self.tr("Harvested"), date),
        )
        slide = (
            Entry("name", self.tr("Slide")),
            Entry("banding", self.tr("Banding"), Banding, self.tr("as the case")),
        )
        return specimen, culture, slide

    def _form(self, entries: tuple[Entry, ...]) -> PartForm:
        form = PartForm(entries, self)
        form.changed.connect(partial(self._change, form))
        form.refused.connect(self.refused)
        return form

    def _adder(self, text: str, kinds: Any, make: Callable[[Any], None]) -> QToolButton:  # noqa: ANN401 - an enumeration
        button = QToolButton(self)
        button.setText(text)
        button.setAccessibleName(text.replace("&", ""))
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setIconSize(QSize(0, 0))
        menu = QMenu(button)
        for kind in kinds:
            menu.addAction(kind.value.capitalize()).triggered.connect(lambda _=False, kind=kind: make(kind))
        button.setMenu(menu)
        return button

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(6)
        for button in (self.add_specimen, self.add_culture, self.add_slide):
            buttons.addWidget(button)
        buttons.addStretch(1)
        buttons.addWidget(self.remove_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.tree, 1)
        column.addLayout(buttons)
        column.addWidget(self._stack)


def _parent(item: Item) -> str:
    """The id of what an item is of; empty for a specimen."""
    return item.specimen if isinstance(item, Culture) else item.culture if isinstance(item, Slide) else ""


def _id_of(part: object) -> str:
    return str(getattr(part, "id", ""))


def _changed(item_id: str, name: str, value: Any, case: Case, who: str) -> CaseEdit:  # noqa: ANN401 - of each field another
    item = case.items.get(item_id)
    if item is None:
        return case_edits.remove(case, item_id, who)  # says that it is no longer there
    return case_edits.change(case, replace(item, **{name: value}), who)
