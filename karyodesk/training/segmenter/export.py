"""From a checkpoint to the ONNX file that the program runs."""

import warnings
from pathlib import Path

import torch

from karyodesk.recognition.segmenter import BLOCK
from karyodesk.training.export import enter
from karyodesk.training.run import read_mean
from karyodesk.training.segmenter.network import Outputs, SegmenterNetwork

_HALVES, _QUARTERS = {2: "h/2", 3: "w/2"}, {2: "h/4", 3: "w/4"}


def export_segmenter(run_folder: Path, models_folder: Path, version: str) -> str:
    """Write ``segmenter.onnx`` and its manifest entry; returns what was written."""
    network = SegmenterNetwork()
    network.load_state_dict(read_mean(run_folder / "checkpoint.pt"))
    models_folder.mkdir(parents=True, exist_ok=True)
    path = models_folder / "segmenter.onnx"
    write_onnx(network, path)
    enter(models_folder, "segmenter", path.name, version, "segmenter.md")
    parameters = sum(value.numel() for value in network.parameters())
    return f"{path}: {parameters / 1e6:.2f} million parameters, {path.stat().st_size / 1e6:.1f} MB"


def write_onnx(network: SegmenterNetwork, path: Path) -> None:
    """Write a network of (1, 1, h, w) densities as ONNX with free sides."""
    network.eval()
    axes = {"density": {2: "h", 3: "w"}} | dict.fromkeys(("core", "reach", "kernels"), _QUARTERS)
    with warnings.catch_warnings():
        # The tracing exporter is deprecated in favour of one that needs a further package.
        warnings.simplefilter("ignore", DeprecationWarning)
        torch.onnx.export(
            network, (torch.zeros(1, 1, 2 * BLOCK, 3 * BLOCK),), str(path), input_names=["density"],
            output_names=list(Outputs._fields), dynamic_axes=axes | {"features": _HALVES},
            opset_version=17, dynamo=False,
        )  # fmt: skip
