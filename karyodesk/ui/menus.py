"""Menus and tool bar, made from the table of actions."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QCoreApplication, QSize, Qt
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMainWindow, QMenu, QSizePolicy, QToolBar, QToolButton, QWidget

from karyodesk.domain.labels import KARYOGRAM_ROWS
from karyodesk.ui.actions import ACTIONS, Actions, Menu, translated

BAR_SECTIONS: Final = ("details", "undo", "next_uncertain", "turn", "to_tray")
"""A gap stands before these in the tool bar."""
_SPRING: Final = ""
BAR_WORDS: Final = ("open", "next_uncertain", "confirm", "export_pdf")
"""These have words beside their icons."""
BAR: Final = (
    "open", "details", "undo", "redo", "next_uncertain", "confirm", "turn", "mirror", "to_tray", "reject",
    _SPRING, "export_png", "export_pdf",
)  # fmt: skip


def fill_menu_bar(window: QMainWindow, actions: Actions) -> dict[Menu, QMenu]:
    """Make every menu; the window adds its panels to the menu of views."""
    menus = {}
    for menu in Menu:
        made = window.menuBar().addMenu(translated(menu.value))
        add_actions(made, actions, menu)
        menus[menu] = made
    themes = QActionGroup(window)
    for id_ in ("theme_system", "theme_light", "theme_dark"):
        themes.addAction(actions[id_])
    return menus


def add_actions(made: QMenu, actions: Actions, menu: Menu) -> None:
    """Put the actions of a menu into it, in the order of the table."""
    for spec in ACTIONS:
        if spec.menu is menu:
            if spec.starts_section:
                made.addSeparator()
            made.addAction(actions[spec.id])


def make_tool_bar(window: QMainWindow, actions: Actions) -> QToolBar:
    """Make the tool bar of what is used most."""
    bar = QToolBar(QCoreApplication.translate("Actions", "Tools"), window)
    bar.setObjectName("tools")
    bar.setAccessibleName(bar.windowTitle())
    bar.setMovable(False)
    bar.setIconSize(QSize(20, 20))
    bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
    for id_ in BAR:
        if id_ == _SPRING:
            spring = QWidget(bar)
            spring.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
            bar.addWidget(spring)
            continue
        if id_ in BAR_SECTIONS:
            bar.addSeparator()
        _add_button(bar, actions[id_], id_)
    return bar


def _add_button(bar: QToolBar, action: QAction, id_: str) -> None:
    bar.addAction(action)
    button = bar.widgetForAction(action)
    button.setAccessibleName(action.text().replace("&", ""))
    if id_ in BAR_WORDS and isinstance(button, QToolButton):
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)


def chromosome_menu(parent: QWidget, actions: Actions, label_wanted: Callable[[str], object]) -> QMenu:
    """Make the menu of a chosen chromosome, with every slot it can go to."""
    menu = QMenu(parent)
    slots = menu.addMenu(QCoreApplication.translate("Actions", "&Move to slot"))
    for row in KARYOGRAM_ROWS:
        for label in row:
            slots.addAction(label).triggered.connect(lambda _=False, chosen=label: label_wanted(chosen))
        slots.addSeparator()
    add_actions(menu, actions, Menu.CHROMOSOME)
    return menu
