"""Whether this machine can show a window and draw a report, asked before Qt ends the program over it."""

import os
import re
import subprocess
import sys
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from karyodesk.domain.errors import KaryoDeskError
from karyodesk.ui.system_check import check_system, debian_package

DRAWING: Final = ("QtGui.abi3.so", "Qt/plugins/platforms/libqoffscreen.so")
"""What a report needs of Qt, under the folder of PySide6."""
WINDOW: Final = (*DRAWING, "QtWidgets.abi3.so", "QtSvg.abi3.so", "Qt/plugins/platforms/libqxcb.so")
"""What the window needs."""

_UNSEEN: Final = ("offscreen", "minimal", "vnc")


def missing_libraries(parts: Iterable[str]) -> list[str]:
    """Return the system libraries that parts of Qt need and Linux lacks, by file name; elsewhere none are missing."""
    spec = find_spec("PySide6")
    if not sys.platform.startswith("linux") or spec is None or not spec.submodule_search_locations:
        return []
    home = Path(spec.submodule_search_locations[0])
    listed = "".join(_dependencies(home / part) for part in parts if (home / part).is_file())
    return sorted(set(re.findall(r"^\s*(\S+) => not found", listed, re.MULTILINE)))


def _dependencies(library: Path) -> str:
    """What the dynamic linker says of a library; nothing where it cannot be asked."""
    try:
        return subprocess.run(["ldd", str(library)], capture_output=True, text=True, check=False).stdout
    except OSError:
        return ""


def libraries_sentence(libraries: Iterable[str]) -> str:
    """Return the sentence that names missing libraries and the command that installs them."""
    names = sorted(libraries)
    packages = sorted({debian_package(name) for name in names})
    return (
        f"Qt needs system libraries that this machine lacks ({', '.join(names)}); "
        f"on Debian or Ubuntu install them with: sudo apt-get install {' '.join(packages)}"
    )


def why_no_report() -> str | None:
    """Return why no PDF can be written here, or None where one can."""
    missing = missing_libraries(DRAWING)
    return libraries_sentence(missing) if missing else None


def why_nobody_sees_it() -> str | None:
    """Return why a window would not be seen here, or None."""
    if os.environ.get("QT_QPA_PLATFORM", "").partition(":")[0] in _UNSEEN:
        return "There is no display here."
    if not sys.platform.startswith("linux"):
        return None
    if missing := missing_libraries(WINDOW):
        return libraries_sentence(missing)
    try:
        check_system()
    except KaryoDeskError as error:
        return error.message
    return None
