from datetime import UTC, datetime
from pathlib import Path

import pytest

from karyodesk.domain import edits
from karyodesk.domain.case import CellFacts
from karyodesk.report.content import Identification
from karyodesk.ui.case import Case, CaseCell, CaseDetails, CellState
from karyodesk.ui.exports import report_content
from tests.unit.ui.test_case import analysed


@pytest.fixture
def case(qapp):
    made = Case("kim")
    made.insert([CaseCell("a", Path("a"), analysed=analysed("7", "7")), CaseCell("b", Path("b"))])
    made.update(made.cells[0], CellState.READY)
    return made


def content(case):
    return report_content(case, {"classifier": "1.0"}, datetime(2026, 1, 2, tzinfo=UTC))


def test_the_report_holds_the_ready_cells_as_they_are_now(case):
    case.do(edits.reject, "c1")
    (cell,) = content(case).cells
    assert [chromosome.id for chromosome in cell.cell.kept] == ["c0"]
    assert set(cell.views) == {"c0", "c1"}


def test_what_was_confirmed_or_undone_is_no_correction(case):
    case.do(edits.turn, "c0")
    case.do(edits.confirm, "c1")
    case.do(edits.mirror, "c0")
    case.undo()
    assert content(case).cells[0].corrections == 1


def test_the_details_and_the_person_are_named(case):
    case.set_details(CaseDetails(Identification(case="24-1"), analysed_by="Kim"))
    made = content(case)
    assert made.identification.case == "24-1"
    assert ("Analysed by", "Kim") in made.identification.rows
    assert made.model_versions == {"classifier": "1.0"}


def test_what_people_say_of_a_cell_is_in_the_report(case):
    case.cells[0].facts = CellFacts(karyotype="47,XX,+mar", excluded="poor banding")
    (cell,) = content(case).cells
    assert (cell.karyotype, cell.excluded) == ("47,XX,+mar", "poor banding")
