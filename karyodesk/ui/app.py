"""Starting the window."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from karyodesk.ui.system_check import check_system

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from karyodesk.ui.keeper import Keeper
    from karyodesk.ui.pipeline import Analyser


def run(paths: Sequence[Path] = (), database: str | None = None) -> int:
    """Open the window with some pictures and folders, and return the exit status when it is closed.

    Args:
        paths: of pictures and folders.
        database: address or file of the case database; None: as the environment says, or the user's own.

    Raises:
        KaryoDeskError: where the window cannot be opened on this system; its sentence says what to do.
    """
    import onnxruntime  # noqa: F401 - before Qt: on Windows its libraries must be loaded first

    check_system()
    from karyodesk.ui.main_window import MainWindow

    application = make_application()
    window = MainWindow(load_chosen_analyser, make_keeper(database))
    window.show()
    window.start(paths)
    return application.exec()


def make_keeper(setting: str | None) -> "Keeper":
    """Make the way to the case database; it is opened by the window.

    Args:
        setting: address or file; None: as the environment says, or the user's own.
    """
    from karyodesk.store.engine import Store
    from karyodesk.store.location import VARIABLE, address, data_folder
    from karyodesk.ui.keeper import OWN, Keeper

    named = setting or os.environ.get(VARIABLE) or OWN
    return Keeper(lambda: Store(address(setting)), named, data_folder())


def make_application() -> "QApplication":
    """Make the Qt application with the program's name, font, colours and what happens to unforeseen errors."""
    from PySide6.QtGui import QIcon
    from PySide6.QtWidgets import QApplication

    from karyodesk.paths import resources
    from karyodesk.report.fonts import FALLBACKS, FAMILY, load_fonts
    from karyodesk.ui.crash import CrashGuard
    from karyodesk.ui.theme import Themer

    running = QApplication.instance()
    application = running if isinstance(running, QApplication) else QApplication(sys.argv[:1])
    application.setApplicationName("KaryoDesk")
    application.setOrganizationName("KaryoDesk")
    application.setDesktopFileName("karyodesk")
    application.setWindowIcon(QIcon(str(resources() / "icons" / "karyodesk.svg")))
    load_fonts()
    font = application.font()
    font.setFamilies([FAMILY, *FALLBACKS])
    application.setFont(font)
    Themer(application)
    CrashGuard(application).install()
    return application


def load_chosen_analyser() -> "Analyser":
    """The real one, with the chosen methods; imported in the background, because it is large."""
    from karyodesk.analysis import Analyser
    from karyodesk.ui.method_dialog import stored_methods

    return Analyser(methods=stored_methods())
