"""A case in one file: whole for another store, or without what tells whose it is; and files made to do harm."""

import hashlib
import json
import re
import struct
import zipfile
import zlib
from contextlib import closing
from dataclasses import replace
from datetime import date

import cv2
import numpy as np
import pytest
from sqlalchemy import update

from karyodesk.domain import case_edits, edits
from karyodesk.domain.case import Culture, CultureMethod, Fact, Order, Patient, Slide, Specimen, SpecimenKind, new_id
from karyodesk.domain.errors import ClosedCaseError, ExchangeError, NotInStoreError, StoreAlteredError
from karyodesk.imaging.bare import bare_png
from karyodesk.store import cases, cells, ledger, package, search, signatures
from karyodesk.store.cells import Found, OpenCell
from karyodesk.store.deidentify import iscn_alone
from karyodesk.store.deletion import delete_case
from karyodesk.store.engine import Store
from karyodesk.store.journal import CaseState
from karyodesk.store.package import Kind
from karyodesk.store.receive import receive
from karyodesk.store.schema import ORIGINALS
from karyodesk.store.transfer import export_deidentified, export_full
from karyodesk.store.verify import verify
from tests.databases import file_url
from tests.make import make_cell
from tests.signing import PASSWORD, laboratory, sign_all
from tests.stored import KIM, LEE, make_case, stored_case

SECRETS = ("Zacharias", "Quux", "P-9988776", "1971", "24-0815", "Dr Knows", "St Elsewhere", "short stature", "P-77")


@pytest.fixture
def elsewhere(tmp_path):
    """Another store."""
    (tmp_path / "elsewhere").mkdir()
    with closing(Store(file_url(tmp_path / "elsewhere"))) as store:
        yield store


@pytest.fixture
def file(tmp_path):
    return tmp_path / "case.kdcase"


def picture(number):
    """A PNG that names the patient in a text."""
    _, encoded = cv2.imencode(".png", np.full((48, 64), number, np.uint8))
    text = b"tEXtComment\0Zacharias Quux"
    chunk = struct.pack(">I", len(text) - 4) + text + struct.pack(">I", zlib.crc32(text))
    data = encoded.tobytes()
    return data[:33] + chunk + data[33:]


def named_case(store):
    """A case that says who the patient is wherever it can; return its id and those of its cells."""
    case = replace(
        make_case("24-0815", "Quux, Zacharias", "P-9988776"),
        patient=Patient("Quux, Zacharias", "P-9988776", date(1971, 2, 3)),
        order=Order("24-0815", "short stature, cousin of Quux", "Dr Knows", "St Elsewhere", date(2009, 5, 1)),
        specimens=(Specimen("s1", SpecimenKind.BLOOD, "of Quux", date(2009, 4, 1), date(2009, 4, 3)),),
        cultures=(Culture("Quux-k", "s1", "24-0815-A", CultureMethod.FLASK, date(2009, 4, 4)),),
        slides=(Slide("Quux-o", "Quux-k", "24-0815-A-1"),),
    )
    cases.create(store, case, KIM)
    ids = [new_id() for _ in range(3)]
    for number, cell_id in enumerate(ids[:2]):
        cell = replace(make_cell("1", "1", "X", None), image=f"Quux {number}.png", width=64, height=48)
        cells.add(store, case.id, cell_id, KIM, found=Found(picture(number), cell, {"segmenter": "3"}))
    cells.add(store, case.id, ids[2], KIM)
    cell = OpenCell(store, case.id, ids[0])
    cell.do(edits.move(cell.journal.cell, "c3", "7", "Quux"), KIM)
    cell.say(case_edits.locate(cell.facts, "Quux-o", "kim", "Quux colony", "Quux 12/13"), KIM)
    cell.say(case_edits.exclude(cell.facts, "like Quux", "kim"), KIM)
    cell.say(case_edits.mark(cell.facts, Fact.SCORED, "kim", "Quux feature"), KIM)
    cell.say(case_edits.state_karyotype(cell.facts, "46,XY,t(9;22)(q34;q11)", "kim"), KIM)
    return case.id, ids


