"""Cases as a whole: their data, and what rests on it."""

from dataclasses import replace

import pytest

from karyodesk.domain import case_edits
from karyodesk.domain.case import Patient
from karyodesk.domain.errors import EditError, NotInStoreError, StaleEditError
from karyodesk.store import cases
from karyodesk.store.cells import OpenCell
from karyodesk.store.journal import Action, CaseState
from karyodesk.store.verify import verify
from tests.stored import KIM, LEE, make_case, stored_case


def test_a_case_is_read_as_it_was_entered(store):
    case = make_case()
    made = cases.create(store, case, KIM)
    assert made == cases.read(store, case.id)
    assert (made.case, made.state, made.version, made.cells) == (case, CaseState.OPEN, 1, ())


def test_making_a_case_twice_makes_one_and_another_of_its_id_is_refused(store):
    case = make_case()
    first = cases.create(store, case, KIM)
    assert cases.create(store, case, KIM) == first
    with pytest.raises(StaleEditError):
        cases.create(store, replace(case, patient=Patient("Other")), KIM)
    assert cases.read(store, case.id) == first


def test_a_change_of_the_data_is_an_entry_with_before_and_after(store):
    case = make_case()
    seen = cases.create(store, case, KIM)
    change = case_edits.change(case, replace(case.patient, identifier="P-78"), "kim")
    after = cases.edit(store, case.id, change, LEE, seen.version)
    assert after.case.patient.identifier == "P-78"
    entry = cases.history(store, case.id)[-1]
    assert (entry.action, entry.person_name) == (Action.EDIT_CASE, "Lee Roe")
    assert '"identifier":"P-77"' in entry.body
    assert '"identifier":"P-78"' in entry.body
    assert list(verify(store)) == []


def test_a_change_of_a_case_as_it_no_longer_is_is_refused(store):
    case = make_case()
    seen = cases.create(store, case, KIM)
    cases.edit(store, case.id, case_edits.change(case, Patient("Ann Poe"), "kim"), KIM, seen.version)
    late = case_edits.change(case, Patient("Anna Poe"), "lee")
    with pytest.raises(StaleEditError, match="Kim Doe changed this case first"):
        cases.edit(store, case.id, late, LEE, seen.version)
    assert cases.read(store, case.id).case.patient.name == "Ann Poe"


def test_a_change_that_changes_nothing_is_not_written(store):
    case = make_case()
    seen = cases.create(store, case, KIM)
    assert cases.edit(store, case.id, case_edits.change(case, case.patient, "kim"), KIM, seen.version) == seen


def test_a_slide_on_which_cells_lie_is_not_taken_out(store):
    case_id, (cell_id,) = stored_case(store)
    cell = OpenCell(store, case_id, cell_id)
    cell.say(case_edits.locate(cell.facts, "o1", "kim"), KIM)
    seen = cases.read(store, case_id)
    removal = case_edits.remove(seen.case, "o1", "lee")
    with pytest.raises(EditError, match="Cells of the case lie on this slide"):
        cases.edit(store, case_id, removal, LEE, seen.version)
    assert cases.read(store, case_id) == seen
    cell.say(case_edits.locate(cell.facts, None, "kim"), KIM)
    assert cases.edit(store, case_id, removal, LEE, seen.version).case.slides == ()


def test_a_case_that_is_not_there_is_told(store):
    with pytest.raises(NotInStoreError, match="not in the database"):
        cases.read(store, "none")


def test_an_imported_case_says_where_it_comes_from(store):
    case = make_case()
    cases.take_in(store, case, KIM, "ab" * 32)
    entry = cases.history(store, case.id)[0]
    assert entry.action == Action.IMPORT
    assert "ab" * 32 in entry.body
    assert list(verify(store)) == []
