"""Strips of a page that follow one another: what the first pages of a report are packed from."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Final

from karyodesk.report.paint import INK, QUIET
from karyodesk.report.sheet import BODY, LEADING, MARGIN, Paper, Sheet, wrap

HEADING: Final = 13.0


@dataclass(frozen=True)
class Block:
    """A strip of a page that is not broken.

    Attributes:
        height: in millimetres.
        draw: draws it with its upper edge at y.
    """

    height: float
    draw: Callable[[Sheet, float], None]


def heading(text: str) -> Block:
    """A small heading over a hairline."""
    return Block(HEADING, partial(_draw_heading, text))


def paragraph(text: str, paper: Paper) -> Iterable[Block]:
    """A text of any length, line by line, so that it can run over a page."""
    for line in wrap(text, paper.content_width):
        yield Block(BODY * LEADING, partial(draw_line, line, BODY, False))
    yield Block(BODY * 0.5, _draw_nothing)


def draw_line(text: str, size: float, quiet: bool, sheet: Sheet, y: float) -> None:
    """Write one line from the margin."""
    sheet.text(MARGIN, y + size, text, size, QUIET if quiet else INK)


def _draw_heading(text: str, sheet: Sheet, y: float) -> None:
    sheet.heading(MARGIN, y + 9.5, sheet.paper.content_width, text)


def _draw_nothing(sheet: Sheet, y: float) -> None:
    """A gap."""
