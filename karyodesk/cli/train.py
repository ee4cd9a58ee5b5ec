"""``karyodesk train``: making the models that are shipped. Needs the ``[train]`` extra."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from karyodesk.domain.errors import KaryoDeskError
from karyodesk.domain.straightening import Straightening

train = typer.Typer(help="Make the models that are shipped (needs the [train] extra).", no_args_is_help=True)

Examples = Annotated[Path, typer.Option(help="Folder of the training set.")]
Outlined = Annotated[Path, typer.Option(help="Folder of the outlined metaphases.")]
Candidates = Annotated[Path, typer.Option(help="Folder of the candidates to judge.")]
Run = Annotated[Path, typer.Option(help="Folder of the run: its checkpoint lies there.")]
Models = Annotated[Path, typer.Option(help="Folder that gets the model and its manifest entry.")]
Start = Annotated[
    Path | None, typer.Option(help="The shipped ONNX file to start from, or another run's checkpoint.pt.")
]
Shipped = Annotated[Path | None, typer.Option(help="The shipped ONNX file to start from.")]
Workers = Annotated[int, typer.Option(min=1, help="Processes.")]
Device = Annotated[str, typer.Option(help="cpu or cuda.")]
Version = Annotated[str, typer.Argument(help="Version of the model, as its card will say.")]


@train.command()
def examples(
    data: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="Folder of the research data.")],
    out: Examples = Path("runs/examples"),
    workers: Workers = 2,
    most: Annotated[int | None, typer.Option(min=1, help="Metaphases to take; all unless said.")] = None,
    straightening: Annotated[
        Straightening, typer.Option(help="How the chromosomes are straightened.")
    ] = Straightening.MEDIAL_AXIS,
    teacher: Annotated[
        Path | None,
        typer.Option(help="Teacher's checkpoint or segmenter.onnx: outlines the boxes of val, to score naming."),
    ] = None,
    simulated: Annotated[int, typer.Option(min=0, help="Metaphases to simulate and learn from besides.")] = 0,
) -> None:
    """Cut the chromosomes out of the research data, once; goes on where it was stopped."""
    from karyodesk.training.dataset import build

    try:
        _report(build(data, out, workers, most, straightening, teacher, simulated))
    except KaryoDeskError as error:
        typer.echo(error.message, err=True)
        raise typer.Exit(2) from None


@train.command()
def classifier(
    examples: Examples = Path("runs/examples"),
    run: Run = Path("runs/classifier"),
    epochs: Annotated[int, typer.Option(min=1, help="Passes over the training set.")] = 10,
    rate: Annotated[float, typer.Option(min=0, help="Highest learning rate.")] = 2e-3,
    start: Shipped = None,
    device: Device = "cpu",
) -> None:
    """Train the extended ResNet; goes on after the last whole epoch where it was stopped."""
    _require_torch()
    from karyodesk.training.classifier import Recipe, train
    from karyodesk.training.dataset import load

    _report(train(load(examples), run, Recipe(epochs=epochs, rate=rate), device, start=start))


@train.command()
def siamese(
    examples: Examples = Path("runs/examples"),
    run: Run = Path("runs/siamese"),
    epochs: Annotated[int, typer.Option(min=1, help="Epochs of pairs; those of naming follow.")] = 6,
    start: Shipped = None,
    device: Device = "cpu",
) -> None:
    """Train the Siamese network; goes on after the last whole epoch where it was stopped."""
    _require_torch()
    from karyodesk.training.dataset import load
    from karyodesk.training.siamese import Recipe, train

    _report(train(load(examples), run, Recipe(epochs=epochs), device, start))


@train.command()
def context(
    examples: Examples = Path("runs/examples"),
    run: Run = Path("runs/context"),
    models: Annotated[Path, typer.Option(help="Folder with the exported extended ResNet.")] = Path("models"),
    steps: Annotated[int, typer.Option(min=1, help="Steps of 24 cells.")] = 4000,
) -> None:
    """Train the network that sees a cell's bodies together; goes on where it was stopped."""
    _require_torch()
    from karyodesk.recognition.reading import Network
    from karyodesk.training.context import Recipe, train
    from karyodesk.training.dataset import load

    _report(train(load(examples), Network(models), run, Recipe(steps=steps)))


@train.command()
def export_classifier(
    version: Version,
    examples: Examples = Path("runs/examples"),
    run: Run = Path("runs/classifier"),
    models: Models = Path("models"),
) -> None:
    """Write ONNX, label features and manifest from a run of the classifier."""
    _export("extended-resnet", run, examples, models, version)


@train.command()
def export_siamese(
    version: Version,
    examples: Examples = Path("runs/examples"),
    run: Run = Path("runs/siamese"),
    models: Models = Path("models"),
) -> None:
    """Write ONNX, label features and manifest from a run of the Siamese network."""
    _export("siamese", run, examples, models, version)


