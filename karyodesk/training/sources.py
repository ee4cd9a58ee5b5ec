"""The research data: which chromosomes there are, of whom, and in which part of the split."""

import csv
import hashlib
import io
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from karyodesk.domain.outline import Box
from karyodesk.imaging.body import Body, crop_body
from karyodesk.iscn.karyotype import parse
from karyodesk.simulate import SimulatedCell, draw_style, simulate_cell

Pixels = npt.NDArray[np.uint8]
_TYPES, _X, _Y, _OVERLAP = range(1, 25), 23, 24, 255
# Smaller bodies of a map of classes are stray pixels.
_LEAST_PIXELS = 40
# Seeds from here on are the training's; tests, samples and benchmarks use smaller ones.
_FIRST_SEED = 1_000_000
_KARYOTYPES = ("46,XX", "46,XY", "47,XX,+21", "47,XY,+18", "45,X")


@dataclass(frozen=True)
class TruthBox:
    """A chromosome that the annotators saw.

    Attributes:
        box: x0, y0, x1, y1 in pixels, drawn by hand with some air around the chromosome.
        label: one of the 24.
    """

    box: Box
    label: str


@dataclass(frozen=True)
class MetaphaseSource:
    """A photographed metaphase with its boxes."""

    cell: str
    patient: str
    split: str
    image: Path
    boxes: tuple[TruthBox, ...]

    def pixels(self) -> Pixels:
        """Read the picture, (height, width) uint8.

        Raises:
            ValueError: where it cannot be read.
        """
        return _read(self.image)


@dataclass(frozen=True)
class ClassMapSource:
    """A fluorescent metaphase with a map of classes.

    Attributes:
        cell: its name.
        split: ``train`` or ``val``, by slide.
        image: the picture's file.
        classes: the map's file: 1 to 24 in chromosomes, 0 on the ground, 255 where they overlap.
        complete: whether the map holds as many bodies as the karyotype has chromosomes.
    """

    cell: str
    split: str
    image: Path
    classes: Path
    complete: bool

    def pixels(self) -> Pixels:
        """Read the picture, (height, width) uint8; ValueError where it cannot be read."""
        return _read(self.image)

    def class_map(self) -> Pixels:
        """Read the map, (height, width) uint8; ValueError where it cannot be read."""
        return _read(self.classes)

    def bodies(self) -> tuple[list[Body], list[Body]]:
        """The bodies of the map, overlaps included: those that are one chromosome, and those that may not be.

        A type of two bodies is a pair of homologues, and one X beside one Y is whole. Where there are fewer,
        two may touch; where there are more, one may be in pieces.
        """
        classes = self.class_map()
        by_type = {number: _bodies_of(classes == number, classes == _OVERLAP) for number in _TYPES}
        male = len(by_type[_X]) == len(by_type[_Y]) == 1
        clear: list[Body] = []
        unclear: list[Body] = []
        for number, bodies in by_type.items():
            sure = len(bodies) == 2 or (male and number in (_X, _Y))
            (clear if sure else unclear).extend(bodies)
        return clear, unclear


def _bodies_of(own: npt.NDArray[np.bool_], overlap: npt.NDArray[np.bool_]) -> list[Body]:
    """The connected bodies of a type's pixels together with the overlaps that they touch."""
    count, labels = cv2.connectedComponents((own | overlap).astype(np.uint8))
    sizes = np.bincount(labels[own], minlength=count)
    bodies = (crop_body(np.asarray(labels == number)) for number in np.flatnonzero(sizes >= _LEAST_PIXELS))
    return [body for body in bodies if body is not None]


@dataclass(frozen=True, eq=False)
class CutoutSource:
    """The chromosomes of one cell, cut out of a karyogram.

    Attributes:
        pictures: uint8 pictures, grey.
        labels: one of the 24 each.
        upright: whether their short arms are known to be up.
    """

    cell: str
    patient: str
    split: str
    pictures: tuple[Pixels, ...]
    labels: tuple[str, ...]
    upright: bool


def metaphases(folder: Path) -> list[MetaphaseSource]:
    """Return the metaphases of a folder with ``cells.csv`` and ``boxes.csv``."""
    boxes: dict[str, list[TruthBox]] = defaultdict(list)
    with open(folder / "boxes.csv", newline="") as file:
        for row in csv.DictReader(file):
            x0, y0, x1, y1 = (round(float(row[key])) for key in ("x0", "y0", "x1", "y1"))
            boxes[row["cell"]].append(TruthBox((x0, y0, x1, y1), row["class"]))
    with open(folder / "cells.csv", newline="") as file:
        return [
            MetaphaseSource(row["cell"], row["patient"], row["split"], folder / row["image"], tuple(boxes[row["cell"]]))
            for row in csv.DictReader(file)
        ]


def class_maps(folder: Path) -> list[ClassMapSource]:
    """Return the metaphases of a folder with ``cells.csv``, ``images`` and ``class_maps``; half of the slides train."""
    with open(folder / "cells.csv", newline="") as file:
        return [
            ClassMapSource(
                row["cell"],
                "train" if hashlib.sha256(row["slide"].encode()).digest()[0] % 2 else "val",
                folder / "images" / f"{row['cell']}.webp",
                folder / "class_maps" / f"{row['cell']}.png",
                row["map_count_matches_iscn"] == "1",
            )
            for row in csv.DictReader(file)
        ]


def cutouts(archive: Path, upright: bool) -> Iterator[CutoutSource]:
    """Yield the cells of an archive with ``labels.csv`` and one picture a chromosome."""
    with zipfile.ZipFile(archive) as bundle:
        cells: dict[str, list[dict[str, str]]] = defaultdict(list)
        for row in csv.DictReader(io.TextIOWrapper(bundle.open("labels.csv"))):
            cells[row["cell"]].append(row)
        for cell, rows in cells.items():
            pictures = tuple(_decode(bundle.read(row["file"])) for row in rows)
            labels = tuple(row["class"] for row in rows)
            yield CutoutSource(cell, rows[0]["patient"], rows[0]["split"], pictures, labels, upright)


def simulated(number: int) -> SimulatedCell:
    """Simulate a metaphase for training, another one for each number."""
    style = draw_style(np.random.default_rng(_FIRST_SEED + number), person=number)
    return simulate_cell(parse(_KARYOTYPES[number % len(_KARYOTYPES)]), _FIRST_SEED + number, style)


def _decode(data: bytes) -> Pixels:
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
    if picture is None:
        raise ValueError("the archive holds a file that is no picture")
    return np.asarray(picture, np.uint8)


def _read(path: Path) -> Pixels:
    pixels = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    if pixels is None:
        raise ValueError(f"cannot read the picture {path.name}")
    return np.asarray(pixels, np.uint8)
