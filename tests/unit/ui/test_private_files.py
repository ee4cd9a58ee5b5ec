"""Names, locks and writing of the files that keep what is not stored yet."""

import io
import os
import stat
import subprocess
import sys

import pytest

from karyodesk.ui.private_files import PrivateFolder, lock_of, replace_content

DATABASE = "postgresql://kim:secret@server/cases"


@pytest.fixture
def folder(tmp_path):
    made = PrivateFolder(tmp_path / "data" / "kept", "unstored", DATABASE)
    made.make()
    made.make()
    return made


def test_the_folder_is_this_users_alone_and_no_name_tells_the_database(folder):
    path = folder.new_path()
    assert not path.exists()
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert path.name.startswith("unstored-")
    assert "secret" not in path.name
    assert path != folder.new_path()


def test_files_of_the_kind_and_the_database_are_listed_the_oldest_first(folder):
    paths = [folder.new_path() for _ in range(3)]
    for path, moment in zip(paths, (2, 3, 1), strict=True):
        path.touch()
        os.utime(path, (moment, moment))
    place = paths[0].parent
    for other in (PrivateFolder(place, "unstored-picture", DATABASE), PrivateFolder(place, "unstored", "another one")):
        other.new_path().touch()
    lock_of(paths[0]).tryLock(0)
    assert folder.paths() == [paths[2], paths[0], paths[1]]


def test_where_there_is_no_folder_nothing_is_listed(tmp_path):
    assert PrivateFolder(tmp_path / "absent", "unstored", DATABASE).paths() == []


def test_a_file_that_goes_meanwhile_comes_first(folder):
    here, gone = folder.new_path(), folder.new_path()
    here.touch()
    gone.symlink_to(here.with_name("taken away"))
    assert folder.paths() == [gone, here]


def test_a_lock_holds_others_off_until_it_is_let_go(folder):
    path = folder.new_path()
    first, second = lock_of(path), lock_of(path)
    assert first.tryLock(0)
    assert not second.tryLock(0)
    first.unlock()
    assert second.tryLock(0)


def test_the_lock_of_a_process_that_ended_holds_nobody_off(folder):
    path = folder.new_path()
    locked = (
        "import os, sys, pathlib; from karyodesk.ui.private_files import lock_of; "
        "lock = lock_of(pathlib.Path(sys.argv[1])); os._exit(0 if lock.tryLock(0) else 1)"
    )
    assert subprocess.run([sys.executable, "-c", locked, str(path)], check=False).returncode == 0
    assert path.with_name(path.name + ".lock").exists()
    assert lock_of(path).tryLock(0)


def test_what_is_written_is_in_the_place_of_what_was_there_and_this_users_alone(folder):
    path = folder.new_path()
    for data in (b"first and long", b"then"):
        replace_content(path, data)
        assert path.read_bytes() == data
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]


class FullDisk(io.FileIO):
    """Takes the first three bytes."""

    def write(self, data):
        super().write(data[:3])
        raise OSError(28, "No space left on device")


def test_what_cannot_be_written_as_a_whole_leaves_what_was_there(folder, monkeypatch):
    path = folder.new_path()
    replace_content(path, b"what was there")
    monkeypatch.setattr("karyodesk.ui.private_files.os.fdopen", FullDisk)
    with pytest.raises(OSError, match="No space"):
        replace_content(path, b"something else")
    assert path.read_bytes() == b"what was there"
