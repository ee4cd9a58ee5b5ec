"""How far the signing of the open case is, as the window knows it."""

from functools import partial

from PySide6.QtCore import QObject, Signal

from karyodesk.store import signatures
from karyodesk.store.journal import CaseState
from karyodesk.store.signatures import SigningStatus
from karyodesk.store.signed import Signed
from karyodesk.ui.filing import Filing
from karyodesk.ui.keeper import Keeper
from karyodesk.ui.store_thread import Answer
from karyodesk.ui.writes import Desk


def _status(case_id: str, desk: Desk) -> SigningStatus:
    return signatures.status(desk.store, case_id)


class SigningState(QObject):
    """Follows the open case.

    Signals:
        changed: somebody signed or reopened it, or another case is open.
    """

    changed = Signal()

    def __init__(self, filing: Filing, keeper: Keeper, parent: QObject) -> None:
        super().__init__(parent)
        self.status: SigningStatus | None = None
        self._filing, self._keeper = filing, keeper
        self._known: tuple[str, CaseState] = ("", CaseState.OPEN)
        self._question: Answer | None = None
        filing.changed.connect(self._follow)

    @property
    def reports(self) -> tuple[Signed, ...]:
        """Every signature with its report, in order."""
        return (*self.status.former, *self.status.standing) if self.status else ()

    @property
    def is_complete(self) -> bool:
        """Whether every signature is there."""
        return self.status is not None and self.status.complete

    def refresh(self) -> None:
        """Ask the case database anew."""
        if self._question is not None:
            self._question.cancel()
            self._question = None
        if not self._filing.is_open:
            self._take(None)
            return
        self._question = self._keeper.ask(partial(_status, self._filing.case_id))
        self._question.succeeded.connect(self._take)
        self._question.failed.connect(self._fail)

    def _follow(self) -> None:
        present = self._filing.case_id, self._filing.state
        if present == self._known:
            return
        if present[0] != self._known[0]:
            self._take(None)
        self._known = present
        self.refresh()

    def _take(self, status: SigningStatus | None) -> None:
        self._question = None
        if status != self.status:
            self.status = status
            self.changed.emit()

    def _fail(self, _error: Exception) -> None:
        """A case of which nothing was stored yet has no signature; what else is wrong its cells tell."""
        self._take(None)
