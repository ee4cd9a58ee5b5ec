import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest


def test_from_one_slot_to_another_adds_and_replaces_nothing(hands):
    hands.carry(hands.karyogram, hands.in_karyogram("c000"), hands.in_slot("2", 0.97))
    assert hands.slot("2") == ["c002", "c003", "c000"]
    assert hands.slot("1") == ["c001"]
    assert hands.case.analysed.journal.entries[-1].edit.text == "Move to 2"


def test_the_place_between_two_is_kept(hands):
    left, right = hands.in_karyogram("c002"), hands.in_karyogram("c003")
    hands.carry(hands.karyogram, hands.in_karyogram("c000"), (left + right) / 2)
    assert hands.slot("2") == ["c002", "c000", "c003"]


def test_within_a_pair_the_order_changes(hands):
    hands.carry(hands.karyogram, hands.in_karyogram("c000"), hands.in_slot("1", 0.97))
    assert hands.slot("1") == ["c001", "c000"]


def test_to_the_tray(hands):
    hands.carry(hands.karyogram, hands.in_karyogram("c000"), hands.in_slot(None, 0.5))
    assert hands.slot(None) == ["c000"]
    assert "inc" in hands.window.workspace.tally.karyotype


def test_bare_ground_of_the_karyogram_stands_for_the_tray(hands):
    hands.carry(hands.karyogram, hands.in_karyogram("c000"), QPoint(2, 2))
    assert hands.slot(None) == ["c000"]


def test_from_the_metaphase_into_a_slot(hands):
    hands.carry(hands.metaphase, hands.in_metaphase("c004"), hands.in_slot("21", 0.97), hands.karyogram)
    assert hands.slot("21") == ["c040", "c041", "c004"]
    assert hands.window.workspace.tally.karyotype == "46,XX,-3,+21"


def test_beside_the_karyogram_nothing_happens(hands):
    hands.carry(hands.karyogram, hands.in_karyogram("c000"), QPoint(60, 60), hands.metaphase)
    assert hands.slot("1") == ["c000", "c001"]
    assert hands.case.analysed.journal.entries == []


def test_put_back_where_it_was_nothing_is_written(hands):
    start = hands.in_karyogram("c000")
    hands.carry(hands.karyogram, start, start + QPoint(30, 0), let_go=False)
    QTest.mouseMove(hands.karyogram.viewport(), start)
    QTest.mouseRelease(hands.karyogram.viewport(), Qt.MouseButton.LeftButton, pos=start)
    assert hands.case.analysed.journal.entries == []


def test_escape_lets_go_without_moving(hands):
    hands.karyogram.setFocus()
    hands.carry(hands.karyogram, hands.in_karyogram("c000"), hands.in_slot("5"), let_go=False)
    assert hands.karyogram.is_carrying
    hands.press(Qt.Key.Key_Escape, widget=hands.karyogram)
    assert not hands.karyogram.is_carrying
    QTest.mouseRelease(hands.karyogram.viewport(), Qt.MouseButton.LeftButton, pos=hands.in_slot("5"))
    assert hands.slot("1") == ["c000", "c001"]


def test_a_tremble_is_a_click(hands):
    start = hands.in_karyogram("c000")
    hands.carry(hands.karyogram, start, start + QPoint(3, 2))
    assert hands.case.selected.id == "c000"
    assert hands.case.analysed.journal.entries == []


def test_what_is_carried_is_seen_with_where_it_would_land(hands):
    hands.carry(hands.karyogram, hands.in_karyogram("c000"), hands.in_slot("2", 0.97), let_go=False)
    ghost = next(child for child in hands.window.children() if child.objectName() == "carried")
    assert ghost.isVisible()
    middle = hands.karyogram.viewport().mapFromGlobal(ghost.mapToGlobal(ghost.rect().center()))
    assert (middle - hands.in_slot("2", 0.97)).manhattanLength() < 4
    assert hands.karyogram._marker.isVisible()
    assert hands.karyogram._frame.marks.target == ("2",)
    QTest.mouseRelease(hands.karyogram.viewport(), Qt.MouseButton.LeftButton, pos=hands.in_slot("2", 0.97))
    assert not ghost.isVisible()
    assert not hands.karyogram._marker.isVisible()
    assert hands.karyogram._frame.marks.target == ()


@pytest.mark.parametrize(("share", "index"), [(0.02, 0), (0.5, 1), (0.98, 2)])
def test_the_marker_stands_where_the_chromosome_will(hands, share, index):
    hands.carry(hands.karyogram, hands.in_karyogram("c010"), hands.in_slot("2", share), let_go=False)
    xs = [hands.karyogram.layout_shown.placements[id_].rect for id_ in ("c002", "c003")]
    marker = hands.karyogram._marker._top.x()
    assert sum(rect.x + rect.width / 2 < marker for rect in xs) == index
    QTest.mouseRelease(hands.karyogram.viewport(), Qt.MouseButton.LeftButton, pos=hands.in_slot("2", share))
    assert hands.slot("2").index("c010") == index


def test_an_enlarged_karyogram_scrolls_while_one_carries_to_its_edge(hands, qtbot):
    hands.karyogram.zoom(3)
    hands.karyogram.centerOn(QPointF(0, 0))
    qtbot.wait(50)  # the scroll bars come
    bar = hands.karyogram.verticalScrollBar()
    start = hands.in_karyogram("c000")
    edge = QPoint(start.x(), hands.karyogram.viewport().height() - 10)
    hands.carry(hands.karyogram, start, edge, let_go=False)
    before = bar.value()
    qtbot.waitUntil(lambda: bar.value() > before + 40, timeout=5000)
    QTest.mouseRelease(hands.karyogram.viewport(), Qt.MouseButton.LeftButton, pos=edge)
