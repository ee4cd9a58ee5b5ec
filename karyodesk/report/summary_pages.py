"""The first pages of a report: whose it is, what was found, how it was made, and who answers for it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Final

from karyodesk.report.blocks import Block, draw_line, heading, paragraph
from karyodesk.report.cell_pages import Page
from karyodesk.report.content import DERIVED, ReportCell, ReportContent
from karyodesk.report.paint import INK, QUIET
from karyodesk.report.sheet import (
    BODY,
    FINDING,
    LEADING,
    MARGIN,
    SMALL,
    TITLE,
    TOP,
    Paper,
    Sheet,
    elided,
    labelled_height,
    wrap,
    wrap_karyotype,
)
from karyodesk.report.signing_blocks import case_karyotype, signature_blocks, standing_of

STATEMENT: Final = "Suggestion for review – not a cleared medical device"
METHOD: Final = (
    "A program found, straightened and labelled the chromosomes; what a person confirmed, placed, turned or rejected "
    f"is counted on the pages of each cell. What a karyogram shows are {DERIVED} "
    "The stored originals are unchanged; the SHA-256 of each stands on the pages of its cell."
)
_COLUMNS: Final = 3
_GAP: Final = 6.0
_SIGNATURES: Final = 42.0
_STATEMENT: Final = 8.0


def summary_pages(content: ReportContent, paper: Paper) -> list[Page]:
    """Plan the first pages: one where everything fits, else as many as are needed.

    At the end of the last stands the statement, with the lines for signatures where the report is not signed.
    """
    pages = _packed([*_blocks(content, paper)], paper.content_height)
    end = _STATEMENT if content.signing else _SIGNATURES
    if sum(block.height for block in pages[-1]) + end > paper.content_height:
        pages.append([])
    planned: list[Page] = [partial(_draw_blocks, blocks) for blocks in pages[:-1]]
    return [*planned, partial(_draw_last, pages[-1], end)]


def _packed(blocks: Sequence[Block], height: float) -> list[list[Block]]:
    """Fill pages with blocks in order; a block never is broken."""
    pages: list[list[Block]] = [[]]
    left = height
    for block in blocks:
        if pages[-1] and block.height > left:
            pages.append([])
            left = height
        pages[-1].append(block)
        left -= block.height
    return pages


def _draw_blocks(blocks: Sequence[Block], sheet: Sheet) -> None:
    y = TOP
    for block in blocks:
        block.draw(sheet, y)
        y += block.height


def _draw_last(blocks: Sequence[Block], end: float, sheet: Sheet) -> None:
    _draw_blocks(blocks, sheet)
    y = sheet.paper.bottom - end
    sheet.box(MARGIN, y, sheet.paper.content_width, _STATEMENT, INK, 0.25)
    sheet.text(sheet.paper.width / 2, y + 5.2, STATEMENT, BODY, align=0.5, bold=True)
    if end > _STATEMENT:
        _draw_signatures(sheet, y)


def _blocks(content: ReportContent, paper: Paper) -> Iterable[Block]:
    yield Block(TITLE + 9.0, partial(_draw_title, content))
    yield from _identification(content, paper)
    if content.signing:
        yield from case_karyotype(content.signing, paper)
    yield heading("Karyotypes of the cells" if content.signing else "Karyotypes")
    yield from _findings([cell for cell in content.cells if not cell.excluded], paper)
    if content.cells:
        yield heading("Cells")
        yield Block(SMALL * LEADING, _draw_table_head)
    for number, cell in enumerate(content.cells, start=1):
        yield _table_row(number, cell, paper)
    yield heading("How it was made")
    for text in (METHOD, *content.notes, _versions(content)):
        yield from paragraph(text, paper)
    if content.signing:
        yield from signature_blocks(content.signing, paper)


def _findings(cells: Sequence[ReportCell], paper: Paper) -> Iterable[Block]:
    """Each karyotype in large letters with the number of cells that have it, the most frequent first."""
    if not cells:
        yield from paragraph("The report holds no cell.", paper)
    for karyotype, number in Counter(cell.karyotype or "no chromosome" for cell in cells).most_common():
        lines = wrap_karyotype(karyotype, paper.content_width - 25.0, FINDING, bold=True)
        count = "1 cell" if number == 1 else f"{number} cells"
        yield Block(len(lines) * FINDING * LEADING + 1.0, partial(_draw_finding, lines, count))


def _draw_finding(lines: Sequence[str], count: str, sheet: Sheet, y: float) -> None:
    sheet.lines(MARGIN, y + FINDING, lines, FINDING, bold=True)
    sheet.text(sheet.paper.right, y + FINDING, count, BODY, QUIET, align=1.0)


def _draw_title(content: ReportContent, sheet: Sheet, y: float) -> None:
    sheet.text(MARGIN, y + TITLE, "Karyotype report", TITLE, bold=True)
    count = len(content.cells)
    cells = "1 cell" if count == 1 else f"{count} cells"
    standing = standing_of(content.signing) if content.signing else "for review"
    sheet.text(sheet.paper.right, y + TITLE, f"{cells} · {standing}", BODY, QUIET, align=1.0)


def _column_width(paper: Paper) -> float:
    return (paper.content_width - (_COLUMNS - 1) * _GAP) / _COLUMNS


def _identification(content: ReportContent, paper: Paper) -> Iterable[Block]:
    """Short fields side by side, long ones over the whole width."""
    width = _column_width(paper)
    rows = content.identification.rows
    short = [row for row in rows if len(wrap(row[1], width)) <= _COLUMNS]
    for start in range(0, len(short), _COLUMNS):
        fields = short[start : start + _COLUMNS]
        yield Block(max(labelled_height(value, width) for _, value in fields), partial(_draw_fields, fields))
    for name, value in (row for row in rows if row not in short):
        yield Block(SMALL * LEADING, partial(draw_line, name, SMALL, True))
        yield from paragraph(value, paper)


def _draw_fields(fields: Sequence[tuple[str, str]], sheet: Sheet, y: float) -> None:
    width = _column_width(sheet.paper)
    for place, (name, value) in enumerate(fields):
        sheet.labelled(MARGIN + place * (width + _GAP), y + SMALL, width, elided(name, width, SMALL), value)


def _columns(paper: Paper) -> tuple[tuple[str, float, float], ...]:
    """Name, x and width of each column of the table of cells; numbers stand at the right of theirs."""
    names = ("Cell", "Picture", "Count", "Karyotype", "Suggested", "To look at", "Corrections")
    shares = (0.05, 0.22, 0.08, 0.24, 0.19, 0.10, 0.12)
    starts = [MARGIN + paper.content_width * sum(shares[:place]) for place in range(len(shares))]
    widths = [paper.content_width * share - 5.0 for share in shares]
    widths[-1] += 5.0
    return tuple(zip(names, starts, widths, strict=True))


_NUMBERS: Final = (2, 5, 6)


def _draw_table_head(sheet: Sheet, y: float) -> None:
    for place, (name, x, width) in enumerate(_columns(sheet.paper)):
        right = place in _NUMBERS
        sheet.text(x + width if right else x, y + SMALL, name, SMALL, QUIET, align=float(right))


def _table_row(number: int, cell: ReportCell, paper: Paper) -> Block:
    columns = _columns(paper)
    kept = cell.cell.kept
    unassigned = sum(chromosome.label is None and not chromosome.needs_look for chromosome in kept)
    suggested = "the same" if cell.cell.karyotype == cell.karyotype else cell.cell.karyotype
    values = (
        [str(number)],
        [elided(cell.cell.image, columns[1][2])],
        [str(len(kept))],
        wrap_karyotype(cell.karyotype or "–", columns[3][2], bold=True),
        wrap(f"excluded: {cell.excluded}", columns[4][2])
        if cell.excluded
        else wrap_karyotype(suggested or "–", columns[4][2]),
        [str(len(cell.cell.to_look_at) + unassigned)],
        [str(cell.corrections)],
    )
    height = max(len(lines) for lines in values) * BODY * LEADING + 1.4
    return Block(height, partial(_draw_row, values))


def _draw_row(values: Sequence[Sequence[str]], sheet: Sheet, y: float) -> None:
    for place, (lines, (_, x, width)) in enumerate(zip(values, _columns(sheet.paper), strict=True)):
        right = place in _NUMBERS
        for row, line in enumerate(lines):
            at = x + width if right else x
            sheet.text(at, y + BODY * (1.2 + row * LEADING), line, BODY, align=float(right), bold=place == 3)
    height = max(len(lines) for lines in values) * BODY * LEADING + 1.4
    sheet.rule(MARGIN, sheet.paper.right, y + height, width=0.08)


def _versions(content: ReportContent) -> str:
    models = [f"{name} {version}" for name, version in content.model_versions.items()]
    used = "; ".join(models) if models else "none named"
    return f"Program: KaryoDesk {content.program_version}. Models: {used}."


def _draw_signatures(sheet: Sheet, y: float) -> None:
    """The lines for two persons."""
    half = (sheet.paper.content_width - 10.0) / 2
    for place, role in enumerate(("Analysed by", "Checked by")):
        x = MARGIN + place * (half + 10.0)
        sheet.text(x, y + 14.5, role, BODY, bold=True)
        for name, start, share, line in (
            ("Name", 0.0, 1.0, 25.0),
            ("Date", 0.0, 0.32, 38.0),
            ("Signature", 0.36, 0.64, 38.0),
        ):
            sheet.rule(x + start * half, x + (start + share) * half, y + line, INK, 0.12)
            sheet.text(x + start * half, y + line + 3.2, name, SMALL, QUIET)
