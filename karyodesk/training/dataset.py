"""The training set of the classifier: encoded chromosomes with their truth, kept in one folder.

Made once and read by every training run. Metaphases go through the program's own segmentation, so the
network learns from bodies as they really come, with neighbours' rims and clipped ends.
"""

import hashlib
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from karyodesk.domain.errors import PictureError
from karyodesk.domain.labels import LABELS
from karyodesk.imaging.axis import medial_axis
from karyodesk.imaging.cutout import cutout
from karyodesk.imaging.density import optical_density
from karyodesk.imaging.segment import find_bodies, reported_box
from karyodesk.recognition.encode import HEIGHT, WIDTH, cell_scale, encode
from karyodesk.training.sources import CutoutSource, MetaphaseSource, cutouts, metaphases

# A body counts as the chromosome of a box where they agree this far (IoU) and with no other box.
_SAME = 0.70
_OTHER = 0.50
# One patient in this many of `train` is kept from the network, for label features and calibration.
_KEPT_APART = 12

UP, UNKNOWN = 0, -1
SOURCES = ("metaphases", "gband_upright", "qband")
PARTS = ("train", "label", "val")
"""``label``: patients of `train` that the network never sees, for label features and calibration."""


@dataclass(frozen=True, eq=False)
class Examples:
    """Encoded chromosomes, n in all.

    Attributes:
        pictures: (n, 192, 40) uint8, 255 for an encoded value of 1.
        label: (n,) int8, index into ``LABELS``.
        direction: (n,) int8, 0: short arm up, -1: unknown.
        source: (n,) int8, index into ``SOURCES``.
        part: (n,) int8, index into ``PARTS``.
        cell: (n,) str.
    """

    pictures: npt.NDArray[np.uint8]
    label: npt.NDArray[np.int8]
    direction: npt.NDArray[np.int8]
    source: npt.NDArray[np.int8]
    part: npt.NDArray[np.int8]
    cell: npt.NDArray[np.str_]


def part_of(patient: str, split: str) -> str:
    """The part of the split a patient belongs to, the same on every machine."""
    if split != "train":
        return split
    return "label" if hashlib.sha256(patient.encode()).digest()[0] % _KEPT_APART == 0 else "train"


def metaphase_examples(cell: MetaphaseSource) -> Examples:
    """Segment a metaphase and return those of its bodies that are one annotated chromosome."""
    pixels = cv2.imread(str(cell.image), cv2.IMREAD_GRAYSCALE)
    if pixels is None:
        raise ValueError(f"cannot read the picture of cell {cell.cell}")
    density = optical_density(np.asarray(pixels, np.uint8))
    found = find_bodies(density)
    axes = [medial_axis(body) for body in found.bodies]
    scale = cell_scale(axes)
    boxes = [reported_box(body, found.width, density.values.shape) for body in found.bodies]
    pairs = _same_chromosome(np.array(boxes, float), np.array([truth.box for truth in cell.boxes], float))
    pictures = [encode(density.values, found.bodies[b], axes[b], scale) for b, _ in pairs]
    labels = [cell.boxes[t].label for _, t in pairs]
    return _examples(pictures, labels, UNKNOWN, "metaphases", part_of(cell.patient, cell.split), cell.cell)


def cutout_examples(cell: CutoutSource, source: str) -> Examples:
    """Encode the chromosomes of a cell that were cut out already; unreadable ones are left out."""
    opened = [_open(picture) for picture in cell.pictures]
    usable = [(found, label) for found, label in zip(opened, cell.labels, strict=True) if found is not None]
    axes = [medial_axis(body) for (_, body), _ in usable]
    scale = cell_scale(axes)
    pictures = [encode(d, body, axis, scale) for ((d, body), _), axis in zip(usable, axes, strict=True)]
    labels = [label for _, label in usable]
    direction = UP if cell.upright else UNKNOWN
    return _examples(pictures, labels, direction, source, part_of(cell.patient, cell.split), cell.cell)


