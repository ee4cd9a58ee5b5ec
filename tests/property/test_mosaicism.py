"""The cells needed and the level they exclude say the same."""

from hypothesis import given
from hypothesis import strategies as st

from karyodesk.domain.mosaicism import cells_needed, excluded_level

LEVELS = st.floats(0.001, 0.999)
CONFIDENCES = st.floats(0.01, 0.999)


@given(LEVELS, CONFIDENCES)
def test_the_cells_needed_exclude_the_level_and_one_less_does_not(level, confidence):
    cells = cells_needed(level, confidence)
    assert excluded_level(cells, confidence) <= level * (1 + 1e-9)
    assert cells == 1 or excluded_level(cells - 1, confidence) > level * (1 - 1e-9)


@given(st.integers(0, 1000), CONFIDENCES, CONFIDENCES)
def test_more_cells_exclude_more_and_more_confidence_less(cells, first, second):
    assert excluded_level(cells + 1, first) < excluded_level(cells, first)
    low, high = sorted((first, second))
    assert excluded_level(cells, low) <= excluded_level(cells, high)
