"""What is said of the case database: a word in the status bar, and a calm line that stays while something is wrong."""

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QLabel, QWidget

from karyodesk.domain.errors import (
    KaryoDeskError,
    StoreBusyError,
    StoreFullError,
    StoreLostError,
    StoreReadOnlyError,
)
from karyodesk.ui.keeper import Keeper
from karyodesk.ui.loader import sentence_of
from karyodesk.ui.notice import Notice


def _tr(text: str) -> str:
    return QCoreApplication.translate("StoreLine", text)


def _what_is_wrong(error: Exception) -> str:
    if isinstance(error, StoreLostError):
        return _tr("The connection to the case database is lost.")
    if isinstance(error, StoreFullError):
        return _tr("The disk of the case database is full, or it cannot be written.")
    if isinstance(error, StoreReadOnlyError):
        return _tr("The case database cannot be written by you at present.")
    if isinstance(error, StoreBusyError):
        return _tr("Somebody else is writing to the case database.")
    return error.message if isinstance(error, KaryoDeskError) else sentence_of(error)


def trouble_sentence(error: Exception, steps: int, *, on_disk: bool) -> str:
    """Return what is said while steps cannot be stored.

    Args:
        error: of the last try.
        steps: that wait.
        on_disk: whether this computer keeps them too.
    """
    kept = _tr("Your last step is kept and will be stored as soon as it can be.")
    if steps != 1:
        kept = _tr("Your {count} last steps are kept and will be stored as soon as they can be.").format(count=steps)
    if not on_disk:
        kept += " " + _tr("This computer's disk cannot keep them either: leave the window open.")
    return f"{_what_is_wrong(error)} {kept}"


class StoreLine(Notice):
    """Stays as long as the case database cannot be opened or written."""

    def __init__(self, keeper: Keeper, parent: QWidget | None = None) -> None:
        super().__init__(parent, closable=False)
        self.setAccessibleName(self.tr("State of the case database"))
        self._keeper = keeper
        keeper.unavailable.connect(self._say_unavailable)
        keeper.changed.connect(self.refresh)

    def refresh(self) -> None:
        """Say what is wrong, or nothing."""
        keeper = self._keeper
        if keeper.is_unavailable:
            return
        if keeper.trouble is None or not keeper.pending:
            self.hide()
            return
        sentence = trouble_sentence(keeper.trouble, len(keeper.pending), on_disk=keeper.is_kept_on_disk)
        if self.isHidden() or sentence != self.text:
            self.say(sentence, warning=True)

    def _say_unavailable(self, error: Exception) -> None:
        rest = self.tr(
            "It is tried again by itself; until it can be opened nothing is stored: "
            "what you do stays in this window, and your steps on chromosomes and cells are kept by this computer too."
        )
        self.say(f"{sentence_of(error)} {rest}", warning=True)


class StoreWord(QLabel):
    """“All stored”, “Storing…”, or how much waits."""

    def __init__(self, keeper: Keeper, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setContentsMargins(8, 0, 8, 0)
        self._keeper = keeper
        keeper.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Say how far storing is."""
        text = self._word()
        if text != self.text():
            self.setText(text)
            self.setAccessibleName(text)

    def _word(self) -> str:
        keeper = self._keeper
        if keeper.is_unavailable:
            return self.tr("Nothing is stored")
        if not keeper.is_open:
            return self.tr("Opening the case database…")
        if not keeper.pending:
            return self.tr("All stored")
        if keeper.trouble is not None:
            return self.tr("{count} not stored yet").format(count=len(keeper.pending))
        return self.tr("Storing…")
