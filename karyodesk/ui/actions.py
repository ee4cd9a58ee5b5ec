"""Every action of the window in one table: menus, tool bar, context menus and the key sheet are made from it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum, auto
from typing import Final

from PySide6.QtCore import QCoreApplication, QObject, Qt
from PySide6.QtGui import QAction, QKeySequence

from karyodesk.ui.icons import icon


class When(StrEnum):
    """The states of the window that actions depend on."""

    ALWAYS = auto()
    UNLOCKED = auto()
    UNLOCKED_STORE = auto()
    SIGNED_IN = auto()
    CASE_APART = auto()
    CASE_SHOWN = auto()
    CELL_CURRENT = auto()
    CELL_LISTED = auto()
    CELL_SHOWN = auto()
    CELLS_READY = auto()
    CHOSEN = auto()
    CHOSEN_KEPT = auto()
    CHOSEN_OPEN = auto()
    CHOSEN_REJECTED = auto()
    CHOSEN_DOUBTED = auto()
    DOUBTS_STAND = auto()
    CAN_UNDO = auto()
    CAN_REDO = auto()
    JOBS_RUN = auto()
    CASE_TO_SIGN = auto()
    CASE_SIGNED = auto()
    REPORT_SIGNED = auto()


class Menu(Enum):
    """The menus from the left."""

    FILE = "&File"
    EDIT = "&Edit"
    CHROMOSOME = "Ch&romosome"
    VIEW = "&View"
    CELL = "&Cell"
    DATABASE = "&Database"
    HELP = "&Help"


@dataclass(frozen=True)
class Spec:
    """One action.

    Attributes:
        id: unique; the window connects by it.
        text: of the menu.
        help: one sentence, for tool tip and key sheet.
        menu: where it is listed.
        keys: the first is shown in menus.
        icon: name of a file of ``resources/icons``; empty for none.
        when: when it can be used.
        canvas: its keys work in the metaphase, the karyogram and their frame only, so that they stay free in lists.
        checkable: it is a switch.
        starts_section: a line is drawn above it in its menu.
        changes: it changes the case, so that it cannot be used in one that is signed.
    """

    id: str
    text: str
    help: str
    menu: Menu
    keys: tuple[str, ...] = ()
    icon: str = ""
    when: When = When.ALWAYS
    canvas: bool = False
    checkable: bool = False
    starts_section: bool = False
    changes: bool = False


def _spec(id_: str, text: str, help_: str, menu: Menu, keys: str = "", **more: object) -> Spec:
    return Spec(id_, text, help_, menu, tuple(keys.split()), **more)  # type: ignore[arg-type]


ACTIONS: Final[tuple[Spec, ...]] = (
    _spec("new_case", "&New case", "Make a case in the case database.", Menu.FILE, "Ctrl+N", when=When.UNLOCKED_STORE),
    _spec("open_case", "Open &case…", "Look for a case in the case database and open it.", Menu.FILE, "Ctrl+L",
          icon="case", when=When.UNLOCKED_STORE),
    _spec("close_case", "Close c&ase", "Go back to the list of cases; everything is stored.", Menu.FILE, "Ctrl+W",
          when=When.CASE_SHOWN),
    _spec("store_case", "S&tore this case", "Put a case that was begun while the case database could not be opened "
          "into it, with all that was done to it.", Menu.FILE, when=When.CASE_APART),
    _spec("open", "&Open pictures…", "Add metaphase pictures to the case.", Menu.FILE, "Ctrl+O", icon="open",
          when=When.UNLOCKED, changes=True, starts_section=True),
    _spec("open_folder", "Open &folder…", "Add every picture of a folder to the case.", Menu.FILE, "Ctrl+Shift+O",
          icon="folder", when=When.UNLOCKED, changes=True),
    _spec("open_sample", "Open &sample case", "Add the simulated cells that come with the program.", Menu.FILE,
          icon="sample", when=When.UNLOCKED, changes=True),
    _spec("details", "Case &details…", "Patient, order, specimens, cultures, slides and policy of the case.", Menu.FILE,
          "Ctrl+D", icon="details", when=When.UNLOCKED, starts_section=True),
    _spec("export_pdf", "&Export report…", "Write the PDF report of the case.", Menu.FILE, "Ctrl+E", icon="pdf",
          when=When.CELLS_READY, starts_section=True),
    _spec("export_png", "Export &karyogram…", "Write the karyogram of this cell as a picture.", Menu.FILE,
          "Ctrl+Shift+E", icon="picture", when=When.CELL_SHOWN),
    _spec("sign", "Si&gn report…", "Show what would be signed, and sign it with your password.", Menu.FILE,
          "Ctrl+Shift+S", icon="sign", when=When.CASE_TO_SIGN, starts_section=True),
    _spec("save_signed", "Sa&ve signed report…", "Write a signed report to a file, as it was signed.", Menu.FILE,
          when=When.REPORT_SIGNED),
    _spec("reopen", "&Reopen case…", "Open a signed case again, for a reason; its next report is an amended version.",
          Menu.FILE, when=When.CASE_SIGNED),
    _spec("sign_out", "Sign o&ut", "Lock the window until somebody signs in; nothing is lost.", Menu.FILE,
          "Ctrl+Shift+L", when=When.SIGNED_IN, starts_section=True),
    _spec("quit", "&Quit", "Close the program.", Menu.FILE, "Ctrl+Q"),
    _spec("undo", "&Undo", "Take the last edit of this cell back.", Menu.EDIT, "Ctrl+Z", icon="undo",
          when=When.CAN_UNDO, changes=True),
    _spec("redo", "&Redo", "Make the edit again that was taken back.", Menu.EDIT, "Ctrl+Shift+Z Ctrl+Y", icon="redo",
          when=When.CAN_REDO, changes=True),
    _spec("deselect", "&Select nothing", "Leave the reading that is shown, forget what was typed, or choose no "
          "chromosome.", Menu.EDIT, "Esc",
          when=When.CHOSEN, canvas=True, starts_section=True),
    _spec("methods", "&Methods of the analysis…", "Choose what names chromosomes and how cells are allocated.",
          Menu.EDIT, "Ctrl+,", when=When.UNLOCKED, starts_section=True),
    _spec("confirm", "&Confirm", "Agree with where the chromosome stands and go to the next uncertain one; while "
          "another reading is shown: cut or join. Space too.", Menu.CHROMOSOME, "Return Enter", icon="confirm",
          when=When.CHOSEN_OPEN, canvas=True, changes=True),
    _spec("next_best", "Next &best label", "Give the chromosome its next most probable label.", Menu.CHROMOSOME,
          "N", icon="next-best", when=When.CHOSEN_KEPT, canvas=True, changes=True),
    _spec("turn", "&Turn by 180°", "Turn the chromosome upside down. Double-click too.", Menu.CHROMOSOME, "F",
          icon="turn", when=When.CHOSEN_KEPT, canvas=True, changes=True, starts_section=True),
    _spec("mirror", "&Mirror", "Mirror the chromosome left to right.", Menu.CHROMOSOME, "Shift+F", icon="mirror",
          when=When.CHOSEN_KEPT, canvas=True, changes=True),
    _spec("to_tray", "To the tra&y", "Take the chromosome out of its slot.", Menu.CHROMOSOME, "T Backspace",
          icon="tray", when=When.CHOSEN_KEPT, canvas=True, changes=True, starts_section=True),
    _spec("reject", "&Reject", "Say that this is no chromosome of the cell; it can be restored.", Menu.CHROMOSOME,
          "Delete", icon="reject", when=When.CHOSEN_KEPT, canvas=True, changes=True),
    _spec("restore", "Rest&ore", "Make a rejected body a chromosome again.", Menu.CHROMOSOME, "R", icon="restore",
          when=When.CHOSEN_REJECTED, canvas=True, changes=True),
    _spec("show_reading", "&Show reading", "Show how else doubted outlines may be read, the likeliest first; again: "
          "the next reading. Where none is doubted: go to the next doubt.", Menu.CHROMOSOME, "O", icon="reading",
          when=When.DOUBTS_STAND, canvas=True, starts_section=True),
    _spec("keep_outlines", "&Keep as it is", "Say that doubted outlines are right as they are.", Menu.CHROMOSOME,
          "Shift+O", icon="keep", when=When.CHOSEN_DOUBTED, canvas=True, changes=True),
    _spec("next_uncertain", "Next &uncertain", "Choose the next chromosome that a person should look at.",
          Menu.CHROMOSOME, "Tab", icon="uncertain", when=When.CELL_SHOWN, canvas=True, starts_section=True),
    _spec("previous_uncertain", "Pre&vious uncertain", "Choose the uncertain chromosome before this one.",
          Menu.CHROMOSOME, "Shift+Tab", when=When.CELL_SHOWN, canvas=True),
    _spec("fit", "&Fit", "Show the whole picture.", Menu.VIEW, "Ctrl+0", icon="fit", when=When.CELL_SHOWN),
    _spec("zoom_in", "Zoom &in", "Enlarge the picture that has the focus.", Menu.VIEW, "Ctrl++ Ctrl+=",
          icon="zoom-in", when=When.CELL_SHOWN),
    _spec("zoom_out", "Zoom &out", "Show more of the picture that has the focus.", Menu.VIEW, "Ctrl+-",
          icon="zoom-out", when=When.CELL_SHOWN),
    _spec("only_metaphase", "Metaphase &alone", "Give the metaphase the whole centre, or share it again.", Menu.VIEW,
          "Ctrl+1", when=When.CELL_SHOWN, starts_section=True),
    _spec("only_karyogram", "&Karyogram alone", "Give the karyogram the whole centre, or share it again.", Menu.VIEW,
          "Ctrl+2", when=When.CELL_SHOWN),
    _spec("show_worksheet", "&Worksheet", "Show what was done with each cell, against the policy, or put it away.",
          Menu.VIEW, "Ctrl+3", when=When.CASE_SHOWN, checkable=True),
    _spec("show_rejected", "Show &rejected bodies", "Outline in the metaphase what was rejected.", Menu.VIEW, "Ctrl+R",
          icon="eye", checkable=True),
    _spec("next_pane", "Next &pane", "Move the keyboard to the next pane of the window.", Menu.VIEW, "F6",
          starts_section=True),
    _spec("theme_system", "Colours of the &system", "Light or dark as the system is.", Menu.VIEW, checkable=True,
          starts_section=True),
    _spec("theme_light", "&Light", "Always light.", Menu.VIEW, checkable=True),
    _spec("theme_dark", "&Dark", "Always dark.", Menu.VIEW, checkable=True),
    _spec("reset_layout", "R&eset layout", "Put every panel back to its first place.", Menu.VIEW,
          when=When.UNLOCKED, starts_section=True),
    _spec("next_cell", "&Next cell", "Show the next cell of the case.", Menu.CELL, "PgDown", icon="next"),
    _spec("previous_cell", "&Previous cell", "Show the cell before this one.", Menu.CELL, "PgUp", icon="previous"),
    _spec("mark_counted", "C&ounted", "Say that the chromosomes of this cell were counted, or were not.", Menu.CELL,
          "Alt+1", when=When.CELL_LISTED, checkable=True, starts_section=True, changes=True),
    _spec("mark_analysed", "&Analysed", "Say that every chromosome of this cell was evaluated in full, or was not.",
          Menu.CELL, "Alt+2", when=When.CELL_LISTED, checkable=True, changes=True),
    _spec("mark_karyotyped", "&Karyotyped", "Say that this cell was cut out and paired, or was not.", Menu.CELL,
          "Alt+3", when=When.CELL_LISTED, checkable=True, changes=True),
    _spec("mark_scored", "&Scored for…", "Say that this cell was looked at for one feature only, or was not.",
          Menu.CELL, "Alt+4", when=When.CELL_LISTED, checkable=True, changes=True),
    _spec("exclude_cell", "&Exclude…", "Leave this cell out of every number for a reason, or include it again.",
          Menu.CELL, "Alt+0", when=When.CELL_LISTED, checkable=True, changes=True),
    _spec("remove_cell", "&Take out of the case…", "Take this cell out of the case; its file stays where it is.",
          Menu.CELL, when=When.CELL_CURRENT, starts_section=True, changes=True),
    _spec("cancel_jobs", "&Cancel running work", "Stop reading and analysing; cells that are ready stay.", Menu.CELL,
          "Ctrl+.", icon="cancel", when=When.JOBS_RUN, starts_section=True),
    _spec("back_up", "&Backup…", "Copy the case database into a file while you work, and look through the copy.",
          Menu.DATABASE, when=When.UNLOCKED_STORE),
    _spec("restore_backup", "&Restore…", "Put a backup in the place of the case database; the present one is kept.",
          Menu.DATABASE, when=When.UNLOCKED),
    _spec("check_database", "&Check the database…", "Compute everything anew from what is stored, and say whether "
          "anything was altered.", Menu.DATABASE, when=When.UNLOCKED_STORE, starts_section=True),
    _spec("keys", "&Keys and gestures", "Show what every key and gesture does.", Menu.HELP, "F1 ?", icon="keys"),
    _spec("about", "&About KaryoDesk", "Say what this program is and is not.", Menu.HELP),
)  # fmt: skip
"""In the order of the menus."""

GESTURES: Final = (
    ("1 … 22, X, Y", "Label the chosen chromosome; two digits within 0.6 seconds make one number."),
    ("M", "Put the chosen chromosome among the markers."),
    ("Space", "Confirm; held down while dragging: move the picture."),
    ("Click", "Choose a chromosome; its twin in the other picture lights up."),
    ("Drag", "Carry a chromosome into a slot, within its pair or to the tray, from either picture."),
    ("Esc while dragging", "Let go without moving anything."),
    ("Double-click", "Turn a chromosome by 180°."),
    ("Right click", "List what can be done with a chromosome."),
    ("Wheel", "Zoom at the pointer."),
    ("Middle button + drag", "Move the picture."),
    ("Drop files or folders", "Add them to the case."),
)
"""What is done without an action: listed in the key sheet."""


def translated(text: str) -> str:
    """Return a text of this table in the person's language."""
    return QCoreApplication.translate("Actions", text)


