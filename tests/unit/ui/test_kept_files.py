"""The files of new cells that are not stored yet."""

import os
import stat

import pytest

from karyodesk.domain import edits
from karyodesk.domain.journal import Step
from karyodesk.ui.kept_cell import beginning_of
from karyodesk.ui.kept_files import KeptFiles
from karyodesk.ui.spill import Spill
from karyodesk.ui.writes import CellStep, NewCell
from tests.stored import KIM, LEE, make_found

DATABASE = "sqlite:///cases.karyodesk"
FOUND = make_found(0, "7", "8")
KEY = (FOUND.cell.sha256, 0)


def begun(author=KIM, page=0):
    return beginning_of(NewCell("case", "cell", FOUND, b"", author, page))


def step(place):
    return CellStep("case", "cell", Step.DO, edits.turn(FOUND.cell, "c0", "kim"), place, KIM)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "data"


def window(folder, database=DATABASE, person=KIM.id):
    """The files of a window that has looked for what was left behind and is offered it."""
    files = KeptFiles(folder, database)
    files.offer(files.left_behind(person))
    return files


def left(folder, *gestures, database=DATABASE, **about):
    """A window that ended before its cell was stored."""
    files = KeptFiles(folder, database)
    file = files.begin(begun(**about), FOUND.cell, gestures[:1])
    assert all(file.append(gesture) for gesture in gestures[1:])
    assert file.count == len(gestures)
    files.close()
    return file.path


def test_a_cell_is_found_by_its_picture_and_the_file_is_this_users_alone(folder):
    path = left(folder, step(0), step(1))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    files = window(folder)
    assert files.claim("ab" * 32, 0) is None
    assert files.claim(KEY[0], 1) is None
    claimed = files.claim(*KEY)
    assert [each.place for each in claimed.content.gestures] == [0, 1]
    assert files.use(claimed).count == 2
    assert files.claim(*KEY) is None  # it is taken up once


def test_it_can_be_claimed_again_until_it_is_used(folder):
    left(folder, step(0))
    files = window(folder)
    assert files.claim(*KEY) is files.claim(*KEY)
    files.offer(files.left_behind(KIM.id))  # whoever claimed it did not come
    later = files.claim(*KEY)
    assert files.use(later) is not None
    assert files.use(later) is None


def test_another_window_finds_nothing_while_one_has_it_and_all_of_it_afterwards(folder):
    left(folder, step(0))
    first, second = window(folder), window(folder)
    assert first.use(first.claim(*KEY)).append(step(1))
    assert second.claim(*KEY) is None
    assert second.left_behind(KIM.id) == []
    first.close()
    assert len(second.claim(*KEY).content.gestures) == 2


def test_cells_of_others_and_of_another_database_stay(folder):
    left(folder, step(0), author=LEE)
    left(folder, step(0), database="another one")
    assert window(folder).claim(*KEY) is None
    assert window(folder, person=LEE.id).claim(*KEY) is not None
    assert window(folder, database="another one").claim(*KEY) is not None
    assert Spill(folder, DATABASE).left_behind(KIM.id) == []


def test_what_is_removed_leaves_nothing(folder):
    left(folder, step(0))
    files = window(folder)
    files.remove(files.use(files.claim(*KEY)))
    assert list(folder.iterdir()) == []


def test_a_cell_that_goes_elsewhere_is_in_the_file_as_it_is_there(folder):
    path = left(folder, step(0), step(1))
    with path.open("ab") as file:
        file.write(b'\n{"content":{"$type":"CellSt')
    files = window(folder)
    file = files.use(files.claim(*KEY))
    assert file.write(begun(page=3), FOUND.cell, [step(0)])
    assert file.append(step(1))
    files.close()
    later = window(folder)
    assert later.claim(*KEY) is None
    assert [each.place for each in later.claim(KEY[0], 3).content.gestures] == [0, 1]


def test_a_cell_that_is_given_back_can_be_claimed_in_the_same_window(folder):
    files = KeptFiles(folder, DATABASE)
    files.give_back(files.begin(begun(), FOUND.cell, [step(0)]))
    assert [each.place for each in files.claim(*KEY).content.gestures] == [0]


def test_of_two_cells_of_one_picture_the_one_that_was_changed_last_comes_first(folder):
    older, newer = left(folder, step(0)), left(folder, step(0), step(1))
    os.utime(older, (1, 1))
    os.utime(newer, (2, 2))
    files = window(folder)
    assert files.use(files.claim(*KEY)).path == newer
    assert files.use(files.claim(*KEY)).path == older


def test_a_gesture_that_was_cut_off_takes_no_other_with_it(folder, monkeypatch):
    files = KeptFiles(folder, DATABASE)
    file = files.begin(begun(), FOUND.cell, [step(0)])
    real = os.write
    monkeypatch.setattr("karyodesk.ui.kept_files.os.write", lambda to, data: real(to, data[:20]))
    assert not file.append(step(1))
    monkeypatch.setattr("karyodesk.ui.kept_files.os.write", real)
    assert file.append(step(2))
    files.close()
    assert [each.place for each in window(folder).claim(*KEY).content.gestures] == [0, 2]


def test_where_the_disk_has_no_room_it_says_so_and_what_is_there_stays(folder, monkeypatch):
    files = KeptFiles(folder, DATABASE)
    file = files.begin(begun(), FOUND.cell, [step(0)])
    monkeypatch.setattr("karyodesk.ui.private_files.os.fdopen", _no_room)
    assert not file.write(begun(page=1), FOUND.cell, [])
    assert files.begin(begun(), FOUND.cell, [step(0)]) is None
    monkeypatch.undo()
    files.close()
    assert window(folder).claim(*KEY) is not None


def _no_room(descriptor, _mode):
    os.close(descriptor)
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize("damaged", [0, 1])
def test_a_cell_that_cannot_be_read_is_left_alone(folder, damaged):
    path = left(folder, step(0))
    parts = path.read_bytes().splitlines()
    parts[damaged] = parts[damaged][:-9]
    path.write_bytes(b"\n".join(parts))
    files = window(folder)
    assert files.claim(*KEY) is None
    assert path.read_bytes() == b"\n".join(parts)
