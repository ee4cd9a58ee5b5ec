"""The details of the case: patient, order, work-up, specimens, cultures and slides. Each change is stored at once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from karyodesk.domain import case_edits
from karyodesk.domain.case import Banding, Case, CultureMethod, PolicyReference, Sex
from karyodesk.domain.case_edits import CaseEdit, Part
from karyodesk.domain.errors import EditError
from karyodesk.domain.policy import Policy, PolicyStatus, Rule
from karyodesk.ui.case import Case as Shown
from karyodesk.ui.case_book import CaseBook
from karyodesk.ui.material import Material
from karyodesk.ui.part_form import Entry, PartForm
from karyodesk.ui.reckoning import chosen_by
from karyodesk.ui.texts import text_label

EMPTY: Final = Case("none")
"""What is shown where no case is open: the first change makes one."""


class CaseDetailsDialog(QDialog):
    """Everything of the case but its cells.

    Args:
        book: the data of the case.
        shown: the case of the window.
        single_user: whether nobody signs in, so that the name of the person is asked here.
        parent: the window.
    """

    def __init__(self, book: CaseBook, shown: Shown, *, single_user: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Case details"))
        self._book, self._shown = book, shown
        self.patient, self.order, self.workup = (
            self._part_form(name, entries)
            for name, entries in zip(("patient", "order", "workup"), self._entries(), strict=True)
        )
        self.material = Material(self)
        self.material.wanted.connect(self._edit)
        self.material.refused.connect(self._say)
        self.report = self._report_form(single_user)
        self._identifiers = text_label(self)
        self._identifiers.setForegroundRole(QPalette.ColorRole.BrightText)
        self._policy = text_label(self, "", 0.94, quiet=True)
        self._message = text_label(self)
        self._message.setForegroundRole(QPalette.ColorRole.BrightText)
        self.close_button = QPushButton(self.tr("&Close"), self)
        self.close_button.setAutoDefault(False)
        self.close_button.clicked.connect(self.accept)
        self._lay_out()
        book.changed.connect(self.refresh)
        book.refused.connect(self._say)
        self.refresh()

    @property
    def message(self) -> str:
        """What is said of the last change; empty where nothing is."""
        return self._message.text()

    def refresh(self) -> None:
        """Show the case as it now is; what is being typed stays."""
        case, may = self._book.data or EMPTY, not self._book.is_read_only
        self._offer_policies(case)
        for form, part in ((self.patient, case.patient), (self.order, case.order), (self.workup, case.workup)):
            form.show_part(part)
            form.setEnabled(may)
        used = frozenset(cell.facts.slide for cell in self._shown.cells if cell.facts.slide)
        self.material.show_case(case, used, may=may)
        self.report.show_part(_OfReport(self._book))
        missing = [
            name
            for name, value in (
                (self.tr("the name"), case.patient.name),
                (self.tr("the patient number"), case.patient.identifier),
            )
            if not value
        ]
        words = self.tr("⚑ Two identifiers tell a patient from others: {missing} is missing.")
        self._identifiers.setText(words.format(missing=self.tr(" and ").join(missing)) if missing else "")
        self._identifiers.setVisible(bool(missing))
        if not may:
            self._say(self.tr("This case is signed: reopen it before changing it."))

    def done(self, result: int) -> None:
        """Close, once what is typed is taken; what cannot be taken stays before the person."""
        forms = (self.patient, self.order, self.workup, self.report, self.material)
        if all([form.settle() for form in forms]):
            super().done(result)

    # --- changes

    def _change(self, of: str, name: str, value: object) -> None:
        def make(case: Case, who: str) -> CaseEdit:
            part: Part = getattr(case, of)
            return case_edits.change(case, replace(part, **{name: value}), who)  # type: ignore[arg-type]

        self._edit(make)

    def _edit(self, make: Callable[[Case, str], CaseEdit]) -> None:
        self._say("")
        try:
            self._book.edit(make)
        except EditError as error:
            self._say(error.message)
            self.refresh()

    def _change_report(self, name: str, value: str) -> None:
        self._say("")
        if name == "laboratory":
            self._book.set_laboratory(value)
        else:
            self._book.set_analysed_by(value)
        self.refresh()

    def _say(self, sentence: str) -> None:
        self._message.setText(sentence)
        self._message.setAccessibleName(sentence)

    # --- policies

    def _offer_policies(self, case: Case) -> None:
        """Offer the rules for the specimens of the case first, the others after them."""
        rules = [(policy, rule) for policy in self._book.policies for rule in policy.rules]
        rules.sort(key=lambda pair: not _fits(pair[1], case))
        choices: list[tuple[str, PolicyReference | None]] = [(self.tr("none"), None)]
        choices += [(_rule_name(policy, rule), policy.reference(rule)) for policy, rule in rules]
        chosen, reference = chosen_by(case, self._book.policies), case.workup.policy
        if reference is not None and chosen.rule is None:
            words = self.tr("{name} {version}, {rule} (not there)")
            choices.append((words.format(**vars(reference)), reference))
        self.workup.choice("policy").offer(choices)
        self._policy.setText(chosen.trouble or self._about(chosen.policy, chosen.rule))
        self._policy.setVisible(bool(self._policy.text()))
        due = self._due(chosen.rule, case)
        field = self.order.fields["report_due"]
        field.setToolTip(self.tr("By the policy: {day}").format(day=due.isoformat()) if due else "")
        if due and hasattr(field, "setPlaceholderText"):
            field.setPlaceholderText(self.tr("{day} by the policy").format(day=due.isoformat()))

    def _about(self, policy: Policy | None, rule: Rule | None) -> str:
        if policy is None or rule is None:
            return ""
        numbers = rule.cells
        words = self.tr("Count {count}, analyse {analyse}, karyotype {karyotype}.").format(
            count=numbers.count, analyse=numbers.analyse, karyotype=numbers.karyotype
        )
        source = self.tr("Source: {source} Status: {status}.").format(source=policy.source, status=policy.status.value)
        flag = "" if policy.status is PolicyStatus.CHECKED else "⚑ "
        return " ".join(filter(None, (words, rule.note, f"{flag}{source}")))

    def _due(self, rule: Rule | None, case: Case) -> date | None:
        received = [specimen.received for specimen in case.specimens if specimen.received]
        return rule.due(min(received)) if rule is not None and received else None

    # --- making

    def _entries(self) -> tuple[tuple[Entry, ...], tuple[Entry, ...], tuple[Entry, ...]]:
        patient = (
            Entry("name", self.tr("&Name")),
            Entry("identifier", self.tr("Patient num&ber")),
            Entry("birth_date", self.tr("Date o&f birth"), date),
            Entry("sex", self.tr("Se&x"), Sex),
        )
        order = (
            Entry("accession", self.tr("&Accession")),
            Entry("indication", self.tr("&Indication")),
            Entry("referring_physician", self.tr("Referring &physician")),
            Entry("referring_centre", self.tr("Referring cen&tre")),
            Entry("report_due", self.tr("Report du&e"), date),
        )
        workup = (
            Entry("banding", self.tr("Bandin&g"), Banding),
            Entry("policy", self.tr("P&olicy"), object),
        )
        return patient, order, workup

    def _part_form(self, of: str, entries: tuple[Entry, ...]) -> PartForm:
        form = PartForm(entries, self)
        form.changed.connect(partial(self._change, of))
        form.refused.connect(self._say)
        return form

    def _report_form(self, single_user: bool) -> PartForm:
        entries = [Entry("laboratory", self.tr("Laborator&y"))]
        if single_user:
            entries.append(Entry("analysed_by", self.tr("Analyse&d by")))
        form = PartForm(entries, self)
        form.changed.connect(self._change_report)
        return form

    def _add(self, column: QVBoxLayout, title: str, *widgets: QWidget) -> None:
        column.addWidget(text_label(self, title, 1.1, bold=True))
        for widget in widgets:
            column.addWidget(widget, int(widget is self.material))
        column.addSpacing(10)

    def _lay_out(self) -> None:
        left, right = QVBoxLayout(), QVBoxLayout()
        for column in (left, right):
            column.setSpacing(8)
        self._add(left, self.tr("Patient"), self.patient, self._identifiers)
        self._add(left, self.tr("Order"), self.order)
        self._add(left, self.tr("Work-up"), self.workup, self._policy)
        self._add(right, self.tr("Specimens, cultures, slides"), self.material)
        self._add(right, self.tr("On the report only"), self.report)
        left.addStretch(1)
        for forms in ((self.patient, self.order, self.workup), (self.report, *self.material.forms.values())):
            for form in forms:
                form.align(max(each.label_width for each in forms))
        grid = QGridLayout(self)
        grid.setContentsMargins(22, 18, 22, 16)
        grid.setHorizontalSpacing(32)
        grid.setVerticalSpacing(12)
        grid.addLayout(left, 0, 0)
        grid.addLayout(right, 0, 1)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        foot = QHBoxLayout()
        foot.addWidget(self._message, 1)
        foot.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignRight)
        grid.addLayout(foot, 1, 0, 1, 2)
        self.resize(980, 680)


class _OfReport:
    """What the report says beside the data of the case."""

    def __init__(self, book: CaseBook) -> None:
        self.laboratory, self.analysed_by = book.laboratory, book.analysed_by


def _fits(rule: Rule, case: Case) -> bool:
    methods: dict[str, list[CultureMethod | None]] = {specimen.id: [] for specimen in case.specimens}
    for culture in case.cultures:
        methods[culture.specimen].append(culture.method)
    return any(rule.fits(each.kind, method) for each in case.specimens for method in methods[each.id] or [None])


def _rule_name(policy: Policy, rule: Rule) -> str:
    return f"{rule.title} – {policy.name} {policy.version}"