@dataclass(frozen=True)
class Actions:
    """The table as Qt actions.

    Attributes:
        by_id: one a row of the table.
    """

    by_id: Mapping[str, QAction] = field(repr=False)

    def __getitem__(self, id_: str) -> QAction:
        return self.by_id[id_]

    def enable(self, states: Iterable[When], *, read_only: bool = False) -> None:
        """Enable exactly what can be used in these states.

        Args:
            states: those that hold.
            read_only: whether the case may not be changed.
        """
        present = {When.ALWAYS, *states}
        for spec in ACTIONS:
            self.by_id[spec.id].setEnabled(spec.when in present and not (read_only and spec.changes))

    def draw_icons(self) -> None:
        """Draw every icon in the colours of the present palette."""
        for spec in ACTIONS:
            if spec.icon:
                self.by_id[spec.id].setIcon(icon(spec.icon))


def make_actions(parent: QObject) -> Actions:
    """Make the actions; what they do is connected by the window."""
    made = {}
    for spec in ACTIONS:
        action = QAction(translated(spec.text), parent)
        action.setObjectName(spec.id)
        action.setShortcuts([QKeySequence(key) for key in spec.keys])
        context = Qt.ShortcutContext.WidgetWithChildrenShortcut if spec.canvas else Qt.ShortcutContext.WindowShortcut
        action.setShortcutContext(context)
        action.setCheckable(spec.checkable)
        action.setStatusTip(translated(spec.help))
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        name = action.text().replace("&", "").rstrip("…")
        action.setToolTip(f"{name} ({keys})\n{translated(spec.help)}" if keys else f"{name}\n{translated(spec.help)}")
        made[spec.id] = action
    return Actions(made)