def parts(file):
    with zipfile.ZipFile(file) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def test_a_whole_case_goes_to_another_store_with_its_history_and_signatures(store, elsewhere, file):
    people, *staff = laboratory(store)
    case_id, ids = named_case(store)
    sign_all(people, *staff, case_id)
    signatures.reopen(people, staff[-1], PASSWORD, case_id, "a second culture came")
    sign_all(people, *staff, case_id)
    export_full(store, case_id, file, LEE)
    before = cases.history(store, case_id)
    done = receive(elsewhere, file, KIM)
    assert (done.case_id, done.kind, done.cells) == (case_id, Kind.FULL, 3)
    here, there = cases.read(store, case_id), cases.read(elsewhere, case_id)
    assert (there.case, there.cells, there.state) == (here.case, here.cells, CaseState.SIGNED)
    after = cases.history(elsewhere, case_id)
    assert after[:-1] == before[:-1]
    assert (before[-1].action, after[-1].action, after[-1].person_name) == ("case.export", "case.receive", "Kim Doe")
    assert signatures.status(elsewhere, case_id) == signatures.status(store, case_id)
    report = signatures.status(elsewhere, case_id).standing[0].signature.report
    assert signatures.signed_report(elsewhere, report) == signatures.signed_report(store, report)
    opened = OpenCell(elsewhere, case_id, ids[0])
    assert opened.journal.cell == OpenCell(store, case_id, ids[0]).journal.cell
    assert [line.case.id for line in search.find(elsewhere, "24-08")] == [case_id]
    assert list(verify(elsewhere)) == list(verify(store)) == []


def test_a_case_that_came_from_elsewhere_is_worked_on(store, elsewhere, file):
    case_id, ids = stored_case(store)
    export_full(store, case_id, file, LEE)
    receive(elsewhere, file, KIM)
    cell = OpenCell(elsewhere, case_id, ids[0])
    cell.do(edits.turn(cell.journal.cell, "c0", "kim"), KIM)
    assert list(verify(elsewhere)) == []


def test_what_left_stands_in_the_journal_and_in_the_ledger_with_the_hash_of_the_file(store, file):
    case_id, _ = stored_case(store)
    export_full(store, case_id, file, LEE)
    row = cases.history(store, case_id)[-1]
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    assert json.loads(row.body) == {"file": digest, "kind": "full"}
    with store.read() as connection:
        assert ledger.rows(connection)[-1].case_hash == row.hash


