"""The file of gestures that are not stored yet."""

import os
import stat

import pytest

from karyodesk.domain import case_edits, edits
from karyodesk.domain.case import CellFacts, Fact
from karyodesk.domain.journal import Step
from karyodesk.ui.spill import Spill
from karyodesk.ui.writes import CellStep, CellWord
from tests.make import make_cell
from tests.stored import KIM, LEE

DATABASE = "sqlite:///cases.karyodesk"


def step(place, author=KIM):
    return CellStep("case", "cell", Step.DO, edits.turn(make_cell("7", "8"), "c0", author.name), place, author)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "data"


def left(folder, *writes, database=DATABASE):
    """A window that ended before its gestures were stored."""
    spill = Spill(folder, database)
    assert all(spill.append(write) for write in writes)
    spill.close()


def test_gestures_come_back_as_they_were_and_the_file_is_this_users_alone(folder):
    writes = [step(0), CellWord("case", "cell", case_edits.mark(CellFacts(), Fact.COUNTED, "kim"), KIM)]
    left(folder, *writes)
    (file,) = folder.glob("*.jsonl")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    after = Spill(folder, DATABASE)
    assert after.left_behind(KIM.id) == writes
    assert not file.exists()  # they are in the file of the window that took them over
    after.close()
    assert Spill(folder, DATABASE).left_behind(KIM.id) == writes


def test_what_is_stored_leaves_nothing(folder):
    spill = Spill(folder, DATABASE)
    spill.append(step(0))
    spill.clear()
    spill.close()
    assert list(folder.glob("*.jsonl")) == []


def test_gestures_of_others_and_of_another_database_stay(folder):
    left(folder, step(0), step(1, LEE))
    left(folder, step(2), database="another one")
    ours = Spill(folder, DATABASE)
    assert [write.place for write in ours.left_behind(KIM.id)] == [0]
    assert [write.place for write in Spill(folder, DATABASE).left_behind(LEE.id)] == [1]
    assert [write.place for write in Spill(folder, "another one").left_behind(KIM.id)] == [2]


def test_a_line_that_was_cut_off_takes_no_other_with_it(folder, monkeypatch):
    spill = Spill(folder, DATABASE)
    spill.append(step(0))
    real = os.write
    monkeypatch.setattr("karyodesk.ui.spill.os.write", lambda to, data: real(to, data[:20]))
    assert not spill.append(step(1))
    monkeypatch.setattr("karyodesk.ui.spill.os.write", real)
    assert spill.append(step(2))
    spill.close()
    assert [write.place for write in Spill(folder, DATABASE).left_behind(KIM.id)] == [0, 2]
