"""Icons: line drawings of ``resources/icons`` in the colours of the present palette."""

from functools import cache
from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer

from karyodesk.paths import resources

SIZES: Final = (16, 20, 24, 32, 48)
RATIOS: Final = (1.0, 1.5, 2.0)


@cache
def _source(name: str) -> str:
    return (resources() / "icons" / f"{name}.svg").read_text(encoding="utf-8")


def draw(name: str, size: int, colour: QColor, ratio: float = 1.0) -> QPixmap:
    """Draw an icon of a size in logical pixels; its ``currentColor`` becomes the colour."""
    pixmap = QPixmap(round(size * ratio), round(size * ratio))
    pixmap.fill(Qt.GlobalColor.transparent)
    renderer = QSvgRenderer(_source(name).replace("currentColor", colour.name()).encode())
    painter = QPainter(pixmap)
    renderer.render(painter, QRectF(0, 0, pixmap.width(), pixmap.height()))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def icon(name: str) -> QIcon:
    """Return an icon for menus and buttons, greyed where they are disabled."""
    palette = QGuiApplication.palette()
    made = QIcon()
    for mode, group in (
        (QIcon.Mode.Normal, QPalette.ColorGroup.Active),
        (QIcon.Mode.Disabled, QPalette.ColorGroup.Disabled),
    ):
        colour = palette.color(group, QPalette.ColorRole.ButtonText)
        for size in SIZES:
            for ratio in RATIOS:
                made.addPixmap(draw(name, size, colour, ratio), mode)
    return made
