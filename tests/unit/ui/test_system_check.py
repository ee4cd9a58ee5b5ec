import ctypes
import sys

import pytest

from karyodesk.domain.errors import KaryoDeskError
from karyodesk.ui import system_check
from karyodesk.ui.system_check import check_system, sentence_for

linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux leaves these libraries to the system")


def test_a_missing_library_is_named_with_the_command_that_installs_it():
    sentence = sentence_for("libxcb-cursor.so.0: cannot open shared object file: No such file or directory")
    assert "libxcb-cursor.so.0 is missing" in sentence
    assert "sudo apt-get install libxcb-cursor0" in sentence


def test_an_unknown_library_is_named_all_the_same():
    sentence = sentence_for("libodd.so.3: cannot open shared object file: No such file or directory")
    assert "libodd.so.3 is missing" in sentence
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
