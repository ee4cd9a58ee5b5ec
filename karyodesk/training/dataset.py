"""The training set of the classifier: encoded bodies with their truth, kept in one folder.

Made once and read by every training run. Metaphases go through the program's own segmentation, so the
network learns from bodies as they really come, with neighbours' rims and clipped ends, and from those that are
not one chromosome: pieces, several together, dirt.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt

from karyodesk.domain.errors import KaryoDeskError
from karyodesk.domain.labels import LABELS
from karyodesk.domain.straightening import Straightening
from karyodesk.imaging.axis import Axis, medial_axis
from karyodesk.imaging.body import Body, Segmentation
from karyodesk.imaging.boxes import reported_box
from karyodesk.imaging.cutout import cutout_or_none
from karyodesk.imaging.density import optical_density
from karyodesk.recognition.encode import HEIGHT, WIDTH, cell_scale, encoded
from karyodesk.simulate import SimulatedChromosome
from karyodesk.training.segmenter.boxed import Teach, bodies_of_boxes
from karyodesk.training.sources import CutoutSource, MetaphaseSource, TruthBox, cutouts, metaphases, simulated
from karyodesk.training.truth import NONE, UNCLEAR, truths
from karyodesk.training.workshop import processes, segmenter, shards, teaching, whole

# One patient in this many of `train` is kept from the network, for label features and calibration.
_KEPT_APART = 12

UP, UNKNOWN = 0, -1
SOURCES = ("metaphases", "gband_upright", "qband", "simulated")
PARTS = ("train", "label", "val")
"""``label``: patients of `train` that the network never sees, for label features and calibration."""
_ARRAYS = ("pictures", "label", "direction", "source", "part", "cell", "found")


@dataclass(frozen=True, eq=False)
class Examples:
    """Encoded bodies, n in all, straightened by one technique.

    Attributes:
        pictures: (n, 192, 40) uint8, 255 for an encoded value of 1.
        label: (n,) int8, index into ``LABELS``; ``NONE`` where a body is not one chromosome.
        direction: (n,) int8, 0: short arm up, -1: unknown.
        source: (n,) int8, index into ``SOURCES``.
        part: (n,) int8, index into ``PARTS``.
        cell: (n,) str.
        found: (n,) bool, whether the segmenter takes it for a chromosome; the others are its other readings.
        straightening: the technique.
    """

    pictures: npt.NDArray[np.uint8]
    label: npt.NDArray[np.int8]
    direction: npt.NDArray[np.int8]
    source: npt.NDArray[np.int8]
    part: npt.NDArray[np.int8]
    cell: npt.NDArray[np.str_]
    found: npt.NDArray[np.bool_]
    straightening: Straightening = Straightening.MEDIAL_AXIS

    def only(self, chosen: npt.NDArray[np.bool_]) -> "Examples":
        """Those of the (n,) chosen ones."""
        return replace(self, **{name: getattr(self, name)[chosen] for name in _ARRAYS})

    def chromosomes(self) -> "Examples":
        """Those that are one chromosome each, as the segmenter found them."""
        return self.only((self.label != NONE) & self.found)


def decoded(pictures: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """Return stored pictures as the networks read them, float32 from 0 to 1."""
    return np.asarray(pictures, np.float32) / np.float32(255)


def part_of(patient: str, split: str) -> str:
    """The part of the split a patient belongs to, the same on every machine."""
    if split != "train":
        return split
    return "label" if hashlib.sha256(patient.encode()).digest()[0] % _KEPT_APART == 0 else "train"


def metaphase_examples(
    cell: MetaphaseSource, technique: Straightening = Straightening.MEDIAL_AXIS
) -> Examples:
    """Segment a metaphase and return those of its bodies of which is known what they are.

    Among them are the other readings that the segmenter saw, which the program chooses from, too.
    """
    seen = _seen(cell.pixels(), cell.boxes, technique)
    part, labels = part_of(cell.patient, cell.split), seen.labels(cell.boxes)
    return _examples(seen.pictures, labels, UNKNOWN, "metaphases", part, cell.cell, technique, seen.found)


def simulated_examples(number: int, technique: Straightening = Straightening.MEDIAL_AXIS) -> Examples:
    """Return the like of a simulated metaphase, the short arm of each chromosome up; they are trained on alone."""
    cell = simulated(number)
    drawn = [reported_box(one.bbox, cell.style.width, cell.pixels.shape) for one in cell.chromosomes]
    boxes = [TruthBox(box, one.label) for box, one in zip(drawn, cell.chromosomes, strict=True)]
    seen = _seen(cell.pixels, boxes, technique)
    for place in np.flatnonzero(seen.truth >= 0):
        if _starts_at_long_arm(seen.axes[place], cell.chromosomes[seen.truth[place]]):
            seen.pictures[place] = seen.pictures[place, ::-1, ::-1]
    name = f"simulated-{number:05d}"
    return _examples(seen.pictures, seen.labels(boxes), UP, "simulated", "train", name, technique, seen.found)


def _starts_at_long_arm(axis: Axis, truth: SimulatedChromosome) -> bool:
    short, long = (np.linalg.norm(axis.line[0] - truth.axis[end]) for end in (0, -1))
    return bool(long < short)


@dataclass(frozen=True, eq=False)
class _Seen:
    """The bodies of a metaphase of which is known what they are, n in all.

    Attributes:
        pictures: (n, h, w) them, encoded at the scale of the cell.
        axes: their medial axes.
        truth: (n,) the box each is, or ``NONE``.
        found: (n,) whether the segmenter takes it for a chromosome.
    """

    pictures: npt.NDArray[np.float32]
    axes: list[Axis]
    truth: npt.NDArray[np.int_]
    found: npt.NDArray[np.bool_]

    def labels(self, boxes: Sequence[TruthBox]) -> list[str | None]:
        """The label of each; None for what is no chromosome."""
        return [None if place == NONE else boxes[place].label for place in self.truth]


def _seen(pixels: npt.NDArray[np.generic], boxes: Sequence[TruthBox], technique: Straightening) -> _Seen:
    density = optical_density(pixels)
    shape, candidates = density.values.shape, segmenter().candidates(density)
    segmentation = candidates.settled(candidates.own)
    asked = [one.body for one in candidates.all if not one.own]
    bodies = [*segmentation.bodies, *asked]
    axes = [medial_axis(body) for body in bodies]
    scale = cell_scale(axes[: len(segmentation.bodies)])
    truth = _truths(segmentation, asked, boxes, (shape[0], shape[1]))
    known = np.flatnonzero(truth != UNCLEAR)
    bodies, axes = [bodies[i] for i in known], [axes[i] for i in known]
    pictures = _stacked(encoded([density.values] * len(known), bodies, axes, scale, technique))
    return _Seen(pictures, axes, truth[known], known < len(segmentation.bodies))


def _stacked(pictures: Iterable[npt.NDArray[np.float32]]) -> npt.NDArray[np.float32]:
    return np.array(list(pictures), np.float32).reshape(-1, HEIGHT, WIDTH)


def true_box_examples(
    cell: MetaphaseSource, teach: Teach, technique: Straightening = Straightening.MEDIAL_AXIS
) -> Examples:
    """Return the chromosomes of a metaphase by the boxes that people drew, so that naming is seen apart from finding.

    Args:
        cell: the metaphase; its boxes without an outline are left out.
        teach: outlines chromosomes whose boxes are known.
        technique: how they are straightened.
    """
    density = optical_density(cell.pixels())
    outlined = zip(cell.boxes, bodies_of_boxes(cell, density, teach), strict=True)
    labels, bodies = zip(*((box.label, body) for box, body in outlined if body is not None), strict=True)
    axes = [medial_axis(body) for body in bodies]
    pictures = _stacked(encoded([density.values] * len(bodies), bodies, axes, technique=technique))
    part = part_of(cell.patient, cell.split)
    return _examples(pictures, labels, UNKNOWN, "metaphases", part, cell.cell, technique)


def _taught_examples(cell: MetaphaseSource, teacher: Path, technique: Straightening) -> Examples:
    return true_box_examples(cell, teaching(teacher), technique)


def _truths(
    segmentation: Segmentation, asked: Sequence[Body], boxes: Sequence[TruthBox], shape: tuple[int, int]
) -> npt.NDArray[np.int_]:
    """Which box each body is; another reading is of no box that was found already."""

    def bounds(bodies: Sequence[Body]) -> npt.NDArray[np.float64]:
        return np.array([reported_box(body.bbox, segmentation.width, shape) for body in bodies], float).reshape(-1, 4)

    drawn = np.array([box.box for box in boxes], float).reshape(-1, 4)
    found = truths(bounds(segmentation.bodies), drawn)
    other = truths(bounds(asked), drawn)
    other[(other >= 0) & np.isin(other, found)] = UNCLEAR
    return np.concatenate([found, other])


def cutout_examples(
    cell: CutoutSource, source: str, technique: Straightening = Straightening.MEDIAL_AXIS
) -> Examples:
    """Encode the chromosomes of a cell that were cut out already; unreadable ones are left out."""
    opened = [cutout_or_none(picture) for picture in cell.pictures]
    usable = [(found, label) for found, label in zip(opened, cell.labels, strict=True) if found is not None]
    axes = [medial_axis(body) for (_, body), _ in usable]
    densities, bodies = [density for (density, _), _ in usable], [body for (_, body), _ in usable]
    pictures = _stacked(encoded(densities, bodies, axes, technique=technique))
    labels = [label for _, label in usable]
    direction = UP if cell.upright else UNKNOWN
    return _examples(pictures, labels, direction, source, part_of(cell.patient, cell.split), cell.cell, technique)


def build(
    data: Path,
    folder: Path,
    workers: int,
    most: int | None = None,
    technique: Straightening = Straightening.MEDIAL_AXIS,
    teacher: Path | None = None,
    simulations: int = 0,
) -> Iterator[str]:
    """Write the examples of all sources into a folder, in shards; what is there already is kept.

    Args:
        data: the folder with ``metaphases`` and ``chromosomes``.
        folder: gets one ``.npz`` a shard.
        workers: processes.
        most: metaphases to take, drawn by a hash of their name; None takes all.
        technique: how the chromosomes are straightened.
        teacher: checkpoint of a teacher, or a shipped segmenter's file: its outlines of the boxes of `val` take the
            place of what the segmenter finds.
        simulations: metaphases to simulate.

    Yields:
        a line of progress a shard.

    Raises:
        KaryoDeskError: where the folder holds examples straightened otherwise.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for shard in sorted(folder.glob("*.npz"))[:1]:
        with np.load(shard) as arrays:
            _require_alike(_technique(arrays), technique)
    for source, upright in (("gband_upright", True), ("qband", False)):
        if not (folder / f"{source}.npz").exists():
            cells = cutouts(data / "chromosomes" / f"{source}.zip", upright)
            _save([cutout_examples(cell, source, technique) for cell in cells], folder / f"{source}.npz")
        yield source
    given = [cell for cell in metaphases(data / "metaphases") if teacher is None or cell.split == "val"]
    drawn = sorted(given, key=lambda cell: lot(cell.cell))[:most]
    made = partial(metaphase_examples, technique=technique)
    if teacher is not None:
        made = partial(_taught_examples, teacher=teacher, technique=technique)
    imitated = partial(simulated_examples, technique=technique)
    with processes(workers) as pool:
        yield from shards(folder, "metaphases", drawn, partial(pool.map, made, chunksize=4), _save)
        yield from shards(folder, "simulated", range(simulations), partial(pool.map, imitated, chunksize=4), _save)


