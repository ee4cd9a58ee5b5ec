"""``karyodesk backup``, ``karyodesk restore`` and ``karyodesk audit``: nothing is lost, and nothing altered unseen."""

import json
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from karyodesk.cli.database import Database, Login, aligned, author, case_line, opened, plainly, told, user

if TYPE_CHECKING:
    from karyodesk.store.engine import Store
    from karyodesk.store.journal import Row
    from karyodesk.store.ledger import LedgerHead, LedgerRow

audit = typer.Typer(help="What was done, and whether anything was altered.", no_args_is_help=True)
_TELLING: Final = ("text", "meaning", "reason", "kind", "file")
"""What of an entry says in short what was done; none of it holds what the fields of a patient hold."""


def backup(
    file: Annotated[Path, typer.Argument(help="File to write, on another disk if there is one.")],
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace a file of this name.")] = False,
    database: Database = None,
) -> None:
    """Copy the case database into a file while others work, and look through the copy.

    Exit status: 0 when it was read back and is as it was written, 1 otherwise.
    """
    from karyodesk.store.backup import back_up

    with opened(database) as store, told() as step:
        made = back_up(store, file, user(), overwrite=overwrite, step=step)
    typer.echo(f"{made.path} holds all cases ({made.size / 1e6:.1f} MB).")
    typer.echo(f"Its ledger ends with {made.head}")
    if made.breach is not None:
        typer.echo(f"The case database is not as it was written, and so is the copy: {made.breach.message}", err=True)
    if not made.read_back:
        typer.echo(
            "The copy could not be read back, as this user may make no database on the server: restore it into an "
            "empty one and run karyodesk audit verify.",
            err=True,
        )
    if made.breach is not None or not made.read_back:
        raise typer.Exit(1)


def restore(
    file: Annotated[Path, typer.Argument(help="A file that karyodesk backup wrote.")],
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Put the present case database aside, under another name.")
    ] = False,
    altered: Annotated[bool, typer.Option("--altered", help="Restore what is not as it was written too.")] = False,
    database: Database = None,
) -> None:
    """Make the case database of a backup, after looking through it."""
    from karyodesk.store.backup import restore as restore_backup
    from karyodesk.store.location import address

    with plainly(), told() as step:
        done = restore_backup(file, address(database), user(), overwrite=overwrite, accept_altered=altered, step=step)
    typer.echo(f"The case database was restored; the ledger of the backup ends with {done.head}")
    if done.aside is not None:
        typer.echo(f"The one before it is kept as {done.aside}.")
    if done.breach is not None:
        typer.echo(f"It is not as it was written: {done.breach.message}", err=True)
        raise typer.Exit(1)


@audit.command()
def show(
    named: Annotated[str | None, typer.Argument(metavar="[CASE]", help="By default the whole database.")] = None,
    records: Annotated[bool, typer.Option("--json", help="Everything that is stored, one JSON object a line.")] = False,
    database: Database = None,
    login: Login = None,
) -> None:
    """Show who did what and when: to the database as a whole, or to one case."""
    from karyodesk.store import cases, ledger

    found: list[Row] | list[LedgerRow]
    with opened(database) as store:
        author(store, login)
        if named is not None:
            found = cases.history(store, _id_of(named, store))
        else:
            with store.read() as connection:
                found = ledger.rows(connection)
    if records:
        for row in found:
            typer.echo(json.dumps(vars(row), ensure_ascii=False))
        return
    title = ("number", "moment (UTC)", "person", "workstation", "action", "what")
    for line in aligned([title, *map(_line, found)]):
        typer.echo(line)


def _id_of(named: str, store: "Store") -> str:
    """The id of a case; that of a deleted one, which is found by nothing else, as it is."""
    from karyodesk.domain.errors import NotInStoreError
    from karyodesk.store import cases

    try:
        return case_line(store, named).case.id
    except NotInStoreError:
        if cases.history(store, named):
            return named
        raise


def _line(row: "Row | LedgerRow") -> tuple[str, ...]:
    moment = row.at[:19].replace("T", " ")
    return str(row.number), moment, row.person_name, row.workstation, row.action, _what(row)


def _what(row: "Row | LedgerRow") -> str:
    """What an entry is about and says, in short."""
    from karyodesk.store.journal import Row
    from karyodesk.store.ledger import LedgerRow

    about = f"cell {row.cell_id}" if isinstance(row, Row) and row.cell_id else ""
    if isinstance(row, LedgerRow) and row.case_id:
        about = f"case {row.case_id}"
    body = json.loads(row.body) if row.body else {}
    after = body.get("after")
    person = after.get("person") if isinstance(after, dict) else None
    told = [person["name"]] if isinstance(person, dict) else [str(body[name]) for name in _TELLING if body.get(name)]
    return ": ".join(filter(None, (about, *told[:1])))


@audit.command()
def verify(
    noted: Annotated[
        list[str] | None,
        typer.Option(metavar="STORE:NUMBER:HASH", help="An end of the ledger, noted elsewhere; may be repeated."),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Name all that was altered, not the first only.")] = False,
    database: Database = None,
) -> None:
    """Compute everything anew from what is stored, and tell what was altered.

    Exit status: 0 when all is as it was written, 1 when something was altered.
    """
    from karyodesk.store import ledger
    from karyodesk.store.verify import verify as look_through

    heads = [_read(text) for text in noted or ()]
    with opened(database) as store:
        with told() as step:
            found = list(islice(look_through(store, heads, step), None if everything else 1))
        for breach in found:
            typer.echo(breach.message)
        if found:
            raise typer.Exit(1)
        with store.read() as connection:
            head = ledger.head(connection)
    typer.echo(f"Everything is as it was written. The ledger ends with {head}")


def _read(text: str) -> "LedgerHead":
    from karyodesk.domain.errors import StoreError
    from karyodesk.store.ledger import read_head

    try:
        return read_head(text)
    except StoreError as error:
        raise typer.BadParameter(error.message, param_hint="--noted") from None
