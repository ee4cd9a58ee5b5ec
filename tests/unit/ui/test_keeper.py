"""What is written behind the window arrives in order, once, whatever the database does meanwhile."""

import stat
from contextlib import closing, contextmanager

import pytest

from karyodesk.domain import case_edits, edits
from karyodesk.domain.case import Banding, Fact, Patient, Workup
from karyodesk.domain.errors import NotInStoreError, StaleEditError, StoreError, StoreFullError, StoreLostError
from karyodesk.domain.journal import Journal, Step
from karyodesk.store import cases
from karyodesk.store.cells import OpenCell
from karyodesk.store.verify import verify
from karyodesk.ui.keeper import Keeper
from karyodesk.ui.writes import CaseChange, CellOut, CellStep, CellWord, Desk
from tests.databases import FILE, empty_file, file_store
from tests.failing import FailingStore
from tests.stored import KIM, LEE, open_cell
from tests.unit.ui.bench import Bench

__all__ = ["empty_file", "file_store"]


class CellBench(Bench):
    """A cell of a stored case."""

    def __init__(self, store, folder, qtbot):
        super().__init__(store, folder, qtbot)
        self.cell = open_cell(store)
        self.journal = Journal(self.cell.journal.start)

    def turn(self, keeper, chromosome="c0", author=KIM):
        entry_edit = edits.turn(self.journal.cell, chromosome, author.name)
        self.journal.do(entry_edit)
        self._put(keeper, Step.DO, entry_edit, author)

    def undo(self, keeper, author=KIM):
        entry_edit = self.journal.next_undo
        self.journal.undo()
        self._put(keeper, Step.UNDO, entry_edit, author)

    def _put(self, keeper, step, edit, author):
        place = len(self.journal.entries) - 1
        keeper.put(CellStep(self.cell.case_id, self.cell.id, step, edit, place, author))

    @property
    def stored(self):
        return OpenCell(self.disk, self.cell.case_id, self.cell.id)

    def spilled(self):
        return list((self.folder / "data").glob("unstored-*.jsonl"))


@pytest.fixture
def bench(file_store, tmp_path, qtbot):
    with closing(CellBench(file_store, tmp_path, qtbot)) as made:
        yield made


def test_steps_are_stored_in_order_with_their_authors(bench):
    keeper = bench.keeper()
    bench.turn(keeper)
    bench.turn(keeper, "c1", LEE)
    bench.undo(keeper)
    bench.wait(keeper)
    assert bench.stored.journal.entries == bench.journal.entries
    rows = cases.history(bench.disk, bench.cell.case_id, cell_id=bench.cell.id)
    assert [row.person_name for row in rows[1:]] == ["Kim Doe", "Lee Roe", "Kim Doe"]
    assert list(verify(bench.disk)) == []


def test_facts_and_data_of_the_case_are_stored(bench):
    keeper = bench.keeper()
    case_id = bench.cell.case_id
    with bench.qtbot.waitSignal(keeper.ask(lambda desk: desk.look_at_case(case_id)).succeeded) as read:
        pass
    data = read.args[0].case
    facts = case_edits.mark(bench.cell.facts, Fact.COUNTED, "kim")
    indication = case_edits.change(data, type(data.order)(accession="24-7", indication="delay"), "kim")
    keeper.put(CellWord(case_id, bench.cell.id, facts, KIM))
    keeper.put(CaseChange(case_id, indication, KIM))
    bench.wait(keeper)
    assert bench.stored.facts.counted
    assert cases.read(bench.disk, case_id).case.order.indication == "delay"


@pytest.mark.parametrize("kind", [StoreLostError, StoreFullError, StoreError, ZeroDivisionError])
def test_what_cannot_be_stored_is_kept_and_stored_when_it_can(bench, kind):
    keeper = bench.keeper()
    bench.store.failure = kind("no")
    bench.turn(keeper)
    bench.turn(keeper, "c1")
    bench.qtbot.waitUntil(lambda: keeper.trouble is not None)
    assert isinstance(keeper.trouble, kind)
    assert len(keeper.pending) == 2
    with bench.qtbot.waitSignal(keeper.ask(lambda desk: cases.read(desk.store, bench.cell.case_id)).succeeded):
        pass  # reading goes on meanwhile
    assert bench.stored.journal.entries == []
    bench.store.failure = None
    bench.wait(keeper)
    assert keeper.trouble is None
    assert bench.stored.journal.entries == bench.journal.entries
    assert bench.refusals == []


def lose_first_answer(bench, monkeypatch):
    """What is written first arrives, and is told as lost; the list that is returned says whether that came about."""
    real, lost = FailingStore.write, []

    @contextmanager
    def lose(store):
        with real(store) as connection:
            yield connection
        if store is bench.store and not lost:
            lost.append(1)
            raise StoreLostError("lost")

    monkeypatch.setattr(FailingStore, "write", lose)
    return lost


def test_an_answer_that_was_lost_makes_no_second_entry(bench, monkeypatch):
    keeper = bench.keeper()
    lost = lose_first_answer(bench, monkeypatch)
    bench.turn(keeper)
    bench.turn(keeper, "c1")
    bench.wait(keeper)
    assert lost
    assert bench.stored.journal.entries == bench.journal.entries


