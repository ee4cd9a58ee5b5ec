"""Steps on a cell that the case database does not have yet are kept with the cell until it has."""

from contextlib import closing
from dataclasses import replace

import pytest

from karyodesk.domain import case_edits, edits
from karyodesk.domain.case import CellFacts, Fact, new_id
from karyodesk.domain.errors import StoreLostError
from karyodesk.domain.journal import Journal, Step
from karyodesk.store import cases, cells
from karyodesk.store.cells import OpenCell
from karyodesk.store.verify import verify
from karyodesk.ui.keeper import Waiting
from karyodesk.ui.kept_files import KeptFile
from karyodesk.ui.writes import CellOut, CellStep, CellWord, Desk, NewCell
from tests.databases import empty_file, file_store
from tests.stored import KIM, LEE, make_found, stored_case
from tests.unit.ui.bench import Bench

__all__ = ["empty_file", "file_store"]
FOUND = make_found(3, "7", "8", "X")
NAMED = replace(FOUND, cell=replace(FOUND.cell, image="Doe Jane.png"))
KEY = (FOUND.cell.sha256, 0)


class NewCellBench(Bench):
    """Two stored cases without cells, and a cell that is new."""

    def __init__(self, store, folder, qtbot):
        super().__init__(store, folder, qtbot)
        self.case_id, self.other_id = (stored_case(store, 0)[0] for _ in range(2))
        self.cell_id, self.journal = new_id(), Journal(FOUND.cell)

    def keeper(self, person=KIM):
        """Open one more keeper, with a person before it."""
        made = super().keeper()
        with self.qtbot.waitSignal(made.looked):
            made.adopt_left_behind(person.id)
        return made

    def lost(self):
        """A keeper whose database is lost."""
        keeper = self.keeper()
        self.store.failure = StoreLostError("lost")
        return keeper

    def new_cell(self, case_id=None, cell_id=None):
        return NewCell(case_id or self.case_id, cell_id or self.cell_id, NAMED, b"small", KIM)

    def turn(self, keeper, chromosome="c0"):
        keeper.put(self.step(edits.turn(self.journal.cell, chromosome, "kim")))

    def step(self, edit):
        self.journal.do(edit)
        return CellStep(self.case_id, self.cell_id, Step.DO, edit, len(self.journal.entries) - 1, KIM)

    def count(self, keeper):
        self.counted = case_edits.mark(CellFacts(), Fact.COUNTED, "kim")
        keeper.put(CellWord(self.case_id, self.cell_id, self.counted, KIM), cases.read(self.disk, self.case_id).case)

    def leave_behind(self):
        """A window that ended before it could store a cell that was turned twice and counted."""
        keeper = self.lost()
        keeper.put(self.new_cell())
        self.turn(keeper)
        self.count(keeper)
        self.turn(keeper, "c1")
        self.end(keeper)

    def stored(self, case_id=None, cell_id=None):
        return OpenCell(self.disk, case_id or self.case_id, cell_id or self.cell_id)

    def files(self):
        folder = self.folder / "data"
        return [path for path in folder.glob("unstored-*.jsonl") if path.stat().st_size]


@pytest.fixture
def bench(file_store, tmp_path, qtbot):
    with closing(NewCellBench(file_store, tmp_path, qtbot)) as made:
        yield made


def test_steps_on_a_new_cell_are_kept_without_name_and_picture_and_go_when_it_is_stored(bench):
    keeper = bench.lost()
    keeper.put(bench.new_cell())
    assert bench.files() == []  # nobody did anything yet
    assert keeper.waiting == Waiting(0, 0, 1)
    bench.turn(keeper)
    bench.count(keeper)
    (file,) = bench.files()
    assert b"Jane" not in file.read_bytes()
    assert FOUND.data not in file.read_bytes()
    assert keeper.waiting == Waiting(0, 2, 0)
    assert keeper.kept_count == 3
    bench.store.failure = None
    bench.wait(keeper)
    assert bench.files() == []
    assert bench.stored().journal.entries == bench.journal.entries
    bench.turn(keeper)
    bench.wait(keeper)
    assert keeper.close(5)
    assert list((bench.folder / "data").glob("*.jsonl*")) == []


