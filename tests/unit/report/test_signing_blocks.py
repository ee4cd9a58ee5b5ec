import shutil
import subprocess
import unicodedata
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from karyodesk.report.content import PrintedSignature, Signing
from karyodesk.report.pdf import render_report
from tests.unit.report.samples import normal_labels
from tests.unit.report.test_pdf import content, report_cell

pytestmark = [
    pytest.mark.usefixtures("qapp"),
    pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed"),
]
DIGEST = "0123456789abcdef" * 4
FIRST = PrintedSignature("analysed", "Kim Doe", datetime(2026, 11, 22, 9, 30, 5, tzinfo=UTC))
SIGNING = Signing("mos 47,XX,+21[3]/46,XX[17]", DIGEST, (FIRST,), ("reviewed", "approved"))


def text(signing, *cells):
    data, _ = render_report(content(*cells, signing=signing))
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=data, capture_output=True, check=True)
    return " ".join(unicodedata.normalize("NFKC", done.stdout.decode()).split())


def test_a_signed_report_says_who_signed_for_what_when_and_of_what():
    words = text(SIGNING)
    assert "analysed Kim Doe 2026-11-22 09:30:05+00:00" in words
    assert DIGEST in words
    assert "mos 47,XX,+21[3]/46,XX[17]" in words
    assert "Preliminary: this report is not final before it is signed for: reviewed, approved." in words
    assert "version 1 · preliminary" in words


def test_it_has_no_lines_for_signatures_by_hand_but_the_statement():
    words = text(SIGNING)
    assert "Checked by" not in words
    assert words.count("not a cleared medical device") == 2  # the box and the foot of the one page
    assert "Checked by" in text(None)


def test_an_amended_final_report_says_what_it_takes_the_place_of():
    amendment = "This report takes the place of version 1. Reason: a second culture came."
    words = text(replace(SIGNING, missing=(), version=2, amendment=amendment))
    assert "amended version 2 · final" in words
    assert amendment in words
    assert "Preliminary" not in words


def test_what_the_signer_knew_is_printed():
    words = text(replace(SIGNING, known=("cells counted: 3 of 20", "No specimen is named.")))
    assert "When signing, Kim Doe knew and acknowledged: – cells counted: 3 of 20 – No specimen is named." in words


def test_an_excluded_cell_is_named_with_the_reason_and_is_no_finding():
    counted = report_cell(normal_labels())
    excluded = replace(report_cell(["1"]), excluded="poor banding")
    words = text(SIGNING, counted, excluded)
    assert "excluded: poor" in words
    assert "Excluded from every number of the case: poor banding." in words
    assert "1 cell " in words.partition("Karyotypes of the cells")[2].partition("Cells")[0]
    assert counted.karyotype in words
