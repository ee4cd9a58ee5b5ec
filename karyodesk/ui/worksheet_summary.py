"""What follows from the cells of the worksheet: totals against the policy, modal number, mosaicism and clones."""

from collections.abc import Iterable
from html import escape
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from karyodesk.domain.case import Fact
from karyodesk.domain.policy import PolicyStatus
from karyodesk.domain.worksheet import count_distribution
from karyodesk.iscn.clones import write_complement
from karyodesk.ui.reckoning import Reckoning
from karyodesk.ui.texts import text_label
from karyodesk.ui.worksheet import Worksheet

WIDTH: Final = 560
MET: Final = "✓"


class Numbers(QWidget):
    """Rows of a name, how many there are, and how many are asked for."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Cells against the policy"))
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 2, 0, 2)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(1)
        self._grid.setColumnStretch(0, 1)
        self.rows: list[tuple[str, str, str]] = []

    def show_rows(self, rows: list[tuple[str, str, str]]) -> None:
        """Show name, number and judgement of each row; what is missing is said in words, not by colour alone."""
        if rows == self.rows:
            return
        self.rows = rows
        while (item := self._grid.takeAt(0)) is not None:
            if (label := item.widget()) is not None:
                label.deleteLater()
        for place, (name, number, judgement) in enumerate(rows):
            count = text_label(self, number, bold=True)
            count.setAlignment(Qt.AlignmentFlag.AlignRight)
            words = text_label(self, judgement)
            if judgement not in ("", MET):
                words.setForegroundRole(QPalette.ColorRole.BrightText)
            for column, text in enumerate((text_label(self, name, quiet=True), count, words)):
                text.setWordWrap(False)
                self._grid.addWidget(text, place, column)
        self.setAccessibleDescription("; ".join(" ".join(row) for row in rows))


class Summary(QScrollArea):
    """Follows the worksheet.

    Signals:
        policy_wanted: a policy is to be chosen.
    """

    policy_wanted = Signal()

    def __init__(self, sheet: Worksheet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sheet = sheet
        self.setAccessibleName(self.tr("Totals of the worksheet"))
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        content = QWidget(self)
        self._policy = text_label(content, bold=True)
        self._source = text_label(content, "", 0.92, quiet=True)
        self.choose_button = QPushButton(self.tr("Choose a &policy…"), content)
        self.choose_button.setAccessibleName(self.tr("Choose a policy"))
        self.choose_button.clicked.connect(self.policy_wanted)
        self.numbers = Numbers(content)
        self._modal = text_label(content)
        self._levels = text_label(content)
        self._karyotype = text_label(content, "", 1.15, bold=True)
        self._karyotype.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._clones = text_label(content)
        self._left_out = text_label(content)
        self._left_out.setTextFormat(Qt.TextFormat.RichText)
        self._left_out.linkActivated.connect(self._show_cell)
        self._lay_out(content)
        self.setWidget(content)
        sheet.reckoned.connect(self.refresh)
        self.refresh()

    @property
    def lines(self) -> tuple[str, ...]:
        """What is said beside the totals."""
        labels = (self._policy, self._modal, self._levels, self._karyotype, self._clones, self._left_out)
        return tuple(label.text() for label in labels if label.text())

    def refresh(self) -> None:
        """Show what was reckoned."""
        reckoning = self._sheet.reckoning
        self._show_policy(reckoning)
        self.numbers.show_rows(self._numbers(reckoning))
        for label, text in (
            (self._modal, self._modal_words(reckoning)),
            (self._levels, self._level_words(reckoning)),
            (self._karyotype, reckoning.karyotype),
            (self._clones, self._clone_words(reckoning)),
            (self._left_out, self._left_out_words(reckoning)),
        ):
            label.setText(text)
            label.setVisible(bool(text))

    # --- words

    def _show_policy(self, reckoning: Reckoning) -> None:
        chosen = reckoning.chosen
        policy, rule = chosen.policy, chosen.rule
        self.choose_button.setVisible(policy is None and not self._sheet.book.is_read_only)
        if policy is None or rule is None:
            self._policy.setText(self.tr("No policy"))
            self._source.setText(
                chosen.trouble or self.tr("A policy says how many cells are asked for and what makes a clone.")
            )
            return
        self._policy.setText(f"{rule.title} · {policy.name} {policy.version}")
        source = self.tr("Numbers {status}.").format(status=policy.status.value)
        words = [] if policy.status is PolicyStatus.CHECKED else [f"⚑ {source}"]
        if (most := rule.cells.count_up_to) is not None:
            words.append(self.tr("In doubt up to {count} are counted.").format(count=most))
        self._source.setText(" ".join([*words, rule.note]))

    def _numbers(self, reckoning: Reckoning) -> list[tuple[str, str, str]]:
        done = reckoning.totals
        asked = {each.what: each for each in reckoning.requirements}
        names = {
            Fact.COUNTED: self.tr("Counted"),
            Fact.ANALYSED: self.tr("Analysed"),
            Fact.KARYOTYPED: self.tr("Karyotyped"),
            Fact.SCORED: self.tr("Scored"),
        }
        rows = []
        for fact, name in names.items():
            present, required = getattr(done, fact.value), asked.pop(f"cells {fact.value}", None)
            rows.append(self._row(name, present, required.needed if required else 0))
        rows += [self._row(each.what.capitalize(), each.present, each.needed) for each in asked.values()]
        rows.append((self.tr("Excluded"), str(done.excluded), ""))
        return rows

    def _row(self, name: str, present: int, needed: int) -> tuple[str, str, str]:
        if not needed:
            return name, str(present), ""
        number = self.tr("{present} of {needed}").format(present=present, needed=needed)
        return name, number, MET if present >= needed else self.tr("{count} to go").format(count=needed - present)

    def _modal_words(self, reckoning: Reckoning) -> str:
        if not reckoning.modal:
            return self.tr("Modal number: no cell is counted yet.")
        numbers = self.tr(" or ").join(map(str, reckoning.modal))
        spread = " · ".join(f"{number}: {cells}" for number, cells in count_distribution(reckoning.lines))
        return self.tr("Modal number {numbers} ({spread})").format(numbers=numbers, spread=spread)

    def _level_words(self, reckoning: Reckoning) -> str:
        if not reckoning.totals.counted:
            return ""
        if reckoning.alike is False and reckoning.clones is None:
            return self.tr("Mosaicism is not excluded: the counted cells are not all alike, and no policy is chosen.")
        if reckoning.alike is False:
            return self.tr("Mosaicism is not excluded: the counted cells are not all of one clone.")
        levels = self.tr(" and ").join(
            self.tr("≥ {level} % at {confidence} % confidence").format(
                level=f"{100 * each.level:.1f}", confidence=f"{100 * each.confidence:g}"
            )
            for each in reckoning.levels
        )
        if reckoning.alike is None:
            return self.tr("Mosaicism excluded, if all counted cells are alike: {levels}").format(levels=levels)
        return self.tr("Mosaicism excluded: {levels}").format(levels=levels)

    def _clone_words(self, reckoning: Reckoning) -> str:
        if reckoning.clones is None:
            return ""
        lines = []
        for clone in reckoning.clones.clones:
            text, beside = write_complement(clone.complement), sum(bool(member.beside) for member in clone.members)
            lines.append(self.tr("{karyotype}: {count} cells").format(karyotype=text, count=clone.size))
            if beside:
                lines[-1] += self.tr(", {count} of them with another abnormality").format(count=beside)
        return "\n".join(lines)

    def _left_out_words(self, reckoning: Reckoning) -> str:
        words = []
        for each in reckoning.clones.left_out if reckoning.clones else ():
            cell = self._sheet.cell_of(each.cell)
            if cell is not None:
                words.append(f'<a href="{escape(each.cell)}">{escape(cell.name)}</a>: {escape(each.reason)}')
        heading = self.tr("⚑ In no clone:")
        return "<br>".join([heading, *words]) if words else ""

    def _show_cell(self, key: str) -> None:
        if (cell := self._sheet.cell_of(key)) is not None:
            self._sheet.case.show_cell(cell)

    # --- laying out

    def _lay_out(self, content: QWidget) -> None:
        row = QHBoxLayout(content)
        row.setContentsMargins(16, 4, 16, 10)
        row.setSpacing(24)
        row.addLayout(_column(self._policy, self._source, self.choose_button, self.numbers), 1)
        row.addLayout(_column(self._modal, self._levels, self._karyotype, self._clones, self._left_out), 1)


def _column(*widgets: QWidget) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(5)
    _add(column, widgets)
    column.addStretch(1)
    return column


def _add(column: QVBoxLayout, widgets: Iterable[QWidget]) -> None:
    for widget in widgets:
        alignment = Qt.AlignmentFlag.AlignLeft if isinstance(widget, QPushButton) else Qt.AlignmentFlag(0)
        column.addWidget(widget, 0, alignment)
        if isinstance(widget, QLabel):
            widget.setMinimumWidth(120)
