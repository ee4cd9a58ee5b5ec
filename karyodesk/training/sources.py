"""The research data: which chromosomes there are, of whom, and in which part of the split."""

import csv
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

    def pixels(self) -> npt.NDArray[np.uint8]:
        """Read the picture, (height, width) uint8.

        Raises:
            ValueError: where it cannot be read.
        """
        pixels = cv2.imread(str(self.image), cv2.IMREAD_GRAYSCALE)
        if pixels is None:
            raise ValueError(f"cannot read the picture of cell {self.cell}")
        return np.asarray(pixels, np.uint8)


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
    pictures: tuple[npt.NDArray[np.uint8], ...]
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


def _decode(data: bytes) -> npt.NDArray[np.uint8]:
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
    if picture is None:
        raise ValueError("the archive holds a file that is no picture")
    return np.asarray(picture, np.uint8)
