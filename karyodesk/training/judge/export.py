"""From a checkpoint of the judge to the ONNX file that the program runs."""

from pathlib import Path

import torch

from karyodesk.recognition.judge import GIVEN, TOLD
from karyodesk.recognition.surroundings import CHANNELS, HEIGHT, WIDTH
from karyodesk.training.export import enter, write
from karyodesk.training.judge.network import JudgeNetwork
from karyodesk.training.run import read_mean


def export_judge(run_folder: Path, models_folder: Path, version: str) -> str:
    """Write ``judge.onnx`` and its manifest entry; returns what was written."""
    network = JudgeNetwork()
    network.load_state_dict(read_mean(run_folder / "checkpoint.pt"))
    models_folder.mkdir(parents=True, exist_ok=True)
    path = models_folder / "judge.onnx"
    write_onnx(network, path)
    enter(models_folder, "judge", path.name, version, "judge.md")
    parameters = sum(value.numel() for value in network.parameters())
    return f"{path}: {parameters / 1e6:.2f} million parameters, {path.stat().st_size / 1e6:.1f} MB"


def write_onnx(network: JudgeNetwork, path: Path) -> None:
    """Write a network of (n, 3, 112, 64) surroundings as ONNX with a free batch size."""
    write(network, torch.zeros(2, CHANNELS, HEIGHT, WIDTH), GIVEN, (TOLD,), path)
