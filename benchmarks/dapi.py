"""How many chromosomes of DAPI metaphases are found, by maps of classes.

    python benchmarks/dapi.py [--data DAPI]

Only cells whose map holds as many bodies as the karyotype has chromosomes are counted. A chromosome is
found where one mask agrees with its body (IoU of at least 0.5, one to one), overlaps left out.
"""

import argparse
import csv
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment

from karyodesk.imaging.density import optical_density
from karyodesk.recognition.segmenter import Segmenter

_TYPES, _OVERLAP = range(1, 25), 255
# Smaller bodies of a map are stray pixels.
_LEAST = 40
Mask = npt.NDArray[np.bool_]


def true_bodies(classes: npt.NDArray[np.uint8]) -> list[Mask]:
    """The bodies of a (height, width) map of classes."""
    bodies = []
    for number in _TYPES:
        count, labels, stats, _ = cv2.connectedComponentsWithStats((classes == number).astype(np.uint8))
        bodies += [labels == one for one in range(1, count) if stats[one, cv2.CC_STAT_AREA] >= _LEAST]
    return bodies


def matched(truth: list[Mask], found: list[Mask], overlap: Mask) -> int:
    """How many true bodies one found mask each agrees with."""
    clear = [mask & ~overlap for mask in found]
    table = np.array([[np.count_nonzero(t & f) / np.count_nonzero(t | f) for f in clear] for t in truth])
    rows, columns = linear_sum_assignment(-table)
    return int((table[rows, columns] >= 0.5).sum())


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/dapi"))
    parser.add_argument("--models", type=Path)
    args = parser.parse_args()
    segmenter = Segmenter(args.models, threads=2)
    with open(args.data / "cells.csv", newline="") as file:
        cells = [row["cell"] for row in csv.DictReader(file) if row["map_count_matches_iscn"] == "1"]
    hits = wanted = reported = 0
    for cell in cells:
        picture = cv2.imread(str(args.data / "images" / f"{cell}.webp"), cv2.IMREAD_GRAYSCALE)
        classes = cv2.imread(str(args.data / "class_maps" / f"{cell}.png"), cv2.IMREAD_UNCHANGED)
        truth, found = true_bodies(np.asarray(classes, np.uint8)), []
        for body in segmenter.find(optical_density(np.asarray(picture, np.uint8))).bodies:
            found.append(np.zeros(classes.shape, bool))
            found[-1][body.window] = body.mask
        hits += matched(truth, found, classes == _OVERLAP)
        wanted, reported = wanted + len(truth), reported + len(found)
    print(f"{len(cells)} cells: found {hits / wanted:.4f} of {wanted}, precision {hits / reported:.4f}")


if __name__ == "__main__":
    main()