@pytest.mark.parametrize("shift", [False, True])
def test_no_word_of_the_patient_is_in_a_file_without_identification(store, file, shift):
    case_id, ids = named_case(store)
    removed = export_deidentified(store, case_id, file, LEE, bare_png, shift_dates=shift)
    found = parts(file)
    pictures = ["pictures/cell-0001.png", "pictures/cell-0002.png"]
    assert sorted(found) == ["README.txt", "case.json", "manifest.json", *pictures]
    raw = file.read_bytes()
    # A shifted date may lie in the year it was in.
    years = () if shift else ("2009",)
    for secret in (*SECRETS, *years, case_id, *ids):
        for name, data in found.items():
            # In a digest a year may stand by chance.
            assert secret.encode() not in re.sub(rb"[0-9a-f]{32,}", b"", data), (secret, name)
        assert secret.encode() not in raw
    for sentence in removed:
        assert sentence in found["README.txt"].decode()
    assert "was NOT removed" in found["README.txt"].decode()
    with zipfile.ZipFile(file) as opened:
        assert {entry.date_time for entry in opened.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_case_without_identification_is_imported_elsewhere(store, elsewhere, file):
    case_id, ids = named_case(store)
    OpenCell(store, case_id, ids[1]).remove("of another patient", KIM)
    export_deidentified(store, case_id, file, LEE, bare_png)
    done = receive(elsewhere, file, KIM)
    assert (done.kind, done.cells) == (Kind.DEIDENTIFIED, 2)
    assert done.case_id == json.loads(cases.history(store, case_id)[-1].body)["as"] != case_id
    there = cases.read(elsewhere, done.case_id)
    assert there.case.patient == Patient(sex=cases.read(store, case_id).case.patient.sex)
    assert there.case.order == Order()
    assert [each.name for each in there.case.slides] == ["slide-1"]
    first = OpenCell(elsewhere, done.case_id, there.cells[0].id)
    assert first.facts.karyotype == "46,XY,t(9;22)(q34;q11)"
    assert (first.facts.slide, first.facts.colony) == ("slide-1", "colony-1")
    assert first.facts.excluded == "reason not exported"
    was = OpenCell(store, case_id, ids[0]).journal.cell
    assert replace(first.journal.cell, image="", sha256="") == replace(was, image="", sha256="")
    assert list(verify(elsewhere)) == []


def test_shifted_dates_keep_the_days_between_them(store, elsewhere, file):
    case_id, _ = named_case(store)
    export_deidentified(store, case_id, file, LEE, bare_png, shift_dates=True)
    case = cases.read(elsewhere, receive(elsewhere, file, KIM).case_id).case
    specimen, culture = case.specimens[0], case.cultures[0]
    assert (specimen.received - specimen.collected).days == 2
    assert (culture.started - specimen.received).days == 1
    days = json.loads(cases.history(store, case_id)[-1].body)["days"]
    assert 30 <= days == (date(2009, 4, 1) - specimen.collected).days


@pytest.mark.parametrize("name", ["24-0815.kdcase", "ZACHARIAS.zip", "for quux, zacharias", "P-9988776 shared"])
def test_a_file_called_after_the_patient_is_refused(file_store, tmp_path, name):
    case_id, _ = named_case(file_store)
    with pytest.raises(ExchangeError, match="tells whose it is"):
        export_deidentified(file_store, case_id, tmp_path / name, LEE, bare_png)
    assert not (tmp_path / name).exists()


def test_a_page_of_a_file_is_taken_alone(store, file):
    case_id, _ = stored_case(store, 0)
    cell = replace(make_cell("1"), image="scan.tif#2")
    cells.add(store, case_id, "c", KIM, found=Found(b"II*\0 pages", cell, {}))
    asked = []
    export_deidentified(store, case_id, file, LEE, lambda data, page: asked.append((data, page)) or b"png")
    assert asked == [(b"II*\0 pages", 2)]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("47,XX,+21", True),
        ("mos 45,X[5]/46,XX[15]", True),
        ("46,XX,t(9;22)(q34.1;q11.2)", True),
        ("45~48,XY,+8,der(8)t(8;21)(q22;q22),inc[cp10]", True),
        ("46,XY,inv(9)(p12q13) pat", True),
        ("", False),
        ("24-0815", False),
        ("46,XX Quux", False),
        ("Quux, 46,XX", False),
        ("46,XX,1234567", False),
        ("46,XX\nQuux", False),
    ],
)
def test_only_what_is_iscn_stays_of_a_karyotype(text, kept):
    assert iscn_alone(text) == (text if kept else "")


@pytest.mark.parametrize("way", ["full", "shared"])
def test_a_case_is_taken_in_once(store, elsewhere, file, way):
    case_id, _ = named_case(store)
    export(store, case_id, file, way)
    receive(elsewhere, file, KIM)
    with pytest.raises(ExchangeError, match="in the database already"):
        receive(elsewhere, file, KIM)
    if way == "full":
        with pytest.raises(ExchangeError, match="in the database already"):
            receive(store, file, KIM)
    assert len(search.recent(elsewhere)) == 1
    assert list(verify(elsewhere)) == []


def export(store, case_id, file, way):
    if way == "full":
        export_full(store, case_id, file, LEE, overwrite=True)
    else:
        export_deidentified(store, case_id, file, LEE, bare_png, overwrite=True)


