from dataclasses import replace

import pytest

from karyodesk.domain.cell import Doubt, DoubtKind, Resolution
from karyodesk.report.layout import layout_karyogram
from tests.unit.report.samples import cell_of, normal_labels


def test_rows_and_groups_stand_in_denver_order():
    layout = layout_karyogram(*cell_of(normal_labels()))
    rows = [[slot.label for slot in row.slots] for row in layout.rows]
    assert rows == [
        ["1", "2", "3", "4", "5"],
        ["6", "7", "8", "9", "10", "11", "12"],
        ["13", "14", "15", "16", "17", "18"],
        ["19", "20", "21", "22", "X", "Y", "mar"],
    ]
    assert [[group.letter for group in row.groups] for row in layout.rows] == [
        ["A", "B"],
        ["C"],
        ["D", "E"],
        ["F", "G", "", ""],
    ]


def test_brackets_span_the_slots_of_their_group():
    row = layout_karyogram(*cell_of(normal_labels())).rows[0]
    a, b = row.groups
    assert row.slots[0].rect.x < a.x0 < a.x1 < row.slots[2].rect.right
    assert row.slots[3].rect.x < b.x0 < b.x1 < row.slots[4].rect.right


def test_every_row_fills_the_width():
    layout = layout_karyogram(*cell_of([*normal_labels(), "7", "7", "7"]))
    for row in layout.rows:
        assert row.slots[0].rect.x == pytest.approx(row.rect.x)
        assert row.slots[-1].rect.right == pytest.approx(row.rect.right)


def test_pairs_stand_beneath_pairs():
    rows = layout_karyogram(*cell_of(normal_labels())).rows
    for column in range(3):
        assert rows[0].slots[column].rect.x == pytest.approx(rows[1].slots[column].rect.x)
        assert rows[2].slots[column].rect.x == pytest.approx(rows[1].slots[column].rect.x)


def test_a_third_member_widens_its_slot():
    two = layout_karyogram(*cell_of(normal_labels())).slot_by_label["21"]
    three = layout_karyogram(*cell_of([*normal_labels(), "21"])).slot_by_label["21"]
    assert len(three.members) == 3
    assert three.rect.width > two.rect.width


def test_an_empty_cell_has_a_karyogram_of_sensible_size():
    cell, views = cell_of([])
    layout = layout_karyogram(cell, views)
    assert len(layout.slots) == 26
    assert not layout.placements
    assert 300 < layout.width < 1200
    assert 300 < layout.height < 1200


def test_the_tray_breaks_into_lines_and_reads_like_text():
    cell, views = cell_of([None] * 40)
    layout = layout_karyogram(cell, views)
    lines = sorted({member.centromere for member in layout.tray.members})
    assert len(lines) > 1
    last = next(member for member in layout.tray.members if member.centromere == lines[1])
    before = [member for member in layout.tray.members if member.centromere == lines[0]]
    assert layout.index_at(layout.tray, last.rect.x, last.rect.y + 1) == len(before)
    assert layout.index_at(layout.tray, layout.tray.rect.right - 1, layout.tray.rect.y) == 0
    assert layout.index_at(layout.tray, layout.tray.rect.x, layout.tray.rect.bottom - 0.1) == 40


def test_beside_the_slots_there_is_nothing():
    layout = layout_karyogram(*cell_of(normal_labels()))
    gap = (layout.rows[0].slots[2].rect.right + layout.rows[0].slots[3].rect.x) / 2
    assert layout.slot_at(gap, layout.rows[0].centromere) is None
    assert layout.slot_at(-1, -1) is None
    assert layout.chromosome_at(gap, layout.rows[0].centromere) is None


def test_letters_keep_their_size_when_a_chromosome_is_rejected():
    cell, views = cell_of(normal_labels())
    rejected = replace(cell.chromosomes[0], rejected=True)
    after = layout_karyogram(cell.with_chromosomes([rejected]), views)
    assert after.unit == layout_karyogram(cell, views).unit
    assert rejected.id not in after.placements


def test_a_chromosome_without_a_view_is_not_left_out_silently():
    cell, views = cell_of(["1", "2"])
    del views["c001"]
    with pytest.raises(KeyError):
        layout_karyogram(cell, views)


def test_doubted_outlines_bear_the_badge_until_a_person_has_decided():
    cell, views = cell_of(["1", "2"])
    first, second = cell.chromosomes
    doubt = Doubt(DoubtKind.JOIN, (first.id, second.id), (Resolution((first.outline,), 0.5),))
    cell = replace(cell, doubts=(doubt,))
    assert all(placement.needs_look for placement in layout_karyogram(cell, views).placements.values())
    cell = cell.with_chromosomes([replace(first, whole=True)])
    assert not any(placement.needs_look for placement in layout_karyogram(cell, views).placements.values())
