import re
import shutil
import subprocess
from datetime import UTC, datetime

import numpy as np
import pytest

from karyodesk.report.content import Identification, ReportCell, ReportContent
from karyodesk.report.pdf import write_report
from karyodesk.report.sheet import A4, LETTER
from tests.unit.report.samples import cell_of, normal_labels, uncertain

pytestmark = pytest.mark.usefixtures("qapp")

ORIGINAL = np.full((600, 700), 200, np.uint8)
WHEN = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
needs_pdftotext = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed")


def report_cell(labels, unsure=0, corrections=0, stated="", scale=1.0, **changes):
    cell, views = cell_of(labels, scale, **changes)
    cell = cell.with_chromosomes([uncertain(one) for one in cell.chromosomes[:unsure]])
    return ReportCell(cell, views, ORIGINAL, corrections, stated)


def content(*cells, identification=None, **options):
    identification = identification or Identification(case="C-17", patient="Muster, Erika", patient_id="0098")
    return ReportContent(identification, cells, "0.1.0", WHEN, {"segmenter": "1.2 (3f9a8812c0de)"}, **options)


def pages(path):
    return len(re.findall(rb"/Type\s*/Page\b", path.read_bytes()))


def images(path):
    """Width and height of every picture in a PDF."""
    found = re.findall(rb"/Subtype /Image\s+/Width (\d+)\s+/Height (\d+)", path.read_bytes())
    return [(int(width), int(height)) for width, height in found]


def text(path, *options):
    done = subprocess.run(["pdftotext", *options, str(path), "-"], capture_output=True, check=True)
    return done.stdout.decode()


def test_a_cell_takes_two_pages_after_the_first(tmp_path):
    path = tmp_path / "report.pdf"
    assert write_report(path, content(report_cell(normal_labels()), report_cell(normal_labels()))) == 5
    assert pages(path) == 5
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(("paper", "box"), [(A4, b"595"), (LETTER, b"612")])
def test_the_paper_is_as_asked(tmp_path, paper, box):
    path = tmp_path / "report.pdf"
    write_report(path, content(), paper)
    assert re.search(rb"/MediaBox \[0 0 " + box, path.read_bytes())


@pytest.mark.parametrize("scale", [1.0, 2.0, 8.0])
def test_no_chromosome_is_stored_with_fewer_pixels_than_its_view(tmp_path, scale):
    path = tmp_path / "report.pdf"
    cell = report_cell(["1", "21", "Y", None], scale=scale)
    write_report(path, content(cell))
    left = images(path)
    assert len(left) >= 4
    for view in sorted(cell.views.values(), key=lambda view: -view.pixels.shape[0]):
        rows, columns = view.pixels.shape
        match = min((one for one in left if one[0] >= columns and one[1] >= rows), default=None)
        assert match, f"no picture of {columns} by {rows}"
        left.remove(match)


def test_letters_are_embedded_and_no_pictures(tmp_path):
    path = tmp_path / "report.pdf"
    write_report(path, content())
    data = path.read_bytes()
    assert b"/FontFile2" in data
    assert b"IBMPlexSans" in data
    assert images(path) == []
    assert b"pdfaid" in data


@needs_pdftotext
def test_every_page_names_the_patient_the_page_and_the_statement(tmp_path):
    path = tmp_path / "report.pdf"
    count = write_report(path, content(report_cell(normal_labels())))
    for page in range(1, count + 1):
        shown = text(path, "-f", str(page), "-l", str(page))
        assert "Muster, Erika · 0098 · C-17" in shown
        assert f"Page {page} of {count}" in shown
        assert "Suggestion for review – not a cleared medical device" in shown
        assert "2026-11-22 09:30+00:00" in shown


@needs_pdftotext
def test_what_was_suggested_and_what_is_now_are_both_told(tmp_path):
    path = tmp_path / "report.pdf"
    cell = report_cell([*normal_labels(), "21"], unsure=2, corrections=7, flags=("poor banding",))
    write_report(path, content(cell, notes=("Policy: twenty cells counted.",)))
    shown = " ".join(text(path).split())
    for words in (
        "47,XY,+21",
        "The program had suggested: 46,XY.",
        "To be explained: count 47, +21.",
        "Flagged when analysed: poor banding.",
        "To be looked at: 2",
        "1, 1 of 2 from the left",
        "suggested 1 (61%), else 22 (2%) or Y (1%)",
        "derived views",
        "9f" * 16,
        "segmenter 1.2 (3f9a8812c0de)",
        "KaryoDesk 0.1.0",
        "Policy: twenty cells counted.",
        "Analysed by",
        "Checked by",
        "Signature",
    ):
        assert words in shown, words
    assert re.search(r"Corrections 7\b", " ".join(text(path, "-layout", "-f", "3").split()))


@needs_pdftotext
def test_a_stated_karyotype_is_told_from_a_read_one(tmp_path):
    path = tmp_path / "report.pdf"
    write_report(path, content(report_cell(normal_labels(), stated="46,XY,t(9;22)(q34;q11.2)")))
    shown = " ".join(text(path).split())
    assert "46,XY,t(9;22)(q34;q11.2)" in shown
    assert "Stated by a person. The program had suggested: 46,XY." in shown


@needs_pdftotext
def test_no_question_is_dropped_however_many_there_are(tmp_path):
    path = tmp_path / "report.pdf"
    cell = report_cell([*normal_labels(), *["21"] * 6, *[None] * 8], unsure=60)
    assert write_report(path, content(cell), LETTER) > 3
    shown = text(path)
    assert len(re.findall(r"suggested [0-9XY]+ \(61%\)", shown)) == 52
    assert len(re.findall(r"^Unassigned, \d of 8 from the left", shown, re.MULTILINE)) == 8
    assert "To be looked at: 60" in shown


@needs_pdftotext
def test_long_and_foreign_names_are_whole_on_the_first_pages(tmp_path):
    path = tmp_path / "report.pdf"
    identification = Identification(
        case="CASE_" * 30, patient="田中 さくら / Γεωργία Παπαδοπούλου", indication="Many words. " * 400
    )
    write_report(path, content(identification=identification))
    shown = text(path)
    assert "田中 さくら / Γεωργία Παπαδοπούλου" in shown
    assert shown.count("Many") == 400
    assert "".join(shown.split()).count("CASE_" * 30) == 1
    assert pages(path) > 1


@needs_pdftotext
def test_an_empty_cell_and_an_empty_report_are_written(tmp_path):
    path = tmp_path / "report.pdf"
    write_report(path, content(report_cell([], karyotype=""), identification=Identification()))
    shown = text(path)
    assert "Case not named" in shown
    assert "no chromosome" in shown
    write_report(path, content())
    assert "The report holds no cell." in text(path)


def test_many_cells_run_over_pages(tmp_path):
    path = tmp_path / "report.pdf"
    assert write_report(path, content(*[report_cell(["21"])] * 45)) == pages(path) > 91


def test_a_colour_picture_of_another_size_is_shown(tmp_path):
    path = tmp_path / "report.pdf"
    cell, views = cell_of(["1"])
    write_report(path, content(ReportCell(cell, views, np.full((300, 350, 3), 90, np.uint8))))
    assert images(path).count((350, 300)) >= 1
