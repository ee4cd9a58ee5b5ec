from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from karyodesk.ui.entry_fields import ChoiceField, DateField, TextField


@pytest.fixture
def parent(qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


@pytest.fixture
def done():
    return []


def test_text_is_told_once_it_is_left_and_only_if_something_was_entered(parent, done):
    field = TextField("Name", parent)
    field.done.connect(lambda: done.append(field.entered()))
    field.show_value("Doe")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert done == []
    QTest.keyClicks(field, "John ")
    assert field.is_pending
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert done == ["John Doe"]


def test_esc_takes_back_what_is_not_taken_yet(parent):
    field = TextField("Name", parent)
    field.show_value("Doe")
    QTest.keyClicks(field, "x")
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert (field.text(), field.is_pending) == ("Doe", False)


def test_a_day_is_read_as_iso_8601_writes_it(parent):
    field = DateField("Received", parent)
    field.show_value(date(2026, 3, 1))
    assert field.text() == "2026-03-01"
    assert field.entered() == date(2026, 3, 1)
    field.setText(" ")
    assert field.entered() is None
    for text in ("1.3.2026", "2026-02-30", "soon"):
        field.setText(text)
        with pytest.raises(ValueError, match="is no date"):
            field.entered()


def test_what_is_wrong_is_marked_until_something_else_is_entered(parent):
    field = DateField("Received", parent)
    field.mark_wrong("This is no date.")
    assert (len(field.actions()), field.accessibleDescription()) == (1, "This is no date.")
    QTest.keyClicks(field, "2")
    assert (field.actions(), field.accessibleDescription()) == ([], "")


def test_going_through_choices_takes_the_last_one_alone(parent, done):
    field = ChoiceField("Sex", parent)
    field.done.connect(lambda: done.append(field.entered()))
    field.offer([("one", 1), ("two", 2), ("three", 3)])
    field.show_value(1)
    QTest.keyClick(field, Qt.Key.Key_Down)
    QTest.keyClick(field, Qt.Key.Key_Down)
    assert done == []
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert done == [3]


def test_other_choices_keep_what_was_chosen_or_nothing(parent):
    field = ChoiceField("Policy", parent)
    field.offer([("one", 1), ("two", 2)])
    field.show_value(1)
    QTest.keyClick(field, Qt.Key.Key_Down)
    field.offer([("two", 2), ("three", 3)])
    assert (field.is_pending, field.entered(), field.currentText()) == (True, 2, "two")
    field.offer([("four", 4)])
    assert (field.is_pending, field.currentIndex()) == (False, -1)
