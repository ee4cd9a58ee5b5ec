"""Whether confidence means something, on annotated metaphases.

    python benchmarks/confidence.py METAPHASES RECORDS.jsonl [--split val]

Of the chromosomes that were found: the expected calibration error of the confidence of their labels (15 bins of equal
width), the share of wrong labels that bear the badge and of all that do, and how often the truth is among the best
three.
"""

import numpy as np
from matching import AGREES, true_boxes
from records import annotated, found_boxes
from scipy.optimize import linear_sum_assignment

from karyodesk.imaging.boxes import box_iou

_BINS = 15


def calibration_error(confidence: np.ndarray, right: np.ndarray) -> float:
    """Mean distance of (n,) confidences from the share that is right, bin by bin."""
    bins = np.minimum((confidence * _BINS).astype(int), _BINS - 1)
    gaps = [abs(confidence[bins == b].mean() - right[bins == b].mean()) * (bins == b).mean() for b in np.unique(bins)]
    return float(np.sum(gaps))


def main() -> None:
    """Measure and print."""
    rows = []
    for source, record in annotated(__doc__):
        agreement = box_iou(true_boxes(source), found_boxes(record))
        for box, body in zip(*linear_sum_assignment(-agreement), strict=True):
            if agreement[box, body] >= AGREES:
                said, true = record["chromosomes"][body], source.boxes[box].label
                ranked = [label for label, _ in said["alternatives"]]
                rows.append((said["confidence"], said["label"] == true, said["uncertain"], true in ranked[:3]))
    confidence, right, badged, among = (np.array(column) for column in zip(*rows, strict=True))
    right, badged = right.astype(bool), badged.astype(bool)
    print(f"{len(rows)} chromosomes found, {right.mean():.4f} of them named right")
    print(f"expected calibration error {calibration_error(confidence, right):.4f}")
    print(f"badge on {badged.mean():.4f} of all, on {badged[~right].mean():.4f} of the wrong ones")
    print(f"truth among the best three {among.mean():.4f}")


if __name__ == "__main__":
    main()
