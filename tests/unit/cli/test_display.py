import sys

import pytest

from karyodesk.cli import display

linux_only = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks the dynamic linker of Linux")


@pytest.mark.parametrize(
    ("library", "package"),
    [
        ("libEGL.so.1", "libegl1"),
        ("libGL.so.1", "libgl1"),
        ("libxkbcommon-x11.so.0", "libxkbcommon-x11-0"),
        ("libxcb-cursor.so.0", "libxcb-cursor0"),
        ("libdbus-1.so.3", "libdbus-1-3"),
        ("libX11-xcb.so.1", "libx11-xcb1"),
        ("libglib-2.0.so.0", "libglib2.0-0"),
    ],
)
def test_packages_follow_the_rule_of_debian(library, package):
    assert display.debian_package(library) == package


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
def test_without_a_display_no_window_is_tried(monkeypatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    assert display.why_no_window() == "There is no display here."
    assert display.why_nobody_sees_it() == "There is no display here."


def test_a_window_that_nobody_sees_is_not_opened_for_the_sample_case(monkeypatch):
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert display.why_nobody_sees_it() == "There is no display here."


@linux_only
def test_a_display_that_does_not_answer_is_found_out(monkeypatch):
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setenv("DISPLAY", ":4711")
    monkeypatch.setattr(display, "missing_libraries", lambda parts: [])
    assert display.why_nobody_sees_it() == "The display cannot be opened."
