"""Errors that nobody foresaw: told in a dialog with a report that can be copied, never swallowed."""

import logging
import platform
import sys
import threading
import traceback
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal
from PySide6.QtWidgets import QApplication, QMessageBox

import karyodesk
from karyodesk import __version__

LOG = logging.getLogger(__name__)
_PACKAGE = Path(karyodesk.__file__).parent


def report_of(kind: type[BaseException], trace: TracebackType | None) -> str:
    """Return a report for the makers: where it happened, and nothing that could name a patient.

    The message of the error is left out, because it may hold the name of a file.
    """
    places = traceback.extract_tb(trace)
    frames = [f"  {place.name}, line {place.lineno} of {_module(place.filename)}" for place in places]
    head = f"KaryoDesk {__version__}, Python {platform.python_version()}, {platform.system()} {platform.machine()}"
    return "\n".join([head, kind.__name__, *frames])


def _module(filename: str) -> str:
    """The file as the program names it, without the folders of this computer."""
    path = Path(filename)
    if path.is_relative_to(_PACKAGE):
        return path.relative_to(_PACKAGE.parent).as_posix()
    _, found, rest = path.as_posix().rpartition("/site-packages/")
    return f"site-packages/{rest}" if found else path.name


class CrashGuard(QObject):
    """Shows what was not foreseen, one dialog at a time, from whichever thread it comes."""

    _happened = Signal(str)

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._open: QMessageBox | None = None
        self._happened.connect(self._show)

    def install(self) -> None:
        """Take over what Python does with errors that nobody catches."""
        sys.excepthook = self._take
        threading.excepthook = lambda failure: self._take(
            failure.exc_type, failure.exc_value or failure.exc_type(), failure.exc_traceback
        )

    def _take(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QCoreApplication.quit()
            return
        report = report_of(kind, trace)
        LOG.error("%s", report)
        self._happened.emit(report)

    def _show(self, report: str) -> None:
        if self._open is not None:
            return
        box = QMessageBox(QApplication.activeWindow())
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowTitle("KaryoDesk")
        box.setIcon(QMessageBox.Icon.Critical)
        box.setText(self.tr("Something unforeseen went wrong. Your case is still open and can be exported."))
        box.setInformativeText(self.tr("The report below names no patient and no file; you can copy it."))
        box.setDetailedText(report)
        box.finished.connect(self._close)
        self._open = box
        box.open()

    def _close(self) -> None:
        self._open = None
