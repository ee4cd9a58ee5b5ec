"""Fields in which one thing is entered: text, a date or a choice; each says when a person is done with it.

A field is pending while it holds what was entered and is not taken yet: what others enter elsewhere does not overwrite
it then. What cannot be taken stays pending.
"""

from datetime import date
from typing import Any, Final

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QAction, QFocusEvent, QIcon, QKeyEvent, QPalette, QWheelEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QSizePolicy, QWidget

from karyodesk.ui.icons import draw

LONGEST: Final = 300


def _tr(text: str) -> str:
    return QCoreApplication.translate("EntryFields", text)


class TextField(QLineEdit):
    """A line of text.

    Signals:
        done: it was left, or Return was pressed, after something was entered.
    """

    done = Signal()

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setMaxLength(LONGEST)
        self.is_pending = False
        self._known: Any = ""
        self._sign: QAction | None = None
        self.textEdited.connect(self._begin)
        self.editingFinished.connect(self._end)

    def show_value(self, value: Any) -> None:  # noqa: ANN401 - of each field another one
        """Show what is known."""
        self._known, self.is_pending = value, False
        self.mark_wrong("")
        text = self._text(value)
        if text != self.text():
            self.setText(text)
            self.setCursorPosition(0)

    def entered(self) -> Any:  # noqa: ANN401 - of each field another one
        """Return the text without spaces around it."""
        return self.text().strip()

    def mark_wrong(self, sentence: str) -> None:
        """Show a sign in the field while what it holds cannot be taken; empty: nothing is wrong."""
        if self._sign is not None:
            self.removeAction(self._sign)
            self._sign = None
        if sentence:
            colour = self.palette().color(QPalette.ColorRole.BrightText)
            sign = QIcon(draw("uncertain", 18, colour, 2.0))
            self._sign = self.addAction(sign, QLineEdit.ActionPosition.TrailingPosition)
            self._sign.setToolTip(sentence)
        self.setAccessibleDescription(sentence)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take back with Esc what is not taken yet."""
        if event.key() == Qt.Key.Key_Escape and self.is_pending:
            self.show_value(self._known)
            event.accept()
            return
        super().keyPressEvent(event)

    def _text(self, value: Any) -> str:  # noqa: ANN401 - of each field another one
        return str(value)

    def _begin(self) -> None:
        self.is_pending = True
        self.mark_wrong("")

    def _end(self) -> None:
        if self.is_pending:
            self.done.emit()


class DateField(TextField):
    """A day, as ISO 8601 writes it; it may stay empty."""

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(name, parent)
        self.setPlaceholderText(_tr("YYYY-MM-DD"))

    def entered(self) -> date | None:
        """Return the day; None for an empty field.

        Raises:
            ValueError: for what is no day.
        """
        text = self.text().strip()
        if not text:
            return None
        try:
            return date.fromisoformat(text)
        except ValueError:
            words = _tr("“{text}” is no date: write year, month and day, such as 2026-03-01.")
            raise ValueError(words.format(text=text)) from None

    def _text(self, value: date | None) -> str:
        return value.isoformat() if value else ""


class ChoiceField(QComboBox):
    """One of several.

    Signals:
        done: another one was chosen.
    """

    done = Signal()

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.view().setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.is_pending = False
        self._choices: list[Any] = []
        self._steps = False
        self.activated.connect(self._choose)

    def offer(self, choices: list[tuple[str, Any]]) -> None:
        """Offer other choices, each with its name; what was chosen stays so where it is still offered."""
        names, values = [name for name, _ in choices], [value for _, value in choices]
        if values == self._choices and names == [self.itemText(place) for place in range(self.count())]:
            return
        chosen = self._choices[self.currentIndex()] if self.currentIndex() >= 0 else None
        self.is_pending = self.is_pending and chosen in values
        self.clear()
        self.addItems(names)
        self._choices = values
        self.setCurrentIndex(values.index(chosen) if chosen in values else -1)

    def show_value(self, value: Any) -> None:  # noqa: ANN401 - of each field another one
        """Show what is known."""
        self.is_pending = False
        self.setCurrentIndex(self._choices.index(value) if value in self._choices else -1)

    def entered(self) -> Any:  # noqa: ANN401 - of each field another one
        """Return what was chosen."""
        return self._choices[self.currentIndex()]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go through the choices with the arrows: where they end is what is chosen, not what lies between."""
        self._steps = True
        super().keyPressEvent(event)
        self._steps = False
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._end()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to scrolling: nothing is chosen by accident."""
        event.ignore()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take what the arrows reached."""
        super().focusOutEvent(event)
        if event.reason() is not Qt.FocusReason.PopupFocusReason:
            self._end()

    def _choose(self) -> None:
        self.is_pending = True
        if not self._steps:
            self._end()

    def _end(self) -> None:
        if self.is_pending:
            self.done.emit()
