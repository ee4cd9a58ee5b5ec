from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from karyodesk.domain.cell import Cell
from karyodesk.domain.outline import Outline
from karyodesk.report.fonts import load_fonts
from karyodesk.report.metaphase import fitted, label_spots, paint_original, paint_outlines, picture
from tests.unit.report.samples import cell_of, chromosome, normal_labels, uncertain

pytestmark = pytest.mark.usefixtures("qapp")


def raw(image):
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).copy()


def outlined(cell):
    load_fonts()
    image = QImage(cell.width, cell.height, QImage.Format.Format_RGB888)
    image.fill(0xFFFFFF)
    painter = QPainter(image)
    paint_outlines(painter, QRectF(0, 0, cell.width, cell.height), cell, label_size=10.0)
    painter.end()
    return raw(image)


@pytest.mark.parametrize("shape", [(7, 5), (6, 9, 3)])
def test_the_original_is_shown_pixel_for_pixel(shape):
    original = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    image = QImage(shape[1], shape[0], QImage.Format.Format_RGB888)
    painter = QPainter(image)
    paint_original(painter, QRectF(0, 0, shape[1], shape[0]), original)
    painter.end()
    assert (raw(image) == (original if original.ndim == 3 else original[..., None])).all()


def test_a_picture_outlives_its_array():
    original = np.full((3, 3), 7, np.uint8)
    shown = picture(original)
    original[:] = 200
    assert (raw(shown) == 7).all()


def test_fitted_keeps_the_shape_and_stays_within():
    rect = fitted(QRectF(5, 6, 100, 50), 30, 30)
    assert (rect.x(), rect.y(), rect.width(), rect.height()) == (5, 6, 50, 50)


def test_outlines_lie_on_the_rim_of_their_chromosomes():
    cell, _ = cell_of(["1"])
    shown = outlined(cell)
    x, y = cell.chromosomes[0].outline.polygons[0][0]
    assert (shown[int(y) + 20, int(x)] < 255).any()
    assert (shown[int(y) + 20, int(x) + 7] == 255).all()


def test_uncertain_and_rejected_differ_by_more_than_colour():
    cell, _ = cell_of(["1"])
    shown = {}
    for name, changed in {
        "sure": cell.chromosomes[0],
        "unsure": uncertain(cell.chromosomes[0]),
    }.items():
        shown[name] = outlined(cell.with_chromosomes([changed])).mean(axis=2) < 250
    assert (shown["sure"] != shown["unsure"]).sum() > 20


def test_labels_neither_cover_each_other_nor_leave_the_picture():
    load_fonts()
    cell, _ = cell_of(normal_labels())
    rect = QRectF(0, 0, 700, 600)
    spots = label_spots(cell, rect, 12.0)
    assert len(spots) == 46
    for place, spot in enumerate(spots):
        assert rect.contains(spot)
        assert not any(spot.intersects(other) for other in spots[:place])
    for one in cell.kept:
        x0, y0, x1, y1 = one.outline.bbox
        box = QRectF(x0, y0, x1 - x0, y1 - y0)
        assert not any(spot.intersects(box) for spot in spots)


def body(number, x0, y0, x1, y1):
    ring = ((x0, y0), (x1, y0), (x1, y1), (x0, y1))
    axis = (((x0 + x1) / 2, y0), ((x0 + x1) / 2, y1))
    return replace(chromosome(number, "1"), outline=Outline((ring,)), axis=axis)


@pytest.mark.parametrize("wall", [(80, 90, 96, 170), (120, 90, 136, 170), (90, 60, 130, 96), (90, 164, 130, 200)])
def test_a_label_does_not_cover_a_neighbour(wall):
    load_fonts()
    cell = Cell("a.png", "0" * 64, 300, 300, (body(0, 100, 100, 114, 160), body(1, *wall)))
    spot, _ = label_spots(cell, QRectF(0, 0, 300, 300), 14.0)
    x0, y0, x1, y1 = wall
    assert not spot.intersects(QRectF(x0, y0, x1 - x0, y1 - y0))
    assert not spot.intersects(QRectF(100, 100, 14, 60))


def test_labels_of_crossing_chromosomes_stand_apart():
    load_fonts()
    cell = Cell("a.png", "0" * 64, 300, 300, (body(0, 100, 100, 114, 160), body(1, 100, 100, 114, 160)))
    one, other = label_spots(cell, QRectF(0, 0, 300, 300), 14.0)
    assert not one.intersects(other)


@pytest.mark.parametrize("corner", [(0, 0), (286, 0), (0, 240), (286, 240)])
def test_a_label_at_the_border_stays_in_the_picture(corner):
    load_fonts()
    x, y = corner
    cell = Cell("a.png", "0" * 64, 300, 300, (body(0, x, y, x + 14, y + 60),))
    (spot,) = label_spots(cell, QRectF(0, 0, 300, 300), 14.0)
    assert QRectF(0, 0, 300, 300).contains(spot)


def test_a_body_of_one_pixel_has_a_label():
    load_fonts()
    cell = Cell("a.png", "0" * 64, 300, 300, (body(0, 50, 50, 50, 50),))
    assert len(label_spots(cell, QRectF(0, 0, 300, 300), 14.0)) == 1


def test_a_cell_without_chromosomes_has_no_labels():
    assert label_spots(cell_of([])[0], QRectF(0, 0, 100, 100), 2.0) == []
