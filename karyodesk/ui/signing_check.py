"""What a person has to know of a case before signing it: what its policy misses, what disagrees. Free of widgets."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from karyodesk.domain.case import Case
from karyodesk.domain.policy import PolicyStatus
from karyodesk.domain.worksheet import Line
from karyodesk.ui.case import CaseCell, CellState
from karyodesk.ui.reckoning import Reckoning
from karyodesk.ui.tally import tally


def _tr(text: str) -> str:
    return QCoreApplication.translate("SigningCheck", text)


@dataclass(frozen=True)
class OpenQuestions:
    """What of the chromosomes of a cell nobody decided.

    Attributes:
        uncertain: chromosomes that a person should look at and has not confirmed.
        unassigned: chromosomes in no slot.
        doubts: outlines that may have to be cut or joined.
    """

    uncertain: int
    unassigned: int
    doubts: int


def questions_of(cell: CaseCell) -> OpenQuestions:
    """Return what is open in a cell that is shown."""
    if cell.analysed is None:
        return OpenQuestions(0, 0, 0)
    found = tally(cell.analysed.journal.start, cell.analysed.cell)
    return OpenQuestions(found.uncertain, found.copies.get(None, 0), found.doubts)


def not_in_report(cells: Iterable[CaseCell]) -> tuple[str, ...]:
    """Return a sentence on each picture that is no cell of the report."""
    left = (CellState.REFUSED, CellState.CANCELLED, CellState.WAITING, CellState.WORKING)
    words = _tr("{name} is not in the report. {why}")
    return tuple(words.format(name=cell.name, why=cell.message).strip() for cell in cells if cell.state in left)


def findings(
    case: Case, reckoning: Reckoning, names: Mapping[str, str], questions: Mapping[str, OpenQuestions]
) -> tuple[str, ...]:
    """Return what has to be acknowledged before a case is signed, one sentence each.

    Args:
        case: its data.
        reckoning: of its cells.
        names: of the cells, by the key of their line.
        questions: likewise.
    """
    found = [*_of_data(case), *_of_policy(reckoning), *_of_work(reckoning)]
    for key, left_out in reckoning.left_out.items():
        found.append(_tr("{cell} is in no clone: {reason}").format(cell=names[key], reason=left_out.reason))
    for line in reckoning.lines:
        if line.facts.excluded is None:
            found += _of_line(line, names[line.cell])
            found += _of_questions(questions[line.cell], names[line.cell])
    return tuple(found)


def disagreement(reckoning: Reckoning, stated: str) -> tuple[str, ...]:
    """Return what is to be acknowledged where a person states another karyotype than the cells make."""
    made = reckoning.karyotype
    if not made or stated == made:
        return ()
    return (_tr("The karyotype differs from what the cells make: {karyotype}.").format(karyotype=made),)


def _of_data(case: Case) -> Iterable[str]:
    if not case.patient.name.strip():
        yield _tr("The name of the patient is missing.")
    if not case.patient.identifier.strip():
        yield _tr("The number of the patient is missing.")
    if not case.specimens:
        yield _tr("No specimen is named.")


def _of_policy(reckoning: Reckoning) -> Iterable[str]:
    chosen = reckoning.chosen
    if chosen.trouble:
        yield chosen.trouble
    elif chosen.policy is None:
        yield _tr("No policy is chosen for this case: nothing says how many cells are enough.")
    elif chosen.policy.status is not PolicyStatus.CHECKED:
        words = _tr("The numbers of the policy “{name}” are {status}.")
        yield words.format(name=chosen.policy.name, status=chosen.policy.status.value)


def _of_work(reckoning: Reckoning) -> Iterable[str]:
    if not any(line.evaluated for line in reckoning.lines):
        yield _tr("No cell is marked as counted, analysed or karyotyped.")
    for asked in reckoning.requirements:
        if not asked.met:
            words = _tr("The policy asks for more {what}: there are {present} of {needed}.")
            yield words.format(what=asked.what, present=asked.present, needed=asked.needed)


def _of_line(line: Line, name: str) -> Iterable[str]:
    if line.counts_differ:
        words = _tr("{cell}: a person counted {count}, and {outlined} are outlined.")
        yield words.format(cell=name, count=line.count, outlined=line.segmented)
    if line.facts.karyotype and line.facts.karyotype != line.suggested:
        words = _tr("{cell}: a person states {stated}, and the arrangement makes {made}.")
        yield words.format(cell=name, stated=line.facts.karyotype, made=line.suggested or "–")


def _of_questions(questions: OpenQuestions, name: str) -> Sequence[str]:
    asked = (
        (questions.uncertain, _tr("{cell}: chromosomes that are uncertain and confirmed by no person: {count}.")),
        (questions.unassigned, _tr("{cell}: chromosomes in no slot: {count}.")),
        (questions.doubts, _tr("{cell}: outlines that may have to be cut or joined: {count}.")),
    )
    return [words.format(cell=name, count=number) for number, words in asked if number]