def test_the_next_window_takes_it_up_in_another_case(bench):
    bench.leave_behind()
    bench.looked.clear()
    keeper = bench.keeper()
    assert bench.looked == [1]
    assert keeper.pending == ()  # it has no picture to store
    claimed = keeper.kept_files.claim(*KEY)
    assert claimed.content.journal("b.png").entries == bench.journal.entries
    done = [replace(each, case_id=bench.other_id, cell_id="other") for each in claimed.content.gestures]
    keeper.put_cell(bench.new_cell(bench.other_id, "other"), done, file=keeper.kept_files.use(claimed))
    bench.wait(keeper)
    stored = bench.stored(bench.other_id, "other")
    assert stored.journal.entries == bench.journal.entries
    assert stored.facts.counted
    rows = cases.history(bench.disk, bench.other_id, cell_id="other")
    assert [row.action for row in rows] == ["cell.add", "cell.do", "cell.facts", "cell.do"]
    assert {row.person_id for row in rows} == {KIM.id}
    assert bench.files() == []
    assert list(verify(bench.disk)) == []


def test_it_stays_for_its_person_and_is_said_once(bench):
    bench.leave_behind()
    bench.looked.clear()
    other = bench.keeper(LEE)
    assert bench.looked == [0]
    assert other.kept_files.claim(*KEY) is None
    for _ in range(2):
        other.adopt_left_behind(KIM.id)
        bench.qtbot.waitUntil(lambda: not other.is_looking)
    assert bench.looked == [0, 1, 0]
    assert other.kept_files.claim(*KEY) is not None


@pytest.mark.parametrize("arrived", [0, 1, 2])
def test_a_cell_that_had_arrived_gets_the_steps_that_had_not(bench, arrived):
    bench.leave_behind()
    cells.add(bench.disk, bench.case_id, bench.cell_id, KIM, found=NAMED)
    if arrived:
        bench.stored().do(bench.journal.entries[0].edit, KIM)
    if arrived == 2:
        bench.stored().say(bench.counted, KIM)
    keeper = bench.keeper()
    assert bench.looked[-1] == 0
    bench.wait(keeper)
    assert bench.stored().journal.entries == bench.journal.entries
    assert bench.files() == []
    assert keeper.kept_files.claim(*KEY) is None
    assert list(verify(bench.disk)) == []


def test_while_the_database_cannot_be_asked_it_is_offered_and_looked_for_again(bench, monkeypatch):
    bench.leave_behind()
    bench.looked.clear()
    real, tries = Desk.stored_among, []

    def fail_first(desk, places):
        tries.append(1)
        if len(tries) == 1:
            raise StoreLostError("lost")
        return real(desk, places)

    monkeypatch.setattr(Desk, "stored_among", fail_first)
    keeper = bench.keeper()
    assert keeper.kept_files.claim(*KEY) is not None
    bench.qtbot.waitUntil(lambda: bench.looked == [1, 0])
    assert keeper.kept_files.claim(*KEY) is not None


def test_a_cell_that_is_refused_keeps_its_steps_for_another_case(bench):
    keeper = bench.lost()
    keeper.put(bench.new_cell("no such case"))
    bench.turn(keeper)
    bench.store.failure = None
    bench.wait(keeper)
    (refusal,) = bench.refusals
    assert refusal.is_kept
    assert len(keeper.kept_files.claim(*KEY).content.gestures) == 1
    assert len(bench.files()) == 1


def test_a_cell_that_was_taken_out_again_is_not_taken_up(bench):
    keeper = bench.lost()
    keeper.put(bench.new_cell())
    bench.turn(keeper)
    keeper.put(CellOut(bench.case_id, bench.cell_id, "broken", KIM), cases.read(bench.disk, bench.case_id).case)
    bench.end(keeper)
    bench.looked.clear()
    assert bench.keeper().kept_files.claim(*KEY) is None
    assert bench.looked == [0]
    assert bench.files() == []


def test_what_the_disk_had_no_room_for_is_kept_with_the_next_step(bench, monkeypatch):
    keeper = bench.lost()
    keeper.put(bench.new_cell())
    monkeypatch.setattr(KeptFile, "write", lambda *_: False)
    bench.turn(keeper)
    assert not keeper.is_kept_on_disk
    assert keeper.waiting == Waiting(0, 0, 2)
    monkeypatch.undo()
    bench.turn(keeper, "c1")
    assert keeper.is_kept_on_disk
    assert keeper.waiting == Waiting(0, 2, 0)
    bench.end(keeper)
    assert len(bench.keeper().kept_files.claim(*KEY).content.journal("a").entries) == 2


def test_an_older_gesture_on_a_stored_cell_keeps_to_its_own_file(bench):
    keeper = bench.keeper()
    keeper.put(bench.new_cell())
    bench.wait(keeper)
    bench.store.failure = StoreLostError("lost")
    bench.turn(keeper)
    assert keeper.waiting == Waiting(1, 0, 0)
    bench.end(keeper)
    later = bench.keeper()
    bench.wait(later)
    assert bench.stored().journal.entries == bench.journal.entries
