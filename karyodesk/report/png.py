"""A karyogram as a picture."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QImage, QPainter

from karyodesk.domain.cell import Cell
from karyodesk.domain.errors import KaryoDeskError
from karyodesk.domain.view import ChromosomeView
from karyodesk.report.files import write_whole
from karyodesk.report.fonts import ensure_application
from karyodesk.report.layout import KaryogramLayout, layout_karyogram
from karyodesk.report.paint import NO_MARKS, PAPER, Marks, paint_karyogram

PRINT_WIDTH: Final = 180.0
"""Width in millimetres that a picture fills at its resolution at least: the text width of an A4 page."""
_MILLIMETRES_PER_INCH: Final = 25.4


def write_karyogram_png(
    path: Path, cell: Cell, views: Mapping[str, ChromosomeView], dpi: int = 300, *, marks: Marks = NO_MARKS
) -> None:
    """Write the karyogram of a cell as a PNG picture.

    It fills the width of a page at the given resolution and is larger where the chromosomes would else lose pixels.

    Args:
        path: replaced only when the new picture is whole.
        cell: its kept chromosomes are drawn.
        views: by the id of the chromosome.
        dpi: pixels per inch, written into the picture.
        marks: badges, selection.

    Raises:
        KaryoDeskError: where the file cannot be written.
        KeyError: where a kept chromosome has no view.
    """
    ensure_application()
    layout = layout_karyogram(cell, views)
    scale = picture_scale(layout, views, dpi)
    image = QImage(round(layout.width * scale), round(layout.height * scale), QImage.Format.Format_RGB32)
    image.fill(PAPER)
    dots = round(dpi / _MILLIMETRES_PER_INCH * 1000)
    image.setDotsPerMeterX(dots)
    image.setDotsPerMeterY(dots)
    painter = QPainter(image)
    painter.scale(scale, scale)
    paint_karyogram(painter, layout, views, marks=marks)
    painter.end()
    write_whole(path, _png(image))


def picture_scale(layout: KaryogramLayout, views: Mapping[str, ChromosomeView], dpi: int) -> float:
    """Pixels of the picture per unit of the layout: never fewer than a view has."""
    return max([PRINT_WIDTH / _MILLIMETRES_PER_INCH * dpi / layout.width, *(view.scale for view in views.values())])


def _png(image: QImage) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    # the stubs ask for bytes, the call for str
    if not image.save(buffer, "PNG"):  # type: ignore[call-overload]
        raise KaryoDeskError("The karyogram cannot be made into a picture: it is too large.")
    return bytes(buffer.data().data())
