"""Sentences to be ticked off: a tick that was kept is seen, counts, and can be taken off again."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtTest import QTest

from karyodesk.ui.tick_list import BOX, MARGIN, TickList

SENTENCES = ("Chromosome 3 was not looked at.", "Nobody checked the count.")


@pytest.fixture
def ticks(qtbot):
    made = TickList("What is open")
    qtbot.addWidget(made)
    palette = made.palette()
    palette.setColor(QPalette.ColorRole.Base, QColor("white"))
    palette.setColor(QPalette.ColorRole.Text, QColor("black"))
    palette.setColor(QPalette.ColorRole.PlaceholderText, QColor("yellow"))
    made.setPalette(palette)
    made.resize(400, 120)
    made.show()
    made.show_sentences(SENTENCES)
    return made


def click(ticks, row):
    QTest.mouseClick(ticks.viewport(), Qt.MouseButton.LeftButton, pos=box(ticks, row) + QPoint(60, 0))
    ticks.clearSelection()
    ticks.setCurrentRow(-1)


def box(ticks, row):
    """The middle of its box."""
    field = ticks.visualItemRect(ticks.item(row))
    return QPoint(field.x() + MARGIN + BOX // 2, field.center().y())


def is_drawn(ticks, row):
    """Whether a tick is in its box: a frame alone is yellow."""
    image = ticks.viewport().grab().toImage()
    at, half = box(ticks, row), BOX // 2 - 3
    inside = (image.pixelColor(at.x() + x, at.y() + y) for x in range(-half, half) for y in range(-half, half))
    return any(colour.value() < 128 for colour in inside)


def test_a_click_ticks_and_another_takes_the_tick_off(ticks):
    click(ticks, 1)
    assert ticks.ticked() == SENTENCES[1:]
    assert [is_drawn(ticks, row) for row in (0, 1)] == [False, True]
    click(ticks, 1)
    assert ticks.ticked() == ()
    assert not is_drawn(ticks, 1)


def test_a_tick_that_is_kept_when_other_sentences_come_is_seen_and_can_be_taken_off(ticks):
    click(ticks, 0)
    ticks.show_sentences((SENTENCES[0], "The karyotype was changed."))
    assert ticks.ticked() == SENTENCES[:1]
    assert [is_drawn(ticks, row) for row in (0, 1)] == [True, False]
    click(ticks, 0)
    assert ticks.ticked() == ()
    assert not is_drawn(ticks, 0)
