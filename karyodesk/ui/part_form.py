"""A form for one part of a case; each field that is left with something else in it is one change."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFormLayout, QWidget

from karyodesk.ui.entry_fields import ChoiceField, DateField, TextField


@dataclass(frozen=True)
class Entry:
    """One field of a form.

    Attributes:
        name: of the field of the part.
        text: for people; ``&`` stands before the letter that goes there with Alt.
        kind: ``str``, ``date``, the values of a choice, or ``object`` for a choice that is offered later.
        none: what an empty choice is called; empty: there is always one.
    """

    name: str
    text: str
    kind: type = str
    none: str = ""

    @property
    def plain(self) -> str:
        """The text without the sign of its letter."""
        return self.text.replace("&", "")


class PartForm(QWidget):
    """Fields under one another.

    Signals:
        changed: a person entered something else: name of the field and value.
        refused: what was entered is none of the field; with the sentence that says so.
    """

    changed = Signal(str, object)
    refused = Signal(str)

    def __init__(self, entries: Sequence[Entry], parent: QWidget) -> None:
        super().__init__(parent)
        self.part: object = None
        """The part that is shown."""
        self.fields: dict[str, TextField | ChoiceField] = {}
        self.form = QFormLayout(self)
        self.form.setContentsMargins(0, 0, 0, 0)
        self.form.setHorizontalSpacing(14)
        self.form.setVerticalSpacing(6)
        self.form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        for entry in entries:
            self.fields[entry.name] = field = self._make(entry)
            self.form.addRow(entry.text, field)
            field.done.connect(lambda name=entry.name: self._take(name))

    def choice(self, name: str) -> ChoiceField:
        """Return a field that is a choice."""
        field = self.fields[name]
        if not isinstance(field, ChoiceField):
            raise TypeError(f"{name} is no choice")
        return field

    def show_part(self, part: object) -> None:
        """Show a part; what is being typed stays."""
        self.part = part
        for name, field in self.fields.items():
            if not field.is_pending:
                field.show_value(getattr(part, name))

    @property
    def label_width(self) -> int:
        """The widest of the names, in pixels."""
        return max(self._label(field).sizeHint().width() for field in self.fields.values())

    def align(self, width: int) -> None:
        """Let the fields begin at the same place as those of other forms."""
        for field in self.fields.values():
            self._label(field).setMinimumWidth(width)

    def _label(self, field: QWidget) -> QWidget:
        label = self.form.labelForField(field)
        return label if label is not None else field

    def drop_pending(self) -> None:
        """Forget what is being typed: another part is shown."""
        for field in self.fields.values():
            field.is_pending = False

    def settle(self) -> bool:
        """Take what is typed and not taken yet; whether all of it could be."""
        for name, field in self.fields.items():
            if field.is_pending:
                self._take(name)
        open_ones = [field for field in self.fields.values() if field.is_pending]
        if open_ones:
            open_ones[0].setFocus()
        return not open_ones

    def _make(self, entry: Entry) -> TextField | ChoiceField:
        if entry.kind is str:
            return TextField(entry.plain, self)
        if entry.kind is date:
            return DateField(entry.plain, self)
        field = ChoiceField(entry.plain, self)
        if issubclass(entry.kind, StrEnum):
            none: list[tuple[str, Any]] = [(entry.none, None)] if entry.none else []
            field.offer([*none, *((each.value, each) for each in entry.kind)])
        return field

    def _take(self, name: str) -> None:
        field = self.fields[name]
        try:
            value = field.entered()
        except ValueError as error:
            if isinstance(field, TextField):
                field.mark_wrong(str(error))
            self.refused.emit(str(error))
            return
        field.is_pending = False
        if value != getattr(self.part, name):
            self.changed.emit(name, value)
        else:
            field.show_value(value)
