"""Light and dark: one quiet palette each, on Qt's Fusion style; everything in the window uses palette roles."""

from enum import StrEnum
from typing import Final

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

_Role = QPalette.ColorRole

LIGHT: Final = {
    _Role.Window: "#f3f4f6",
    _Role.WindowText: "#1d2430",
    _Role.Base: "#ffffff",
    _Role.AlternateBase: "#f7f8fa",
    _Role.Text: "#1d2430",
    _Role.PlaceholderText: "#667085",
    _Role.Button: "#f8f9fb",
    _Role.ButtonText: "#2b3442",
    _Role.BrightText: "#9a5b00",
    _Role.ToolTipBase: "#1d2430",
    _Role.ToolTipText: "#f5f6f8",
    _Role.Highlight: "#1f6fb2",
    _Role.HighlightedText: "#ffffff",
    _Role.Accent: "#1f6fb2",
    _Role.Link: "#1f6fb2",
    _Role.LinkVisited: "#5f5aa2",
    _Role.Light: "#ffffff",
    _Role.Midlight: "#e9ebef",
    _Role.Mid: "#cfd4dc",
    _Role.Dark: "#a7afbc",
    _Role.Shadow: "#6b7482",
}
DARK: Final = {
    _Role.Window: "#20242b",
    _Role.WindowText: "#e6e9ee",
    _Role.Base: "#191c22",
    _Role.AlternateBase: "#1e2229",
    _Role.Text: "#e6e9ee",
    _Role.PlaceholderText: "#98a2b3",
    _Role.Button: "#2a2f38",
    _Role.ButtonText: "#dde2ea",
    _Role.BrightText: "#f2b24c",
    _Role.ToolTipBase: "#e6e9ee",
    _Role.ToolTipText: "#1d2430",
    _Role.Highlight: "#2f7fc4",
    _Role.HighlightedText: "#ffffff",
    _Role.Accent: "#5aa9e6",
    _Role.Link: "#7cbcf0",
    _Role.LinkVisited: "#b3aef0",
    _Role.Light: "#39404b",
    _Role.Midlight: "#2d333c",
    _Role.Mid: "#3a414c",
    _Role.Dark: "#121418",
    _Role.Shadow: "#000000",
}
_FADED: Final = (_Role.WindowText, _Role.Text, _Role.ButtonText)


class Theme(StrEnum):
    """What a person can choose."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


_SCHEMES: Final = {
    Theme.SYSTEM: Qt.ColorScheme.Unknown,
    Theme.LIGHT: Qt.ColorScheme.Light,
    Theme.DARK: Qt.ColorScheme.Dark,
}


def _palette(scheme: Qt.ColorScheme) -> QPalette:
    colours = DARK if scheme == Qt.ColorScheme.Dark else LIGHT
    palette = QPalette()
    for role, colour in colours.items():
        palette.setColor(role, QColor(colour))
    faded = QColor("#a3abb8" if colours is LIGHT else "#667080")
    for role in _FADED:
        palette.setColor(QPalette.ColorGroup.Disabled, role, faded)
    return palette


class Themer(QObject):
    """Keeps the application's colours in step with the choice and with the system."""

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._application = application
        QApplication.setStyle("Fusion")
        hints = QGuiApplication.styleHints()
        hints.colorSchemeChanged.connect(self._follow)
        self._follow(hints.colorScheme())

    def choose(self, theme: Theme) -> None:
        """Go light, dark, or with the system."""
        hints = QGuiApplication.styleHints()
        hints.setColorScheme(_SCHEMES[theme])
        self._follow(hints.colorScheme() if theme is Theme.SYSTEM else _SCHEMES[theme])

    def _follow(self, scheme: Qt.ColorScheme) -> None:
        self._application.setPalette(_palette(scheme))
