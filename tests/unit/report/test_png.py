import pytest
from PySide6.QtGui import QImage

from karyodesk.report.layout import layout_karyogram
from karyodesk.report.png import picture_scale, write_karyogram_png
from tests.unit.report.samples import cell_of, normal_labels

pytestmark = pytest.mark.usefixtures("qapp")


def test_the_picture_fills_a_page_at_its_resolution(tmp_path):
    path = tmp_path / "karyogram.png"
    cell, views = cell_of(normal_labels())
    write_karyogram_png(path, cell, views, dpi=300)
    image = QImage(str(path))
    assert image.width() == pytest.approx(180 / 25.4 * 300, abs=1)
    assert image.dotsPerMeterX() == 11811
    layout = layout_karyogram(cell, views)
    assert image.height() / image.width() == pytest.approx(layout.height / layout.width, rel=1e-3)


@pytest.mark.parametrize("scale", [1.0, 2.0, 9.0])
def test_no_view_loses_pixels(scale):
    cell, views = cell_of(normal_labels(), scale)
    assert picture_scale(layout_karyogram(cell, views), views, dpi=72) >= scale


def test_an_empty_cell_is_written(tmp_path):
    path = tmp_path / "karyogram.png"
    write_karyogram_png(path, *cell_of([]), dpi=100)
    assert not QImage(str(path)).isNull()


def test_one_that_cannot_be_drawn_leaves_the_old_picture(tmp_path):
    path = tmp_path / "karyogram.png"
    path.write_bytes(b"old")
    cell, _ = cell_of(["1"])
    with pytest.raises(KeyError):
        write_karyogram_png(path, cell, {})
    assert path.read_bytes() == b"old"
