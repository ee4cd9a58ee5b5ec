"""The pages of one cell: its karyogram, and its metaphase with all that is to be known of it."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import QPointF, QRectF

from karyodesk.domain.cell import Cell
from karyodesk.domain.chromosome import Chromosome
from karyodesk.domain.labels import SLOTS
from karyodesk.iscn.karyotype import flags
from karyodesk.report.content import DERIVED, ReportCell
from karyodesk.report.layout import layout_karyogram
from karyodesk.report.metaphase import fitted, paint_original, paint_outlines
from karyodesk.report.paint import BADGE_SIZE, FAINT, INK, QUIET, paint_badge, paint_karyogram
from karyodesk.report.sheet import (
    BODY,
    LEADING,
    MARGIN,
    SMALL,
    TITLE,
    TOP,
    Paper,
    Sheet,
    elided,
    fits,
    wrap,
    wrap_karyotype,
)

Page = Callable[[Sheet], None]
"""Draws one page between its running head and foot."""

_LEFT_SHARE: Final = 0.64
_GUTTER: Final = 7.0
_CAPTION: Final = 5.5
_ITEM: Final = BODY * LEADING + SMALL * LEADING + 1.2
_COUNTS: Final = 12.0


def cell_pages(cell: ReportCell, name: str, paper: Paper) -> list[Page]:
    """Plan the pages of a cell.

    Args:
        cell: of the report.
        name: such as "Cell 2 of 5".
        paper: that they are drawn on.
    """
    items = [_item(cell.cell, chromosome) for chromosome in _questions(cell.cell)]
    room = _room_for_items(cell, paper)
    pages: list[Page] = [
        partial(_karyogram_page, cell, name),
        partial(_metaphase_page, cell, name, items[:room], len(items)),
    ]
    rest, a_page = items[room:], 3 * int((paper.content_height - 14) / _ITEM)
    chunks = [rest[start : start + a_page] for start in range(0, len(rest), a_page)]
    return pages + [partial(_items_page, cell, name, chunk) for chunk in chunks]


def _headline(sheet: Sheet, cell: ReportCell, name: str) -> float:
    """The name of the cell and its picture; returns the y beneath."""
    sheet.text(MARGIN, TOP + SMALL, name, BODY, INK, bold=True)
    picture = elided(cell.cell.image, sheet.paper.content_width * 0.7, SMALL)
    sheet.text(sheet.paper.right, TOP + SMALL, picture, SMALL, QUIET, align=1.0)
    return TOP + SMALL + 2.0


def _karyogram_page(cell: ReportCell, name: str, sheet: Sheet) -> None:
    y = _karyotype_lines(sheet, cell, _headline(sheet, cell, name) + 2.0)
    layout = layout_karyogram(cell.cell, cell.views)
    counts_y = sheet.paper.bottom - _COUNTS
    area = QRectF(MARGIN, y, sheet.paper.content_width, counts_y - y - 6.0)
    rect = fitted(area, layout.width, layout.height)
    sheet.painter.save()
    sheet.painter.translate(area.x() + (area.width() - rect.width()) / 2, y)
    scale = rect.width() / layout.width
    sheet.painter.scale(scale, scale)
    paint_karyogram(sheet.painter, layout, cell.views)
    sheet.painter.restore()
    _legend(sheet, counts_y - 2.5)
    _counts(sheet, cell.cell, counts_y)


def _karyotype_lines(sheet: Sheet, cell: ReportCell, y: float) -> float:
    """The karyotype in large letters, smaller where it is long, and beneath it what the program had suggested."""
    width = sheet.paper.content_width
    present = cell.karyotype or "no chromosome"
    size = next((size for size in (TITLE, 5.6, 4.5) if fits(present, width, size, bold=True)), 3.6)
    y = sheet.lines(MARGIN, y + size, wrap_karyotype(present, width, size, bold=True), size, bold=True)
    y -= size * (LEADING - 1) - 2.2
    for line in _remarks(cell):
        y = sheet.lines(MARGIN, y + 0.6, wrap(line, width, BODY), BODY, QUIET)
    return y


def _remarks(cell: ReportCell) -> Iterable[str]:
    source = "Stated by a person" if cell.stated else "Read from the arrangement"
    suggested = cell.cell.karyotype or "nothing"
    same = "the same" if suggested == cell.karyotype else suggested
    yield f"{source}. The program had suggested: {same}."
    if cell.excluded:
        yield f"Excluded from every number of the case: {cell.excluded}."
    present = flags([chromosome.label for chromosome in cell.cell.kept])
    if present:
        yield f"To be explained: {', '.join(present)}."
    if doubts := len(cell.cell.standing_doubts):
        yield f"Outlines that may have to be cut or joined, which no person has decided: {doubts}."
    if others := [flag for flag in cell.cell.flags if flag not in present]:
        yield f"Flagged when analysed: {', '.join(others)}."


def _legend(sheet: Sheet, y: float) -> None:
    unit = SMALL / BADGE_SIZE * 1.1
    paint_badge(sheet.painter, QPointF(MARGIN + 1.6, y + 0.75), unit)
    sheet.text(MARGIN + 4.2, y, "The program is unsure, and no person has confirmed it.", SMALL, QUIET)
    sheet.text(sheet.paper.right, y, "Framed: not two, or in need of a place.  –  Unassigned.", SMALL, QUIET, align=1.0)


def _counts(sheet: Sheet, cell: Cell, y: float) -> None:
    """How many there are of each type; what is not two is framed and bold."""
    names = [*SLOTS, "–"]
    numbers = [len(cell.in_slot(label)) for label in (*SLOTS, None)]
    step = sheet.paper.content_width / len(names)
    sheet.rule(MARGIN, sheet.paper.right, y)
    for place, (label, number) in enumerate(zip(names, numbers, strict=True)):
        middle = MARGIN + (place + 0.5) * step
        odd = number != 2 if label.isdigit() else label in ("mar", "–") and number > 0
        sheet.text(middle, y + 4.2, label, SMALL, QUIET, align=0.5)
        sheet.text(middle, y + 9.2, str(number), BODY, INK if number else FAINT, align=0.5, bold=odd)
        if odd:
            sheet.box(middle - step * 0.42, y + 5.6, step * 0.84, 5.0, INK)
    sheet.rule(MARGIN, sheet.paper.right, y + _COUNTS)


def _metaphase_page(
    cell: ReportCell, name: str, items: Sequence[tuple[str, str]], questions: int, sheet: Sheet
) -> None:
    top = _headline(sheet, cell, name) + 4.0
    width = sheet.paper.content_width * _LEFT_SHARE
    height = (sheet.paper.bottom - top) / 2 - _CAPTION
    y = top
    for caption, outlined in (("As photographed", False), ("With outlines and labels", True)):
        sheet.text(MARGIN, y + SMALL, caption, SMALL, QUIET)
        area = QRectF(MARGIN, y + SMALL + 1.4, width, height - 1.0)
        rect = fitted(area, cell.cell.width, cell.cell.height)
        paint_original(sheet.painter, rect, cell.original)
        if outlined:
            paint_outlines(sheet.painter, rect, cell.cell)
        sheet.box(rect.x(), rect.y(), rect.width(), rect.height())
        y = rect.bottom() + _CAPTION - 1.0
    x = MARGIN + width + _GUTTER
    _side_column(sheet, cell, items, questions, x, top, sheet.paper.right - x)


def _side_column(
    sheet: Sheet, cell: ReportCell, items: Sequence[tuple[str, str]], questions: int, x: float, top: float, width: float
) -> None:
    y = sheet.heading(x, top + SMALL, width, "Chromosomes")
    for term, number in _tally(cell):
        sheet.text(x, y, term, BODY)
        sheet.text(x + width, y, str(number), BODY, align=1.0)
        y += BODY * LEADING
    y = sheet.heading(x, y + 4.0, width, f"To be looked at: {questions or 'none'}")
    y = _draw_items(sheet, items, x, y, width)
    if questions > len(items):
        sheet.text(x, y, f"{questions - len(items)} more on the next page", SMALL, QUIET)
    lines = _origin(cell, width)
    y = sheet.paper.bottom - len(lines) * SMALL * LEADING - BODY * 1.6 - 1.3
    y = sheet.heading(x, y, width, "Origin")
    sheet.lines(x, y, lines, SMALL)


def _tally(cell: ReportCell) -> list[tuple[str, int]]:
    kept = cell.cell.kept
    open_ = sum(chromosome.rejected for chromosome in cell.cell.to_look_at)
    return [
        ("Counted", len(kept)),
        ("Unassigned", sum(chromosome.label is None for chromosome in kept)),
        ("Confirmed or placed by a person", sum(chromosome.confirmed for chromosome in kept)),
        ("Turned by a person", sum(chromosome.turned != chromosome.suggestion.upside_down for chromosome in kept)),
        ("Mirrored by a person", sum(chromosome.mirrored for chromosome in kept)),
        ("Rejected by a person", sum(each.rejected and not each.suggestion.left_out for each in cell.cell.chromosomes)),
        ("Bodies left out by the program", len(cell.cell.rejected) + cell.cell.left_out),
        *([("of them to be looked at", open_)] if open_ else []),
        ("Corrections", cell.corrections),
    ]


def _origin(cell: ReportCell, width: float) -> list[str]:
    """Where the picture comes from, in lines."""
    stored = cell.cell
    parts = [
        f"Original: {stored.image}, {stored.width} × {stored.height} pixels, unchanged.",
        f"SHA-256: {stored.sha256[:32]} {stored.sha256[32:]}",
        "Shown here with 8 bits a pixel.",
        f"The karyogram shows {DERIVED}",
    ]
    return [line for part in parts for line in wrap(part, width, SMALL)]


def _room_for_items(cell: ReportCell, paper: Paper) -> int:
    """How many questions fit into the side column."""
    width = paper.content_width * (1 - _LEFT_SHARE) - _GUTTER
    taken = 38.0 + len(_tally(cell)) * BODY * LEADING + len(_origin(cell, width)) * SMALL * LEADING
    return max(int((paper.content_height - taken) / _ITEM), 0)


def _questions(cell: Cell) -> list[Chromosome]:
    """What a person should look at: unsure ones that nobody confirmed, and the unassigned, in reading order."""
    slots = [*(cell.in_slot(label) for label in (*SLOTS, None))]
    return [one for slot in slots for one in slot if one.needs_look or one.label is None]


def _item(cell: Cell, chromosome: Chromosome) -> tuple[str, str]:
    """A question in two lines: which chromosome it is, and what else it may be."""
    members = cell.in_slot(chromosome.label)
    place = f", {members.index(chromosome) + 1} of {len(members)} from the left" if len(members) > 1 else ""
    return f"{chromosome.label or 'Unassigned'}{place}", _doubt(chromosome)


def _doubt(chromosome: Chromosome) -> str:
    """What the program thinks of a chromosome, in a line."""
    suggestion = chromosome.suggestion
    others = [f"{label} ({share:.0%})" for label, share in suggestion.alternatives[:3] if label != suggestion.label]
    other_text = " or ".join(others) or "nothing else"
    if suggestion.label is None:
        return f"could be {other_text}"
    alone = suggestion.unconstrained_label
    by_itself = f"; by itself {alone}" if alone and alone != suggestion.label else ""
    return f"suggested {suggestion.label} ({suggestion.confidence:.0%}), else {other_text}{by_itself}"


def _draw_items(sheet: Sheet, items: Sequence[tuple[str, str]], x: float, y: float, width: float) -> float:
    for head, text in items:
        sheet.text(x, y, elided(head, width, BODY, bold=True), BODY, INK, bold=True)
        sheet.text(x, y + SMALL * LEADING, elided(text, width, SMALL), SMALL, QUIET)
        y += _ITEM
    return y


def _items_page(cell: ReportCell, name: str, items: Sequence[tuple[str, str]], sheet: Sheet) -> None:
    top = _headline(sheet, cell, f"{name}: to be looked at, continued") + 8.0
    column = (sheet.paper.content_width - 2 * _GUTTER) / 3
    rows = -(-len(items) // 3)
    for place in range(3):
        x = MARGIN + place * (column + _GUTTER)
        _draw_items(sheet, items[place * rows : (place + 1) * rows], x, top, column)
