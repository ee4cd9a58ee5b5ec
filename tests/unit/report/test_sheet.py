import pytest

from karyodesk.report.fonts import load_fonts
from karyodesk.report.paint import text_width
from karyodesk.report.sheet import BODY, elided, fits, wrap, wrap_karyotype

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture(autouse=True)
def _fonts(qapp):
    load_fonts()


@pytest.mark.parametrize(
    "text", ["a word and another " * 20, "x" * 400, "田中さくら" * 30, "𠮷野家 " * 40, "محمد عبد " * 30]
)
def test_wrapped_lines_fit_and_lose_nothing(text):
    lines = wrap(text, 50.0)
    assert len(lines) > 1
    assert all(text_width(line, BODY) <= 50.5 for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_line_ends_stay():
    assert wrap("one\ntwo", 50.0) == ["one", "two"]
    assert wrap("", 50.0) == []


def test_a_karyotype_breaks_after_commas():
    lines = wrap_karyotype("47,XY," + ",".join(["+21"] * 30), 30.0)
    assert len(lines) > 1
    assert all(line.endswith(",") for line in lines[:-1])
    assert "".join(lines) == "47,XY," + ",".join(["+21"] * 30)


def test_an_elided_line_fits_and_a_short_one_is_whole():
    assert elided("short", 50.0) == "short"
    long = elided("a very long name of a file " * 10, 50.0)
    assert "…" in long
    assert fits(long, 50.5)
