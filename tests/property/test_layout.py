"""What holds of every karyogram, whatever the cell."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from karyodesk.domain.cell import Cell
from karyodesk.domain.edits import move
from karyodesk.domain.labels import SLOTS
from karyodesk.domain.view import ChromosomeView
from karyodesk.report.layout import layout_karyogram
from tests.make import make_chromosome

LABELS = st.sampled_from([*SLOTS, None])


@st.composite
def views(draw):
    height, width = draw(st.integers(2, 400)), draw(st.integers(2, 80))
    blank = np.zeros((height, width), np.uint8)
    share = draw(st.floats(0, 1))
    return ChromosomeView(blank, blank, share * height, draw(st.sampled_from([0.5, 1.0, 2.0, 3.3])))


@st.composite
def cells(draw, least=0):
    chromosomes, seen = [], {}
    for number in range(draw(st.integers(least, 26))):
        made = make_chromosome(number, draw(LABELS), draw(st.integers(0, 5)), uncertain=draw(st.booleans()))
        made = replace(made, rejected=number >= least and draw(st.integers(0, 9)) == 0, mirrored=draw(st.booleans()))
        chromosomes.append(made)
        seen[made.id] = draw(views())
    return Cell("cell.png", "0" * 64, 640, 480, tuple(chromosomes)), seen


def overlap(one, other):
    wide = min(one.right, other.right) - max(one.x, other.x)
    high = min(one.bottom, other.bottom) - max(one.y, other.y)
    return wide > 1e-6 and high > 1e-6


@given(cells())
def test_every_kept_chromosome_is_placed_once_and_no_other(made):
    cell, seen = made
    placed = [member.id for slot in layout_karyogram(cell, seen).slots for member in slot.members]
    assert sorted(placed) == sorted(chromosome.id for chromosome in cell.kept)


@given(cells())
def test_chromosomes_stand_in_the_slot_of_their_label_in_its_order(made):
    cell, seen = made
    for slot in layout_karyogram(cell, seen).slots:
        assert [member.id for member in slot.members] == [one.id for one in cell.in_slot(slot.label)]


@given(cells())
def test_neither_slots_nor_chromosomes_overlap(made):
    layout = layout_karyogram(*made)
    assert not any(overlap(one.rect, other.rect) for one, other in combinations(layout.slots, 2))
    for slot in layout.slots:
        assert not any(overlap(one.rect, other.rect) for one, other in combinations(slot.members, 2))


@given(cells())
def test_everything_lies_within_the_slot_and_the_karyogram(made):
    layout = layout_karyogram(*made)
    for slot in layout.slots:
        assert slot.rect.x >= 0
        assert slot.rect.y >= 0
        assert slot.rect.right <= layout.width
        assert slot.rect.bottom <= layout.height
        for member in slot.members:
            assert slot.rect.x - 1e-6 <= member.rect.x
            assert member.rect.right <= slot.rect.right + 1e-6
            assert slot.rect.y < member.rect.y
            assert member.rect.bottom < slot.rect.bottom


@given(cells())
def test_centromeres_of_a_row_are_level(made):
    cell, seen = made
    for row in layout_karyogram(cell, seen).rows:
        for member in (member for slot in row.slots for member in slot.members):
            view = seen[member.id]
            assert member.rect.y + view.centromere / view.scale == pytest.approx(row.centromere)


@given(cells())
def test_all_chromosomes_have_one_scale(made):
    cell, seen = made
    for member in layout_karyogram(cell, seen).placements.values():
        rows, columns = seen[member.id].pixels.shape
        assert member.rect.height == pytest.approx(rows / seen[member.id].scale)
        assert member.rect.width == pytest.approx(columns / seen[member.id].scale)


@given(cells())
def test_hit_tests_find_what_was_placed(made):
    layout = layout_karyogram(*made)
    for slot in layout.slots:
        for index, member in enumerate(slot.members):
            middle, y = member.rect.x + member.rect.width / 2, member.rect.y + member.rect.height / 2
            assert layout.slot_at(middle, y) is slot
            assert layout.chromosome_at(middle, y) is member
            assert layout.index_at(slot, middle - member.rect.width / 3, y) == index
            assert layout.index_at(slot, middle + member.rect.width / 3, y) == index + 1
            assert layout.index_at(slot, middle + member.rect.width / 3, y, moving=member.id) == index


@given(cells(least=1), st.data())
def test_a_chromosome_dropped_at_a_point_lands_at_that_index(made, data):
    cell, seen = made
    layout = layout_karyogram(cell, seen)
    moving = data.draw(st.sampled_from(cell.kept)).id
    slot = data.draw(st.sampled_from(layout.slots))
    x = slot.rect.x + data.draw(st.floats(0, 0.999)) * slot.rect.width
    y = slot.rect.y + data.draw(st.floats(0, 0.999)) * slot.rect.height
    index = layout.index_at(slot, x, y, moving)
    after = move(cell, moving, slot.label, "a person", index).apply(cell)
    assert [one.id for one in after.in_slot(slot.label)].index(moving) == index


@given(cells(), st.randoms(use_true_random=False))
def test_the_layout_does_not_depend_on_the_order_of_the_chromosomes(made, random):
    cell, seen = made
    shuffled = list(cell.chromosomes)
    random.shuffle(shuffled)
    assert layout_karyogram(replace(cell, chromosomes=tuple(shuffled)), seen) == layout_karyogram(cell, seen)
