"""From a checkpoint to the ONNX file that the program runs."""

from pathlib import Path

import torch

from karyodesk.recognition.segmenter import BLOCK
from karyodesk.training.export import export_mean, write
from karyodesk.training.segmenter.network import Outputs, SegmenterNetwork

_HALVES, _QUARTERS = {2: "h/2", 3: "w/2"}, {2: "h/4", 3: "w/4"}
_FREE = {"density": {2: "h", 3: "w"}, "features": _HALVES} | dict.fromkeys(("core", "reach", "kernels"), _QUARTERS)


def export_segmenter(run_folder: Path, models_folder: Path, version: str) -> str:
    """Write ``segmenter.onnx`` and its manifest entry; returns what was written."""
    return export_mean("segmenter", SegmenterNetwork(), write_onnx, run_folder, models_folder, version)


def write_onnx(network: SegmenterNetwork, path: Path) -> None:
    """Write a network of (1, 1, h, w) densities as ONNX with free sides."""
    write(network, torch.zeros(1, 1, 2 * BLOCK, 3 * BLOCK), "density", Outputs._fields, path, _FREE)
