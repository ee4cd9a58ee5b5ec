"""The records of `karyodesk analyze` beside what people annotated; what benchmarks of whole metaphases read."""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from karyodesk.imaging.boxes import Boxes
from karyodesk.training.sources import MetaphaseSource, metaphases

Record = dict[str, Any]


def annotated(description: str | None) -> Iterator[tuple[MetaphaseSource, Record]]:
    """Yield each annotated cell that the arguments of the command name, and its record.

    A cell that could not be analysed has a record without chromosomes and doubts.
    """
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("records", type=Path)
    parser.add_argument("--split", default="val")
    args = parser.parse_args()
    records = {Path(record["image"]).stem: record for record in map(json.loads, args.records.read_text().splitlines())}
    for source in metaphases(args.data):
        if source.split == args.split and source.cell in records:
            nothing: Record = {"chromosomes": [], "doubts": []}
            yield source, nothing | records[source.cell]


def found_boxes(record: Record) -> Boxes:
    """(n, 4) boxes of the chromosomes of a record."""
    return np.array([one["bbox"] for one in record["chromosomes"]], float).reshape(-1, 4)
