"""From a checkpoint to the files the program runs: ONNX, label features and the manifest."""

import hashlib
import json
import warnings
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from scipy.optimize import minimize
from scipy.special import log_softmax

from karyodesk.domain.labels import LABELS
from karyodesk.recognition.classifier import Network, evidence
from karyodesk.recognition.encode import HEIGHT, WIDTH
from karyodesk.recognition.label_features import LabelFeatures
from karyodesk.recognition.models import MANIFEST
from karyodesk.training.dataset import PARTS, SOURCES, Examples, decoded, load
from karyodesk.training.networks import ExtendedResNet

OUTPUTS = ("types", "directions", "feature", "rows")


def export_classifier(run_folder: Path, examples_folder: Path, models_folder: Path, version: str) -> str:
    """Write ``classifier.onnx``, ``label_features.npz`` and their manifest entries; returns a line of figures.

    The label features come from patients of `train` that the network has not seen: the vectors from
    one half of those cells, the weights from the other.
    """
    network = ExtendedResNet()
    saved = torch.load(run_folder / "checkpoint.pt", map_location="cpu", weights_only=True)
    network.load_state_dict(saved["network"])
    models_folder.mkdir(parents=True, exist_ok=True)
    write_onnx(network, models_folder / "classifier.onnx")
    enter(models_folder, "classifier", "classifier.onnx", version, "classifier.md")
    features, line = fit_label_features(load(examples_folder), models_folder)
    _write_label_features(features, models_folder)
    enter(models_folder, "label_features", "label_features.npz", version, "classifier.md")
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


def fit_label_features(examples: Examples, models_folder: Path) -> tuple[LabelFeatures, str]:
    """Compute label features with the exported network, and the weights of the three kinds of evidence."""
    chosen = np.flatnonzero(
        (examples.part == PARTS.index("label")) & (examples.source != SOURCES.index("qband"))
    )
    second = np.array([hashlib.sha256(cell.encode()).digest()[1] & 1 for cell in examples.cell[chosen]], bool)
    network = Network(models_folder)
    reading = network.read(decoded(examples.pictures[chosen]))
    label = examples.label[chosen].astype(int)
    right = reading.log_types.argmax(1) == label
    vectors, rows = (
        np.stack([value[(label == c) & right & ~second].mean(0) for c in range(len(LABELS))]).astype(np.float32)
        for value in (reading.vectors, reading.rows)
    )
    bare = LabelFeatures(vectors, rows, np.ones(3, np.float32))
    kinds = [kind[second] for kind in evidence(reading, bare)]
    weights = _fit_weights(kinds, label[second])
    shares = [_right(kind * sign, label[second]) for kind, sign in zip(kinds, (1, -1, -1), strict=True)]
    line = "own {:.4f}, Hausdorff A {:.4f}, Hausdorff D {:.4f}".format(*shares)
    return LabelFeatures(vectors, rows, weights), f"{line}, weights {weights.round(3).tolist()}"


def _fit_weights(kinds: list[npt.NDArray[np.float64]], label: npt.NDArray[np.int_]) -> npt.NDArray[np.float32]:
    """The non-negative weights of own log-probability and both distances with the least log-loss."""

    def loss(weights: npt.NDArray[np.float64]) -> float:
        scores = weights[0] * kinds[0] - weights[1] * kinds[1] - weights[2] * kinds[2]
        return float(-log_softmax(scores, 1)[np.arange(len(label)), label].mean())

    best = minimize(loss, np.array([0.5, 5.0, 5.0]), bounds=[(0, 5), (0, 200), (0, 200)], method="L-BFGS-B")
    return np.asarray(best.x, np.float32)


def _right(scores: npt.NDArray[np.float64], label: npt.NDArray[np.int_]) -> float:
    return float((scores.argmax(1) == label).mean())


def _write_label_features(features: LabelFeatures, folder: Path) -> None:
    # A plain .npz holds the time of writing; fixed names and order keep the bytes the same.
    np.savez(folder / "label_features.npz", vectors=features.vectors, rows=features.rows, weights=features.weights)


def enter(folder: Path, name: str, file: str, version: str, card: str) -> None:
    """Put a model into the manifest with its SHA-256."""
    path = folder / MANIFEST
    manifest = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {"models": {}}
    digest = hashlib.sha256((folder / file).read_bytes()).hexdigest()
    manifest["models"][name] = {"file": file, "sha256": digest, "version": version, "card": card}
    path.write_text(json.dumps(manifest, indent=2, sort_keys=True) + "\n", encoding="utf-8")
