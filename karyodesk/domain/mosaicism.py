"""The mosaicism that a number of cells excludes, by the binomial model.

Where a share p of the cells of a patient is abnormal, n cells are all normal with probability (1 - p)^n, so that n
cells without an abnormal one exclude every share p with 1 - (1 - p)^n >= confidence. Cells are taken to be drawn one by
one: several of one colony are not, and exclude less than they number.
"""

from math import ceil, expm1, isclose, log1p


def excluded_level(cells: int, confidence: float) -> float:
    """Return the share of abnormal cells (0 to 1) from which upwards so many normal cells exclude mosaicism.

    Args:
        cells: that were counted, none of which was abnormal; without one nothing is excluded, which is 1.
        confidence: above 0 and below 1, such as 0.95.

    Raises:
        ValueError: for a number of cells below 0, or a confidence that is none.
    """
    _refuse_certainty(confidence)
    if cells < 0:
        raise ValueError("there are no fewer than 0 cells")
    return 1.0 if cells == 0 else -expm1(log1p(-confidence) / cells)


def cells_needed(level: float, confidence: float) -> int:
    """Return the fewest cells that, all normal, exclude this share of abnormal cells (above 0, up to 1).

    Raises:
        ValueError: for a level or a confidence that is none.
    """
    _refuse_certainty(confidence)
    if not 0 < level <= 1:
        raise ValueError("a level of mosaicism is above 0 and at most 1")
    if level == 1:
        return 1
    cells = log1p(-confidence) / log1p(-level)
    nearest = round(cells)
    return max(1, nearest if isclose(cells, nearest, rel_tol=1e-12) else ceil(cells))


def _refuse_certainty(confidence: float) -> None:
    if not 0 < confidence < 1:
        raise ValueError("a confidence is above 0 and below 1")
