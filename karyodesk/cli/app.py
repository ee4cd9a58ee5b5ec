"""The command ``karyodesk``. Light to import: what a command needs is imported when it runs."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Annotated, Final, TextIO

import typer

from karyodesk import __version__
from karyodesk.cli.cases import case
from karyodesk.cli.database import Database
from karyodesk.cli.display import why_no_report, why_nobody_sees_it
from karyodesk.cli.people import people
from karyodesk.cli.safekeeping import audit, backup, restore
from karyodesk.cli.train import train
from karyodesk.cli.worker import AnalyserFactory, LoadAnalyser
from karyodesk.domain.errors import KaryoDeskError, KaryotypeError
from karyodesk.domain.methods import AllocationMethod, Methods, NamingMethod
from karyodesk.paths import sample_case

INTERRUPTED: Final = 130
"""Exit status after Ctrl+C, as shells have it."""
MOST_WORKERS: Final = 8
"""Taken unasked: each holds the models and a picture in memory."""

app = typer.Typer(
    help="Clinical karyotyping: from a metaphase photograph to a reviewed karyogram and a PDF report.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(train, name="train")
app.add_typer(case, name="case")
app.add_typer(audit, name="audit")
app.add_typer(people, name="people")
app.command()(backup)
app.command()(restore)

Json = Annotated[Path, typer.Option("--json", help="File for the records, one JSON object a line.")]
Workers = Annotated[
    int | None,
    typer.Option(min=1, help=f"Processes that share the work; by default one a processor, at most {MOST_WORKERS}."),
]
Model = Annotated[NamingMethod, typer.Option("--model", help="What names the chromosomes.")]
Allocating = Annotated[AllocationMethod, typer.Option("--allocation", help="How those of a cell are allocated.")]
BEST: Final = Methods()


def main() -> None:
    """Run the command line."""
    app()


def _say(sentence: str) -> None:
    typer.echo(sentence, err=True)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"karyodesk {__version__}")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Show it.")] = False,
) -> None:
    pass


@app.command()
def analyze(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Pictures, DICOM files or folders of them.")],
    json: Json,
    pdf: Annotated[Path | None, typer.Option(help="Folder for a PDF report of every picture.")] = None,
    workers: Workers = None,
    model: Model = BEST.naming,
    allocation: Allocating = BEST.allocation,
) -> None:
    """Find and name the chromosomes of metaphases.

    Exit status: 0 when every picture was analysed, 1 when some were not, 2 for a wrong call.
    """
    raise typer.Exit(run_analyze(paths, json, pdf, workers, LoadAnalyser(Methods(model, allocation))))


@app.command()
def classify(
    folder: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="One sub-folder a cell.")],
    json: Json,
    workers: Workers = None,
    model: Model = BEST.naming,
    allocation: Allocating = BEST.allocation,
) -> None:
    """Name chromosomes that were cut out already: one sub-folder a cell, one picture a chromosome."""
    raise typer.Exit(run_classify(folder, json, workers, LoadAnalyser(Methods(model, allocation))))


@app.command()
def simulate(
    karyotype: Annotated[str, typer.Argument(help="ISCN karyotype, such as 47,XY,+21.")],
    cells: Annotated[int, typer.Option(min=1, help="How many metaphases.")],
    out: Annotated[Path, typer.Option(help="Folder for the pictures and their truth.")],
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same pictures.")] = 0,
) -> None:
    """Make synthetic metaphases of a karyotype, with the exact truth beside them."""
    from karyodesk.iscn.karyotype import parse
    from karyodesk.simulate import write_cells

    with _wrong_call(KaryotypeError, OSError), _interruptible():
        pictures = write_cells(parse(karyotype), cells, out, seed)
    _say(f"{len(pictures)} metaphases of {karyotype} are in {out}.")


@app.command()
def gui(
    paths: Annotated[list[Path] | None, typer.Argument(metavar="[PATH...]")] = None, database: Database = None
) -> None:
    """Open the window, on pictures or folders where some are named: they become a new case of the database."""
    raise typer.Exit(_open_window(paths or [], database))


@app.command()
def start(
    out: Annotated[Path, typer.Option(help="Folder for the reports where there is no display.")] = Path("out/sample"),
) -> None:
    """Show the sample case: in the window, or without a display as PDF reports."""
    reason = why_nobody_sees_it()
    if reason is None:
        raise typer.Exit(_open_window([sample_case()], None))
    _say(f"{reason} So the sample case is analysed here instead of in the window.")
    no_report = why_no_report()
    status = run_analyze([sample_case()], out / "cells.jsonl", None if no_report else out, None, LoadAnalyser())
    if status == 0 and no_report is None:
        _say(f"The PDF reports of the sample case are in {out.resolve()}")
    if no_report:
        _say(no_report)
    raise typer.Exit(1 if no_report else status)


def run_analyze(
    paths: list[Path], json: Path, reports: Path | None, workers: int | None, make: AnalyserFactory
) -> int:
    """Analyse pictures and write their records; return the exit status.

    Args:
        paths: files and folders.
        json: file for the records.
        reports: folder for PDF reports; None: none are written.
        workers: processes; None: one a processor.
        make: loads the models, in every worker.
    """
    from karyodesk.cli.analyze import analyse_file, picture_died, plan_pictures
    from karyodesk.cli.batch import run_batch
    from karyodesk.imaging.read import find_files

    if reports is not None and (reason := why_no_report()):
        raise typer.BadParameter(reason, param_hint="--pdf")
    jobs = plan_pictures(find_files(paths), reports)
    if not jobs:
        raise typer.BadParameter("There is no picture in what was named.", param_hint="PATH")
    with _wrong_call(OSError):
        if reports is not None:
            reports.mkdir(parents=True, exist_ok=True)
    with _records(json) as stream, _interruptible():
        tally = run_batch(partial(analyse_file, make), jobs, workers or _processors(), picture_died, stream)
    _say(f"{tally.done} analysed, {tally.failed} not; the records are in {json}.")
    return tally.exit_status


def run_classify(folder: Path, json: Path, workers: int | None, make: AnalyserFactory) -> int:
    """Classify cut-out chromosomes and write their records; return the exit status."""
    from karyodesk.cli.batch import run_batch
    from karyodesk.cli.classify import cell_died, classify_cell, plan_cells

    with _wrong_call(OSError):
        jobs = plan_cells(folder)
    if not jobs:
        raise typer.BadParameter("The folder has no sub-folder: put the pictures of each cell into one.")
    with _records(json) as stream, _interruptible():
        tally = run_batch(partial(classify_cell, make), jobs, workers or _processors(), cell_died, stream)
    _say(f"{tally.done} cells classified, {tally.failed} not or in part; the records are in {json}.")
    return tally.exit_status


def _open_window(paths: list[Path], database: str | None) -> int:
    from karyodesk.ui.app import run

    try:
        return run(paths, database)
    except KaryoDeskError as error:
        _say(error.message)
        return 1


def _processors() -> int:
    return min(os.cpu_count() or 1, MOST_WORKERS)


@contextmanager
def _wrong_call(*kinds: type[Exception]) -> Iterator[None]:
    """Turn what the caller can put right into exit status 2 and one sentence."""
    try:
        yield
    except kinds as error:
        raise typer.BadParameter(error.message if isinstance(error, KaryoDeskError) else str(error)) from error


@contextmanager
def _records(path: Path) -> Iterator[TextIO]:
    """The file for the records, open."""
    from karyodesk.cli.batch import open_records

    with _wrong_call(OSError):
        stream = open_records(path)
    with stream:
        yield stream


@contextmanager
def _interruptible() -> Iterator[None]:
    """End calmly on Ctrl+C: what was written stays."""
    try:
        yield
    except KeyboardInterrupt:
        _say("Stopped. What was done before stays.")
        raise typer.Exit(INTERRUPTED) from None

