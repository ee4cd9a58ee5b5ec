"""Whether what `karyodesk analyze` doubts is what is wrong, on annotated metaphases.

    python benchmarks/doubts.py METAPHASES RECORDS.jsonl [--split val]

An error is a missed box or a false body (no partner by an IoU of 0.5, one to one). A doubt is right where its first
reading takes errors away.
"""

from collections import Counter

import numpy as np
from matching import matched, true_boxes
from records import Record, annotated, found_boxes

from karyodesk.imaging.boxes import Boxes, box_iou


def errors(truth: Boxes, found: Boxes) -> int:
    """Missed boxes and false bodies."""
    return len(truth) + len(found) - 2 * matched(box_iou(truth, found))


def room(record: Record) -> float:
    """The room that the boxes of a record leave round the outlines."""
    left = [
        min(x for polygon in one["polygons"] for x, _ in polygon) - one["bbox"][0] for one in record["chromosomes"]
    ]
    return float(np.median(left)) if left else 0.0


def read_boxes(doubt: Record, margin: float) -> Boxes:
    """(n, 4) boxes of the first reading of a doubt."""
    boxes = []
    for polygons in doubt["readings"][0]["chromosomes"]:
        points = np.concatenate([np.array(polygon, float) for polygon in polygons])
        boxes.append([*(points.min(0) - margin), *(points.max(0) + 1 + margin)])
    return np.array(boxes).reshape(-1, 4)


def judged(truth: Boxes, record: Record) -> Counter[str]:
    """Count the doubts of a cell by kind and by what their first readings do, taken one after the other."""
    found = found_boxes(record)
    margin = room(record)
    present = np.ones(len(found), bool)
    added = np.zeros((0, 4))
    total = Counter(errors=errors(truth, found))
    for doubt in record["doubts"]:
        concerned = np.array(doubt["chromosomes"])
        total[doubt["kind"]] += 1
        if not present[concerned].all():
            continue
        after = present.copy()
        after[concerned] = False
        more = np.concatenate([added, read_boxes(doubt, margin)])
        fewer = errors(truth, np.concatenate([found[present], added])) - errors(
            truth, np.concatenate([found[after], more])
        )
        if fewer > 0:
            present, added = after, more
            total[f"{doubt['kind']} right"] += 1
            total["errors taken away"] += fewer
    return total


def main() -> None:
    """Read, judge and print."""
    cells = [judged(true_boxes(source), record) for source, record in annotated(__doc__)]
    total = sum(cells, Counter[str]())
    print(f"{len(cells)} cells, {total['errors']} errors")
    for kind in ("overlap", "join"):
        print(f"{kind}: {total[kind]} doubts, {total[f'{kind} right']} right")
    print(f"taking the right ones takes away {total['errors taken away']} errors")


if __name__ == "__main__":
    main()
