import ctypes
import sys

import pytest

from karyodesk.domain.errors import KaryoDeskError
from karyodesk.ui import system_check
from karyodesk.ui.system_check import check_system, debian_package, sentence_for

linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux leaves these libraries to the system")


def test_a_missing_library_is_named_with_the_command_that_installs_it():
    sentence = sentence_for("libxcb-cursor.so.0: cannot open shared object file: No such file or directory")
    assert "libxcb-cursor.so.0 is missing" in sentence
    assert "sudo apt-get install libxcb-cursor0" in sentence


@pytest.mark.parametrize(
    ("library", "package"),
    [
        ("libEGL.so.1", "libegl1"),
        ("libGL.so.1", "libgl1"),
        ("libxkbcommon-x11.so.0", "libxkbcommon-x11-0"),
        ("libxcb-cursor.so.0", "libxcb-cursor0"),
        ("libdbus-1.so.3", "libdbus-1-3"),
        ("libX11-xcb.so.1", "libx11-xcb1"),
        ("libX11.so.6", "libx11-6"),
        ("libglib-2.0.so.0", "libglib2.0-0"),
        ("libgthread-2.0.so.0", "libglib2.0-0"),
    ],
)
def test_packages_follow_the_rule_of_debian(library, package):
    assert debian_package(library) == package


def test_a_library_that_pyside_brings_along_is_not_asked_of_the_system():
    sentence = sentence_for("libQt6Core.so.6: cannot open shared object file: No such file or directory")
    assert "Qt cannot be loaded (libQt6Core.so.6" in sentence
    assert "apt-get" not in sentence


def test_another_reason_is_passed_on():
    assert "undefined symbol: odd" in sentence_for("undefined symbol: odd")


@linux
def test_without_a_display_one_sentence_says_so():
    with pytest.raises(KaryoDeskError, match="no display"):
        check_system({})


@linux
def test_the_offscreen_screen_needs_no_display():
    check_system({"QT_QPA_PLATFORM": "offscreen"})


@linux
def test_a_library_that_the_plug_in_lacks_is_found_before_qt_starts(monkeypatch):
    def lacking(name):
        raise OSError("libxcb-icccm.so.4: cannot open shared object file: No such file or directory")

    monkeypatch.setattr(ctypes, "CDLL", lacking)
    with pytest.raises(KaryoDeskError, match="apt-get install libxcb-icccm4"):
        check_system({"DISPLAY": ":0"})


@linux
def test_a_display_that_does_not_answer_is_named(monkeypatch):
    monkeypatch.setenv("DISPLAY", ":987")
    monkeypatch.setattr(system_check, "_check_plugin", lambda names: None)
    with pytest.raises(KaryoDeskError, match="“:987” does not answer"):
        check_system({"DISPLAY": ":987"})


@linux
@pytest.mark.parametrize(
    ("environment", "platform"),
    [
        ({"DISPLAY": ":0"}, "xcb"),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "wayland"),
        ({"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0", "XDG_SESSION_TYPE": "wayland"}, "wayland"),
        ({"QT_QPA_PLATFORM": "offscreen:size=1x1", "DISPLAY": ":0"}, "offscreen"),
        ({"QT_QPA_PLATFORM": "wayland;xcb"}, "wayland"),
    ],
)
def test_the_session_tells_which_plug_in_qt_takes(environment, platform):
    assert system_check._platform(environment) == platform
