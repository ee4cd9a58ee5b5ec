from collections import Counter

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QGraphicsView,
    QLineEdit,
    QProgressBar,
    QWidget,
)

from karyodesk.ui.actions import ACTIONS
from karyodesk.ui.case_details import CaseDetailsDialog
from karyodesk.ui.dialogs import KeysDialog
from karyodesk.ui.menus import chromosome_menu

CONTROLS = (QAbstractButton, QAbstractItemView, QComboBox, QGraphicsView, QLineEdit, QProgressBar)
QT_OWN = ("qt_",)


def unnamed(widget):
    return [
        f"{type(control).__name__} {control.objectName()}"
        for control in widget.findChildren(QWidget)
        if isinstance(control, CONTROLS)
        and not control.accessibleName()
        and not control.objectName().startswith(QT_OWN)
    ]


def test_every_control_of_the_window_has_a_name(hands):
    assert unnamed(hands.window) == []


def test_every_control_of_the_dialogs_has_a_name(hands, qtbot):
    details = CaseDetailsDialog(hands.window.book, hands.case, single_user=True)
    for dialog in (details, KeysDialog()):
        qtbot.addWidget(dialog)
        assert [name for name in unnamed(dialog) if "QPushButton" not in name] == []


def test_every_action_is_reached_from_a_menu(window):
    reached = Counter(
        action.objectName()
        for top in window.menuBar().actions()
        for action in top.menu().actions()
        if action.objectName()
    )
    assert all(reached[spec.id] == 1 for spec in ACTIONS)


def test_what_cannot_be_done_is_disabled(window, qtbot):
    qtbot.waitUntil(lambda: not window.jobs.active)
    enabled = {spec.id for spec in ACTIONS if window.actions_[spec.id].isEnabled()}
    assert {"open", "open_sample", "keys", "quit"} <= enabled
    assert not enabled & {"undo", "redo", "turn", "confirm", "export_pdf", "export_png", "cancel_jobs", "fit"}


def test_the_menu_of_a_chromosome_sends_it_to_any_slot(hands):
    hands.choose("c000")
    menu = chromosome_menu(hands.window, hands.window.actions_, hands.window.review.label)
    slots = menu.actions()[0].menu()
    assert [action.text() for action in slots.actions() if action.text()][-3:] == ["X", "Y", "mar"]
    next(action for action in slots.actions() if action.text() == "13").trigger()
    assert hands.cell.by_id["c000"].label == "13"


def test_a_right_click_opens_the_menu_of_what_is_under_it(hands, qtbot):
    from PySide6.QtGui import QContextMenuEvent

    at = hands.in_karyogram("c012")
    viewport = hands.karyogram.viewport()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, viewport.mapToGlobal(at))
    QApplication.sendEvent(viewport, event)
    assert hands.case.selected.id == "c012"
    menu = QApplication.activePopupWidget()
    assert menu is not None
    menu.close()


@pytest.mark.parametrize(("action", "dark"), [("theme_dark", True), ("theme_light", False)])
def test_the_theme_is_chosen_at_once_and_the_pictures_stay_white(hands, qtbot, action, dark):
    hands.window.actions_[action].trigger()
    role = QPalette.ColorRole.Window
    qtbot.waitUntil(lambda: (hands.window.palette().color(role).lightness() < 100) is dark)
    assert hands.karyogram.backgroundBrush().color() == Qt.GlobalColor.white
    hands.window.actions_["theme_light"].trigger()


def test_what_is_uncertain_is_told_by_more_than_colour(hands):
    assert hands.karyogram.layout_shown.placements["c005"].needs_look
    model = hands.window.cell_list.model()
    assert "3 uncertain" in model.data(model.index(0), Qt.ItemDataRole.AccessibleTextRole)
    hands.choose("c005")
    assert hands.window.inspector.state.startswith("?")


def test_the_chosen_chromosome_is_told_to_those_who_do_not_see_it(hands):
    hands.choose("c005")
    assert "Chromosome 3" in hands.karyogram.accessibleDescription()
    assert "uncertain" in hands.karyogram.accessibleDescription().lower()


def test_the_sample_case_opens(window, qtbot):
    window.actions_["open_sample"].trigger()
    qtbot.waitUntil(lambda: not window.jobs.active, timeout=60000)
    assert [cell.name for cell in window.case.cells if cell.name.endswith(".png")]
