import sys
import threading

import pytest
from PySide6.QtWidgets import QApplication, QMessageBox

from karyodesk.ui.crash import CrashGuard, report_of


def failing():
    raise ValueError("/patients/Smith/cell.png")


def trace():
    try:
        failing()
    except ValueError as error:
        return error.__traceback__


def test_the_report_says_where_and_names_no_file_of_the_person():
    report = report_of(ValueError, trace())
    assert "ValueError" in report
    assert "failing, line" in report
    assert "Smith" not in report
    assert "/" not in report.partition("test_crash")[0].splitlines()[-1].replace("karyodesk/", "")


@pytest.fixture
def guard(qapp, monkeypatch):
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    made = CrashGuard(qapp)
    made.install()
    return made


def dialogs():
    boxes = [widget for widget in QApplication.topLevelWidgets() if isinstance(widget, QMessageBox)]
    return [box for box in boxes if box.isVisible()]


def test_an_unforeseen_error_is_shown_once(guard, qtbot):
    sys.excepthook(ValueError, ValueError("Smith"), None)
    sys.excepthook(ValueError, ValueError("Smith"), None)
    (box,) = dialogs()
    assert "ValueError" in box.detailedText()
    box.close()
    assert dialogs() == []


def test_an_error_of_another_thread_is_shown_too(guard, qtbot):
    thread = threading.Thread(target=failing)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: len(dialogs()) == 1)
    dialogs()[0].close()
