"""The details of the case, by mouse and keys, into the case database."""

from contextlib import closing
from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from karyodesk.domain import case_edits
from karyodesk.domain.case import CultureMethod, Sex, Slide, SpecimenKind
from karyodesk.domain.errors import StoreLostError
from karyodesk.store import cases, search
from karyodesk.store.author import Author
from karyodesk.store.engine import Store
from karyodesk.store.journal import Action, CaseState
from karyodesk.store.records import record_of
from karyodesk.ui.case_details import CaseDetailsDialog
from karyodesk.ui.material import next_culture_name, next_slide_name
from tests.e2e.conftest import FILE
from tests.e2e.hands import Hands
from tests.unit.domain.cases import CASE

LEFT, CTRL = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path / FILE}"


class Person(Hands):
    """At the form of the case."""

    def open_details(self):
        self.qtbot.waitUntil(lambda: not self.window.findChildren(CaseDetailsDialog))
        self.activate(self.window)
        self.press(Qt.Key.Key_D, CTRL, self.window)
        (self.dialog,) = self.window.findChildren(CaseDetailsDialog)
        self.activate(self.dialog)
        return self.dialog

    def activate(self, window):
        window.activateWindow()
        self.qtbot.waitUntil(window.isActiveWindow)

    def enter(self, field, text):
        QTest.mouseClick(field, LEFT)
        field.selectAll()
        QTest.keyClicks(field, text)
        QTest.keyClick(field, Qt.Key.Key_Return)

    def click(self, button):
        QTest.mouseClick(button, LEFT)

    def choose_from_menu(self, button, text):
        def press():
            menu = QApplication.activePopupWidget()
            assert isinstance(menu, QMenu)
            action = next(action for action in menu.actions() if action.text() == text)
            QTest.mouseClick(menu, LEFT, pos=menu.actionGeometry(action).center())

        QTimer.singleShot(50, press)
        self.click(button)

    def step_to(self, field, text):
        """Go through the choices with the arrow until one is reached, and leave the field."""
        field.setFocus()
        while field.currentText() != text:
            before = field.currentIndex()
            QTest.keyClick(field, Qt.Key.Key_Down if field.findText(text) > before else Qt.Key.Key_Up)
            assert field.currentIndex() != before
        QTest.keyClick(field, Qt.Key.Key_Tab)

    def close_details(self):
        self.click(self.dialog.close_button)

    def wait_until_stored(self):
        self.qtbot.waitUntil(lambda: not self.window.keeper.pending, timeout=10000)


@pytest.fixture
def person(window, qtbot):
    """A person before the window of a new case."""
    made = Person(window, qtbot)
    made.press(Qt.Key.Key_N, CTRL, window)
    made.open_details()
    return made


def stored(url, case_id):
    with closing(Store(url, create=False)) as store:
        return cases.read(store, case_id).case


def texts_of_edits(url, case_id):
    with closing(Store(url, create=False)) as store:
        return [record_of(row).text for row in cases.history(store, case_id) if row.action == Action.EDIT_CASE]


def test_each_field_that_is_left_is_one_journalled_edit(person, url):
    details = person.dialog
    person.enter(details.patient.fields["name"], "Doe, Jane")
    person.enter(details.patient.fields["identifier"], "P-17")
    person.enter(details.patient.fields["birth_date"], "1990-02-03")
    person.step_to(details.patient.fields["sex"], "female")  # others lie between
    person.enter(details.order.fields["accession"], "26-0042")
    person.enter(details.order.fields["referring_physician"], "Dr Roe")
    person.enter(details.order.fields["accession"], "26-0042")  # nothing else in it
    person.step_to(details.workup.fields["banding"], "GTL")
    person.close_details()
    person.wait_until_stored()
    case_id = person.window.filing.case_id
    case = stored(url, case_id)
    assert (case.patient.name, case.patient.identifier) == ("Doe, Jane", "P-17")
    assert (case.patient.birth_date, case.patient.sex) == (date(1990, 2, 3), Sex.FEMALE)
    assert (case.order.accession, case.order.referring_physician) == ("26-0042", "Dr Roe")
    assert texts_of_edits(url, case_id) == [
        "Change patient: name",
        "Change patient: identifier",
        "Change patient: birth date",
        "Change patient: sex",
        "Change order: accession",
        "Change order: referring physician",
        "Change workup: banding",
    ]
    assert "26-0042" in person.window.windowTitle()
    with closing(Store(url, create=False)) as store:
        assert [line.case.id for line in search.find(store, "P-17", 5)] == [case_id]


