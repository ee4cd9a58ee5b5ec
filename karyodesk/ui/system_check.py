"""What the window needs of the system, checked before Qt is started: Qt would end the program without a word."""

import ctypes
import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from karyodesk.domain.errors import KaryoDeskError

_GLIB: Final = ("libglib-2.0.so.0", "libgthread-2.0.so.0")
# A missing library that PySide6 brings along is no package of the system: the installation is damaged.
_MISSING: Final = re.compile(r"(lib(?!Qt6|pyside|shiboken|icu)[\w.+-]+?\.so(?:\.\d+)+): cannot open shared object file")
_PLUGINS: Final = {"xcb": ("libqxcb.so",), "wayland": ("libqwayland.so", "libqwayland-generic.so")}


def debian_package(library: str) -> str:
    """Return the Debian or Ubuntu package of a library by their rule of names: ``libEGL.so.1`` is in ``libegl1``.

    The rule holds for the libraries that Qt itself asks for; GLib's, which break it, are named.
    """
    if library in _GLIB:
        return "libglib2.0-0"
    name, _, version = library.lower().partition(".so.")
    return f"{name}-{version}" if name[-1].isdigit() else f"{name}{version}"


def sentence_for(reason: str) -> str:
    """Return the plain sentence for what the loader of shared libraries said."""
    found = _MISSING.search(reason)
    if found is None:
        return f"The window cannot be opened: Qt cannot be loaded ({reason})."
    return (
        f"The window cannot be opened: the system library {found[1]} is missing; "
        f"on Debian or Ubuntu install it with: sudo apt-get install {debian_package(found[1])}"
    )


def check_system(environment: Mapping[str, str] = os.environ) -> None:
    """Make sure that Qt can open a window here.

    Raises:
        KaryoDeskError: where a library or the display is missing; its sentence says how to get it.
    """
    try:
        import PySide6.QtWidgets  # noqa: F401 - the import itself is the check
    except ImportError as error:
        raise KaryoDeskError(sentence_for(str(error))) from error
    if sys.platform == "linux":
        _check_display(environment)


def _check_display(environment: Mapping[str, str]) -> None:
    platform = _platform(environment)
    if platform not in _PLUGINS:
        return
    _check_plugin(_PLUGINS[platform])
    if platform == "xcb" and not _display_answers():
        name = environment.get("DISPLAY", "")
        raise KaryoDeskError(
            f"The window cannot be opened: the display “{name}” does not answer; run the program in a desktop session."
        )


def _platform(environment: Mapping[str, str]) -> str:
    """Which plug-in Qt will use: the one asked for, or that of the session.

    Raises:
        KaryoDeskError: where there is no session.
    """
    asked = environment.get("QT_QPA_PLATFORM", "").partition(";")[0].partition(":")[0]
    if asked:
        return asked
    if environment.get("WAYLAND_DISPLAY") and environment.get("XDG_SESSION_TYPE") == "wayland":
        return "wayland"
    if environment.get("DISPLAY"):
        return "xcb"
    if environment.get("WAYLAND_DISPLAY"):
        return "wayland"
    raise KaryoDeskError(
        "The window cannot be opened: there is no display here; run the program in a desktop session, "
        "or use the command line (karyodesk analyze)."
    )


def _check_plugin(names: tuple[str, ...]) -> None:
    """Load Qt's own plug-in, which tells by name which library is missing."""
    import PySide6

    folder = Path(PySide6.__file__).parent / "Qt" / "plugins" / "platforms"
    for plugin in (folder / name for name in names):
        if plugin.is_file():
            try:
                ctypes.CDLL(str(plugin))
            except OSError as error:
                raise KaryoDeskError(sentence_for(str(error))) from error


def _display_answers() -> bool:
    """Whether the X server named by DISPLAY can be reached."""
    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connection_has_error.argtypes = xcb.xcb_disconnect.argtypes = (ctypes.c_void_p,)
    connection = xcb.xcb_connect(None, None)
    answers: bool = xcb.xcb_connection_has_error(connection) == 0
    xcb.xcb_disconnect(connection)
    return answers
