"""What the tests of storing share: the database, a person before a stored cell, waiting, losing and killing."""

import os
import signal
import subprocess
import sys
from contextlib import closing

import pytest
from PySide6.QtCore import Qt

from karyodesk.domain.errors import StoreLostError
from karyodesk.store.engine import Store
from karyodesk.ui.case import CellState
from tests.e2e.conftest import FILE
from tests.e2e.hands import Hands
from tests.failing import FailingStore


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path / FILE}"


def disk(url):
    return closing(Store(url, create=False))


def wait_until_stored(window, qtbot):
    qtbot.waitUntil(lambda: not window.keeper.pending and not window.jobs.active, timeout=30000)


def open_first_case(window, qtbot):
    """As a person does: Enter in the list of cases of the start page."""
    browser = window.start_page.browser
    qtbot.waitUntil(lambda: bool(browser.marked_id()), timeout=10000)
    Hands(window, qtbot).press(Qt.Key.Key_Return, widget=browser.field)
    qtbot.waitUntil(lambda: bool(window.case.cells), timeout=10000)


def wait_until(window, qtbot, *states):
    qtbot.waitUntil(lambda: [cell.state for cell in window.case.cells] == list(states), timeout=30000)


def wait_until_opened(window, qtbot):
    qtbot.waitUntil(lambda: all(cell.state is CellState.READY for cell in window.case.cells), timeout=30000)


def kill_after_edits(program, url, folder, picture, what):
    """Run a window in a process of its own and kill it as soon as it says that its edits were seen.

    ``program``: one of the modules ``to_be_killed``; ``folder``: for its data; ``what``: its last argument.
    """
    child = subprocess.Popen(
        [sys.executable, "-m", f"tests.e2e.{program}", url, str(folder / "data"), str(picture), what],
        stdout=subprocess.PIPE,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "XDG_CONFIG_HOME": str(folder / "config")},
    )
    try:
        while (line := child.stdout.readline()) and line.strip() != b"seen":
            pass
        assert line.strip() == b"seen"
    finally:
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
        child.stdout.close()


def kill_like(window):
    """End a window as a kill does: nothing is asked, told or stored any more."""
    window.commands.cases.may_close = lambda: True
    window.jobs.cancel_all()
    window.keeper.close(5)
    window.hide()


def lose_database(url):
    """An opener of a database that takes nothing, and the stores it made."""
    made = []

    def opener():
        made.append(FailingStore(url))
        made[-1].failure = StoreLostError("lost")
        return made[-1]

    return opener, made


def kept(folder):
    """The files of unstored cells in the folder of a test, by what they hold."""
    return [path.read_bytes() for path in (folder / "data").glob("unstored-picture-*.jsonl")]


@pytest.fixture
def person(hands, qtbot):
    """A person before a window with a stored cell."""
    wait_until_stored(hands.window, qtbot)
    return hands


def listed(window):
    """The history, the oldest first, with what its rows say of who and when."""
    rows = [window.history.item(row) for row in reversed(range(window.history.count()))]
    return [(row.text(), row.toolTip()) for row in rows]
