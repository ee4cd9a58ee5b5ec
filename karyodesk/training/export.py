"""From a checkpoint to the files the program runs: ONNX, label features and the manifest."""

import hashlib
import json
import warnings
from collections.abc import Callable, Mapping
from dataclasses import fields
from pathlib import Path

import numpy as np
import torch

from karyodesk.domain.straightening import Straightening
from karyodesk.recognition.classifier import FILES, NamingMethod, Network
from karyodesk.recognition.encode import HEIGHT, WIDTH
from karyodesk.recognition.label_features import LabelFeatures
from karyodesk.recognition.models import MANIFEST
from karyodesk.training.classifier import Namer
from karyodesk.training.dataset import load
from karyodesk.training.label_features import fit_label_features
from karyodesk.training.networks import ExtendedResNet, SiameseNetwork

OUTPUTS = ("types", "directions", "feature", "rows")


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
    network, name, examples = _NETWORKS[method](), FILES[method], load(examples_folder)
    saved = torch.load(run_folder / "checkpoint.pt", map_location="cpu", weights_only=True)
    network.load_state_dict(saved["network"])
    models_folder.mkdir(parents=True, exist_ok=True)
    write_onnx(network, models_folder / f"{name[0]}.onnx")
    enter(models_folder, name[0], f"{name[0]}.onnx", version, f"{name[0]}.md", examples.straightening)
    features, line = fit_label_features(examples, Network(models_folder, method=method))
    _write_label_features(features, models_folder / f"{name[1]}.npz")
    enter(models_folder, name[1], f"{name[1]}.npz", version, f"{name[0]}.md")
    return line


def write_onnx(network: torch.nn.Module, path: Path) -> None:
    """Write a network of (n, 1, 192, 40) pictures as ONNX with a free batch size."""
    network.eval()
    axes = {name: {0: "n"} for name in ("pictures", *OUTPUTS)}
    with warnings.catch_warnings():
        # The tracing exporter is deprecated in favour of one that needs a further package.
        warnings.simplefilter("ignore", DeprecationWarning)
        torch.onnx.export(
            network, (torch.zeros(2, 1, HEIGHT, WIDTH),), str(path), input_names=["pictures"],
            output_names=list(OUTPUTS), dynamic_axes=axes, opset_version=17, dynamo=False,
        )  # fmt: skip


def _write_label_features(features: LabelFeatures, path: Path) -> None:
    # A plain .npz holds the time of writing; fixed names and order keep the bytes the same.
    arrays = {field.name: getattr(features, field.name) for field in fields(LabelFeatures)}
    np.savez(path, **arrays)


def enter(
    folder: Path, name: str, file: str, version: str, card: str, straightening: Straightening | None = None
) -> None:
    """Put a model into the manifest with its SHA-256 and, where it reads chromosomes, how they are straightened."""
    path = folder / MANIFEST
    manifest = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {"models": {}}
    digest = hashlib.sha256((folder / file).read_bytes()).hexdigest()
    further = {"straightening": straightening.value} if straightening else {}
    manifest["models"][name] = {"file": file, "sha256": digest, "version": version, "card": card, **further}
    path.write_text(json.dumps(manifest, indent=2, sort_keys=True) + "\n", encoding="utf-8")
