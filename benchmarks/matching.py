"""When a chromosome is found: it and what was found agree by an IoU of 0.5 or more, one to one."""

from typing import Final

import numpy as np
from scipy.optimize import linear_sum_assignment

from karyodesk.imaging.boxes import Boxes
from karyodesk.training.sources import MetaphaseSource

AGREES: Final = 0.5


def matched(agreement: Boxes) -> int:
    """How many of n true ones are found, by the (n, m) IoUs with what was found."""
    return int(np.count_nonzero(agreement[linear_sum_assignment(-agreement)] >= AGREES))


def true_boxes(source: MetaphaseSource) -> Boxes:
    """(n, 4) boxes that people drew in a metaphase."""
    return np.array([one.box for one in source.boxes], float).reshape(-1, 4)
