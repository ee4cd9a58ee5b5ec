"""Choosing the methods of the analysis, by mouse and keys."""

import pytest
from PySide6.QtCore import QPoint, QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialogButtonBox, QRadioButton

from karyodesk.domain.errors import ModelError
from karyodesk.domain.methods import AllocationMethod, Methods, NamingMethod
from karyodesk.ui.method_dialog import ALLOCATION_KEY, NAMING_KEY, MethodDialog, stored_methods
from tests.e2e.hands import LEFT, Hands
from tests.e2e.stand_in import StandInAnalyser, write_metaphase

REDISTRIBUTED = Methods(NamingMethod.SIAMESE, AllocationMethod.LABEL_REDISTRIBUTION)


class MethodicalAnalyser(StandInAnalyser):
    """Names the methods that were stored when it was made."""

    def __init__(self):
        methods = stored_methods()
        self.model_versions = {"naming": methods.naming.value, "allocation": methods.allocation.value}


class Chooser(Hands):
    def open_dialog(self):
        self.window.activateWindow()
        self.qtbot.waitUntil(self.window.isActiveWindow)
        QTest.keyClick(self.window, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
        self.qtbot.waitUntil(lambda: self.window.findChild(MethodDialog) is not None)
        dialog = self.window.findChild(MethodDialog)
        self.qtbot.waitExposed(dialog)
        return dialog

    def choose(self, button, *methods):
        dialog = self.open_dialog()
        for method in methods:
            radio = dialog.findChild(QRadioButton, method.value)
            QTest.mouseClick(radio, LEFT, pos=QPoint(8, radio.height() // 2))  # on the circle
        marked = Methods(NamingMethod(dialog.naming.chosen), AllocationMethod(dialog.allocation.chosen))
        QTest.mouseClick(dialog.findChild(QDialogButtonBox).button(button), LEFT)
        self.qtbot.waitUntil(lambda: self.window.findChild(MethodDialog) is None)
        self.wait_for_jobs()
        return marked

    def add(self, path):
        self.drop(write_metaphase(path))
        self.wait_for_jobs()
        return self.case.cells[-1].analysed.models


@pytest.fixture
def person(make_window, qtbot):
    made = Chooser(make_window(MethodicalAnalyser), qtbot)
    made.wait_for_jobs()
    return made


def test_pictures_that_come_later_are_analysed_by_the_chosen_methods(person, tmp_path):
    best = person.add(tmp_path / "one.png")
    assert best == {"naming": "extended-resnet", "allocation": "optimal"}
    assert person.choose(QDialogButtonBox.StandardButton.Ok, *vars(REDISTRIBUTED).values()) == REDISTRIBUTED
    assert person.add(tmp_path / "two.png") == {"naming": "siamese", "allocation": "label-redistribution"}
    assert person.case.cells[0].analysed.models == best
    assert stored_methods() == REDISTRIBUTED


def test_the_dialog_shows_what_is_chosen_and_cancelling_changes_nothing(person, tmp_path):
    person.choose(QDialogButtonBox.StandardButton.Ok, *vars(REDISTRIBUTED).values())
    other = AllocationMethod.ALONE
    marked = person.choose(QDialogButtonBox.StandardButton.Cancel, other)
    assert marked == Methods(NamingMethod.SIAMESE, other)
    assert stored_methods() == REDISTRIBUTED
    assert person.choose(QDialogButtonBox.StandardButton.Ok) == REDISTRIBUTED


def test_models_that_cannot_be_loaded_are_said_and_others_can_be_chosen_again(make_window, qtbot, tmp_path):
    def make():
        if stored_methods().naming is NamingMethod.SIAMESE:
            raise ModelError("The model “siamese” is missing or cannot be read. Install KaryoDesk again.")
        return MethodicalAnalyser()

    person = Chooser(make_window(make), qtbot)
    person.wait_for_jobs()
    person.choose(QDialogButtonBox.StandardButton.Ok, NamingMethod.SIAMESE)
    assert "siamese" in person.window.notice.text
    person.choose(QDialogButtonBox.StandardButton.Ok, NamingMethod.EXTENDED_RESNET)
    assert person.add(tmp_path / "one.png")["naming"] == "extended-resnet"


@pytest.mark.usefixtures("own_settings")
def test_what_is_stored_and_not_known_is_the_best():
    QSettings().setValue(NAMING_KEY, "crystal-ball")
    QSettings().setValue(ALLOCATION_KEY, 17)
    assert stored_methods() == Methods()
