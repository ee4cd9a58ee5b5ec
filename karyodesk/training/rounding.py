"""Rounding the networks to whole numbers of eight bits, in which a processor reckons two to three times faster.

Weights take seven of the eight bits, so that no sum overflows on processors without instructions of their own for
whole numbers: the result is the same on all. Within which limits the numbers between the layers lie is told by what the
program gives its networks in metaphases to learn from (static quantisation, the limits at 99.999 % of the numbers).
"""

import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import onnx
from onnxruntime.quantization import CalibrationDataReader, CalibrationMethod, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

from karyodesk.domain.methods import NamingMethod
from karyodesk.domain.straightening import Straightening
from karyodesk.imaging.axis import medial_axis
from karyodesk.imaging.density import optical_density
from karyodesk.imaging.scale import at_working_scale
from karyodesk.recognition.candidates import contradictions
from karyodesk.recognition.encode import cell_scale, encoded
from karyodesk.recognition.judge import GIVEN
from karyodesk.recognition.models import load_file
from karyodesk.recognition.reading import FILES, both_ways
from karyodesk.recognition.segmenter import BLOCK, Segmenter, padded
from karyodesk.recognition.surroundings import surroundings
from karyodesk.training.dataset import cutout_examples, decoded, lot, part_of
from karyodesk.training.export import enter_rounded
from karyodesk.training.sources import cutouts, metaphases, simulated

Pictures = npt.NDArray[np.float32]
_SEGMENTER, _JUDGE = "segmenter", "judge"
_NAMING: Final = tuple(FILES[method].network for method in NamingMethod)
_INPUTS: Final = {_SEGMENTER: "density", _JUDGE: GIVEN, **dict.fromkeys(_NAMING, "pictures")}
# Layers, by the beginnings of their names, that stay as they are: each of them alone, rounded, moved what the network
# says by more than two hundredths of how it varies (the Siamese network, of the same layers, as the extended ResNet).
# They see the finest detail or say the last word.
_KEPT: Final[Mapping[str, tuple[str, ...]]] = {
    _SEGMENTER: ("/trunk/stage_half/", "/trunk/from_half/", "/trunk/stage_quarter/stage_quarter.0/",
                 "/trunk/stage_quarter/stage_quarter.1/"),
    _JUDGE: (),
    **dict.fromkeys(_NAMING, ("/trunk/stages/stages.3/residual/",)),
}  # fmt: skip
_METAPHASES, _SIMULATED, _CUTOUTS = 32, 16, 4
# Of each cell so many chromosomes and candidates, and of its picture a window so large: more only cost memory.
_OF_A_CELL, _WINDOW = 16, 10 * BLOCK
_BATCH = 32


def round_all(data: Path, folder: Path) -> Iterator[str]:
    """Write the rounded file of every network of a folder, and enter it into the manifest.

    Args:
        data: the folder with ``metaphases`` and ``chromosomes``.
        folder: of the models, with their manifest.

    Yields:
        a line a network.
    """
    for name in _INPUTS:
        enter_rounded(folder, name, None)
    given = _given(data, folder)
    for name in _INPUTS:
        yield round_one(name, folder, given[name])


def round_one(name: str, folder: Path, given: Sequence[Pictures]) -> str:
    """Write the rounded file of a network, and enter it into the manifest; returns what was written.

    Args:
        name: what the manifest calls it.
        folder: of the models.
        given: batches of what the program gives the network.
    """
    exact = folder / f"{name}.onnx"
    rounded = exact.with_suffix(".int8.onnx")
    with tempfile.TemporaryDirectory() as scratch:
        prepared = Path(scratch) / exact.name
        quant_pre_process(exact, prepared, skip_symbolic_shape=True)
        convolutions = [node.name for node in onnx.load(prepared).graph.node if node.op_type == "Conv"]
        quantize_static(
            prepared,
            rounded,
            _Batches(_INPUTS[name], given),
            op_types_to_quantize=["Conv"],
            nodes_to_exclude=[layer for layer in convolutions if layer.startswith(_KEPT[name])],
            per_channel=True,
            reduce_range=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            calibrate_method=CalibrationMethod.Percentile,
        )
    enter_rounded(folder, name, rounded.name)
    return f"{rounded}: {rounded.stat().st_size / 1e6:.1f} MB of {exact.stat().st_size / 1e6:.1f}"


