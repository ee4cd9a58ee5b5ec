import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog


@pytest.fixture
def save_as(monkeypatch):
    """Answer the next file dialog with a path."""

    def answer(path):
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))

    return answer


def test_the_report_of_the_case_is_written_without_blocking(hands, save_as, tmp_path):
    save_as(tmp_path / "report.pdf")
    hands.choose("c000")
    hands.press(Qt.Key.Key_F)
    hands.press(Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    assert not (tmp_path / "report.pdf").exists()  # a job does it
    hands.wait_for_jobs()
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")
    assert "report.pdf was written" in hands.window.notice.text
    assert not hands.case.has_unexported_edits


def test_the_karyogram_is_written_as_a_picture(hands, save_as, tmp_path):
    save_as(tmp_path / "karyogram")
    hands.window.actions_["export_png"].trigger()
    hands.wait_for_jobs()
    assert QImage(str(tmp_path / "karyogram.png")).width() > 1000


def test_a_report_that_cannot_be_written_is_told_and_nothing_is_lost(hands, save_as, tmp_path):
    save_as(tmp_path / "no such folder" / "report.pdf")
    hands.choose("c000")
    hands.press(Qt.Key.Key_F)
    hands.window.actions_["export_pdf"].trigger()
    hands.wait_for_jobs()
    assert "cannot be written" in hands.window.notice.text
    assert hands.case.has_unexported_edits


def test_edits_made_while_the_report_is_written_are_not_in_it(hands, save_as, tmp_path):
    save_as(tmp_path / "report.pdf")
    hands.window.actions_["export_pdf"].trigger()
    hands.choose("c000")
    hands.press(Qt.Key.Key_F)
    hands.wait_for_jobs()
    assert hands.case.has_unexported_edits


def test_a_dialog_that_is_left_changes_nothing(hands, save_as):
    save_as("")
    hands.window.actions_["export_pdf"].trigger()
    assert hands.window.jobs.active == ()
