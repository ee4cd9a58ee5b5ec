"""How many chromosomes of DAPI metaphases are found, by maps of classes.

    python benchmarks/dapi.py [--data DAPI]

Only cells whose map holds as many bodies as the karyotype has chromosomes are counted. A chromosome is
found where one mask agrees with its body (IoU of at least 0.5, one to one). The slides that train the
segmenter are told apart from those that do not.
"""

import argparse
from pathlib import Path

import numpy as np
from matching import matched

from karyodesk.imaging.body import mask_iou
from karyodesk.imaging.density import optical_density
from karyodesk.recognition.segmenter import Segmenter
from karyodesk.training.sources import ClassMapSource, class_maps


def counts(segmenter: Segmenter, source: ClassMapSource) -> tuple[int, int, int]:
    """Chromosomes of a cell that are found, that there are, and that are reported."""
    clear, unclear = source.bodies()
    truth, found = [*clear, *unclear], segmenter.find(optical_density(source.pixels())).bodies
    table = np.array([[mask_iou(one, other) for other in found] for one in truth]).reshape(len(truth), len(found))
    return matched(table), len(truth), len(found)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/dapi"))
    parser.add_argument("--models", type=Path)
    args = parser.parse_args()
    segmenter = Segmenter(args.models, threads=2)
    sources = [source for source in class_maps(args.data) if source.complete]
    for split in ("train", "val"):
        cells = [counts(segmenter, source) for source in sources if source.split == split]
        hits, wanted, reported = np.sum(cells, 0)
        print(f"{split}, {len(cells)} cells: found {hits / wanted:.4f} of {wanted}, precision {hits / reported:.4f}")


if __name__ == "__main__":
    main()
