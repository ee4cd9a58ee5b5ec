from dataclasses import replace

import pytest

from karyodesk.domain.case import CellFacts
from karyodesk.domain.clones import Abnormality, AbnormalityKind, Clone, Complement, Member
from karyodesk.domain.policy import CellNumbers
from karyodesk.domain.worksheet import (
    ExcludedLevel,
    Line,
    Requirement,
    Totals,
    count_distribution,
    excluded_levels,
    modal_numbers,
    requirements,
    totals,
)
from tests.unit.domain.cases import CASE

NOTHING = CellNumbers(0, None, 0, 0, 0, 0, 0, 0, 0)
NORMAL = Complement(46, 2, "XX")
TRISOMY = Complement(47, 2, "XX", (Abnormality(AbnormalityKind.GAIN, "+21"),))
TURNER = Complement(45, 2, "X", (Abnormality(AbnormalityKind.LOSS, "X"),))


def line(cell, segmented=46, suggested="46,XX", **facts):
    return Line(cell, CellFacts(**facts), segmented, suggested)


def counted(*numbers):
    return [line(f"c{place}", number, counted=True) for place, number in enumerate(numbers)]


def clone(complement, *cells):
    return Clone(complement, tuple(map(Member, cells)))


def test_each_fact_is_counted_for_itself_and_excluded_cells_are_in_no_other_number():
    lines = [
        line("a", counted=True),
        line("b", counted=True, analysed=True),
        line("c", karyotyped=True),
        line("d", scored=True),
        line("e", counted=True, analysed=True, karyotyped=True, scored=True, excluded="poor banding"),
        line("f"),
    ]
    assert totals(lines) == Totals(counted=2, analysed=1, karyotyped=1, scored=1, excluded=1)
    assert [each.evaluated for each in lines] == [True, True, True, False, False, False]


def test_what_a_person_says_goes_before_what_the_program_says():
    said = line("a", segmented=45, suggested="45,XX,-21", count=46, karyotype="46,XX")
    assert (said.count, said.karyotype, said.counts_differ) == (46, "46,XX", True)
    unsaid = line("a", segmented=45, suggested="45,XX,-21")
    assert (unsaid.count, unsaid.karyotype, unsaid.counts_differ) == (45, "45,XX,-21", False)
    assert not line("a", count=46).counts_differ


def test_the_modal_number_is_that_of_most_counted_cells():
    lines = [*counted(46, 45, 46, 47), line("x", 47, karyotyped=True), line("y", 47, counted=True, excluded="broken")]
    assert count_distribution(lines) == ((45, 1), (46, 2), (47, 1))
    assert modal_numbers(lines) == (46,)
    assert modal_numbers([*counted(46, 47), line("z", 46, counted=True, count=47)]) == (47,)


def test_there_may_be_several_modal_numbers_or_none():
    assert modal_numbers(counted(46, 45, 46, 45)) == (45, 46)
    assert modal_numbers([line("a")]) == ()


def test_the_mosaicism_excluded_is_that_of_the_counted_cells():
    lines = [*counted(*[46] * 20), line("x"), line("y", counted=True, excluded="broken")]
    levels = excluded_levels(lines, (0.95, 0.99))
    assert [(each.confidence, round(100 * each.level, 1)) for each in levels] == [(0.95, 13.9), (0.99, 20.6)]
    assert excluded_levels([], (0.95,)) == (ExcludedLevel(0.95, 1.0),)


def test_the_policy_is_held_against_the_totals():
    numbers = replace(NOTHING, count=3, analyse=1, karyotype=2)
    lines = [*counted(46, 46), line("x", analysed=True), line("y", karyotyped=True)]
    found = requirements(CASE, lines, (), numbers)
    assert found == (
        Requirement("cells counted", 3, 2),
        Requirement("cells analysed", 1, 1),
        Requirement("cells karyotyped", 2, 1),
    )
    assert [each.met for each in found] == [False, True, False]


def test_what_is_not_asked_for_is_not_listed():
    assert requirements(CASE, counted(46), (clone(NORMAL, "c0"),), NOTHING) == ()


@pytest.mark.parametrize(
    ("where", "cultures", "colonies"),
    [
        ([("a1", "1"), ("b1", "1"), ("b2", "1")], 2, 2),
        ([("b1", "1"), ("b1", "2"), ("b2", "")], 1, 2),
        ([(None, "1"), ("gone", "1")], 0, 0),
    ],
)
def test_cultures_and_colonies_are_those_of_the_counted_cells(where, cultures, colonies):
    lines = [line(f"c{place}", counted=True, slide=slide, colony=colony) for place, (slide, colony) in enumerate(where)]
    lines.append(line("not counted", slide="a1", colony="9"))
    found = requirements(CASE, lines, (), replace(NOTHING, cultures=2, colonies=2))
    assert [each.present for each in found] == [cultures, colonies]


def test_karyograms_are_asked_for_of_each_clone():
    lines = [line(cell, karyotyped=cell in "acf") for cell in "abcdef"]
    clones = (clone(NORMAL, "f"), clone(TURNER, "a", "b"), clone(TRISOMY, "c", "d", "e"))
    numbers = replace(NOTHING, karyotype_main_clone=2, karyotype_other_clones=1, karyotype_normal=1)
    assert requirements(CASE, lines, clones, numbers) == (
        Requirement("cells karyotyped of abnormal clone 1", 2, 1),
        Requirement("cells karyotyped of abnormal clone 2", 1, 1),
        Requirement("normal cells karyotyped", 1, 1),
    )
    assert requirements(CASE, lines, clones[:1], replace(numbers, karyotype_normal=0)) == ()
