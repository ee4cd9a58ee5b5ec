"""The data of the open case for the forms of the window, and the policies it can be worked up by."""

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property

from PySide6.QtCore import QObject, QSettings, Signal

from karyodesk.domain.case import Case as CaseData
from karyodesk.domain.case_edits import CaseEdit
from karyodesk.domain.errors import PolicyError
from karyodesk.domain.policy import Policy, read_policies
from karyodesk.store.location import data_folder
from karyodesk.ui.case import Case
from karyodesk.ui.filing import Filing

LABORATORY = "report/laboratory"
"""The setting that keeps the heading of the reports; it says nothing of a patient."""


class CaseBook(QObject):
    """What is known of the case as a whole.

    Signals:
        changed: another case is open, none is, or its data changed.
        warned: with a sentence that a person has to read.
        refused: something was not stored; with the sentence that says why.
    """

    changed = Signal()
    warned = Signal(str)
    refused = Signal(str)

    def __init__(self, case: Case, filing: Filing, parent: QObject) -> None:
        super().__init__(parent)
        self._case, self._filing = case, filing
        filing.changed.connect(self.changed)
        filing.warned.connect(self.refused)
        self.set_laboratory(str(QSettings().value(LABORATORY, "")))

    @property
    def data(self) -> CaseData | None:
        """Of the open case; None where none is."""
        return self._filing.shown_data

    @property
    def is_read_only(self) -> bool:
        """Whether the case may not be changed, as it is signed."""
        return self._filing.is_read_only

    def edit(self, make: Callable[[CaseData, str], CaseEdit]) -> None:
        """Change the data by one edit: ``make(data, person)``; a case is made where none is open.

        Raises:
            EditError: where the edit is not one of the case as it is.
        """
        self._filing.edit_case(make)

    @cached_property
    def policies(self) -> tuple[Policy, ...]:
        """Those of the program and of the folder ``policies`` of this user's data; what cannot be read is told."""
        try:
            return read_policies(data_folder() / "policies")
        except PolicyError as error:
            self.warned.emit(error.message)
            return read_policies()

    # --- what only the report says

    @property
    def laboratory(self) -> str:
        """Name and address, on one line."""
        return self._case.details.identification.laboratory

    def set_laboratory(self, text: str) -> None:
        """Say whose report it is; this computer keeps it."""
        known = replace(self._case.details.identification, laboratory=text)
        self._case.set_details(replace(self._case.details, identification=known))
        QSettings().setValue(LABORATORY, text)

    @property
    def analysed_by(self) -> str:
        """The person, where nobody signs in."""
        return self._case.details.analysed_by

    def set_analysed_by(self, name: str) -> None:
        """Say who sits before the window; edits from now on bear this name."""
        self._case.set_details(replace(self._case.details, analysed_by=name))

