"""From a checkpoint of the judge to the ONNX file that the program runs."""

from pathlib import Path

import torch

from karyodesk.recognition.judge import GIVEN, TOLD
from karyodesk.recognition.surroundings import CHANNELS, HEIGHT, WIDTH
from karyodesk.training.export import export_mean, write
from karyodesk.training.judge.network import JudgeNetwork


def export_judge(run_folder: Path, models_folder: Path, version: str) -> str:
    """Write ``judge.onnx`` and its manifest entry; returns what was written."""
    return export_mean("judge", JudgeNetwork(), write_onnx, run_folder, models_folder, version)


def write_onnx(network: JudgeNetwork, path: Path) -> None:
    """Write a network of (n, 3, 112, 64) surroundings as ONNX with a free batch size."""
    write(network, torch.zeros(2, CHANNELS, HEIGHT, WIDTH), GIVEN, (TOLD,), path)
