"""What all commands on the case database share: where it is, who is asking, and how a refusal is told."""

import getpass
import platform
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from karyodesk.domain.errors import KaryoDeskError

if TYPE_CHECKING:
    from karyodesk.domain.people import Role
    from karyodesk.store.author import Author
    from karyodesk.store.engine import Store
    from karyodesk.store.people import People, SignedIn
    from karyodesk.store.search import CaseLine

Database = Annotated[
    str | None,
    typer.Option(
        "--database",
        envvar="KARYODESK_DATABASE",
        metavar="FILE|URL",
        help="The case database; by default a file in the folder of the user's data.",
    ),
]
Login = Annotated[
    str | None,
    typer.Option("--login", envvar="KARYODESK_LOGIN", help="By which name to sign in, where people were added."),
]


@contextmanager
def plainly() -> Iterator[None]:
    """Tell what a person can put right in one sentence, with exit status 1."""
    try:
        yield
    except KaryoDeskError as error:
        typer.echo(error.message, err=True)
        raise typer.Exit(1) from None


@contextmanager
def opened(setting: str | None, *, create: bool = False) -> Iterator["Store"]:
    """The case database; what fails in the block is told in one sentence."""
    from karyodesk.store.engine import Store
    from karyodesk.store.location import address

    with plainly(), closing(Store(address(setting), create=create)) as store:
        yield store


def people_of(store: "Store") -> "People":
    """Return the people of a store."""
    from karyodesk.store.people import People

    return People(store)


def user() -> "Author":
    """Return who is at the computer, for what needs nobody to sign in."""
    from karyodesk.store.author import Author

    return Author("", f"{_user_name()} at the command line", platform.node())


def _user_name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # where the system has no name for this user
        return "somebody"


def sign_in(people: "People", login: str | None) -> "SignedIn | None":
    """Ask for the password of a person; nobody is asked in the single-user mode, which gives None."""
    if people.single_user:
        return None
    name = login or typer.prompt("Sign in as", err=True)
    password = typer.prompt("Password", hide_input=True, err=True)
    signed_in = people.sign_in(name, password, platform.node())
    if signed_in.person.provisional:
        typer.echo("Set a password of your own first: karyodesk people password", err=True)
        raise typer.Exit(1)
    return signed_in


def author(store: "Store", login: str | None, *roles: "Role") -> "Author":
    """Return who is asking, after signing in where people were added.

    Args:
        store: the store.
        login: by which name to sign in; None: it is asked for.
        roles: one of which the person must have; none: any.
    """
    from karyodesk.domain.errors import RightsError
    from karyodesk.store.people import single_user

    signed_in = sign_in(people_of(store), login)
    if signed_in is None:
        return single_user(_user_name(), platform.node())
    if roles and not set(roles) & set(signed_in.person.roles):
        raise RightsError(f"This takes a {' or '.join(roles)}, which {signed_in.person.name} is not.")
    return signed_in.author


def case_line(store: "Store", text: str) -> "CaseLine":
    """Return the case of an id or an accession, or of the beginning of one where it is the only one.

    Raises:
        NotInStoreError: where there is none, or more than one.
    """
    from karyodesk.domain.errors import NotInStoreError
    from karyodesk.store.search import find, folded

    found = find(store, text) if text.strip() else []
    same = [line for line in found if folded(text) in (line.case.id, folded(line.case.order.accession))]
    if len(same or found) == 1:
        return (same or found)[0]
    if found:
        raise NotInStoreError(f"{len(found)} cases begin so: name one by its id, as karyodesk case list shows it.")
    raise NotInStoreError("There is no such case: karyodesk case list shows those that there are.")


@contextmanager
def told() -> Iterator[Callable[[str, float], None]]:
    """A line that tells people at a terminal how far something is; it goes with the block, and is not in a pipe."""
    seen = sys.stderr.isatty()

    def step(text: str, share: float) -> None:
        if seen:
            typer.echo(f"\r{text}: {share:4.0%}\x1b[K", nl=False, err=True)

    try:
        yield step
    finally:
        if seen:
            typer.echo("\r\x1b[K", nl=False, err=True)


def aligned(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """Yield lines in which the columns of some rows stand below one another."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        yield "  ".join(cells).rstrip()
