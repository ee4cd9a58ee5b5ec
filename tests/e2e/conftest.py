"""The real window, on an invisible screen, with settings of its own and a stand-in for the networks."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication

from karyodesk.report.fonts import load_fonts
from karyodesk.store.engine import Store
from karyodesk.ui.keeper import Keeper
from karyodesk.ui.main_window import MainWindow
from karyodesk.ui.theme import Themer
from tests.e2e.hands import Hands
from tests.e2e.stand_in import StandInAnalyser, write_metaphase

FILE = "cases.karyodesk"
RETRY_S = 0.1
OFFSCREEN_NOISE = "This plugin does not support"


def pytest_collection_modifyitems(items):
    for item in items:
        if "e2e" in item.path.parts:
            item.add_marker(pytest.mark.qt_log_ignore(OFFSCREEN_NOISE, extend=True))


@pytest.fixture(autouse=True)
def own_settings(tmp_path, qapp):
    """No test reads or writes the settings of the person at this computer."""
    qapp.setOrganizationName("KaryoDesk tests")
    qapp.setApplicationName("KaryoDesk tests")
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(tmp_path / "settings"))
    yield
    QSettings().clear()


@pytest.fixture(scope="session")
def qapp(qapp_args, qapp_cls):
    application = QApplication.instance() or qapp_cls(qapp_args)
    load_fonts()
    Themer(application)
    return application


@pytest.fixture
def make_window(qtbot, tmp_path):
    """Make a window with any analyser; it is closed without a question at the end."""

    def make(factory=StandInAnalyser, database=None, opener=None):
        database = database or f"sqlite:///{tmp_path / FILE}"
        keeper = Keeper(opener or (lambda: Store(database)), database, tmp_path / "data", retry_s=RETRY_S)
        window = MainWindow(factory, keeper)
        qtbot.addWidget(window, before_close_func=lambda closing: closing.case.mark_exported(_all_shown(closing)))
        window.resize(1400, 900)
        window.show()
        qtbot.waitExposed(window)
        window.start([])
        qtbot.waitUntil(lambda: keeper.is_open or keeper.is_unavailable, timeout=30000)
        return window

    return make


def _all_shown(window):
    window.jobs.cancel_all()
    return {cell: len(cell.analysed.journal.entries) for cell in window.case.ready}


@pytest.fixture
def window(make_window):
    return make_window()


@pytest.fixture
def metaphase(tmp_path):
    """A picture of a complete cell."""
    return write_metaphase(tmp_path / "cell.png")


@pytest.fixture
def hands(window, metaphase, qtbot):
    """A person before a window that shows a complete cell."""
    person = Hands(window, qtbot)
    person.drop(metaphase)
    person.wait_for_jobs()
    return person
