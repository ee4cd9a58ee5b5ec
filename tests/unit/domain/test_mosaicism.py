import pytest

from karyodesk.domain.mosaicism import cells_needed, excluded_level


@pytest.mark.parametrize(("cells", "percent"), [(10, 25.9), (15, 18.1), (20, 13.9), (30, 9.5), (50, 5.8), (100, 3.0)])
def test_the_levels_excluded_at_95_percent_are_those_of_the_table(cells, percent):
    assert round(100 * excluded_level(cells, 0.95), 1) == percent


@pytest.mark.parametrize(
    ("percent", "cells"),
    [(50, 5), (30, 9), (20, 14), (14, 20), (10, 29), (8, 36), (6, 49), (5, 59), (3, 99), (1, 299)],
)
def test_the_cells_needed_at_95_percent_are_those_of_the_table(percent, cells):
    assert cells_needed(percent / 100, 0.95) == cells


@pytest.mark.parametrize(("percent", "cells"), [(20, 21), (10, 44), (5, 90)])
def test_the_cells_needed_at_99_percent_are_those_of_the_table(percent, cells):
    assert cells_needed(percent / 100, 0.99) == cells


def test_without_a_cell_nothing_is_excluded_and_one_is_enough_where_every_cell_is_abnormal():
    assert excluded_level(0, 0.95) == 1
    assert cells_needed(1.0, 0.99) == 1
    assert cells_needed(0.9999, 0.5) == 1


def test_a_number_that_fits_exactly_is_not_rounded_up():
    assert cells_needed(0.5, 0.75) == 2
    assert cells_needed(0.1, 1 - 0.9**7) == 7


def test_what_is_no_level_no_confidence_and_no_number_of_cells_is_refused():
    for call in (
        lambda: excluded_level(-1, 0.95),
        lambda: excluded_level(10, 1.0),
        lambda: cells_needed(0.0, 0.95),
        lambda: cells_needed(1.1, 0.95),
        lambda: cells_needed(0.5, 0.0),
    ):
        with pytest.raises(ValueError, match=r"no fewer|above 0"):
            call()
