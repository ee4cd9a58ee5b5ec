import sys

import pytest

from karyodesk.cli import display
from karyodesk.cli.display import why_nobody_sees_it

linux_only = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks the dynamic linker of Linux")


@linux_only
def test_missing_libraries_are_read_from_what_the_linker_says(tmp_path, monkeypatch):
    said = "\tlibEGL.so.1 => not found\n\tlibc.so.6 => /lib/libc.so.6 (0x1)\n\tlibGL.so.1 => not found\n"
    (tmp_path / "QtGui.abi3.so").touch()
    spec = type("Spec", (), {"submodule_search_locations": [str(tmp_path)]})
    monkeypatch.setattr(display, "find_spec", lambda name: spec)
    monkeypatch.setattr(display, "_dependencies", lambda library: said)
    assert display.missing_libraries(display.DRAWING) == ["libEGL.so.1", "libGL.so.1"]
    assert display.why_no_report().endswith("sudo apt-get install libegl1 libgl1")


@linux_only
@pytest.mark.parametrize("display", [None, ":4711"])
def test_without_a_display_that_answers_no_window_is_opened(display, monkeypatch):
    pytest.importorskip("PySide6")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    if display:
        monkeypatch.setenv("DISPLAY", display)
    assert "display" in why_nobody_sees_it()


def test_a_window_that_nobody_sees_is_not_opened_for_the_sample_case(monkeypatch):
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert why_nobody_sees_it() == "There is no display here."


@linux_only
def test_all_missing_libraries_are_named_at_once(monkeypatch):
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    monkeypatch.setattr(display, "missing_libraries", lambda parts: ["libxcb-cursor.so.0", "libEGL.so.1"])
    assert why_nobody_sees_it().endswith("sudo apt-get install libegl1 libxcb-cursor0")