def test_specimens_cultures_and_slides_are_added_changed_and_removed(person, url):
    material = person.dialog.material
    assert not material.add_culture.isEnabled()
    person.choose_from_menu(material.add_specimen, "Bone marrow")
    person.enter(material.forms[type(material.chosen)].fields["received"], "2026-11-02")
    person.choose_from_menu(material.add_culture, "Suspension")
    QTest.keyClicks(QApplication.focusWidget(), "K")  # the name of the new one is before the person, chosen
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    person.click(material.add_slide)
    person.click(material.add_slide)
    person.click(material.remove_button)
    person.close_details()
    person.wait_until_stored()
    case = stored(url, person.window.filing.case_id)
    assert [(each.kind, each.received) for each in case.specimens] == [(SpecimenKind.BONE_MARROW, date(2026, 11, 2))]
    assert [(each.name, each.method) for each in case.cultures] == [("K", CultureMethod.SUSPENSION)]
    assert [each.name for each in case.slides] == ["K1"]
    assert texts_of_edits(url, case.id)[-3:] == ["Add slide", "Add slide", "Remove slide"]


def test_what_others_rest_on_is_not_removed(person):
    material = person.dialog.material
    person.choose_from_menu(material.add_specimen, "Blood")
    specimen = material.chosen
    person.choose_from_menu(material.add_culture, "Flask")
    material.choose(specimen.id)
    person.click(material.remove_button)
    assert "rest on this one" in person.dialog.message
    assert person.window.filing.data.specimens == (specimen,)


def test_a_slide_on_which_a_cell_lies_is_not_removed(person, metaphase):
    material = person.dialog.material
    person.choose_from_menu(material.add_specimen, "Blood")
    person.choose_from_menu(material.add_culture, "Flask")
    person.click(material.add_slide)
    slide = material.chosen
    person.close_details()
    person.drop(metaphase)
    person.wait_for_jobs()
    person.window.worksheet.locate(person.case.current, slide=slide.id)
    material = person.open_details().material
    material.choose(slide.id)
    person.click(material.remove_button)
    assert "Cells of the case lie on this slide" in person.dialog.message
    assert person.window.filing.data.slides == (slide,)


def test_what_is_typed_last_is_kept_when_the_form_is_left(person):
    field = person.dialog.order.fields["indication"]
    QTest.mouseClick(field, LEFT)
    QTest.keyClicks(field, "Developmental delay")
    QTest.keyClick(person.dialog, Qt.Key.Key_C, Qt.KeyboardModifier.AltModifier)
    person.qtbot.waitUntil(lambda: not person.window.findChildren(CaseDetailsDialog))
    assert person.window.filing.data.order.indication == "Developmental delay"


def test_what_is_no_date_stays_before_the_person_until_it_is_right_or_taken_back(person):
    field = person.dialog.patient.fields["birth_date"]
    person.enter(field, "3.2.1990")
    assert "is no date" in person.dialog.message
    person.close_details()
    assert person.dialog.isVisible()
    assert field.text() == "3.2.1990"
    assert person.window.filing.data.patient.birth_date is None
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert (field.text(), person.dialog.isVisible()) == ("", True)
    person.close_details()
    assert not person.dialog.isVisible()


