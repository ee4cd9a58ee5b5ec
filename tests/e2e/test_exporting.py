import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QDialog, QFileDialog

from karyodesk.ui.dialogs import DetailsDialog


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


def test_case_details_are_kept_and_name_the_person_of_the_edits(hands, monkeypatch):
    def fill(dialog):
        dialog.fields["case"].setText("24-1234")
        dialog.analysed_by.setText("Kim")
        return QDialog.DialogCode.Accepted

    monkeypatch.setattr(DetailsDialog, "exec", fill)
    hands.window.actions_["details"].trigger()
    assert hands.case.details.identification.case == "24-1234"
    assert "24-1234" in hands.window.windowTitle()
    hands.choose("c000")
    hands.press(Qt.Key.Key_F)
    assert hands.case.analysed.journal.entries[-1].edit.who == "Kim"


def test_a_dialog_that_is_left_changes_nothing(hands, save_as):
    save_as("")
    hands.window.actions_["export_pdf"].trigger()
    assert hands.window.jobs.active == ()