@pytest.mark.parametrize("way", ["full", "shared"])
def test_what_cannot_be_exported_leaves_no_file(file_store, file, way):
    case_id, _ = stored_case(file_store)
    file.write_text("mine")
    with pytest.raises(ExchangeError, match="is there already"):
        export_full(file_store, case_id, file, LEE)
    file.unlink()
    with pytest.raises(NotInStoreError):
        export(file_store, "none", file, way)
    with file_store.write() as connection:
        connection.execute(update(ORIGINALS).values(data=b"another"))
    with pytest.raises(StoreAlteredError):
        export(file_store, case_id, file, way)
    delete_case(file_store, case_id, "retention ended", KIM)
    with pytest.raises(ClosedCaseError):
        export(file_store, case_id, file, way)
    with pytest.raises(ExchangeError, match="another folder"):
        export_full(file_store, case_id, file.parent / "absent" / "x", LEE)
    assert [path.name for path in file.parent.glob("case.kdcase*")] == []


def rewritten(file, change, *, manifest=True):
    """Write a file again with its parts changed, and the manifest made to fit."""
    found = parts(file)
    change(found)
    listed = json.loads(found["manifest.json"])
    if manifest:
        listed["parts"] = {
            name: {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
            for name, data in found.items()
            if name != "manifest.json"
        }
        found["manifest.json"] = json.dumps(listed).encode()
    with zipfile.ZipFile(file, "w") as made:
        for name, data in found.items():
            made.writestr(name, data)


def journal_with(change):
    """A change of the entries of the journal in a file."""

    def alter(found):
        rows = [json.loads(line) for line in found["journal.jsonl"].splitlines()]
        change(rows)
        found["journal.jsonl"] = "\n".join(json.dumps(row) for row in rows).encode()

    return alter


@pytest.mark.parametrize(
    "change",
    [
        journal_with(lambda rows: rows[1].update(person_name="Somebody")),
        journal_with(lambda rows: rows.pop(0)),
        journal_with(lambda rows: rows.append(rows[-1])),
        journal_with(lambda rows: rows[1].update(action="cell.other")),
        journal_with(lambda rows: rows[1].update(body="{}")),
        journal_with(lambda rows: rows.clear()),
        lambda found: found.pop("journal.jsonl"),
        lambda found: found.update({"journal.jsonl": b"\xff"}),
        lambda found: [found.pop(name) for name in list(found) if name.startswith("originals/")],
        lambda found: found.update({name: b"another" for name in found if name.startswith("originals/")}),
        lambda found: found.update({"manifest.json": found["manifest.json"].replace(b'"full"', b'"de-identified"')}),
    ],
)
def test_an_altered_whole_case_is_refused_although_the_manifest_fits(file_store, elsewhere, file, change):
    case_id, _ = stored_case(file_store)
    export_full(file_store, case_id, file, LEE)
    rewritten(file, change)
    with pytest.raises(ExchangeError, match="not what was exported"):
        receive(elsewhere, file, KIM)
    assert search.recent(elsewhere) == []
    assert list(verify(elsewhere)) == []


def shared_with(**values):
    """A change of the first cell in a file without identification."""

    def alter(found):
        shared = json.loads(found["case.json"])
        shared["cells"][0]["cell"].update(values)
        found["case.json"] = json.dumps(shared).encode()

    return alter


@pytest.mark.parametrize(
    "change",
    [
        shared_with(sha256="0" * 64),
        shared_with(width=0),
        shared_with(chromosomes=None),
        lambda found: found.update({"pictures/cell-0001.png": b"another"}),
        lambda found: found.pop("pictures/cell-0001.png"),
        lambda found: found.update({"case.json": found["case.json"].replace(b'"label":"7"', b'"label":"99"')}),
        lambda found: found.update({"case.json": found["case.json"].replace(b'"slide":"slide-1"', b'"slide":"other"')}),
        lambda found: found.update({"case.json": b"{}"}),
        lambda found: found.update({"case.json": b"[" * 100_000}),
    ],
)
def test_an_altered_case_without_identification_is_refused(file_store, elsewhere, file, change):
    case_id, _ = named_case(file_store)
    export_deidentified(file_store, case_id, file, LEE, bare_png)
    rewritten(file, change)
    with pytest.raises(ExchangeError, match="not what was exported"):
        receive(elsewhere, file, KIM)
    assert search.recent(elsewhere) == []
    assert list(verify(elsewhere)) == []


@pytest.mark.parametrize("change", [lambda found: found.update({"README.txt": b"other"})])
def test_a_part_with_another_hash_than_the_manifest_says_is_refused(file_store, file, change):
    case_id, _ = named_case(file_store)
    export_deidentified(file_store, case_id, file, LEE, bare_png)
    rewritten(file, change, manifest=False)
    with package.opened(file) as opened, pytest.raises(ExchangeError, match="not what was exported"):
        opened.read("README.txt")


def bomb(file):
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("manifest.json", b" " * (15 << 20))


def many(file):
    with zipfile.ZipFile(file, "w") as made:
        for number in range(package.MOST_PARTS + 1):
            made.writestr(f"pictures/{number}", b"")


def twice(file):
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("manifest.json", b"{}")
        with pytest.warns(UserWarning, match="Duplicate"):
            made.writestr("manifest.json", b"{}")


def holds(*names, method=zipfile.ZIP_STORED):
    def make(file):
        with zipfile.ZipFile(file, "w", method) as made:
            for name in names:
                made.writestr(name, b"{}" * 9)

    return make


def cut(file):
    holds("manifest.json", "case.json")(file)
    file.write_bytes(file.read_bytes()[:-30])


def lying(file):
    """The list says that a part is smaller than it is."""
    holds("manifest.json")(file)
    data = bytearray(file.read_bytes())
    at = data.find(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", 3)
    file.write_bytes(data)


def encrypted(file):
    holds("manifest.json")(file)
    data = bytearray(file.read_bytes())
    data[data.find(b"PK\x01\x02") + 8] |= 1
    file.write_bytes(data)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda file: file.write_bytes(b"hello"), "holds no case of KaryoDesk"),
        (lambda file: file.write_bytes(b""), "holds no case of KaryoDesk"),
        (lambda file: None, "cannot be read"),
        (lambda file: file.mkdir(), "cannot be read"),
        (cut, "holds no case of KaryoDesk"),
        (holds("case.json"), "holds no case of KaryoDesk"),
        (holds("../../evil.txt"), "holds no case of KaryoDesk"),
        (holds("manifest.json", "/etc/passwd"), "holds no case of KaryoDesk"),
        (holds("manifest.json", "pictures/../x"), "holds no case of KaryoDesk"),
        (holds("manifest.json", "pictures\\x"), "holds no case of KaryoDesk"),
        (holds("manifest.json", method=zipfile.ZIP_LZMA), "holds no case of KaryoDesk"),
        (holds("manifest.json", "pictures/x.png", method=zipfile.ZIP_DEFLATED), "holds no case of KaryoDesk"),
        (holds("manifest.json"), "cannot be understood"),
        (encrypted, "holds no case of KaryoDesk"),
        (lying, "not what was exported"),
        (twice, "not what was exported"),
        (bomb, "more than a case can"),
        (many, "more than a case can"),
    ],
)
def test_a_file_made_to_do_harm_gets_one_plain_sentence(elsewhere, file, make, message):
    make(file)
    with pytest.raises(ExchangeError, match=message) as caught:
        receive(elsewhere, file, KIM)
    assert "\n" not in caught.value.message
    assert search.recent(elsewhere) == []


def test_a_file_of_a_newer_program_is_told(file_store, elsewhere, file):
    case_id, _ = stored_case(file_store)
    export_full(file_store, case_id, file, LEE)
    rewritten(file, lambda found: found.update({"manifest.json": found["manifest.json"].replace(b"case/1", b"case/2")}))
    with pytest.raises(ExchangeError, match="newer KaryoDesk"):
        receive(elsewhere, file, KIM)
