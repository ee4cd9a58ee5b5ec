"""Sort what `karyodesk analyze` got wrong on annotated metaphases by kind.

    python benchmarks/failures.py METAPHASES RECORDS.jsonl [--split val]

A box is missed, or a body false, where no partner agrees by an IoU of 0.5, one to one.
"""

from collections import Counter

from matching import AGREES, true_boxes
from records import annotated, found_boxes
from scipy.optimize import linear_sum_assignment

from karyodesk.imaging.boxes import Boxes, box_iou, share_within

_POOR, _COVERED, _OUTSIDE = 0.3, 0.7, 0.3


def sorted_failures(truth: Boxes, found: Boxes) -> Counter[str]:
    """Count the kinds of missed boxes and false bodies of one cell."""
    agreement = box_iou(truth, found)
    rows, columns = linear_sum_assignment(-agreement)
    right = agreement[rows, columns] >= AGREES
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
    total: Counter[str] = Counter()
    for source, record in annotated(__doc__):
        truth = true_boxes(source)
        total += sorted_failures(truth, found_boxes(record))
    for kind, count in sorted(total.items()):
        print(f"{count:6d}  {kind}")


if __name__ == "__main__":
    main()
