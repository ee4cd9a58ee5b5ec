"""What signing does in the background: looking through the case, making the report, storing both. Free of widgets."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from PySide6.QtCore import QCoreApplication

from karyodesk.domain import canonical
from karyodesk.domain.case import Case, CellFacts
from karyodesk.domain.cell import Cell
from karyodesk.domain.errors import RightsError, SigningError, StaleEditError
from karyodesk.domain.signing import Signature, SignedContent
from karyodesk.report.content import PrintedSignature, ReportContent, Signing
from karyodesk.report.pdf import render_report
from karyodesk.store import signatures
from karyodesk.store.engine import Store
from karyodesk.store.people import People, SignedIn
from karyodesk.store.signatures import SigningStatus
from karyodesk.ui.jobs import Report


def _tr(text: str) -> str:
    return QCoreApplication.translate("Signing", text)


@dataclass(frozen=True, eq=False)
class Shown:
    """The case as the window shows it.

    Attributes:
        case: its data.
        cells: by their id: as arranged, and what people say of them.
        report: of them, not signed yet.
    """

    case: Case
    cells: Mapping[str, tuple[Cell, CellFacts]]
    report: ReportContent


@dataclass(frozen=True, eq=False)
class Turn:
    """Whose turn it is to sign for what.

    Attributes:
        status: how far the signing is.
        meaning: of the next signature; empty where all are there.
        after: the meanings after it.
        refusal: why this person cannot sign so, in one sentence; empty where they can.
        karyotype: that those before stated; empty where nobody signed yet.
    """

    status: SigningStatus
    meaning: str
    after: tuple[str, ...]
    refusal: str
    karyotype: str


@dataclass(frozen=True, eq=False)
class Wish:
    """What a person signs.

    Attributes:
        who: the person.
        password: of the person, given once more.
        turn: as it was shown.
        karyotype: of the case.
        known: what the person acknowledged.
    """

    who: SignedIn
    password: str
    turn: Turn
    karyotype: str
    known: tuple[str, ...]


def look(store: Store, who: SignedIn, shown: Shown, report: Report) -> Turn:
    """Look through a case that is to be signed, and say whose turn it is.

    Raises:
        StaleEditError: where the store has another case than the window shows.
        StoreError: where an entry or a picture is not what was stored, or the store cannot be read.
    """
    report.step(_tr("Looking through the case"), 0.1)
    status = signatures.status(store, shown.case.id)
    standing = status.standing[0].signature.content.karyotype if status.standing else ""
    content = signatures.prepare(store, shown.case.id, standing)
    refuse_other(content, shown)
    meaning, after = (status.missing[0], status.missing[1:]) if status.missing else ("", ())
    return Turn(status, meaning, after, _refusal(content, status, meaning, who), standing)


def _refusal(content: SignedContent, status: SigningStatus, meaning: str, who: SignedIn) -> str:
    signed = [(each.signature.meaning, each.signature.signer.id) for each in status.standing]
    try:
        content.rule.refuse(meaning, who.person, signed)
    except (RightsError, SigningError) as error:
        return error.message
    return ""


def refuse_other(content: SignedContent, shown: Shown) -> None:
    """Let what is stored be signed by the report of what is shown, only where the two are the same.

    Raises:
        StaleEditError: where they are not.
    """
    stored = {cell.id: (cell.chromosomes, cell.facts) for cell in content.cells if not cell.removed}
    there = {
        cell_id: (canonical.digest(cell), canonical.digest(facts)) for cell_id, (cell, facts) in shown.cells.items()
    }
    if content.case != canonical.digest(shown.case) or stored != there:
        raise StaleEditError(
            _tr("Somebody else changed this case: it is opened anew, so that you see what you sign."), ""
        )


def sign(store: Store, wish: Wish, shown: Shown, report: Report) -> Signature:
    """Sign a case: the password is asked first, then all is looked through, the report made, and both stored.

    Raises:
        SignInError: where the password is wrong, or the person locked out.
        RightsError: where the roles of the person do not allow it.
        SigningError: where the rule of the laboratory does not.
        StaleEditError: where the case is another one than was shown.
        StoreError: where it cannot be stored; nothing was changed.
    """
    people = People(store)
    report.step(_tr("Looking at the password"), 0.05)
    who = people.confirm(wish.who, wish.password)
    report.step(_tr("Looking through the case"), 0.2)
    content = signatures.prepare(store, shown.case.id, wish.karyotype)
    refuse_other(content, shown)
    report.step(_tr("Making the report"), 0.4)
    moment = datetime.now().astimezone()
    data, _ = render_report(replace(shown.report, created=moment, signing=printed(content, who, moment, wish)))
    report.step(_tr("Signing"), 0.9)
    return signatures.sign(people, who, wish.password, wish.turn.meaning, content, data, moment)


def printed(content: SignedContent, who: SignedIn, moment: datetime, wish: Wish) -> Signing:
    """Return what the report says of the signatures, that of this person last."""
    status = wish.turn.status
    before = tuple(
        PrintedSignature(each.signature.meaning, each.signature.signer.name, each.signature.signed)
        for each in status.standing
    )
    return Signing(
        karyotype=content.karyotype,
        digest=content.digest,
        signatures=(*before, PrintedSignature(wish.turn.meaning, who.person.name, moment)),
        missing=wish.turn.after,
        version=content.version,
        amendment=_amendment(content),
        known=wish.known,
    )


def _amendment(content: SignedContent) -> str:
    """Not translated: reports are written in English."""
    if content.amends is None:
        return ""
    return (
        f"This report takes the place of version {content.version - 1}, completed by entry {content.amends.number} of "
        f"the journal ({content.amends.hash}). Reason: {content.reason}"
    )
