"""``karyodesk train``: making the models that are shipped. Needs the ``[train]`` extra."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

train = typer.Typer(help="Make the models that are shipped (needs the [train] extra).", no_args_is_help=True)

Examples = Annotated[Path, typer.Option(help="Folder of the training set.")]
Run = Annotated[Path, typer.Option(help="Folder of the run: its checkpoint lies there.")]


@train.command()
def examples(
    data: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="Folder of the research data.")],
    out: Examples = Path("runs/examples"),
    workers: Annotated[int, typer.Option(min=1, help="Processes.")] = 2,
    most: Annotated[int | None, typer.Option(min=1, help="Metaphases to take; all unless said.")] = None,
) -> None:
    """Cut the chromosomes out of the research data, once; goes on where it was stopped."""
    from karyodesk.training.dataset import build

    _report(build(data, out, workers, most))


@train.command()
def classifier(
    examples: Examples = Path("runs/examples"),
    run: Run = Path("runs/classifier"),
    epochs: Annotated[int, typer.Option(min=1, help="Passes over the training set.")] = 10,
    device: Annotated[str, typer.Option(help="cpu or cuda.")] = "cpu",
) -> None:
    """Train the extended ResNet; goes on after the last whole epoch where it was stopped."""
    _require_torch()
    from karyodesk.training.classifier import Recipe, train

    _report(train(examples, run, Recipe(epochs=epochs), device))


@train.command()
def export(
    version: Annotated[str, typer.Argument(help="Version of the model, as its card will say.")],
    examples: Examples = Path("runs/examples"),
    run: Run = Path("runs/classifier"),
    models: Annotated[Path, typer.Option(help="Folder that gets the model and its manifest entry.")] = Path("models"),
) -> None:
    """Write ONNX, label features and manifest from a run."""
    _require_torch()
    from karyodesk.training.export import export_classifier

    typer.echo(export_classifier(run, examples, models, version))


@train.command()
def trees(
    data: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="Folder with cells.csv and boxes.csv.")],
    out: Annotated[Path, typer.Option(help="File that gets the trees.")] = Path("karyodesk/imaging/likeness.npz"),
    most: Annotated[int, typer.Option(min=1, help="Metaphases to take.")] = 250,
) -> None:
    """Fit the trees that judge candidate chromosomes where there is no segmenter."""
    try:
        import sklearn  # noqa: F401
    except ImportError:
        typer.echo("Fitting trees needs scikit-learn: install it with pip install 'karyodesk[train]'.", err=True)
        raise typer.Exit(2) from None
    from karyodesk.training.fit_likeness import fit_to_metaphases

    typer.echo(fit_to_metaphases(data, most, out))


def _report(lines: Iterable[str]) -> None:
    for line in lines:
        typer.echo(line)


def _require_torch() -> None:
    try:
        import torch  # noqa: F401
    except ImportError:
        typer.echo("Training needs PyTorch: install it with pip install 'karyodesk[train]'.", err=True)
        raise typer.Exit(2) from None
