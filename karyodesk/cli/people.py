"""``karyodesk people``: who may sign in to the case database."""

import platform
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from karyodesk.cli.database import Database, Login, aligned, opened, people_of, sign_in
from karyodesk.domain.people import Person, Role

if TYPE_CHECKING:
    from karyodesk.store.people import People, SignedIn

people = typer.Typer(help="Who may sign in to the case database.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(metavar="LOGIN", help="What the person types to sign in.")]
Roles = Annotated[list[Role] | None, typer.Option("--role", help="May be repeated.")]


@people.command("list")
def list_people(database: Database = None, login: Login = None) -> None:
    """List the people of the case database."""
    with opened(database) as store:
        known = people_of(store)
        if known.single_user:
            typer.echo("The case database is in the single-user mode: nobody was added yet.", err=True)
            return
        sign_in(known, login)
        found = known.everyone()
    rows = [("login", "name", "roles", "")]
    rows += [(each.login, each.name, ", ".join(each.roles), "" if each.active else "may not sign in") for each in found]
    for line in aligned(rows):
        typer.echo(line)


@people.command()
def add(
    name: Name,
    printed: Annotated[str, typer.Option("--name", help="As printed on reports.")],
    role: Roles = None,
    database: Database = None,
    login: Login = None,
) -> None:
    """Add a person; the first one is the administrator, and ends the single-user mode for good."""
    with opened(database, create=True) as store:
        known = people_of(store)
        by = sign_in(known, login)
        password = typer.prompt(f"First password of {printed}", hide_input=True, confirmation_prompt=True, err=True)
        if by is None:
            known.begin(name, printed, password, platform.node())
            typer.echo(f"{printed} is the administrator. The single-user mode has ended.", err=True)
        else:
            known.add(by, name, printed, role or (), password)
            typer.echo(f"{printed} has to set a password of their own: karyodesk people password", err=True)


@people.command()
def change(
    name: Name,
    printed: Annotated[str | None, typer.Option("--name", help="As printed on reports.")] = None,
    role: Roles = None,
    active: Annotated[bool | None, typer.Option("--active/--inactive", help="Whether the person may sign in.")] = None,
    database: Database = None,
    login: Login = None,
) -> None:
    """Change a person's printed name or roles, or whether they may sign in."""
    with opened(database) as store:
        known = people_of(store)
        by, person = _administrator(known, login), _find(known, name)
        wanted = replace(person, active=person.active if active is None else active)
        if printed is not None and printed.strip():
            wanted = replace(wanted, name=printed.strip())
        if role:
            wanted = replace(wanted, roles=tuple(each for each in Role if each in role))
        known.change(by, wanted)
    typer.echo(f"{wanted.name} was changed.", err=True)


@people.command()
def unlock(name: Name, database: Database = None, login: Login = None) -> None:
    """Let a person in again who was locked out after wrong passwords."""
    with opened(database) as store:
        known = people_of(store)
        by = _administrator(known, login)
        known.unlock(by, _find(known, name).id)
    typer.echo(f"{name} is locked out no longer.", err=True)


@people.command()
def reset(name: Name, database: Database = None, login: Login = None) -> None:
    """Give a person who forgot the password another one, to be changed at once."""
    with opened(database) as store:
        known = people_of(store)
        by, person = _administrator(known, login), _find(known, name)
        new = typer.prompt(f"New password of {person.name}", hide_input=True, confirmation_prompt=True, err=True)
        known.reset_password(by, person.id, new)
    typer.echo(f"{person.name} has to set a password of their own: karyodesk people password", err=True)


@people.command()
def password(database: Database = None, login: Login = None) -> None:
    """Set a password of one's own."""
    with opened(database) as store:
        known = people_of(store)
        name = login or typer.prompt("Sign in as", err=True)
        present = typer.prompt("Present password", hide_input=True, err=True)
        who = known.sign_in(name, present, platform.node())
        new = typer.prompt("New password", hide_input=True, confirmation_prompt=True, err=True)
        known.change_password(who, present, new)
    typer.echo("The password was changed.", err=True)


def _administrator(known: "People", login: str | None) -> "SignedIn":
    """Who signs in; what they may do is looked at where it is done."""
    from karyodesk.domain.errors import RightsError

    by = sign_in(known, login)
    if by is None:
        raise RightsError("The case database is in the single-user mode: add the first person, an administrator.")
    return by


def _find(known: "People", name: str) -> Person:
    from karyodesk.domain.errors import NotInStoreError
    from karyodesk.store.search import folded

    for person in known.everyone():
        if folded(person.login) == folded(name):
            return person
    raise NotInStoreError("Nobody signs in by this name: karyodesk people list shows who does.")
