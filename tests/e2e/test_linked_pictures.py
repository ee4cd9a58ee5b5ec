from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication


def marks(hands, chromosome_id):
    return hands.karyogram._members[chromosome_id].marks


def test_pointing_in_the_metaphase_lights_the_twin_in_the_karyogram(hands):
    hands.point_at(hands.metaphase, hands.in_metaphase("c010"))
    assert hands.case.hovered.id == "c010"
    assert marks(hands, "c010").hovered == {"c010"}
    assert not marks(hands, "c011").hovered


def test_pointing_in_the_karyogram_lights_the_twin_in_the_metaphase(hands):
    hands.point_at(hands.karyogram, hands.in_karyogram("c007"))
    assert hands.metaphase._bodies["c007"].hovered
    hands.point_at(hands.karyogram, QPoint(3, 3))
    assert not hands.metaphase._bodies["c007"].hovered


def test_choosing_in_either_picture_chooses_in_both(hands):
    hands.click(hands.metaphase, hands.in_metaphase("c020"))
    assert marks(hands, "c020").selected == {"c020"}
    hands.click(hands.karyogram, hands.in_karyogram("c021"))
    assert hands.metaphase._bodies["c021"].selected
    assert not hands.metaphase._bodies["c020"].selected


def test_the_inspector_shows_what_is_chosen(hands):
    hands.click(hands.metaphase, hands.in_metaphase("c005"))
    inspector = hands.window.inspector
    assert inspector.heading == "Chromosome 3"
    assert "Uncertain" in inspector.state
    assert [button.label for button in inspector.alternatives] == ["3", "11", "12", "X"]
    assert "looks like 11" in inspector.notes


def test_pressing_an_alternative_gives_that_label(hands):
    hands.click(hands.metaphase, hands.in_metaphase("c005"))
    QTest.mouseClick(hands.window.inspector.alternatives[1], Qt.MouseButton.LeftButton)
    assert hands.cell.by_id["c005"].label == "11"
    assert hands.window.inspector.heading == "Chromosome 11"


def test_clicking_bare_ground_chooses_nothing(hands):
    hands.choose("c003")
    hands.click(hands.karyogram, QPoint(3, 3))
    assert hands.case.selected is None


def test_of_two_that_cross_the_smaller_one_is_pointed_at(hands):
    big = hands.cell.by_id["c000"]
    x0, y0, x1, _ = big.outline.bbox
    small = hands.metaphase._bodies["c001"]
    small.path.translate(x0 - small.path.boundingRect().x(), y0 - small.path.boundingRect().y())
    assert hands.metaphase.chromosome_at(QPointF((x0 + x1) / 2, y0 + 20)) == "c001"


def wheel(canvas, at, clicks):
    place = QPointF(at)
    event = QWheelEvent(
        place, QPointF(canvas.viewport().mapToGlobal(at)), QPoint(), QPoint(0, 120 * clicks),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(canvas.viewport(), event)


def test_the_wheel_zooms_and_fit_shows_all_again(hands):
    whole = hands.karyogram.transform().m11()
    wheel(hands.karyogram, hands.karyogram.viewport().rect().center(), 4)
    assert hands.karyogram.transform().m11() > 2 * whole
    hands.press(Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    assert abs(hands.karyogram.transform().m11() - whole) < 1e-6


def test_zoom_has_limits(hands):
    for _ in range(40):
        wheel(hands.metaphase, QPoint(50, 50), 2)
    assert hands.metaphase.transform().m11() <= 40.0001
    for _ in range(60):
        wheel(hands.metaphase, QPoint(50, 50), -2)
    assert hands.metaphase.transform().m11() > 0.1


def test_the_middle_button_moves_the_picture(hands):
    wheel(hands.metaphase, hands.metaphase.viewport().rect().center(), 6)
    bar = hands.metaphase.horizontalScrollBar()
    before, viewport = bar.value(), hands.metaphase.viewport()
    QTest.mousePress(viewport, Qt.MouseButton.MiddleButton, pos=QPoint(200, 200))
    QTest.mouseMove(viewport, QPoint(160, 200))
    QTest.mouseRelease(viewport, Qt.MouseButton.MiddleButton, pos=QPoint(160, 200))
    assert bar.value() == before + 40


def test_space_and_drag_moves_the_picture_and_confirms_nothing(hands):
    hands.choose("c005")
    wheel(hands.karyogram, hands.karyogram.viewport().rect().center(), 6)
    bar = hands.karyogram.horizontalScrollBar()
    before, viewport = bar.value(), hands.karyogram.viewport()
    QTest.keyPress(hands.karyogram, Qt.Key.Key_Space)
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=QPoint(200, 200))
    QTest.mouseMove(viewport, QPoint(170, 200))
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=QPoint(170, 200))
    QTest.keyRelease(hands.karyogram, Qt.Key.Key_Space)
    assert bar.value() == before + 30
    assert not hands.cell.by_id["c005"].confirmed


def test_one_picture_can_have_all_the_room(hands):
    hands.press(Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert not hands.metaphase.isVisible()
    hands.press(Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert hands.metaphase.isVisible()


def test_cells_are_stepped_through_by_one_key(hands, tmp_path):
    from tests.e2e.stand_in import write_metaphase

    hands.drop(write_metaphase(tmp_path / "second.png", count=45))
    hands.wait_for_jobs()
    hands.press(Qt.Key.Key_PageDown)
    assert hands.case.current.name == "second.png"
    assert hands.window.workspace.tally.karyotype == "45,X"
    assert hands.window.cell_list.currentIndex().row() == 1
    hands.press(Qt.Key.Key_PageUp)
    assert hands.case.current.name == "cell.png"
