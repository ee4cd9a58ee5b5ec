"""What the judge learns from: candidates of metaphases in their surroundings, with what people's boxes say of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt

from karyodesk.imaging.boxes import box_iou, reported_box
from karyodesk.imaging.density import optical_density
from karyodesk.imaging.scale import at_working_scale
from karyodesk.recognition.candidates import contradictions
from karyodesk.recognition.surroundings import surroundings
from karyodesk.training.dataset import PARTS, lot, part_of
from karyodesk.training.sources import MetaphaseSource, metaphases
from karyodesk.training.truth import NONE, UNCLEAR, truths
from karyodesk.training.workshop import processes, segmenter, shards, whole

# So many undisputed chromosomes of a cell at least, and as many as there are candidates that are none.
_UNDISPUTED = 6
# Of a candidate of which it is unclear what it is: from this agreement with a box (IoU) to that, it passes from none to
# one; and it counts so much.
_NONE_BELOW, _ONE_FROM, _UNCLEAR_COUNTS = 0.4, 0.7, 0.3
_ARRAYS = ("pictures", "one", "counts", "part")


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


def judged(cell: MetaphaseSource) -> Judged:
    """Return candidates of a metaphase: all but most of those that nothing contradicts."""
    density = optical_density(cell.pixels())
    candidates = segmenter().candidates(density)
    if not candidates.all:
        return _judged(np.zeros((0, 1, 1, 1), np.float32), np.zeros(0, int), np.zeros(0), 0)
    bodies = [one.body for one in candidates.all]
    height, width = density.values.shape
    boxes = np.array([reported_box(body.bbox, candidates.width, (height, width)) for body in bodies], float)
    drawn = np.array([box.box for box in cell.boxes], float).reshape(-1, 4)
    own = np.array([one.own for one in candidates.all])
    truth = np.empty(len(bodies), int)
    # The same box may be what the segmenter takes and another reading.
    for chosen in (own, ~own):
        truth[chosen] = truths(boxes[chosen], drawn)
    agreement = box_iou(boxes, drawn).max(1, initial=0)
    random = np.random.default_rng(int(lot(cell.cell)[:8], 16))
    contrary = contradictions(candidates.all)
    learnt = _learnt_from(truth, np.asarray(contrary.any(1)), random)
    working, _ = at_working_scale(density.values, candidates.width)
    pictures = surroundings(working, candidates.all, contrary, learnt)
    return _judged(pictures, truth[learnt], agreement[learnt], PARTS.index(part_of(cell.patient, cell.split)))


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


def build(data: Path, folder: Path, workers: int, most: int | None = None) -> Iterator[str]:
    """Write the candidates of all metaphases into a folder, in shards; what is there already is kept.

    Args:
        data: the folder of the research data.
        folder: gets one ``.npz`` a shard.
        workers: processes.
        most: metaphases to take, drawn by a hash of their name; None takes all.

    Yields:
        a line of progress a shard.
    """
    folder.mkdir(parents=True, exist_ok=True)
    cells = sorted(metaphases(data / "metaphases"), key=lambda cell: lot(cell.cell))
    with processes(workers) as pool:
        yield from shards(folder, "metaphases", cells[:most], partial(pool.map, judged, chunksize=4), _save)


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
