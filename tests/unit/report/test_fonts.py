import subprocess
import sys

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QFontDatabase, QFontInfo, QFontMetricsF, QRawFont

from karyodesk.domain.errors import KaryoDeskError
from karyodesk.report import fonts

pytestmark = pytest.mark.usefixtures("qapp")


def test_the_running_application_is_kept(qapp):
    assert fonts.ensure_application() is qapp


def test_the_fonts_are_the_ones_brought_along():
    fonts.load_fonts()
    assert QFontInfo(fonts.font(20)).family() == fonts.FAMILY
    assert {fonts.FAMILY, *fonts.FALLBACKS} <= set(QFontDatabase.families())


@pytest.mark.parametrize("text", ["Müller", "Γεωργία", "Наталья", "ქეთევან", "محمد", "שרה", "田中", "さくら"])
def test_names_of_many_scripts_have_letters(text):
    fonts.load_fonts()
    raws = [QRawFont(str(fonts.resources() / "fonts" / name), 20) for name in fonts.FILES]
    assert all(any(raw.supportsCharacter(ord(letter)) for raw in raws) for letter in text)


def test_semi_bold_is_another_cut():
    fonts.load_fonts()
    widths = [QFontMetricsF(fonts.font(64, bold=bold)).horizontalAdvance("Karyotype") for bold in (False, True)]
    assert widths[0] < widths[1]


def test_a_missing_font_is_said_plainly(monkeypatch, tmp_path):
    monkeypatch.setattr(fonts, "resources", lambda: tmp_path)
    with pytest.raises(KaryoDeskError, match=r"IBMPlexSans-Regular\.ttf"):
        fonts.load_fonts.__wrapped__()


def test_without_application_and_display_one_is_started(tmp_path):
    code = "from karyodesk.report.fonts import ensure_application as e; print(e().platformName(), e() is e())"
    environment = {"PYTHONPATH": ":".join(sys.path), "XDG_RUNTIME_DIR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["offscreen", "True"]


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None is immortal")
def test_the_bindings_do_not_wear_none_out():
    """PySide6 6.12.0 loses a reference to None in every call without a result, until Python aborts."""
    point = QPointF()
    before = sys.getrefcount(None)
    for _ in range(200):
        point.setX(1.0)
    assert sys.getrefcount(None) > before - 100
