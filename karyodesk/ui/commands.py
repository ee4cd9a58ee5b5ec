"""What the actions of the window do."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QPoint, QSettings, Qt, QTimer
from PySide6.QtWidgets import QApplication, QFileDialog

from karyodesk.imaging.read import ENDINGS
from karyodesk.paths import sample_case
from karyodesk.ui.actions import ACTIONS, When
from karyodesk.ui.case import CellState
from karyodesk.ui.case_commands import CaseCommands
from karyodesk.ui.case_details import CaseDetailsDialog
from karyodesk.ui.database_commands import DatabaseCommands
from karyodesk.ui.dialogs import KeysDialog, show_about
from karyodesk.ui.menus import chromosome_menu
from karyodesk.ui.method_dialog import MethodDialog
from karyodesk.ui.signing_commands import SigningCommands
from karyodesk.ui.theme import Theme, Themer
from karyodesk.ui.worksheet_commands import WorksheetCommands

if TYPE_CHECKING:
    from karyodesk.ui.main_window import MainWindow

THEMES: Final = {"theme_system": Theme.SYSTEM, "theme_light": Theme.LIGHT, "theme_dark": Theme.DARK}


class Commands(QObject):
    """Connects every action of the table with the part of the window that does it."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self.cases = CaseCommands(window)
        self.signing = SigningCommands(window)
        self.database = DatabaseCommands(window)
        self.sheet = WorksheetCommands(window)
        self._connect_actions()
        self._connect_canvases()
        window.inspector.label_wanted.connect(window.review.label)
        window.inspector.doubt.take_wanted.connect(window.doubts.take)
        window.review.said.connect(window.statusBar().showMessage)
        window.doubts.said.connect(window.statusBar().showMessage)
        window.doubts.refused.connect(lambda sentence: window.notice.say(sentence, warning=True))
        window.loader.models_failed.connect(lambda sentence: window.notice.say(sentence, warning=True))
        window.filing.warned.connect(lambda sentence: window.notice.say(sentence, warning=True))
        window.filing.said.connect(window.notice.say)
        window.exporter.failed.connect(lambda sentence: window.notice.say(sentence, warning=True))
        window.exporter.written.connect(self._say_written)
        for signal in (
            window.case.cells_changed,
            window.case.current_changed,
            window.case.selection_changed,
            window.case.edited,
            window.filing.changed,
            window.signing.changed,
            window.session.changed,
            window.keeper.opened,
            window.keeper.unavailable,
            window.worksheet.reckoned,
        ):
            signal.connect(self.refresh)
        # these come in crowds: one look after all of them is enough
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self.refresh)
        window.case.cell_changed.connect(lambda _: self._soon.start())
        window.jobs.changed.connect(self._soon.start)
        window.keeper.changed.connect(self._soon.start)
        self._restore_theme()
        self.refresh()

    # --- connections

    def _table(self) -> dict[str, Callable[[], object]]:
        """What each action does, by its id."""
        window, review, case, space = self._window, self._window.review, self._window.case, self._window.workspace
        return {
            "new_case": self.cases.new_case,
            "open_case": self.cases.ask_case,
            "close_case": self.cases.close_case,
            "store_case": window.filing.store_apart,
            "sign": self.signing.sign,
            "save_signed": self.signing.save_signed,
            "reopen": self.signing.reopen,
            "sign_out": self.cases.sign_out,
            "back_up": self.database.back_up,
            "restore_backup": self.database.restore,
            "check_database": self.database.check,
            "open": self.open_files,
            "open_folder": self.open_folder,
            "open_sample": self.open_sample,
            "details": self.edit_details,
            "export_pdf": self.export_pdf,
            "export_png": self.export_png,
            "quit": window.close,
            "undo": case.undo,
            "redo": case.redo,
            "deselect": review.deselect,
            "methods": self.choose_methods,
            "confirm": review.confirm,
            "next_best": review.next_best,
            "turn": review.turn,
            "mirror": review.mirror,
            "to_tray": review.to_tray,
            "reject": review.reject,
            "restore": review.restore,
            "show_reading": window.doubts.show_next,
            "keep_outlines": window.doubts.keep,
            "next_uncertain": partial(review.step_uncertain, 1),
            "previous_uncertain": partial(review.step_uncertain, -1),
            "fit": space.fit,
            "zoom_in": partial(space.zoom, 1),
            "zoom_out": partial(space.zoom, -1),
            "only_metaphase": partial(space.toggle_alone, space.metaphase),
            "only_karyogram": partial(space.toggle_alone, space.karyogram),
            "show_rejected": self._show_rejected,
            "next_pane": self.next_pane,
            **{id_: partial(self.choose_theme, theme) for id_, theme in THEMES.items()},
            "reset_layout": window.reset_layout,
            "next_cell": partial(case.step_cell, 1),
            "previous_cell": partial(case.step_cell, -1),
            "remove_cell": self.cases.remove_cell,
            **self.sheet.table(),
            "cancel_jobs": window.jobs.cancel_all,
            "keys": lambda: KeysDialog(window).exec(),
            "about": partial(show_about, window),
        }

    def _connect_actions(self) -> None:
        table = self._table()
        for spec in ACTIONS:
            action = self._window.actions_[spec.id]
            action.triggered.connect(partial(_call, table[spec.id]))
            (self._window.workspace if spec.canvas else self._window).addAction(action)

    def _connect_canvases(self) -> None:
        review, case = self._window.review, self._window.case
        karyogram = self._window.workspace.karyogram
        for canvas in self._window.workspace.canvases:
            self._window.inspector.described.connect(canvas.setAccessibleDescription)
            canvas.double_clicked.connect(review.turn)
            canvas.character_typed.connect(review.type_character)
            canvas.space_tapped.connect(review.confirm)
            canvas.menu_wanted.connect(self._show_menu)
            canvas.arrow_pressed.connect(
                lambda step: case.select(karyogram.neighbour(case.selected.id if case.selected else None, step))
            )

    def refresh(self) -> None:
        """Enable what can be done now and name what undo and redo would do."""
        window = self._window
        window.actions_.enable(self._states(), read_only=window.case.is_read_only)
        self.sheet.refresh()
        journal = window.case.analysed.journal if window.case.analysed else None
        for id_, word, edit in (
            ("undo", self.tr("&Undo"), journal.next_undo if journal else None),
            ("redo", self.tr("&Redo"), journal.next_redo if journal else None),
        ):
            window.actions_[id_].setText(f"{word} “{edit.text}”" if edit else word)
        keeper = window.keeper
        unstored = window.case.has_unexported_edits if window.filing.is_apart else keeper.trouble and keeper.pending
        window.setWindowModified(bool(unstored))
        name = window.case.details.identification.case or self.tr("Untitled case")
        shown = (window.case.cells or window.filing.is_open) and not window.session.is_locked
        window.setWindowTitle(f"{name}[*] – KaryoDesk" if shown else "KaryoDesk[*]")

    def _states(self) -> set[When]:
        case, chosen = self._window.case, self._window.case.selected
        journal = case.analysed.journal if case.analysed else None
        window = self._window
        if window.session.is_locked:
            return set()
        states = {
            When.UNLOCKED: window.keeper.is_open or window.keeper.is_unavailable,
            When.UNLOCKED_STORE: window.keeper.is_open,
            When.SIGNED_IN: window.session.signed_in is not None,
            When.CASE_APART: window.filing.can_store_apart,
            When.CASE_SHOWN: bool(case.cells) or window.filing.is_open,
            When.CELL_CURRENT: case.current is not None,
            When.CELL_LISTED: self.sheet.cell is not None,
            When.CELL_SHOWN: case.analysed is not None,
            # a report of some cells, while others are still being opened, would be no report of the case
            When.CELLS_READY: bool(case.ready) and all(cell.state is not CellState.STORED for cell in case.cells),
            When.CHOSEN: chosen is not None,
            When.CHOSEN_KEPT: chosen is not None and not chosen.rejected,
            When.CHOSEN_OPEN: chosen is not None and chosen.is_at_hand,
            When.CHOSEN_REJECTED: chosen is not None and chosen.rejected,
            When.CHOSEN_DOUBTED: bool(case.offers),
            When.DOUBTS_STAND: case.analysed is not None and bool(case.analysed.cell.standing_doubts),
            When.CAN_UNDO: journal is not None and journal.next_undo is not None,
            When.CAN_REDO: journal is not None and journal.next_redo is not None,
            When.JOBS_RUN: bool(self._window.jobs.active),
            When.CASE_TO_SIGN: self.signing.can_sign,
            When.CASE_SIGNED: window.filing.is_read_only,
            When.REPORT_SIGNED: bool(window.signing.reports),
        }
        return {state for state, holds in states.items() if holds}

    # --- files

    def open_files(self) -> None:
        """Ask for pictures and add them."""
        endings = " ".join(f"*{ending}" for ending in sorted(ENDINGS))
        kinds = self.tr("Pictures ({endings});;All files (*)").format(endings=endings)
        title = self.tr("Open metaphase pictures")
        chosen, _ = QFileDialog.getOpenFileNames(self._window, title, _last_folder(), kinds)
        self._add([Path(path) for path in chosen])

    def open_folder(self) -> None:
        """Ask for a folder and add its pictures."""
        title = self.tr("Open a folder of metaphase pictures")
        if chosen := QFileDialog.getExistingDirectory(self._window, title, _last_folder()):
            self._add([Path(chosen)])

    def open_sample(self) -> None:
        """Add the cells that come with the program."""
        self._window.filing.add([sample_case()])

    def _add(self, paths: list[Path]) -> None:
        if paths:
            QSettings().setValue("folders/pictures", str(paths[0].parent))
            self._window.filing.add(paths)

    def edit_details(self) -> None:
        """Show the form of the case; the window keeps working behind it."""
        window = self._window
        single_user = window.session.single_user
        dialog = CaseDetailsDialog(window.book, window.case, single_user=single_user, parent=window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.finished.connect(self.refresh)
        dialog.open()

    def export_pdf(self) -> bool:
        """Ask for a name and write the report; whether a name was given."""
        path = self._ask_name(self.tr("Export report"), "report.pdf", self.tr("PDF (*.pdf)"))
        if path is not None:
            self._window.exporter.report(path, self._window.loader.analyser.model_versions)
        return path is not None

    def export_png(self) -> None:
        """Ask for a name and write the karyogram."""
        current = self._window.case.current
        path = self._ask_name(self.tr("Export karyogram"), "karyogram.png", self.tr("PNG (*.png)"))
        if path is not None and current is not None:
            self._window.exporter.karyogram(path, current)

    def _ask_name(self, title: str, name: str, kind: str) -> Path | None:
        folder = str(QSettings().value("folders/exports", ""))
        chosen, _ = QFileDialog.getSaveFileName(self._window, title, str(Path(folder) / name), kind)
        if not chosen:
            return None
        path = Path(chosen)
        QSettings().setValue("folders/exports", str(path.parent))
        return path if path.suffix else path.with_suffix(Path(name).suffix)

    def _say_written(self, path: Path) -> None:
        self._window.notice.say(self.tr("{name} was written to {folder}.").format(name=path.name, folder=path.parent))

    def choose_methods(self) -> None:
        """Let the person choose the methods of the analysis; other ones are loaded at once."""
        dialog = MethodDialog(self._window)
        dialog.changed.connect(self._window.loader.renew_models)
        dialog.open()

    # --- view

    def choose_theme(self, theme: Theme) -> None:
        """Go light, dark or with the system, and remember it."""
        QSettings().setValue("view/theme", theme.value)
        if (themer := QApplication.instance().findChild(Themer)) is not None:  # type: ignore[union-attr]
            themer.choose(theme)

    def _restore_theme(self) -> None:
        stored = str(QSettings().value("view/theme", Theme.SYSTEM.value))
        theme = Theme(stored) if stored in list(Theme) else Theme.SYSTEM
        id_ = next(id_ for id_, each in THEMES.items() if each is theme)
        self._window.actions_[id_].setChecked(True)
        self.choose_theme(theme)

    def _show_rejected(self) -> None:
        shown = self._window.actions_["show_rejected"].isChecked()
        self._window.workspace.metaphase.set_show_rejected(shown)

    def next_pane(self) -> None:
        """Move the keyboard focus to the next pane."""
        window = self._window
        every = [window.cell_list, *window.workspace.canvases, window.inspector, window.history, window.worksheet_panel]
        panes = [pane for pane in every if pane.isVisible()]
        focus = QApplication.focusWidget()
        has_focus = [focus is not None and (pane is focus or pane.isAncestorOf(focus)) for pane in panes]
        here = has_focus.index(True) if any(has_focus) else -1
        if panes:
            panes[(here + 1) % len(panes)].setFocus(Qt.FocusReason.TabFocusReason)

    def _show_menu(self, at: QPoint) -> None:
        window = self._window
        if window.case.selected is not None:
            chromosome_menu(window, window.actions_, window.review.label).popup(at)


def _call(work: Callable[[], object], *_checked: bool) -> None:
    work()


def _last_folder() -> str:
    return str(QSettings().value("folders/pictures", ""))