def build(data: Path, folder: Path, workers: int) -> Iterator[str]:
    """Write the examples of all sources into a folder; yields a line of progress now and then."""
    folder.mkdir(parents=True, exist_ok=True)
    parts = [cutout_examples(c, "gband_upright") for c in cutouts(data / "chromosomes/gband_upright.zip", True)]
    parts += [cutout_examples(c, "qband") for c in cutouts(data / "chromosomes/qband.zip", False)]
    yield f"{sum(len(p.label) for p in parts)} cut-out chromosomes"
    cells = metaphases(data / "metaphases")
    with ProcessPoolExecutor(workers) as pool:
        for done, part in enumerate(pool.map(metaphase_examples, cells, chunksize=8), start=1):
            parts.append(part)
            if done % 200 == 0:
                yield f"{done} of {len(cells)} metaphases, {sum(len(p.label) for p in parts)} chromosomes"
    save(concatenate(parts), folder)


def concatenate(parts: Iterable[Examples]) -> Examples:
    """Join examples in their order."""
    kept = [part for part in parts if len(part.label)]
    fields = ("pictures", "label", "direction", "source", "part", "cell")
    return Examples(*(np.concatenate([getattr(part, field) for part in kept]) for field in fields))


def save(examples: Examples, folder: Path) -> None:
    """Write examples into a folder, the pictures apart so that they can be mapped into memory."""
    np.save(folder / "pictures.npy", examples.pictures)
    np.savez_compressed(
        folder / "truth.npz", label=examples.label, direction=examples.direction, source=examples.source,
        part=examples.part, cell=examples.cell,
    )  # fmt: skip


def load(folder: Path) -> Examples:
    """Read the examples of a folder."""
    with np.load(folder / "truth.npz") as truth:
        return Examples(
            np.load(folder / "pictures.npy", mmap_mode="r"), truth["label"], truth["direction"], truth["source"],
            truth["part"], truth["cell"],
        )  # fmt: skip


def _open(picture: npt.NDArray[np.uint8]) -> tuple[npt.NDArray[np.float32], object] | None:
    try:
        return cutout(picture)
    except PictureError:
        return None


def _same_chromosome(
    boxes: npt.NDArray[np.float64], truth: npt.NDArray[np.float64]
) -> list[tuple[int, int]]:
    """Pairs (body, true box) that agree well with each other and with nothing else."""
    if not len(boxes) or not len(truth):
        return []
    overlap = box_iou(boxes, truth)
    best = overlap.argmax(1)
    pairs = []
    for body, box in enumerate(best):
        others = np.delete(overlap[body], box)
        if overlap[body, box] >= _SAME and overlap[:, box].argmax() == body and (others < _OTHER).all():
            pairs.append((body, int(box)))
    return pairs


def box_iou(a: npt.NDArray[np.float64], b: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """IoU of every box of a (n, 4) with every box of b (m, 4), boxes as x0 y0 x1 y1; (n, m)."""
    low = np.maximum(a[:, None, :2], b[None, :, :2])
    high = np.minimum(a[:, None, 2:], b[None, :, 2:])
    both = np.clip(high - low, 0, None).prod(2)
    area_a, area_b = (a[:, 2:] - a[:, :2]).prod(1), (b[:, 2:] - b[:, :2]).prod(1)
    return np.asarray(both / np.maximum(area_a[:, None] + area_b[None] - both, 1e-9))


def _examples(
    pictures: list[npt.NDArray[np.float32]], labels: list[str], direction: int, source: str, part: str, cell: str
) -> Examples:
    n = len(labels)
    stack = np.stack(pictures) if pictures else np.zeros((0, HEIGHT, WIDTH), np.float32)
    return Examples(
        np.round(stack * 255).astype(np.uint8),
        np.array([LABELS.index(label) for label in labels], np.int8),
        np.full(n, direction, np.int8),
        np.full(n, SOURCES.index(source), np.int8),
        np.full(n, PARTS.index(part), np.int8),
        np.full(n, cell),
    )
