"""The main window: its parts put together."""

from collections.abc import Iterable
from getpass import getuser
from pathlib import Path
from typing import Final

from PySide6.QtCore import QByteArray, QEvent, QSettings, Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QDockWidget, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from karyodesk.ui.actions import Menu, make_actions
from karyodesk.ui.apart_line import ApartLine
from karyodesk.ui.case import Case
from karyodesk.ui.case_book import CaseBook
from karyodesk.ui.cell_list import CellList
from karyodesk.ui.commands import Commands
from karyodesk.ui.doubts import Doubts
from karyodesk.ui.exports import Exporter
from karyodesk.ui.filing import Filing
from karyodesk.ui.history import History
from karyodesk.ui.inspector import Inspector
from karyodesk.ui.jobs import JobRunner
from karyodesk.ui.keeper import Keeper
from karyodesk.ui.loader import Loader
from karyodesk.ui.menus import fill_menu_bar, make_tool_bar
from karyodesk.ui.notice import Notice
from karyodesk.ui.panel_title import PanelTitle
from karyodesk.ui.pipeline import AnalyserFactory
from karyodesk.ui.presence_watch import PresenceWatch
from karyodesk.ui.progress import JobProgress
from karyodesk.ui.review import Review
from karyodesk.ui.session import Session
from karyodesk.ui.sign_in_page import SignInPage
from karyodesk.ui.signed_line import SignedLine
from karyodesk.ui.signing_state import SigningState
from karyodesk.ui.start_page import StartPage
from karyodesk.ui.store_line import StoreLine, StoreWord
from karyodesk.ui.worksheet import Worksheet
from karyodesk.ui.worksheet_panel import WorksheetPanel
from karyodesk.ui.workspace import Workspace

STATE_VERSION: Final = 2
"""Raised when the panels change, so that an old arrangement is not put on new ones."""
STATUS_MARGIN: Final = 6
CLOSING_WAIT_MS: Final = 3000
STORING_WAIT_MS: Final = 30000
"""For what this computer does not keep until the next start."""


