"""The line that stays above a case that was begun while the case database could not be opened, once it can be."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton, QWidget

from karyodesk.ui.actions import Actions
from karyodesk.ui.case import Case
from karyodesk.ui.filing import Filing
from karyodesk.ui.keeper import Keeper
from karyodesk.ui.notice import Notice
from karyodesk.ui.session import Session


class ApartLine(Notice):
    """Offers to store what is shown: the person decides, as they may be another one than began it."""

    def __init__(
        self,
        case: Case,
        filing: Filing,
        session: Session,
        keeper: Keeper,
        actions: Actions,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent, closable=False)
        self.setAccessibleName(self.tr("Case that is not stored"))
        self._filing = filing
        self.button = QToolButton(self)
        self.button.setDefaultAction(actions["store_case"])
        self.button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.button.setAccessibleName(actions["store_case"].text().replace("&", ""))
        if (row := self.layout()) is not None:
            row.addWidget(self.button)
        for signal in (case.cells_changed, filing.changed, session.changed, keeper.opened, keeper.unavailable):
            signal.connect(self.refresh)

    def refresh(self) -> None:
        """Say how the case stands; nothing where it is in the database or cannot be put there."""
        if not self._filing.can_store_apart:
            self.hide()
            return
        self.say(
            self.tr("The case database is open by now. This case was begun without it and is not stored."), warning=True
        )
