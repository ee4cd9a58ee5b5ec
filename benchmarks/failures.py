"""Sort what `karyodesk analyze` got wrong on annotated metaphases by kind.

    python benchmarks/failures.py METAPHASES RECORDS.jsonl [--split val]

A box is missed, or a body false, where no partner agrees by an IoU of 0.5, one to one.
"""

import argparse
import json
from collections import Counter
from pathlib import Path

import numpy as np
from scipy.optimize import linear_sum_assignment

from karyodesk.imaging.boxes import Boxes, box_iou, share_within
from karyodesk.training.sources import metaphases

_AGREES, _POOR, _COVERED, _OUTSIDE = 0.5, 0.3, 0.7, 0.3


def sorted_failures(truth: Boxes, found: Boxes) -> Counter[str]:
    """Count the kinds of missed boxes and false bodies of one cell."""
    agreement = box_iou(truth, found)
    rows, columns = linear_sum_assignment(-agreement)
    right = agreement[rows, columns] >= _AGREES
    missed = sorted(set(range(len(truth))) - set(rows[right].tolist()))
    false = sorted(set(range(len(found))) - set(columns[right].tolist()))
    swallowed, held = share_within(truth, found), share_within(found, truth)
    kinds: Counter[str] = Counter()
    for i in missed:
        spare = agreement[i, false]
        if any((swallowed[:, j] > _COVERED).sum() > 1 and swallowed[i, j] > _COVERED for j in range(len(found))):
            kinds["missed: two as one, or under another's box"] += 1
        elif spare.max(initial=0) > _POOR:
            kinds["missed: outline too short, too long or astray"] += 1
        else:
            kinds["missed: nothing there, or pieces only"] += 1
    for j in false:
        if agreement[missed, j].max(initial=0) > _POOR:
            kinds["false: poor outline of a missed one"] += 1
        elif held[j].max(initial=0) > _COVERED:
            kinds["false: piece of a chromosome"] += 1
        elif held[j].max(initial=0) < _OUTSIDE:
            kinds["false: dirt, nucleus or not annotated"] += 1
        else:
            kinds["false: across several"] += 1
    return kinds


def main() -> None:
    """Read, sort and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("records", type=Path)
    parser.add_argument("--split", default="val")
    args = parser.parse_args()
    records = {Path(record["image"]).stem: record for record in map(json.loads, args.records.read_text().splitlines())}
    total: Counter[str] = Counter()
    for source in metaphases(args.data):
        if source.split == args.split and source.cell in records:
            found = [body["bbox"] for body in records[source.cell].get("chromosomes", [])]
            truth = np.array([box.box for box in source.boxes], float).reshape(-1, 4)
            total += sorted_failures(truth, np.array(found, float).reshape(-1, 4))
    for kind, count in sorted(total.items()):
        print(f"{count:6d}  {kind}")


if __name__ == "__main__":
    main()
