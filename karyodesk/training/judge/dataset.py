"""What the judge learns from: candidates of metaphases in their surroundings, with what people's boxes say of them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from karyodesk.domain.outline import Box
from karyodesk.imaging.boxes import Boxes, box_iou, reported_box
from karyodesk.imaging.density import Density, optical_density
from karyodesk.imaging.scale import at_working_scale
from karyodesk.recognition.candidates import contradictions
from karyodesk.recognition.surroundings import surroundings
from karyodesk.training.dataset import PARTS, lot, part_of
from karyodesk.training.segmenter.regrade import regrade
from karyodesk.training.sources import ClassMapSource, MetaphaseSource, class_maps, metaphases, simulated
from karyodesk.training.truth import NONE, UNCLEAR, truths
from karyodesk.training.workshop import processes, segmenter, shards, whole

# So many undisputed chromosomes of a cell at least, and as many as there are candidates that are none.
_UNDISPUTED = 6
# Of a candidate of which it is unclear what it is: from this agreement with a box (IoU) to that, it passes from none to
# one; and it counts so much.
_NONE_BELOW, _ONE_FROM, _UNCLEAR_COUNTS = 0.4, 0.7, 0.3
# What overlaps a box about something open by so much (IoU) is left out.
_TOUCHES = 0.1
_ARRAYS = ("pictures", "one", "counts", "part")
Source = TypeVar("Source")


@dataclass(frozen=True, eq=False)
class Judged:
    """Candidates, n in all.

    Attributes:
        pictures: (n, 3, 112, 64) uint8 surroundings, 255 for a value of 1.
        one: (n,) float32, 1 where it is one whole chromosome, 0 where it is not, between where that is unclear.
        counts: (n,) float32, how much is learnt from it.
        part: (n,) int8, index into ``PARTS``.
    """

    pictures: npt.NDArray[np.uint8]
    one: npt.NDArray[np.float32]
    counts: npt.NDArray[np.float32]
    part: npt.NDArray[np.int8]

    def only(self, chosen: npt.NDArray[np.bool_]) -> "Judged":
        """Those of the (n,) chosen ones."""
        return Judged(*(getattr(self, name)[chosen] for name in _ARRAYS))

    @property
    def clear(self) -> npt.NDArray[np.bool_]:
        """(n,) bool: of which it is clear what they are."""
        return np.asarray(self.counts == 1)


def _boxes(boxes: Iterable[Box]) -> Boxes:
    return np.array(list(boxes), float).reshape(-1, 4)


@dataclass(frozen=True, eq=False)
class _Known:
    """A metaphase of which is known where its chromosomes are.

    Attributes:
        name: the cell's.
        part: of the split.
        pixels: of the picture.
        boxes: (n, 4) x0, y0, x1, y1 of the chromosomes.
        tight: whether the boxes end where the chromosomes do; people draw them with some air.
        open: (m, 4) boxes about what may be one chromosome or not.
    """

    name: str
    part: str
    pixels: npt.NDArray[np.generic]
    boxes: Boxes
    tight: bool = True
    open: Boxes = field(default_factory=partial(_boxes, ()))


def judged(cell: MetaphaseSource, look: int = 0) -> Judged:
    """Return candidates of a metaphase: all but most of those that nothing contradicts.

    Args:
        cell: the metaphase with its boxes.
        look: 0 shows it as it is; others turn, mirror and regrade it, so that the segmenter sees and errs otherwise.
    """
    drawn = _boxes(box.box for box in cell.boxes)
    return _judged_of(_Known(cell.cell, part_of(cell.patient, cell.split), cell.pixels(), drawn, tight=False), look)


def judged_class_map(cell: ClassMapSource, look: int = 0) -> Judged:
    """Return the like of a fluorescent metaphase by its map of classes; nothing of what the map leaves open."""
    clear, open_ = (_boxes(body.bbox for body in bodies) for bodies in cell.bodies())
    return _judged_of(_Known(cell.cell, cell.split, cell.pixels(), clear, open=open_), look)


def judged_simulated(number: int) -> Judged:
    """Return the like of a simulated metaphase; they are learnt from alone."""
    cell = simulated(number)
    exact = _boxes(one.bbox for one in cell.chromosomes)
    return _judged_of(_Known(f"simulated-{number:05d}", "train", cell.pixels, exact), 0)


def _judged_of(known: _Known, look: int) -> Judged:
    random = np.random.default_rng([int(lot(known.name)[:8], 16), look])
    density, drawn, open_ = optical_density(known.pixels), known.boxes, known.open
    if look:
        density, turned = _otherwise(density, np.concatenate([drawn, open_]), random)
        drawn, open_ = turned[: len(drawn)], turned[len(drawn) :]
    candidates = segmenter().candidates(density)
    if not candidates.all:
        return _judged(np.zeros((0, 1, 1, 1), np.float32), np.zeros(0, int), np.zeros(0), 0)
    height, width = density.values.shape

    def reported(tight: Iterable[Box]) -> Boxes:
        return _boxes(reported_box(box, candidates.width, (height, width)) for box in tight)

    boxes = reported(one.body.bbox for one in candidates.all)
    drawn = reported(drawn.astype(int)) if known.tight else drawn
    own = np.array([one.own for one in candidates.all])
    truth = np.empty(len(boxes), int)
    # The same box may be what the segmenter takes and another reading.
    for chosen in (own, ~own):
        truth[chosen] = truths(boxes[chosen], drawn)
    agreement = box_iou(boxes, drawn).max(1, initial=0)
    contrary = contradictions(candidates.all)
    told = box_iou(boxes, open_).max(1, initial=0) < _TOUCHES
    learnt = _learnt_from(truth, np.asarray(contrary.any(1)), random)
    learnt = learnt[told[learnt]]
    working, _ = at_working_scale(density.values, candidates.width)
    pictures = surroundings(working, candidates.all, contrary, learnt)
    return _judged(pictures, truth[learnt], agreement[learnt], PARTS.index(known.part))


def _otherwise(density: Density, boxes: Boxes, random: np.random.Generator) -> tuple[Density, Boxes]:
    """A density and the (n, 4) boxes on it turned, mirrored at the diagonal or not, and regraded."""
    values, (x0, y0, x1, y1) = density.values, boxes.T
    if random.random() < 0.5:
        values, (x0, y0, x1, y1) = values.T, (y0, x0, y1, x1)
    for _ in range(random.integers(4)):
        # A quarter to the left: what was the right edge is the upper one.
        across = values.shape[1]
        values, (x0, y0, x1, y1) = np.rot90(values), (y0, across - x1, y1, across - x0)
    return replace(density, values=regrade(np.ascontiguousarray(values), random)), np.stack([x0, y0, x1, y1], 1)


def _judged(
    pictures: npt.NDArray[np.float32], truth: npt.NDArray[np.int_], agreement: npt.NDArray[np.float64], part: int
) -> Judged:
    unclear = np.clip((agreement - _NONE_BELOW) / (_ONE_FROM - _NONE_BELOW), 0, 1)
    one = np.where(truth == UNCLEAR, unclear, truth != NONE)
    counts = np.where(truth == UNCLEAR, _UNCLEAR_COUNTS, 1)
    stored = np.round(pictures * 255).astype(np.uint8)
    return Judged(stored, one.astype(np.float32), counts.astype(np.float32), np.full(len(truth), part, np.int8))


def _learnt_from(
    truth: npt.NDArray[np.int_], disputed: npt.NDArray[np.bool_], random: np.random.Generator
) -> npt.NDArray[np.intp]:
    undisputed = random.permutation(np.flatnonzero((truth >= 0) & ~disputed))
    most = max(_UNDISPUTED, int((truth == NONE).sum()))
    return np.concatenate([np.flatnonzero((truth < 0) | disputed), undisputed[:most]])


def build(
    data: Path, folder: Path, workers: int, most: int | None = None, looks: int = 1, simulations: int = 0
) -> Iterator[str]:
    """Write the candidates of all metaphases into a folder, in shards; what is there already is kept.

    Args:
        data: the folder of the research data, with ``metaphases`` and, if there is one, ``dapi``.
        folder: gets one ``.npz`` a shard.
        workers: processes.
        most: photographed metaphases to take, drawn by a hash of their name; None takes all.
        looks: how often each metaphase is shown that is learnt from, the first time as it is.
        simulations: metaphases to simulate.

    Yields:
        a line of progress a shard.
    """
    folder.mkdir(parents=True, exist_ok=True)
    cells = sorted(metaphases(data / "metaphases"), key=lambda cell: lot(cell.cell))
    boxed = [(cell, look) for cell in cells[:most] for look in range(looks if _learnt(cell) else 1)]
    by_map = class_maps(data / "dapi") if (data / "dapi").is_dir() else []
    mapped = [(cell, look) for cell in by_map if cell.split == "train" for look in range(looks)]
    with processes(workers) as pool:
        for source, make, shown in (("metaphases", judged, boxed), ("dapi", judged_class_map, mapped)):
            yield from shards(folder, source, shown, partial(_looks, pool, make), _save)
        yield from shards(
            folder, "simulated", range(simulations), partial(pool.map, judged_simulated, chunksize=4), _save
        )


def _looks(
    pool: ProcessPoolExecutor, make: Callable[[Source, int], Judged], shown: Sequence[tuple[Source, int]]
) -> Iterator[Judged]:
    cells, looks = zip(*shown, strict=True)
    return pool.map(make, cells, looks, chunksize=4)


def _learnt(cell: MetaphaseSource) -> bool:
    return part_of(cell.patient, cell.split) == "train"


def _save(parts: Sequence[Judged], shard: Path) -> None:
    joined = _joined(parts)
    with whole(shard) as file:
        np.savez(file, **{name: getattr(joined, name) for name in _ARRAYS})


def load(folder: Path) -> Judged:
    """Read all shards of a folder.

    Raises:
        FileNotFoundError: where there is none.
    """
    files = sorted(folder.glob("*.npz"))
    if not files:
        raise FileNotFoundError(f"no candidates in {folder}")
    return _joined([_read(file) for file in files])


def _read(shard: Path) -> Judged:
    with np.load(shard) as arrays:
        return Judged(*(arrays[name] for name in _ARRAYS))


def _joined(parts: Sequence[Judged]) -> Judged:
    kept = [part for part in parts if len(part.one)]
    return Judged(*(np.concatenate([getattr(part, name) for part in kept]) for name in _ARRAYS))
