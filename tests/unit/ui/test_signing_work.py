"""What is signed in the background is what the window shows, or nothing."""

import shutil
import subprocess
import unicodedata
from datetime import UTC, datetime

import numpy as np
import pytest

from karyodesk.domain import case_edits, edits
from karyodesk.domain.case import Order
from karyodesk.domain.errors import SignInError, SigningError, StaleEditError
from karyodesk.report.content import Identification, ReportCell, ReportContent
from karyodesk.store import cases, signatures
from karyodesk.store.cells import OpenCell
from karyodesk.store.verify import verify
from karyodesk.ui.signing_work import Shown, Wish, look, sign
from tests.databases import empty_file, file_store
from tests.signing import OTHER, PASSWORD, laboratory
from tests.stored import KIM, stored_case
from tests.unit.ui.test_case import make_view

__all__ = ["empty_file", "file_store"]
pytestmark = pytest.mark.usefixtures("qapp")
ORIGINAL = np.full((480, 640), 200, np.uint8)


class Quiet:
    def step(self, text, share):
        pass


class Room:
    """A laboratory with a case of two cells, as a window shows it."""

    def __init__(self, store):
        self.store = store
        self.people, self.kim, self.lee, self.max = laboratory(store)
        self.case_id, self.cells = stored_case(store, 2)

    def shown(self):
        case = cases.read(self.store, self.case_id).case
        opened = {cell_id: OpenCell(self.store, self.case_id, cell_id) for cell_id in self.cells}
        cells = {cell_id: (cell.journal.cell, cell.facts) for cell_id, cell in opened.items()}
        return Shown(case, cells, report(*(cell for cell, _ in cells.values())))

    def sign(self, who, shown=None, password=PASSWORD, karyotype="46,XX", known=()):
        shown = shown or self.shown()
        turn = look(self.store, who, shown, Quiet())
        return sign(self.store, Wish(who, password, turn, karyotype, known), shown, Quiet())


def report(*cells):
    made = [ReportCell(cell, {each.id: make_view(each) for each in cell.chromosomes}, ORIGINAL) for cell in cells]
    return ReportContent(Identification(case="24-1"), tuple(made), "0.1.0", datetime.now(UTC))


def text_of(store, signature):
    data = signatures.signed_report(store, signature.report)
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=data, capture_output=True, check=True)
    return " ".join(unicodedata.normalize("NFKC", done.stdout.decode()).split())


@pytest.fixture
def room(file_store):
    return Room(file_store)


def test_the_report_that_is_stored_prints_the_signatures_the_moment_and_the_digest(room):
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    first = room.sign(room.kim, known=("No policy is chosen.",))
    second = room.sign(room.lee)
    words = text_of(room.store, second)
    for signature in (first, second):
        moment = signature.signed.isoformat(sep=" ", timespec="seconds")
        assert f"{signature.meaning} {signature.signer.name} {moment}" in words
    assert second.digest in words
    assert "not final before it is signed for: approved." in words
    assert "Kim Doe knew and acknowledged: – No policy is chosen." in text_of(room.store, first)
    assert list(verify(room.store)) == []


def test_whose_turn_it_is_is_said_with_what_comes_after(room):
    turn = look(room.store, room.kim, room.shown(), Quiet())
    assert (turn.meaning, turn.after, turn.refusal, turn.karyotype) == ("analysed", ("reviewed", "approved"), "", "")
    room.sign(room.kim)
    turn = look(room.store, room.kim, room.shown(), Quiet())
    assert (turn.meaning, turn.karyotype) == ("reviewed", "46,XX")
    assert "takes a reviewer or director" in turn.refusal


def test_a_complete_case_is_refused(room):
    for who in (room.kim, room.lee, room.max):
        room.sign(who)
    assert "Every signature is there" in look(room.store, room.max, room.shown(), Quiet()).refusal


def other_data(room):
    seen = cases.read(room.store, room.case_id)
    cases.edit(room.store, room.case_id, case_edits.change(seen.case, Order("24-9"), "kim"), KIM, seen.version)


def other_arrangement(room):
    cell = OpenCell(room.store, room.case_id, room.cells[0])
    cell.do(edits.turn(cell.journal.cell, "c0", "kim"), KIM)


def other_facts(room):
    cell = OpenCell(room.store, room.case_id, room.cells[0])
    cell.say(case_edits.exclude(cell.facts, "broken", "kim"), KIM)


def fewer_cells(room):
    OpenCell(room.store, room.case_id, room.cells[1]).remove("of another patient", KIM)


@pytest.mark.parametrize("happens", [other_data, other_arrangement, other_facts, fewer_cells])
def test_a_case_that_is_not_the_one_that_is_shown_is_neither_proposed_nor_signed(room, happens):
    shown = room.shown()
    turn = look(room.store, room.kim, shown, Quiet())
    happens(room)
    with pytest.raises(StaleEditError, match="Somebody else changed this case"):
        sign(room.store, Wish(room.kim, PASSWORD, turn, "46,XX", ()), shown, Quiet())
    with pytest.raises(StaleEditError, match="Somebody else changed this case"):
        look(room.store, room.kim, shown, Quiet())
    assert signatures.status(room.store, room.case_id).standing == ()
    if happens is not fewer_cells:
        room.sign(room.kim)  # what is shown now is signed


def test_the_password_is_asked_before_anything_is_made(room, monkeypatch):
    monkeypatch.setattr("karyodesk.ui.signing_work.render_report", lambda content: pytest.fail("was made"))
    with pytest.raises(SignInError):
        room.sign(room.kim, password=OTHER)


def test_another_karyotype_than_those_before_is_refused(room):
    room.sign(room.kim)
    with pytest.raises(SigningError, match="another karyotype"):
        room.sign(room.lee, karyotype="47,XX,+21")


def test_an_amended_report_names_the_version_it_takes_the_place_of(room):
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    for who in (room.kim, room.lee, room.max):
        last = room.sign(who)
    signatures.reopen(room.people, room.max, PASSWORD, room.case_id, "a second culture came")
    amended = room.sign(room.kim)
    assert amended.content.version == 2
    words = text_of(room.store, amended)
    assert "This report takes the place of version 1" in words
    assert "Reason: a second culture came" in words
    assert last.digest not in words
