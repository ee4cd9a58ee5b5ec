"""What the window needs of the system, checked before Qt is started: Qt would end the program without a word."""

import ctypes
import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from karyodesk.domain.errors import KaryoDeskError

PACKAGES: Final = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libOpenGL.so.0": "libopengl0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxcb.so.1": "libxcb1",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libX11.so.6": "libx11-6",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
}
"""Libraries that Qt loads on Linux, with the Debian package of each."""

_MISSING: Final = re.compile(r"(lib[\w.+-]+?\.so(?:\.\d+)*): cannot open shared object file")
_PLUGINS: Final = {"xcb": ("libqxcb.so",), "wayland": ("libqwayland.so", "libqwayland-generic.so")}


def sentence_for(reason: str) -> str:
    """Return the plain sentence for what the loader of shared libraries said."""
    found = _MISSING.search(reason)
    if found is None:
        return f"The window cannot be opened: Qt cannot be loaded ({reason})."
    library = found[1]
    package = PACKAGES.get(library)
    if package is None:
        return f"The window cannot be opened: the system library {library} is missing; please install it."
    return (
        f"The window cannot be opened: the system library {library} is missing; "
        f"install it with: sudo apt-get install {package}"
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
