"""``karyodesk case``: looking at cases, giving them to others and taking them in."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from karyodesk.cli.database import Database, Login, aligned, author, case_line, opened

if TYPE_CHECKING:
    from karyodesk.store.cases import CellLine, StoredCase
    from karyodesk.store.signatures import SigningStatus

case = typer.Typer(help="Look at cases, give them to others, take them in.", no_args_is_help=True)
Named = Annotated[str, typer.Argument(metavar="CASE", help="Its id or accession, or the beginning of one.")]


@case.command("list")
def list_cases(
    text: Annotated[str, typer.Argument(help="Beginning of an identifier; by default the last ones.")] = "",
    limit: Annotated[int, typer.Option(min=1, help="How many at most.")] = 50,
    database: Database = None,
    login: Login = None,
) -> None:
    """List cases: those of which an identifier begins so, or those that were changed last."""
    from karyodesk.store.search import find

    with opened(database) as store:
        author(store, login)
        found = find(store, text, limit)
    if not found:
        typer.echo("There is no such case." if text else "There are no cases yet.", err=True)
        return
    rows = [("id", "accession", "patient", "identifier", "state", "changed")]
    for line in found:
        patient, changed = line.case.patient, line.changed[:16].replace("T", " ")
        rows.append((line.case.id, line.case.order.accession, patient.name, patient.identifier, line.state, changed))
    for text_line in aligned(rows):
        typer.echo(text_line)


@case.command()
def show(named: Named, database: Database = None, login: Login = None) -> None:
    """Show a case: what is known of it, how far its signing is, and its cells."""
    from karyodesk.store import cases, signatures

    with opened(database) as store:
        author(store, login)
        case_id = case_line(store, named).case.id
        stored, status = cases.read(store, case_id), signatures.status(store, case_id)
    for line in aligned([*_about(stored, status)]):
        typer.echo(line)
    typer.echo()
    rows = [("cell", "chromosomes", "karyotype", "facts", "corrections"), *map(_cell, stored.cells)]
    for line in aligned(rows):
        typer.echo(line)


def _about(stored: "StoredCase", status: "SigningStatus") -> Iterator[tuple[str, str]]:
    known = stored.case
    born = known.patient.birth_date
    yield "Case", f"{known.order.accession or 'without accession'} ({known.id})"
    yield "Patient", f"{known.patient.name or 'without name'}, {known.patient.identifier or 'without identifier'}"
    yield "Born, sex", f"{born.isoformat() if born else 'not stated'}, {known.patient.sex}"
    yield "Indication", known.order.indication or "not stated"
    yield "Specimens", ", ".join(specimen.kind for specimen in known.specimens) or "none"
    policy = known.workup.policy
    yield "Policy", f"{policy.name} {policy.version}, {policy.rule}" if policy else "none chosen"
    yield "State", f"{stored.state}, {stored.number} entries, the last one {stored.changed[:16].replace('T', ' ')} UTC"
    for each in status.standing:
        made = each.signature
        yield "Signed", f"{made.meaning} by {made.signer.name} at {each.at[:16].replace('T', ' ')} UTC"
    if status.amends is not None:
        yield "Version", f"{status.version}, amends that of entry {status.amends.number}: {status.reason}"
    if status.missing:
        yield "To sign", ", ".join(status.missing)


def _cell(line: "CellLine") -> tuple[str, ...]:
    facts, summary = line.facts, line.summary
    counted = facts.count if facts.count is not None else (summary.count if summary else "")
    said = [name for name in ("counted", "analysed", "karyotyped", "scored") if getattr(facts, name)]
    if facts.excluded is not None:
        said.append(f"excluded ({facts.excluded})")
    if line.removed:
        said.append("taken out")
    karyotype = facts.karyotype or (summary.karyotype if summary else "")
    return str(line.place), str(counted), karyotype, ", ".join(said), str(summary.corrections if summary else "")


@case.command()
def export(
    named: Named,
    file: Annotated[Path, typer.Argument(help="File to write; its name should not name the patient.")],
    full: Annotated[
        bool, typer.Option("--full", help="As it is, with names, journal and signatures, for another case database.")
    ] = False,
    shift_dates: Annotated[
        bool, typer.Option("--shift-dates", help="Shift all dates by one random number of days; otherwise they go.")
    ] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace a file of this name.")] = False,
    database: Database = None,
    login: Login = None,
) -> None:
    """Write a case into one file: without what tells whose it is, or with --full as it is."""
    from karyodesk.store.deidentify import STAYS
    from karyodesk.store.transfer import export_deidentified, export_full

    with opened(database) as store:
        who = author(store, login)
        case_id = case_line(store, named).case.id
        if full:
            export_full(store, case_id, file, who, overwrite=overwrite)
            typer.echo(f"{file} holds the patient's name and all else: keep it as safe as the database.", err=True)
            return
        from karyodesk.imaging.bare import bare_png

        removed = export_deidentified(
            store, case_id, file, who, bare_png, shift_dates=shift_dates, overwrite=overwrite
        )
    for sentence in (*removed, *STAYS):
        typer.echo(sentence, err=True)


@case.command("import")
def import_case(
    file: Annotated[Path, typer.Argument(help="A file that karyodesk case export wrote.")],
    database: Database = None,
    login: Login = None,
) -> None:
    """Take in a case from a file; a whole case keeps its journal and its signatures."""
    from karyodesk.store.receive import receive

    with opened(database, create=True) as store:
        done = receive(store, file, author(store, login))
    typer.echo(f"Case {done.case_id} was taken in ({done.kind}), with {done.cells} cells.")


@case.command()
def delete(
    named: Named,
    reason: Annotated[str, typer.Option(help="Why; it is kept, so it must not name the patient.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask once more.")] = False,
    database: Database = None,
    login: Login = None,
) -> None:
    """Delete a case for good, such as after its retention; who deleted it, when and why is kept."""
    from karyodesk.domain.people import Role
    from karyodesk.store.deletion import delete_case

    with opened(database) as store:
        who = author(store, login, Role.DIRECTOR, Role.ADMINISTRATOR)
        line = case_line(store, named)
        asked = f"Delete case {line.case.order.accession or line.case.id} with its pictures and reports for good?"
        if not yes and not typer.confirm(asked, err=True):
            raise typer.Exit(1)
        delete_case(store, line.case.id, reason, who)
    typer.echo(f"Case {line.case.id} was deleted; backups made before still hold it.", err=True)