class _Batches(CalibrationDataReader):
    """Batches for one input, as ONNX Runtime asks for them."""

    def __init__(self, name: str, batches: Sequence[Pictures]) -> None:
        self._coming = iter([{name: batch} for batch in batches])

    def get_next(self) -> dict[str, Pictures] | None:
        return next(self._coming, None)


def _given(data: Path, folder: Path) -> dict[str, list[Pictures]]:
    """Network to batches of what the program gives it."""
    random = np.random.default_rng(0)
    techniques = {name: load_file(name, folder).straightening for name in _NAMING}
    given: dict[str, list[Pictures]] = defaultdict(list)
    for name, batch in (*_of_metaphases(data, folder, techniques, random), *_of_cutouts(data, techniques)):
        given[name].append(batch)
    return {name: batches if name == _SEGMENTER else _mixed(batches, random) for name, batches in given.items()}


def _of_metaphases(
    data: Path, folder: Path, techniques: Mapping[str, Straightening], random: np.random.Generator
) -> Iterator[tuple[str, Pictures]]:
    """What each network is given in metaphases, photographed and simulated ones."""
    segmenter = Segmenter(folder)
    learnt = [cell for cell in metaphases(data / "metaphases") if part_of(cell.patient, cell.split) == "train"]
    real = (cell.pixels() for cell in sorted(learnt, key=lambda cell: lot(cell.cell))[:_METAPHASES])
    for pixels in (*real, *(simulated(number).pixels for number in range(_SIMULATED))):
        density = optical_density(pixels)
        seen = segmenter.candidates(density)
        working, _ = at_working_scale(density.values, seen.width)
        yield _SEGMENTER, _window(padded(working), random)[None, None]
        some = np.sort(random.permutation(len(seen.all))[:_OF_A_CELL])
        yield _JUDGE, surroundings(working, seen.all, contradictions(seen.all), some)
        axes = [medial_axis(one.body) for one in seen.all]
        scale = cell_scale([axes[place] for place in seen.own])
        bodies, lines = [seen.all[place].body for place in some], [axes[place] for place in some]
        for name, technique in techniques.items():
            pictures = encoded([density.values] * len(some), bodies, lines, scale, technique)
            yield name, both_ways(np.array(list(pictures), np.float32))


def _of_cutouts(data: Path, techniques: Mapping[str, Straightening]) -> Iterator[tuple[str, Pictures]]:
    """What the networks that name are given in chromosomes that were cut out already."""
    for source, upright in (("gband_upright", True), ("qband", False)):
        cells = cutouts(data / "chromosomes" / f"{source}.zip", upright)
        learnt = [cell for cell in cells if part_of(cell.patient, cell.split) == "train"]
        for cell in sorted(learnt, key=lambda cell: lot(cell.cell))[:_CUTOUTS]:
            for name, technique in techniques.items():
                yield name, both_ways(decoded(cutout_examples(cell, source, technique).pictures))


def _window(density: Pictures, random: np.random.Generator) -> Pictures:
    """A part of an (h, w) density, at most so large as is looked at."""
    y, x = (int(random.integers(max(0, side - _WINDOW) + 1)) for side in density.shape)
    return density[y : y + _WINDOW, x : x + _WINDOW]


def _mixed(parts: Sequence[Pictures], random: np.random.Generator) -> list[Pictures]:
    """Batches of one size, of all cells mixed."""
    together = random.permutation(np.concatenate(parts))
    return [together[i : i + _BATCH] for i in range(0, len(together), _BATCH)]