def test_where_somebody_was_first_nothing_is_overwritten_and_all_that_rests_on_it_is_told(bench):
    keeper = bench.keeper()
    with bench.qtbot.waitSignal(
        keeper.ask(lambda desk: desk.look_at_cell(bench.cell.case_id, bench.cell.id)).succeeded
    ):
        pass
    bench.cell.do(edits.turn(bench.cell.journal.cell, "c2", "lee"), LEE)
    for chromosome in ("c0", "c1"):
        bench.turn(keeper, chromosome)
    bench.qtbot.waitUntil(lambda: bool(bench.refusals))
    (refusal,) = bench.refusals
    assert isinstance(refusal.error, StaleEditError)
    assert refusal.error.first == "Lee Roe"
    assert len(refusal.lost) == 2
    assert keeper.pending == ()
    assert refusal.cell.journal.entries == bench.stored.journal.entries == bench.cell.journal.entries
    bench.journal = refusal.cell.journal
    bench.turn(keeper)
    bench.wait(keeper)
    assert bench.stored.journal.entries == bench.journal.entries
    assert len(bench.refusals) == 1


def test_unstored_steps_outlive_the_window_and_are_stored_by_the_next_one(bench):
    keeper = bench.keeper()
    bench.turn(keeper)
    bench.wait(keeper)
    bench.store.failure = StoreLostError("gone")
    bench.turn(keeper, "c1")
    bench.undo(keeper)
    bench.end(keeper)
    (file,) = bench.spilled()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert b"ller" not in file.read_bytes()  # the patient
    later = bench.keeper()
    assert later.adopt_left_behind(LEE.id) == 0
    assert later.adopt_left_behind(KIM.id) == 2
    bench.wait(later)
    assert bench.stored.journal.entries == bench.journal.entries
    assert later.close(5)
    assert bench.spilled() == []


def test_steps_that_had_arrived_are_not_made_again_by_the_next_window(bench):
    keeper = bench.keeper()
    bench.store.failure = StoreLostError("gone")
    bench.turn(keeper)
    bench.turn(keeper, "c1")
    bench.end(keeper)
    bench.cell.do(bench.journal.entries[0].edit, KIM)  # it had, though nobody was told
    later = bench.keeper()
    later.adopt_left_behind(KIM.id)
    bench.wait(later)
    assert bench.stored.journal.entries == bench.journal.entries
    assert bench.refusals == []


def leave_behind(bench, *writes, data):
    """A window that ended before it could store what was done, none of which names the patient."""
    keeper = bench.keeper()
    bench.store.failure = StoreLostError("gone")
    for write in writes:
        keeper.put(write, data)
    bench.qtbot.waitUntil(lambda: keeper.trouble is not None)
    assert keeper.kept_count == len(writes)
    assert not keeper.close(5)


def facts_and_workup(bench):
    """Three words on the cell, the last of which says again what the first said, a change of the case, and its data."""
    data = cases.read(bench.disk, bench.cell.case_id).case
    facts, said = bench.cell.facts, []
    for make in (case_edits.mark, case_edits.unmark, case_edits.mark):
        said.append(make(facts, Fact.COUNTED, "kim"))
        facts = said[-1].after
    words = [CellWord(bench.cell.case_id, bench.cell.id, edit, KIM) for edit in said]
    banding = case_edits.change(data, Workup(Banding.QFQ), "kim")
    return [*words, CaseChange(bench.cell.case_id, banding, KIM)], data


def actions(bench):
    return [row.action for row in cases.history(bench.disk, bench.cell.case_id)][2:]


def test_facts_workup_and_taking_out_outlive_the_window(bench):
    writes, data = facts_and_workup(bench)
    leave_behind(bench, *writes, CellOut(bench.cell.case_id, bench.cell.id, "broken", KIM), data=data)
    later = bench.keeper()
    assert later.adopt_left_behind(KIM.id) == 5
    bench.wait(later)
    assert bench.refusals == []
    assert actions(bench) == ["cell.facts"] * 3 + ["case.edit", "cell.remove"]
    assert bench.stored.facts.counted
    assert bench.stored.removed
    assert cases.read(bench.disk, bench.cell.case_id).case.workup.banding is Banding.QFQ
    assert list(verify(bench.disk)) == []


def test_facts_and_workup_that_had_arrived_are_not_written_again(bench):
    writes, data = facts_and_workup(bench)
    leave_behind(bench, *writes, data=data)
    for word in writes[:3]:
        bench.cell.say(word.edit, KIM)
    cases.edit(bench.disk, bench.cell.case_id, writes[3].edit, KIM, 1)
    later = bench.keeper()
    later.adopt_left_behind(KIM.id)
    bench.wait(later)
    assert bench.refusals == []
    assert actions(bench) == ["cell.facts"] * 3 + ["case.edit"]


