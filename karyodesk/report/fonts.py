"""The fonts the program brings along, so that a bare machine draws letters and every machine the same ones."""

from functools import cache
from typing import Final

from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication

from karyodesk.domain.errors import KaryoDeskError
from karyodesk.paths import resources

FAMILY: Final = "IBM Plex Sans"
"""Latin, Greek and Cyrillic."""
FALLBACKS: Final = ("DejaVu Sans", "Droid Sans Fallback")
"""For what the first family lacks: Arabic, Hebrew, Armenian, Georgian; Chinese and Japanese.

Other scripts (Korean, Thai, those of India) are drawn where the machine has a font for them.
"""
FILES: Final = ("IBMPlexSans-Regular.ttf", "IBMPlexSans-SemiBold.ttf", "DejaVuSans.ttf", "DroidSansFallbackFull.ttf")
FONT_PIXELS: Final = 64
"""Size of the letters before they are scaled: Qt takes whole pixels only, too coarse for millimetres."""

_kept: list[QGuiApplication] = []


def ensure_application() -> QGuiApplication:
    """Return the running Qt application with the fonts loaded; without one, start one that needs no display.

    For the command line; the window starts its own application first and calls ``load_fonts``.
    """
    running = QGuiApplication.instance()
    if not isinstance(running, QGuiApplication):
        running = QGuiApplication(["karyodesk", "-platform", "offscreen"])
        _kept.append(running)
    load_fonts()
    return running


@cache
def load_fonts() -> None:
    """Make the program's fonts known to Qt, once; an application must be running.

    Raises:
        KaryoDeskError: where a font file is missing or damaged.
    """
    for name in FILES:
        if QFontDatabase.addApplicationFont(str(resources() / "fonts" / name)) < 0:
            raise KaryoDeskError(f"The font file {name} is missing or damaged; please install the program again.")


def font(pixels: int, *, bold: bool = False) -> QFont:
    """A font of the program.

    Args:
        pixels: size in units of the painter.
        bold: semi-bold instead of regular.
    """
    chosen = QFont([FAMILY, *FALLBACKS])
    chosen.setPixelSize(pixels)
    chosen.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    chosen.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return chosen
