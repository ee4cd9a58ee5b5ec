"""The report as a PDF."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF
from PySide6.QtGui import QPagedPaintDevice, QPageLayout, QPageSize, QPainter, QPdfWriter

from karyodesk.report.cell_pages import Page, cell_pages
from karyodesk.report.content import Identification, ReportContent
from karyodesk.report.files import write_whole
from karyodesk.report.fonts import ensure_application
from karyodesk.report.paint import INK, QUIET, prepare
from karyodesk.report.sheet import A4, BODY, MARGIN, SMALL, Paper, Sheet, elided, fits
from karyodesk.report.summary_pages import STATEMENT, summary_pages

DPI: Final = 300
_MILLIMETRES_PER_INCH: Final = 25.4


def write_report(path: Path, content: ReportContent, paper: Paper = A4) -> int:
    """Write a report to a file, as ``render_report`` makes it.

    Args:
        path: replaced only when the new report is whole.
        content: of the report.
        paper: ``sheet.A4`` or ``sheet.LETTER``.

    Returns:
        The number of pages.

    Raises:
        KaryoDeskError: where the file cannot be written.
        KeyError: where a kept chromosome has no view.
    """
    data, count = render_report(content, paper)
    write_whole(path, data)
    return count


def render_report(content: ReportContent, paper: Paper = A4) -> tuple[bytes, int]:
    """Make a report as PDF/A-1b: text stays text, lines stay lines, chromosomes keep every pixel of their views.

    Args:
        content: of the report.
        paper: ``sheet.A4`` or ``sheet.LETTER``.

    Returns:
        The bytes of the file and the number of pages.

    Raises:
        KeyError: where a kept chromosome has no view.
    """
    ensure_application()
    pages = plan_pages(content, paper)
    return _pdf(pages, content, paper), len(pages)


def plan_pages(content: ReportContent, paper: Paper) -> list[Page]:
    """Plan all pages, so that each can name their number."""
    count = len(content.cells)
    pages = summary_pages(content, paper)
    for number, cell in enumerate(content.cells, start=1):
        pages += cell_pages(cell, f"Cell {number} of {count}", paper)
    return pages


def _pdf(pages: Sequence[Page], content: ReportContent, paper: Paper) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = _writer(buffer, content, paper)
    painter = QPainter(writer)
    painter.scale(DPI / _MILLIMETRES_PER_INCH, DPI / _MILLIMETRES_PER_INCH)
    prepare(painter)
    sheet = Sheet(painter, paper)
    for number, page in enumerate(pages, start=1):
        if number > 1:
            writer.newPage()
        _running_head(sheet, content.identification)
        _running_foot(sheet, content, number, len(pages))
        page(sheet)
    painter.end()
    return bytes(buffer.data().data())


def _writer(buffer: QBuffer, content: ReportContent, paper: Paper) -> QPdfWriter:
    writer = QPdfWriter(buffer)
    writer.setPdfVersion(QPagedPaintDevice.PdfVersion.PdfVersion_A1b)
    writer.setPageLayout(
        QPageLayout(QPageSize(paper.size), QPageLayout.Orientation.Portrait, QMarginsF(), QPageLayout.Unit.Millimeter)
    )
    writer.setResolution(DPI)
    writer.setTitle(f"Karyotype report {content.identification.case}".strip())
    writer.setCreator(f"KaryoDesk {content.program_version}")
    return writer


def _running_head(sheet: Sheet, identification: Identification) -> None:
    """Whose page it is: on every page."""
    half = sheet.paper.content_width / 2 - 4
    laboratory = elided(identification.laboratory or "Karyotype report", half - 20, SMALL)
    sheet.text(MARGIN, 14.0, laboratory, SMALL, QUIET)
    sheet.text(sheet.paper.right, 14.0, _whose(identification, half + 20), BODY, INK, align=1.0, bold=True)
    sheet.rule(MARGIN, sheet.paper.right, 17.0)


def _whose(identification: Identification, width: float) -> str:
    """The identifiers on one line, each cut where it is longer than its share, so that none is lost."""
    stated = [identification.patient, identification.patient_id, identification.case]
    parts = [part for part in stated if part.strip()]
    whole = " · ".join(" ".join(part.split()) for part in parts) or "Case not named"
    if fits(whole, width, BODY, bold=True):
        return whole
    share = width / len(parts) - 3.0
    return " · ".join(elided(part, share, BODY, bold=True) for part in parts)


def _running_foot(sheet: Sheet, content: ReportContent, number: int, count: int) -> None:
    y = sheet.paper.height - 11.0
    sheet.rule(MARGIN, sheet.paper.right, y - 4.0)
    sheet.text(MARGIN, y, STATEMENT, SMALL, QUIET)
    made = f"KaryoDesk {content.program_version} · {_moment(content.created)}"
    sheet.text(sheet.paper.width / 2 + 12.0, y, made, SMALL, QUIET, align=0.5)
    sheet.text(sheet.paper.right, y, f"Page {number} of {count}", SMALL, INK, align=1.0)


def _moment(when: datetime) -> str:
    """A moment that no reader can mistake: year first, with its distance from universal time."""
    return when.isoformat(sep=" ", timespec="minutes")
