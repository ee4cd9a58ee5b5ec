"""Choosing the methods of the analysis; the choice is a setting of the person at this computer."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from PySide6.QtCore import QCoreApplication, QSettings, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QDialog, QDialogButtonBox, QGroupBox, QRadioButton, QVBoxLayout, QWidget

from karyodesk.domain.methods import AllocationMethod, Methods, NamingMethod
from karyodesk.ui.texts import text_label

NAMING_KEY: Final = "analysis/naming"
ALLOCATION_KEY: Final = "analysis/allocation"
_INDENT = 24


def _tr(text: str) -> str:
    return QCoreApplication.translate("Methods", text)


_NAMING: Final = (
    (NamingMethod.EXTENDED_RESNET, "&Extended ResNet",
     "Its features are compared with the label feature vector of each type (Wang et al. 2020)."),
    (NamingMethod.SIAMESE, "&Siamese network",
     "Embeddings that were learnt from pairs, and a perceptron on them (Swati et al. 2017)."),
)  # fmt: skip
_ALLOCATION: Final = (
    (AllocationMethod.OPTIMAL, "&Optimal",
     "The labels that are most probable together, given how often copies are lost or gained."),
    (AllocationMethod.LABEL_REDISTRIBUTION, "&Label Redistribution",
     "A label that has its chromosomes leaves the label space; the others ask again (Wang et al. 2020)."),
    (AllocationMethod.DEFERRED_ACCEPTANCE, "&Deferred acceptance",
     "Label Redistribution in which a nearer chromosome that asks later displaces a farther one."),
    (AllocationMethod.ALONE, "&None",
     "Each chromosome gets its own best label, whatever the others get."),
)  # fmt: skip


def stored_methods() -> Methods:
    """Return the methods that were chosen; those that are not known here are the best ones."""
    best, settings = Methods(), QSettings()
    naming = str(settings.value(NAMING_KEY, ""))
    allocation = str(settings.value(ALLOCATION_KEY, ""))
    return Methods(
        NamingMethod(naming) if naming in list(NamingMethod) else best.naming,
        AllocationMethod(allocation) if allocation in list(AllocationMethod) else best.allocation,
    )


class MethodDialog(QDialog):
    """Asks for the methods of the analysis and stores them.

    Signals:
        changed: other methods than before were stored.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Methods of the analysis"))
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        before, best = stored_methods(), Methods()
        self.naming = _Choice(self.tr("What names a chromosome"), _NAMING, before.naming, best.naming, self)
        title = self.tr("How the chromosomes of a cell are allocated")
        self.allocation = _Choice(title, _ALLOCATION, before.allocation, best.allocation, self)
        sentence = self.tr(
            "Pictures that are added from now on are analysed this way. Cells of the case stay as they are. "
            "Each report names the methods of its cells."
        )
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, self
        )
        buttons.accepted.connect(self._store)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.setSpacing(14)
        for part in (self.naming, self.allocation, text_label(self, sentence, quiet=True), buttons):
            column.addWidget(part)
        self.resize(520, self.sizeHint().height())

    def _store(self) -> None:
        before = stored_methods()
        chosen = Methods(NamingMethod(self.naming.chosen), AllocationMethod(self.allocation.chosen))
        QSettings().setValue(NAMING_KEY, chosen.naming.value)
        QSettings().setValue(ALLOCATION_KEY, chosen.allocation.value)
        self.accept()
        if chosen != before:
            self.changed.emit()


class _Choice(QGroupBox):
    """One of several methods, each with a sentence."""

    def __init__(
        self, title: str, rows: Sequence[tuple[StrEnum, str, str]], now: StrEnum, best: StrEnum, parent: QWidget
    ) -> None:
        super().__init__(title, parent)
        self._methods = [method for method, _, _ in rows]
        self._group = QButtonGroup(self)
        column = QVBoxLayout(self)
        for number, (method, name, sentence) in enumerate(rows):
            text = _tr("{name} (recommended)").format(name=_tr(name)) if method is best else _tr(name)
            button = QRadioButton(text, self)
            button.setObjectName(method.value)
            button.setChecked(method is now)
            button.setAccessibleDescription(_tr(sentence))
            self._group.addButton(button, number)
            words = text_label(self, _tr(sentence), quiet=True)
            words.setContentsMargins(_INDENT, 0, 0, 4)
            column.addWidget(button)
            column.addWidget(words)

    @property
    def chosen(self) -> str:
        """The method that is marked."""
        return str(self._methods[self._group.checkedId()].value)