@train.command()
def export_context(
    version: Version,
    examples: Examples = Path("runs/examples"),
    run: Run = Path("runs/context"),
    models: Models = Path("models"),
) -> None:
    """Write ONNX and manifest from a run of the network of the cell, and weigh the evidence anew."""
    _require_torch()
    from karyodesk.domain.methods import NamingMethod
    from karyodesk.training.export import export_context

    typer.echo(export_context(NamingMethod.EXTENDED_RESNET, run, examples, models, version))


def _export(method: str, run: Path, examples: Path, models: Path, version: str) -> None:
    _require_torch()
    from karyodesk.domain.methods import NamingMethod
    from karyodesk.training.export import export_naming

    typer.echo(export_naming(NamingMethod(method), run, examples, models, version))


@train.command()
def outlines(
    data: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="Folder of the research data.")],
    out: Outlined = Path("runs/outlined"),
    teacher: Annotated[
        Path | None,
        typer.Option(help="Teacher's checkpoint or segmenter.onnx to outline with; otherwise free bodies alone."),
    ] = None,
    simulated: Annotated[int, typer.Option(min=0, help="Metaphases to simulate.")] = 240,
    workers: Workers = 2,
) -> None:
    """Outline the chromosomes of the metaphases to learn from, once; goes on where it was stopped."""
    from karyodesk.training.segmenter.build import build

    _report(build(data, out, workers, teacher, simulated))


@train.command()
def teacher(
    outlined: Outlined = Path("runs/outlined"),
    run: Run = Path("runs/teacher"),
    steps: Annotated[int, typer.Option(min=1, help="Batches of 32 windows.")] = 2000,
    start: Annotated[
        Path | None, typer.Option(help="Shipped ONNX file or checkpoint of a segmenter whose trunk to start from.")
    ] = None,
) -> None:
    """Train the teacher that outlines chromosomes whose boxes are known; goes on where it was stopped."""
    _require_torch()
    from karyodesk.training.run import Recipe
    from karyodesk.training.segmenter.teacher import train

    _report(train(outlined, run, Recipe(steps, batch=32, rate=1e-3), start))


@train.command()
def segmenter(
    outlined: Outlined = Path("runs/outlined"),
    run: Run = Path("runs/segmenter"),
    steps: Annotated[int, typer.Option(min=1, help="Batches of twelve canvases.")] = 2700,
    rate: Annotated[float, typer.Option(min=0, help="Highest learning rate.")] = 1.5e-3,
    start: Start = None,
) -> None:
    """Train the segmenter; goes on from the last checkpoint where it was stopped."""
    _require_torch()
    from karyodesk.training.run import Recipe
    from karyodesk.training.segmenter.train import train

    _report(train(outlined, run, Recipe(steps=steps, rate=rate), start))


@train.command()
def export_segmenter(
    version: Version, run: Run = Path("runs/segmenter"), models: Models = Path("models")
) -> None:
    """Write ONNX and manifest from a run of the segmenter."""
    _require_torch()
    from karyodesk.training.segmenter.export import export_segmenter

    typer.echo(export_segmenter(run, models, version))


@train.command()
def candidates(
    data: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="Folder of the research data.")],
    out: Candidates = Path("runs/candidates"),
    workers: Workers = 2,
    most: Annotated[int | None, typer.Option(min=1, help="Metaphases to take; all unless said.")] = None,
    looks: Annotated[int, typer.Option(min=1, help="How often each metaphase is shown, regraded but once.")] = 1,
    simulated: Annotated[int, typer.Option(min=0, help="Metaphases to simulate.")] = 0,
) -> None:
    """Show what the segmenter sees in its surroundings, for the judge, once; goes on where it was stopped."""
    from karyodesk.training.judge.dataset import build

    _report(build(data, out, workers, most, looks, simulated))


@train.command()
def judge(
    candidates: Candidates = Path("runs/candidates"),
    run: Run = Path("runs/judge"),
    steps: Annotated[int, typer.Option(min=1, help="Batches of 128 candidates.")] = 6000,
    start: Start = None,
) -> None:
    """Train the judge; goes on from the last checkpoint where it was stopped."""
    _require_torch()
    from karyodesk.training.judge.dataset import load
    from karyodesk.training.judge.train import train
    from karyodesk.training.run import Recipe

    _report(train(load(candidates), run, Recipe(steps, batch=128, rate=2e-3, decay=0.05), start))


@train.command()
def export_judge(
    version: Version, run: Run = Path("runs/judge"), models: Models = Path("models")
) -> None:
    """Write ONNX and manifest from a run of the judge."""
    _require_torch()
    from karyodesk.training.judge.export import export_judge

    typer.echo(export_judge(run, models, version))


@train.command()
def rounded(
    data: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="Folder of the research data.")],
    models: Models = Path("models"),
) -> None:
    """Write every network once more, rounded to eight bits, for computers without CUDA."""
    _require_torch()
    from karyodesk.training.rounding import round_all

    _report(round_all(data, models))


def _report(lines: Iterable[str]) -> None:
    for line in lines:
        typer.echo(line)


def _require_torch() -> None:
    try:
        import torch  # noqa: F401
    except ImportError:
        typer.echo("Training needs PyTorch: install it with pip install 'karyodesk[train]'.", err=True)
        raise typer.Exit(2) from None