class MainWindow(QMainWindow):
    """One case.

    Args:
        factory: makes the analyser; called in the background.
        keeper: the way to the case database; the window opens and closes it.
    """

    def __init__(self, factory: AnalyserFactory, keeper: Keeper) -> None:
        super().__init__()
        self.setWindowTitle(self.tr("KaryoDesk"))
        self.setAcceptDrops(True)
        self.case = Case(_login_name(), self)
        self.jobs = JobRunner(self)
        self.loader = Loader(self.case, self.jobs, factory, keeper.kept_files.claim, self)
        self.keeper = keeper
        keeper.setParent(self)
        self.session = Session(self.case, keeper, self)
        self.filing = Filing(self.case, keeper, self.session, self.loader, self.jobs, self)
        self.book = CaseBook(self.case, self.filing, self)
        self.worksheet = Worksheet(self.case, self.book, self.filing, self)
        self.signing = SigningState(self.filing, keeper, self)
        self.presence = PresenceWatch(self.case, keeper, self.session, self.filing, self)
        self.exporter = Exporter(self.case, self.jobs, self.session, self)
        self.actions_ = make_actions(self)
        self.actions_.draw_icons()
        self.notice = Notice(self)
        self.store_line = StoreLine(keeper, self)
        self.apart_line = ApartLine(self.case, self.filing, self.session, keeper, self.actions_, self)
        self.signed_line = SignedLine(self.signing, self.filing, self.session, self.actions_, self)
        self.sign_in_page = SignInPage(self.session, self)
        self.start_page = StartPage(self.actions_, keeper, self)
        self.workspace = Workspace(self.case, self)
        self.workspace.carry_within(self)
        self.cell_list = CellList(self.case, self)
        self.inspector = Inspector(self.case, self.actions_, self)
        self.history = History(self.case, self)
        self.worksheet_panel = WorksheetPanel(self.worksheet, self)
        self.doubts = Doubts(self.case, self.jobs, self.loader.analyser, self._reading_order, self)
        self.review = Review(self.case, self.doubts, self._reading_order, self)
        self._stack = QStackedWidget(self)
        self._is_arranged = False
        self._put_together()
        self.commands = Commands(self)
        self.restore_arrangement()
        for signal in (self.case.cells_changed, self.filing.changed, self.session.changed):
            signal.connect(self._show_part)
        self._show_part()

    def start(self, paths: Iterable[Path]) -> None:
        """Open the case database and load the models in the background, and add the first pictures."""
        self.keeper.open()
        self.loader.load_models()
        self.filing.add(paths)

    # --- putting together

    def _put_together(self) -> None:
        for page in (self.start_page, self.workspace, self.sign_in_page):
            self._stack.addWidget(page)
        centre = QWidget(self)
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.store_line)
        column.addWidget(self.apart_line)
        column.addWidget(self.signed_line)
        column.addWidget(self.notice)
        column.addWidget(self._stack, 1)
        self.setCentralWidget(centre)
        bottom = Qt.DockWidgetArea.BottomDockWidgetArea
        self.worksheet_dock = self._dock("worksheet", self.tr("Worksheet"), self.worksheet_panel, bottom)
        self.docks = (
            self._dock("cells", self.tr("Cells"), self.cell_list, Qt.DockWidgetArea.LeftDockWidgetArea),
            self._dock("inspector", self.tr("Chromosome"), self.inspector, Qt.DockWidgetArea.RightDockWidgetArea),
            self._dock("history", self.tr("History"), self.history, Qt.DockWidgetArea.RightDockWidgetArea),
            self.worksheet_dock,
        )
        menus = fill_menu_bar(self, self.actions_)
        menus[Menu.VIEW].addSeparator()
        for dock in self.docks[:-1]:  # the worksheet has an action with keys
            menus[Menu.VIEW].addAction(dock.toggleViewAction())
        self.tool_bar = make_tool_bar(self, self.actions_)
        self.addToolBar(self.tool_bar)
        self.progress = JobProgress(self.jobs, self.actions_, self)
        self.statusBar().addPermanentWidget(self.progress)
        self.statusBar().addPermanentWidget(StoreWord(self.keeper, self))
        # as high with the progress as without it, so that the pictures stand still
        self.statusBar().setMinimumHeight(self.progress.sizeHint().height() + STATUS_MARGIN)
        self.resize(1440, 900)

    def _dock(self, name: str, title: str, content: QWidget, area: Qt.DockWidgetArea) -> QDockWidget:
        dock = QDockWidget(title, self)
        dock.setObjectName(name)
        dock.setAccessibleName(title)
        dock.setWidget(content)
        dock.setTitleBarWidget(PanelTitle(dock))
        features = QDockWidget.DockWidgetFeature
        dock.setFeatures(features.DockWidgetClosable | features.DockWidgetMovable)
        self.addDockWidget(area, dock)
        return dock

    def reset_layout(self) -> None:
        """Put every panel back to its first place."""
        areas = (Qt.DockWidgetArea.LeftDockWidgetArea, *[Qt.DockWidgetArea.RightDockWidgetArea] * 2)
        for dock, area in zip(self.docks[:-1], areas, strict=True):
            self.addDockWidget(area, dock)
            dock.show()
        self.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, self.worksheet_dock)
        self.worksheet_dock.hide()  # the pictures have the room until it is asked for
        self.resizeDocks(list(self.docks[:2]), [250, 280], Qt.Orientation.Horizontal)
        self.resizeDocks(list(self.docks[1:3]), [700, 190], Qt.Orientation.Vertical)
        self.workspace.share()

    def restore_arrangement(self) -> None:
        """Put the window and its panels where they were when it was last closed."""
        settings = QSettings()
        self.restoreGeometry(_bytes(settings, "window/geometry"))
        self._state = _bytes(settings, "window/state")

    def _reading_order(self) -> list[str]:
        shown = self.workspace.karyogram.layout_shown
        return list(shown.placements) if shown else []

    def _show_part(self) -> None:
        """Show the case; while there is none where to drop pictures; before somebody signs in nothing else."""
        page, before = self._part(), self._stack.currentWidget()
        if page is before and self._is_arranged:
            return
        if before is self.workspace and self._is_arranged:
            self._state = self.saveState(STATE_VERSION)
        self._is_arranged = True
        self._stack.setCurrentWidget(page)
        shown = page is self.workspace
        self.tool_bar.setVisible(shown)
        for dock in self.docks:
            dock.setVisible(shown)
            dock.toggleViewAction().setEnabled(shown)
        if page is self.sign_in_page:
            self.notice.hide()
        if shown and not self.restoreState(self._state, STATE_VERSION):
            self.reset_layout()

    def _part(self) -> QWidget:
        if self.session.is_locked:
            return self.sign_in_page
        return self.workspace if self.case.cells or self.filing.is_open else self.start_page

    # --- files dropped anywhere

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Welcome files and folders."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()
            self.start_page.zone.set_hot(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """They went elsewhere."""
        self.start_page.zone.set_hot(False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Add what was dropped; say so of what is no file."""
        self.start_page.zone.set_hot(False)
        urls = event.mimeData().urls()
        self.filing.add([Path(url.toLocalFile()) for url in urls if url.isLocalFile()])
        if any(not url.isLocalFile() for url in urls):
            sentence = self.tr("Something dropped is no file of this computer: save it first, then drop the file.")
            self.notice.say(sentence, warning=True)
        event.acceptProposedAction()

    # --- colours and closing

    def changeEvent(self, event: QEvent) -> None:
        """Draw the icons anew when the colours change."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "commands"):
            self.actions_.draw_icons()
            self.start_page.draw_sign()
            for title in self.findChildren(PanelTitle):
                title.draw_icon()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask where something would be lost; then end the background work."""
        if not self.commands.cases.may_close():
            event.ignore()
            return
        settings = QSettings()
        settings.setValue("window/geometry", self.saveGeometry())
        if self._stack.currentWidget() is self.workspace:
            self._state = self.saveState(STATE_VERSION)
        settings.setValue("window/state", self._state)
        self.jobs.cancel_all()
        self.hide()
        self.jobs.wait(CLOSING_WAIT_MS)
        all_kept = self.keeper.kept_count == len(self.keeper.pending)
        self.presence.leave()
        self.keeper.close((CLOSING_WAIT_MS if all_kept else STORING_WAIT_MS) / 1000)
        event.accept()


def _bytes(settings: QSettings, key: str) -> QByteArray:
    stored = settings.value(key)
    return stored if isinstance(stored, QByteArray) else QByteArray()


def _login_name() -> str:
    """The name the computer knows the person by."""
    try:
        return getuser()
    except (OSError, KeyError):
        return ""
