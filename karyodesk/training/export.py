"""From a checkpoint to the files the program runs: ONNX, label features and the manifest."""

import hashlib
import json
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import torch

from karyodesk.domain.methods import NamingMethod
from karyodesk.domain.straightening import Straightening
from karyodesk.recognition.context import CellContext
from karyodesk.recognition.encode import HEIGHT, WIDTH
from karyodesk.recognition.label_features import LabelFeatures
from karyodesk.recognition.models import MANIFEST, ROUNDED
from karyodesk.recognition.reading import FILES, OUTPUTS, Network
from karyodesk.training.classifier import Namer
from karyodesk.training.dataset import load
from karyodesk.training.label_features import fit_label_features
from karyodesk.training.networks import TOKEN, ContextNetwork, ExtendedResNet, SiameseNetwork
from karyodesk.training.run import read_mean

Net = TypeVar("Net", bound=torch.nn.Module)
_NETWORKS: Mapping[NamingMethod, Callable[[], Namer]] = {
    NamingMethod.EXTENDED_RESNET: ExtendedResNet,
    NamingMethod.SIAMESE: SiameseNetwork,
}


def export_naming(
    method: NamingMethod, run_folder: Path, examples_folder: Path, models_folder: Path, version: str
) -> str:
    """Write a method's network, its label features and their manifest entries; returns a line of figures.

    The label features come from patients of `train` that the network has not seen: the vectors from
    one half of those cells, the weights from the other.
    """
    network, names, examples = _NETWORKS[method](), FILES[method], load(examples_folder)
    network.load_state_dict(_trained(run_folder))
    models_folder.mkdir(parents=True, exist_ok=True)
    write_onnx(network, models_folder / f"{names.network}.onnx")
    card = f"{names.network}.md"
    enter(models_folder, names.network, f"{names.network}.onnx", version, card, examples.straightening)
    features, line = fit_label_features(examples, Network(models_folder, method=method))
    _enter_label_features(features, method, models_folder, version)
    return line


def export_mean(
    name: str, network: Net, writing: Callable[[Net, Path], None], run_folder: Path, models_folder: Path, version: str
) -> str:
    """Write the averaged weights of a run as ``<name>.onnx``, and its manifest entry; returns what was written."""
    network.load_state_dict(read_mean(run_folder / "checkpoint.pt"))
    models_folder.mkdir(parents=True, exist_ok=True)
    path = models_folder / f"{name}.onnx"
    writing(network, path)
    enter(models_folder, name, path.name, version, f"{name}.md")
    parameters = sum(value.numel() for value in network.parameters())
    return f"{path}: {parameters / 1e6:.2f} million parameters, {path.stat().st_size / 1e6:.1f} MB"


def export_context(
    method: NamingMethod, run_folder: Path, examples_folder: Path, models_folder: Path, version: str
) -> str:
    """Write the network that sees a cell's bodies together and its manifest entry, and weigh the evidence anew."""
    names, network = FILES[method], ContextNetwork()
    if names.context is None:
        raise ValueError(f"{method} has no network of the cell")
    network.load_state_dict(_trained(run_folder))
    _write_context(network, models_folder / f"{names.context}.onnx")
    enter(models_folder, names.context, f"{names.context}.onnx", version, f"{names.network}.md")
    context = CellContext(names.context, models_folder)
    features, line = fit_label_features(load(examples_folder), Network(models_folder, method=method), context)
    _enter_label_features(features, method, models_folder, version)
    return line


def _trained(run_folder: Path) -> dict[str, torch.Tensor]:
    saved = torch.load(run_folder / "checkpoint.pt", map_location="cpu", weights_only=True)
    return dict(saved["network"])


def write_onnx(network: Namer, path: Path) -> None:
    """Write a network of (n, 1, 192, 40) pictures as ONNX with a free batch size."""
    write(network, torch.zeros(2, 1, HEIGHT, WIDTH), "pictures", OUTPUTS, path)


class _OneCell(torch.nn.Module):
    """The bodies (n, TOKEN) of one cell, all of them there."""

    def __init__(self, network: ContextNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, bodies: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        told = self.network(bodies[None], torch.zeros_like(bodies[None, :, 0]))
        return told.types[0], told.whole[0]


def _write_context(network: ContextNetwork, path: Path) -> None:
    write(_OneCell(network), torch.zeros(46, TOKEN), "bodies", ("types", "whole"), path)


def write(
    network: torch.nn.Module,
    example: torch.Tensor,
    given: str,
    outputs: Sequence[str],
    path: Path,
    free: Mapping[str, Mapping[int, str]] | None = None,
) -> None:
    """Write a network of one input as ONNX.

    Args:
        network: with its weights.
        example: an input.
        given: name of the input.
        outputs: names of what it returns.
        path: of the file.
        free: axes of input and outputs that may be of any length, with their names; the first of each unless given.
    """
    network.eval()
    with warnings.catch_warnings():
        # The tracing exporter is deprecated in favour of one that needs a further package.
        warnings.simplefilter("ignore", DeprecationWarning)
        torch.onnx.export(
            network, (example,), str(path), input_names=[given], output_names=list(outputs),
            dynamic_axes=free or {name: {0: "n"} for name in (given, *outputs)}, opset_version=17, dynamo=False,
        )  # fmt: skip


def _enter_label_features(features: LabelFeatures, method: NamingMethod, folder: Path, version: str) -> None:
    names = FILES[method]
    # A plain .npz holds the time of writing; fixed names and order keep the bytes the same.
    arrays = {field.name: getattr(features, field.name) for field in fields(LabelFeatures)}
    np.savez(folder / f"{names.labels}.npz", **arrays)
    enter(folder, names.labels, f"{names.labels}.npz", version, f"{names.network}.md")


def enter(
    folder: Path, name: str, file: str, version: str, card: str, straightening: Straightening | None = None
) -> None:
    """Put a model into the manifest with its SHA-256 and, where it reads chromosomes, how they are straightened."""
    further = {"straightening": straightening.value} if straightening else {}
    with _models_in(folder) as models:
        models[name] = {**_vouched(folder, file), "version": version, "card": card, **further}


def enter_rounded(folder: Path, name: str, file: str | None) -> None:
    """Put a model's rounded file into its entry in the manifest, or take out the one that is named there."""
    with _models_in(folder) as models:
        models[name].pop(ROUNDED, None)
        if file is not None:
            models[name][ROUNDED] = _vouched(folder, file)


def _vouched(folder: Path, file: str) -> dict[str, str]:
    return {"file": file, "sha256": hashlib.sha256((folder / file).read_bytes()).hexdigest()}


@contextmanager
def _models_in(folder: Path) -> Iterator[dict[str, dict[str, Any]]]:
    """The entries of a folder's manifest, to be changed; none where there is no manifest yet."""
    path = folder / MANIFEST
    manifest = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {"models": {}}
    yield manifest["models"]
    path.write_text(json.dumps(manifest, indent=2, sort_keys=True) + "\n", encoding="utf-8")
