"""Typing a label: one or two digits, X, Y or M."""

from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from karyodesk.domain.labels import AUTOSOMES, MARKER

WINDOW_MS: Final = 600
"""How long a 1 or a 2 waits for its second digit."""
_LETTERS: Final = {"X": "X", "Y": "Y", "M": MARKER}


class TypedLabel(QObject):
    """Turns typed characters into labels.

    Signals:
        typed: a label is complete.
        pending_changed: the digit that waits for a second one; empty where none does.
    """

    typed = Signal(str)
    pending_changed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pending = ""
        self._timer = QTimer(self, singleShot=True, interval=WINDOW_MS)
        self._timer.timeout.connect(self.commit)

    @property
    def pending(self) -> str:
        """The digit that waits for a second one."""
        return self._pending

    def feed(self, character: str) -> bool:
        """Take a typed character; whether it is part of a label."""
        if character.upper() in _LETTERS:
            self.clear()
            self.typed.emit(_LETTERS[character.upper()])
            return True
        if not (len(character) == 1 and character.isascii() and character.isdigit()):
            return False
        self._feed_digit(character)
        return True

    def _feed_digit(self, digit: str) -> None:
        if self._pending + digit in AUTOSOMES:
            self._wait(self._pending + digit)
        elif digit in AUTOSOMES:
            self._wait(digit)
        else:
            self.clear()
        if self._pending and not any(label.startswith(self._pending) for label in self._longer()):
            self.commit()

    def _longer(self) -> list[str]:
        return [label for label in AUTOSOMES if len(label) > len(self._pending)]

    def commit(self) -> None:
        """Take what was typed as complete."""
        label = self._pending
        self.clear()
        if label:
            self.typed.emit(label)

    def clear(self) -> None:
        """Forget what was typed."""
        self._timer.stop()
        self._set("")

    def _wait(self, pending: str) -> None:
        self._set(pending)
        self._timer.start()

    def _set(self, pending: str) -> None:
        if pending != self._pending:
            self._pending = pending
            self.pending_changed.emit(pending)