def lot(name: str) -> str:
    """Return a key that puts cells into an order which has nothing to do with patient or date."""
    return hashlib.sha256(name.encode()).hexdigest()


def load(folder: Path) -> Examples:
    """Read all shards of a folder, in the order of their names.

    Raises:
        FileNotFoundError: where there is none.
        KaryoDeskError: where they were not all straightened alike.
    """
    shards = sorted(folder.glob("*.npz"))
    if not shards:
        raise FileNotFoundError(f"no examples in {folder}")
    return _concatenate(_read(shard) for shard in shards)


def _read(shard: Path) -> Examples:
    with np.load(shard) as arrays:
        return Examples(**{name: arrays[name] for name in _ARRAYS}, straightening=_technique(arrays))


def _technique(arrays: Mapping[str, np.ndarray]) -> Straightening:
    """How the examples of a shard were straightened; shards from before there was a choice do not say."""
    return Straightening(str(arrays["straightening"])) if "straightening" in arrays else Straightening.MEDIAL_AXIS


def _require_alike(found: Straightening, wanted: Straightening) -> None:
    if found is not wanted:
        raise KaryoDeskError(f"There are examples straightened by {found}, not by {wanted}: choose another folder.")


def _concatenate(parts: Iterable[Examples]) -> Examples:
    kept = [part for part in parts if len(part.label)]
    for part in kept:
        _require_alike(part.straightening, kept[0].straightening)
    joined = {name: np.concatenate([getattr(part, name) for part in kept]) for name in _ARRAYS}
    return Examples(**joined, straightening=kept[0].straightening)


def _save(parts: Iterable[Examples], shard: Path) -> None:
    examples = _concatenate(parts)
    with whole(shard) as file:
        arrays = {name: getattr(examples, name) for name in _ARRAYS}
        np.savez(file, **arrays, straightening=np.array(examples.straightening.value))


def _examples(
    pictures: npt.NDArray[np.float32],
    labels: Sequence[str | None],
    direction: int,
    source: str,
    part: str,
    cell: str,
    technique: Straightening = Straightening.MEDIAL_AXIS,
    found: npt.NDArray[np.bool_] | None = None,
) -> Examples:
    n = len(labels)
    return Examples(
        np.round(pictures * 255).astype(np.uint8),
        np.array([NONE if label is None else LABELS.index(label) for label in labels], np.int8),
        np.full(n, direction, np.int8),
        np.full(n, SOURCES.index(source), np.int8),
        np.full(n, PARTS.index(part), np.int8),
        np.full(n, cell),
        np.ones(n, bool) if found is None else found,
        technique,
    )
