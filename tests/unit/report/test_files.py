import pytest

from karyodesk.domain.errors import KaryoDeskError
from karyodesk.report import files
from karyodesk.report.files import write_whole


def test_a_file_is_replaced_and_nothing_else_left(tmp_path):
    path = tmp_path / "report.pdf"
    path.write_bytes(b"old")
    write_whole(path, b"new")
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    path = tmp_path / "report.pdf"
    path.write_bytes(b"old")

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(KaryoDeskError, match=r"report\.pdf cannot be written: No space left"):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_not_there_is_said_plainly(tmp_path):
    with pytest.raises(KaryoDeskError, match=r"report\.pdf cannot be written"):
        write_whole(tmp_path / "nowhere" / "report.pdf", b"new")
