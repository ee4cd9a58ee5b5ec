"""What a signed report says beside an unsigned one: the karyotype of the case, who signed for what, and of what."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial

from karyodesk.report.blocks import Block, heading, paragraph
from karyodesk.report.content import PrintedSignature, Signing
from karyodesk.report.paint import QUIET
from karyodesk.report.sheet import BODY, FINDING, LEADING, MARGIN, Paper, Sheet, elided, wrap_karyotype

_SHARES = (0.0, 0.24, 0.62)
"""Where the columns of the signatures begin: meaning, name, moment."""


def standing_of(signing: Signing) -> str:
    """Return in short how far the signing is, for the title."""
    name = f"version {signing.version}" if signing.version == 1 else f"amended version {signing.version}"
    return f"{name} · {'preliminary' if signing.missing else 'final'}"


def case_karyotype(signing: Signing, paper: Paper) -> Iterable[Block]:
    """The karyotype of the case in large letters."""
    yield heading("Karyotype of the case")
    lines = wrap_karyotype(signing.karyotype, paper.content_width, FINDING, bold=True)
    yield Block(len(lines) * FINDING * LEADING + 1.0, partial(_draw_karyotype, lines))


def signature_blocks(signing: Signing, paper: Paper) -> Iterable[Block]:
    """Who signed for what and when, what is still missing, what the signer knew, and what it is bound to."""
    yield heading("Signatures")
    for signature in signing.signatures:
        yield Block(BODY * LEADING + 1.4, partial(_draw_signature, signature))
    yield Block(BODY, lambda _sheet, _y: None)
    for text in _sentences(signing):
        yield from paragraph(text, paper)


def _sentences(signing: Signing) -> Iterable[str]:
    if signing.missing:
        yield f"Preliminary: this report is not final before it is signed for: {', '.join(signing.missing)}."
    if signing.amendment:
        yield signing.amendment
    if signing.known:
        who = signing.signatures[-1].name
        yield f"When signing, {who} knew and acknowledged:\n" + "\n".join(f"–  {text}" for text in signing.known)
    yield (
        "Signed electronically in KaryoDesk, each with the signer's password. The signatures are bound to the bytes of "
        "this file and to the content with the SHA-256 "
        f"{signing.digest}."
    )


def moment_of(when: datetime) -> str:
    """A moment to the second that no reader can mistake: year first, with its distance from universal time."""
    return when.isoformat(sep=" ", timespec="seconds")


def _draw_karyotype(lines: Sequence[str], sheet: Sheet, y: float) -> None:
    sheet.lines(MARGIN, y + FINDING, lines, FINDING, bold=True)


def _draw_signature(signature: PrintedSignature, sheet: Sheet, y: float) -> None:
    width = sheet.paper.content_width
    meaning, name, moment = (MARGIN + share * width for share in _SHARES)
    line = y + BODY * 1.2
    sheet.text(meaning, line, elided(signature.meaning, name - meaning - 3.0), BODY, bold=True)
    sheet.text(name, line, elided(signature.name, moment - name - 3.0), BODY)
    sheet.text(moment, line, moment_of(signature.moment), BODY, QUIET)
    sheet.rule(MARGIN, sheet.paper.right, y + BODY * LEADING + 1.4, width=0.08)