def test_the_policy_is_chosen_among_those_for_the_specimen(person, url):
    details = person.dialog
    person.choose_from_menu(details.material.add_specimen, "Amniotic fluid")
    person.choose_from_menu(details.material.add_culture, "In situ")
    field = details.workup.choice("policy")
    assert "Amniotic fluid, in situ" in field.itemText(1)
    person.step_to(field, field.itemText(2))
    assert "check before use" in details._policy.text()
    person.close_details()
    person.wait_until_stored()
    reference = stored(url, person.window.filing.case_id).workup.policy
    assert (reference.name, reference.rule) == ("CCMG type", "amniotic-in-situ")


def test_the_two_identifiers_are_asked_for(person):
    assert "Two identifiers" in person.dialog._identifiers.text()
    person.enter(person.dialog.patient.fields["name"], "Doe, Jane")
    assert "patient number is missing" in person.dialog._identifiers.text()
    person.enter(person.dialog.patient.fields["identifier"], "P-17")
    assert not person.dialog._identifiers.isVisible()


def test_who_was_first_is_said_and_nothing_is_overwritten(person, url):
    person.wait_until_stored()
    case_id = person.window.filing.case_id
    with closing(Store(url, create=False)) as store:
        read = cases.read(store, case_id)
        edit = case_edits.change(read.case, replace(read.case.patient, name="Roe, Max"), "max")
        cases.edit(store, case_id, edit, Author("max", "Max Moe", "elsewhere"), expected=read.version)
    person.enter(person.dialog.patient.fields["name"], "Doe, Jane")
    person.qtbot.waitUntil(lambda: "not stored" in person.dialog.message, timeout=10000)
    assert person.dialog.patient.fields["name"].text() == "Roe, Max"
    assert stored(url, case_id).patient.name == "Roe, Max"


def test_a_signed_case_cannot_be_changed(person):
    person.close_details()
    person.window.filing.state = CaseState.SIGNED
    details = person.open_details()
    assert "signed" in details.message
    assert not any(field.isEnabled() for field in details.patient.fields.values())
    assert not details.material.add_specimen.isEnabled()


def test_the_name_of_the_person_and_the_laboratory_stay_over_cases(hands, qtbot):
    person = Person(hands.window, qtbot)
    details = person.open_details()
    person.enter(details.report.fields["laboratory"], "Cytogenetics, City Hospital")
    person.enter(details.report.fields["analysed_by"], "Kim")
    person.close_details()
    person.activate(hands.window)
    hands.choose("c000")
    hands.press(Qt.Key.Key_F)
    assert hands.case.analysed.journal.entries[-1].edit.who == "Kim"
    person.wait_until_stored()
    person.press(Qt.Key.Key_N, CTRL, hands.window)
    assert hands.case.details.identification.laboratory == "Cytogenetics, City Hospital"
    assert hands.case.details.analysed_by == "Kim"


def test_without_a_case_database_the_details_are_kept_in_the_window(make_window, qtbot, metaphase):
    def fail():
        raise StoreLostError("The server does not answer.")

    person = Person(make_window(opener=fail), qtbot)
    person.drop(metaphase)
    person.wait_for_jobs()
    details = person.open_details()
    person.enter(details.order.fields["accession"], "26-0042")
    person.enter(details.patient.fields["name"], "Doe, Jane")
    person.close_details()
    assert "26-0042" in person.window.windowTitle()
    assert person.case.details.identification.patient == "Doe, Jane"
    assert person.open_details().order.fields["accession"].text() == "26-0042"
    assert person.window.filing.data is None


def test_a_new_slide_bears_the_name_of_its_culture():
    assert next_culture_name(CASE) == "C"
    assert next_slide_name(CASE, CASE.cultures[1]) == "B3"
    assert next_slide_name(replace(CASE, slides=(Slide("x", "c1", "A2"),)), CASE.cultures[0]) == "A1"
