"""Making the outlined metaphases once, in one folder for each kind of source."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from karyodesk.training.dataset import part_of
from karyodesk.training.segmenter.boxed import outline
from karyodesk.training.segmenter.exact import outline_class_map, outline_simulated
from karyodesk.training.segmenter.outlined import OutlinedCell, read, write
from karyodesk.training.segmenter.readings import missed
from karyodesk.training.sources import MetaphaseSource, class_maps, metaphases
from karyodesk.training.workshop import processes, segmenter, teaching

METAPHASES: Final = "metaphases"
CLASS_MAPS: Final = "dapi"
SIMULATED: Final = "simulated"
KINDS: Final = (METAPHASES, CLASS_MAPS, SIMULATED)
"""The kinds of sources: each is a folder of outlined metaphases; the first two are folders of the data, too."""

Cells = dict[str, list[OutlinedCell]]
Source = TypeVar("Source")


def build(data: Path, folder: Path, workers: int, teacher: Path | None, simulated: int) -> Iterator[str]:
    """Outline the metaphases that are for training; what is there already is kept.

    Args:
        data: the folder of the research data, with ``metaphases`` and, if there is one, ``dapi``.
        folder: gets a folder for each kind, with one file a cell.
        workers: processes.
        teacher: checkpoint of the teacher whose bodies are taken, or a shipped segmenter's file, whose readings are;
            None takes the free-lying ones.
        simulated: cells to simulate.

    Yields:
        a line of progress now and then.
    """
    boxed = [source for source in metaphases(data / METAPHASES) if part_of(source.patient, source.split) == "train"]
    by_map = class_maps(data / CLASS_MAPS) if (data / CLASS_MAPS).is_dir() else []
    training = [source for source in by_map if source.split == "train"]
    yield from _make(folder / METAPHASES, [one.cell for one in boxed], partial(_outline, teacher), boxed, workers)
    yield from _make(folder / CLASS_MAPS, [one.cell for one in training], outline_class_map, training, workers)
    numbers = range(simulated)
    yield from _make(folder / SIMULATED, [f"{n:05d}" for n in numbers], outline_simulated, numbers, workers)


def _outline(teacher: Path | None, source: MetaphaseSource) -> OutlinedCell:
    cell = outline(source, None if teacher is None else teaching(teacher))
    return replace(cell, missed=missed(segmenter(), cell))


def _make(
    folder: Path, names: Sequence[str], maker: Callable[[Source], OutlinedCell], sources: Sequence[Source], workers: int
) -> Iterator[str]:
    """Make the files of a folder that are not there yet."""
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / f"{name}.npz" for name in names]
    missing = [(source, file) for source, file in zip(sources, files, strict=True) if not file.exists()]
    known = boxes = 0
    with processes(workers) as pool:
        work = pool.map(partial(_make_one, maker), *zip(*missing, strict=True), chunksize=4) if missing else ()
        for number, (with_outline, all_boxes) in enumerate(work, 1):
            known, boxes = known + with_outline, boxes + all_boxes
            if number % 100 == 0 or number == len(missing):
                yield f"{folder.name}: {number} of {len(missing)}, {known} of {boxes} boxes with an outline"


def _make_one(maker: Callable[[Source], OutlinedCell], source: Source, file: Path) -> tuple[int, int]:
    cell = maker(source)
    write(cell, file)
    return sum(body is not None for body in cell.bodies), len(cell.bodies)


def load(folder: Path) -> Cells:
    """Read all cells of a folder, those of each kind in the order of their names.

    Raises:
        FileNotFoundError: where there is none.
    """
    kinds = {kind: [read(path) for path in sorted((folder / kind).glob("*.npz"))] for kind in KINDS}
    if not any(kinds.values()):
        raise FileNotFoundError(f"no outlined metaphases in {folder}")
    return kinds