def test_what_names_the_patient_is_kept_in_the_window_alone(bench):
    keeper = bench.keeper()
    data = cases.read(bench.disk, bench.cell.case_id).case
    bench.store.failure = StoreLostError("gone")
    keeper.put(CaseChange(data.id, case_edits.change(data, Patient("Roe, Ann"), "kim"), KIM), data)
    keeper.put(CellOut(data.id, bench.cell.id, "of Anna Maria", KIM), data)
    assert keeper.kept_count == 0
    assert len(keeper.pending) == 2
    assert bench.spilled() == []
    bench.store.failure = None
    bench.wait(keeper)
    assert bench.stored.removed


@pytest.mark.parametrize("kind", ["word", "workup"])
def test_a_lost_answer_writes_facts_and_data_once_and_the_next_change_rests_on_it(bench, monkeypatch, kind):
    keeper = bench.keeper()
    writes, data = facts_and_workup(bench)
    with bench.qtbot.waitSignal(keeper.ask(lambda desk: desk.look_at_case(data.id)).succeeded):
        pass
    lost = lose_first_answer(bench, monkeypatch)
    if kind == "word":
        writes = writes[:3]
    else:
        after = writes[3].edit.apply(data)
        again = case_edits.change(after, Workup(Banding.RBG), "kim")
        writes = [writes[3], CaseChange(data.id, again, KIM)]
    for write in writes:
        keeper.put(write, data)
    bench.wait(keeper)
    assert lost
    assert bench.refusals == []
    assert len(actions(bench)) == len(writes)


def test_what_the_next_window_finds_overtaken_is_refused_with_the_name(bench):
    keeper = bench.keeper()
    bench.store.failure = StoreLostError("gone")
    bench.turn(keeper)
    bench.end(keeper)
    bench.cell.do(edits.turn(bench.cell.journal.cell, "c2", "Lee Roe"), LEE)
    later = bench.keeper()
    later.adopt_left_behind(KIM.id)
    bench.qtbot.waitUntil(lambda: bool(bench.refusals))
    assert bench.refusals[0].error.first == "Lee Roe"
    assert bench.stored.journal.entries == bench.cell.journal.entries


def test_another_window_that_is_still_open_keeps_its_steps(bench):
    first = bench.keeper()
    bench.store.failure = StoreLostError("gone")
    bench.turn(first)
    bench.qtbot.waitUntil(lambda: first.trouble is not None)
    failing = bench.store
    assert bench.keeper().adopt_left_behind(KIM.id) == 0
    failing.failure = None
    bench.wait(first)
    assert bench.stored.journal.entries == bench.journal.entries


def test_a_disk_that_cannot_keep_unstored_steps_either_is_said(bench, monkeypatch):
    keeper = bench.keeper()
    monkeypatch.setattr("karyodesk.ui.spill.os.write", _no_room)
    bench.turn(keeper)
    assert not keeper.is_kept_on_disk


def _no_room(*_):
    raise OSError(28, "No space left on device")


def test_a_question_is_answered_refused_or_forgotten(bench):
    keeper = bench.keeper()
    with bench.qtbot.waitSignal(keeper.ask(lambda desk: isinstance(desk, Desk)).succeeded) as answered:
        pass
    assert answered.args == [True]
    with bench.qtbot.waitSignal(keeper.ask(lambda desk: cases.read(desk.store, "none")).failed) as failed:
        pass
    assert isinstance(failed.args[0], NotInStoreError)
    heard = []
    forgotten = keeper.ask(lambda desk: None)
    forgotten.succeeded.connect(heard.append)
    forgotten.cancel()
    with bench.qtbot.waitSignal(keeper.ask(lambda desk: None).succeeded):
        pass
    assert heard == []


def test_a_database_that_cannot_be_opened_is_told_and_answers_say_so(tmp_path, qtbot):
    keeper = Keeper(lambda: FailingStore(f"sqlite:///{tmp_path / 'no folder' / FILE}"), "none", tmp_path)
    early = keeper.ask(lambda desk: None)
    with qtbot.waitSignals([keeper.unavailable, early.failed]):
        keeper.open()
    assert keeper.is_unavailable
    with qtbot.waitSignal(keeper.ask(lambda desk: None).failed) as failed:
        pass
    assert "could not be opened" in failed.args[0].message
    assert keeper.close(5)


def test_a_database_that_cannot_be_opened_is_tried_again_until_it_can(tmp_path, qtbot):
    folder, told, done = tmp_path / "not mounted yet", [], []
    keeper = Keeper(lambda: FailingStore(f"sqlite:///{folder / FILE}"), "late", tmp_path, retry_s=0.05)
    keeper.unavailable.connect(told.append)
    early = keeper.ask(lambda desk: done.append("early"))
    with qtbot.waitSignals([keeper.unavailable, early.failed]):
        keeper.open()
    qtbot.wait(300)
    assert len(told) == 1  # the same is not said again
    folder.mkdir()
    with qtbot.waitSignal(keeper.opened):
        pass
    assert keeper.is_open
    assert not keeper.is_unavailable
    with qtbot.waitSignal(keeper.ask(lambda desk: isinstance(desk, Desk)).succeeded):
        pass
    assert done == []  # of what was answered with a failure nothing is done later
    assert keeper.close(5)
