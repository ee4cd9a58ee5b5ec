"""The frame of the karyogram is drawn anew where, and only where, it shows something else."""

from dataclasses import replace

import pytest

from karyodesk.domain.cell import Cell
from karyodesk.report.layout import layout_karyogram
from karyodesk.report.paint import NO_MARKS, Marks
from karyodesk.ui.karyogram_view import _drawn
from tests.unit.report.samples import cell_of, normal_labels


@pytest.fixture
def cell():
    return cell_of(normal_labels())


def drawn(cell: Cell, views, marks=NO_MARKS):
    return _drawn(layout_karyogram(cell, views), marks)


def changed(cell, **more):
    """The cell with its first chromosome changed."""
    first, *rest = cell.chromosomes
    return replace(cell, chromosomes=(replace(first, **more), *rest))


def test_turning_and_confirming_leave_the_frame_as_it_is(cell):
    before, views = cell
    assert drawn(changed(before, turned=True), views) == drawn(before, views)
    assert drawn(changed(before, mirrored=True), views) == drawn(before, views)


def test_what_comes_into_the_tray_or_leaves_a_slot_empty_is_shown(cell):
    before, views = cell
    in_tray = changed(before, label=None)
    assert drawn(in_tray, views) != drawn(before, views)
    emptied = replace(before, chromosomes=tuple(each for each in before.chromosomes if each.label != "Y"))
    single = replace(before, chromosomes=tuple(each for each in before.chromosomes if each.label != "X"))
    assert drawn(emptied, views) != drawn(before, views)
    assert drawn(single, views) != drawn(before, views)


def test_the_slot_under_a_carried_chromosome_is_shown(cell):
    assert drawn(*cell, Marks(target=("21",))) != drawn(*cell)
