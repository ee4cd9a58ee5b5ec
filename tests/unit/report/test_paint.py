from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from karyodesk.report.fonts import load_fonts
from karyodesk.report.layout import layout_karyogram
from karyodesk.report.paint import (
    Marks,
    chromosome_image,
    paint_chromosome,
    paint_karyogram,
    prepare,
)
from tests.unit.report.samples import cell_of, normal_labels, uncertain, view

pytestmark = pytest.mark.usefixtures("qapp")


def pixels(image):
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    return np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)[..., :3].copy()


def drawn(layout, views, scale=1.0, **options):
    load_fonts()
    image = QImage(round(layout.width * scale), round(layout.height * scale), QImage.Format.Format_RGB32)
    image.fill(0xFF00FF)
    painter = QPainter(image)
    painter.scale(scale, scale)
    paint_karyogram(painter, layout, views, **options)
    painter.end()
    return pixels(image)


def alone(sample, rect, size, ground=0xFFFFFF, **options):
    image = QImage(*size, QImage.Format.Format_RGB32)
    image.fill(ground)
    painter = QPainter(image)
    prepare(painter)
    paint_chromosome(painter, rect, sample, **options)
    painter.end()
    return pixels(image)


def on_white(sample):
    alpha = sample.alpha.astype(float) / 255
    return np.rint(sample.pixels * alpha + 255 * (1 - alpha))


def test_at_its_own_size_a_chromosome_is_drawn_pixel_for_pixel():
    sample = view("3")
    rows, columns = sample.pixels.shape
    shown = alone(sample, QRectF(4, 5, columns, rows), (columns + 8, rows + 10))
    assert np.abs(shown[5 : 5 + rows, 4 : 4 + columns, 0] - on_white(sample)).max() <= 2
    assert (shown[:5] == 255).all()


def test_mirrored_means_left_to_right():
    sample = view("3")
    rows, columns = sample.pixels.shape
    pixels_ = sample.pixels.copy()
    pixels_[:, : columns // 2] = 20
    sample = replace(sample, pixels=pixels_)
    rect = QRectF(0, 0, columns, rows)
    plain, mirrored = (alone(sample, rect, (columns, rows), mirrored=turn) for turn in (False, True))
    assert (plain != mirrored).any()
    assert (plain[:, ::-1] == mirrored).all()


def test_what_alpha_leaves_out_stays_as_it_was():
    sample = replace(view("3"), alpha=np.zeros_like(view("3").alpha))
    rows, columns = sample.pixels.shape
    shown = alone(sample, QRectF(0, 0, columns, rows), (columns, rows), ground=0x203040)
    assert (shown == [0x40, 0x30, 0x20]).all()


@pytest.mark.parametrize("size", [(3, 20), (15, 95), (90, 700)])
def test_resampling_invents_no_grey_values_beyond_its_alpha(size):
    image = chromosome_image(view("3"), *size)
    assert (image.width(), image.height()) == size
    raw = np.frombuffer(image.constBits(), np.uint8).reshape(size[1], size[0], 4)
    assert (raw[..., 0] <= raw[..., 3]).all()


def test_enlarging_keeps_the_mean_grey():
    sample = view("5")
    rows, columns = sample.pixels.shape
    large = alone(sample, QRectF(0, 0, columns * 4, rows * 4), (columns * 4, rows * 4))
    assert large.mean() == pytest.approx(on_white(sample).mean(), abs=1.5)


def test_the_ground_is_white_and_the_drawing_the_same_each_time():
    cell, views = cell_of(normal_labels())
    layout = layout_karyogram(cell, views)
    first = drawn(layout, views)
    assert (first[:3] == 255).all()
    assert (first[:, :3] == 255).all()
    assert (first == drawn(layout, views)).all()


def test_every_chromosome_stands_where_the_layout_says():
    cell, views = cell_of(normal_labels())
    layout = layout_karyogram(cell, views)
    shown = drawn(layout, views, scale=2.0)
    for placement in layout.placements.values():
        x, y = placement.rect.x + placement.rect.width / 2, placement.centromere
        assert shown[round(2 * y), round(2 * x), 0] < 200


def test_a_badge_differs_in_shape_from_none():
    cell, views = cell_of(["1", "1"])
    cell = cell.with_chromosomes([uncertain(cell.chromosomes[0])])
    layout = layout_karyogram(cell, views)
    badged, plain = (drawn(layout, views, 3.0, marks=Marks(badges=badges)) for badges in (True, False))
    rows, columns = np.nonzero((badged != plain).any(axis=2))
    rect = layout.placements["c000"].rect
    assert columns.mean() / 3 == pytest.approx(rect.x + rect.width / 2, abs=1)
    assert rows.max() / 3 < rect.y
    grey = badged.mean(axis=2)[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    assert grey.min() < 100  # a dark disc ...
    assert grey[grey.shape[0] // 4 : -grey.shape[0] // 4].max() > 250  # ... with a white sign in it


def test_selected_hovered_and_target_each_show():
    cell, views = cell_of(["1", "1"])
    layout = layout_karyogram(cell, views)
    one = frozenset({"c000"})
    marks = [Marks(), Marks(selected=one), Marks(hovered=one), Marks(target=("2",)), Marks(target=(None,))]
    shown = [drawn(layout, views, marks=mark).tobytes() for mark in marks]
    assert len(set(shown)) == len(marks)


def test_an_empty_karyogram_is_drawn():
    shown = drawn(layout_karyogram(*cell_of([])), {})
    assert shown.min() < 128


def test_a_missing_view_is_not_left_out_silently():
    cell, views = cell_of(["1"])
    layout = layout_karyogram(cell, views)
    image = QImage(10, 10, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    with pytest.raises(KeyError):
        paint_karyogram(painter, layout, {})
    painter.end()
