import pytest

from karyodesk.domain.clones import (
    ALONE,
    NO_SEX,
    TOGETHER,
    Abnormality,
    AbnormalityKind,
    Clone,
    CloneRule,
    Complement,
    LeftOut,
    Member,
    ancestor,
    by_evolution,
    by_size,
    find_clones,
    normal_last,
)

RULE = CloneRule(gain=2, structural=2, loss=3)
GAIN = Abnormality(AbnormalityKind.GAIN, "+21")
GAIN_8 = Abnormality(AbnormalityKind.GAIN, "+8")
LOSS = Abnormality(AbnormalityKind.LOSS, "-7")
CHANGE = Abnormality(AbnormalityKind.STRUCTURAL, "t(9;22)(q34;q11.2)")
ONE_X = Abnormality(AbnormalityKind.LOSS, "X")
NO_Y = Abnormality(AbnormalityKind.LOSS, "-Y")
BORN_WITH = Abnormality(AbnormalityKind.GAIN, "+21", constitutional=True)


def complement(*abnormalities, sex="XY", ploidy=2):
    steps = {AbnormalityKind.GAIN: 1, AbnormalityKind.LOSS: -1, AbnormalityKind.STRUCTURAL: 0}
    return Complement(23 * ploidy + sum(steps[each.kind] for each in abnormalities), ploidy, sex, abnormalities)


def cells(*groups):
    """Cells by their ids: of each group so many with one complement."""
    complements = [each for number, each in groups for _ in range(number)]
    return {f"c{place}": each for place, each in enumerate(complements)}


def found(*groups, rule=RULE, placed=None):
    return find_clones(cells(*groups), rule, placed or {})


def summary(result):
    return [(clone.size, [each.text for each in clone.complement.abnormalities]) for clone in result.clones]


@pytest.mark.parametrize(("abnormality", "needed"), [(GAIN, 2), (CHANGE, 2), (LOSS, 3)])
def test_a_clone_needs_as_many_cells_as_the_rule_says(abnormality, needed):
    enough = found((20, complement()), (needed, complement(abnormality)))
    assert summary(enough) == [(20, []), (needed, [abnormality.text])]
    fewer = found((20, complement()), (needed - 1, complement(abnormality)))
    assert [texts for _, texts in summary(fewer)] == [[]]


def test_the_numbers_are_those_of_the_laboratory():
    rule = CloneRule(gain=3, structural=1, loss=1)
    result = found((9, complement()), (2, complement(GAIN)), (1, complement(LOSS)), (1, complement(CHANGE)), rule=rule)
    assert sorted(summary(result)) == [(1, ["-7"]), (1, ["t(9;22)(q34;q11.2)"]), (9, [])]
    assert len(result.left_out) == 2
    with pytest.raises(ValueError, match="at least one cell"):
        CloneRule(gain=0, structural=2, loss=3)


def test_a_random_loss_is_named_beside_a_normal_cell():
    (normal,) = found((19, complement()), (1, complement(LOSS))).clones
    assert (normal.size, normal.normal, normal.complement) == (20, True, complement())
    assert [member for member in normal.members if member.beside] == [Member("c19", (LOSS,))]


@pytest.mark.parametrize("abnormality", [GAIN, CHANGE])
def test_a_cell_with_a_gain_or_a_change_of_its_own_is_not_normal_but_left_out(abnormality):
    result = found((19, complement()), (1, complement(abnormality)))
    assert summary(result) == [(19, [])]
    assert result.left_out == (LeftOut("c19", ALONE),)


def test_what_a_cell_has_besides_a_clonal_abnormality_leaves_it_in_the_clone():
    result = found((3, complement(CHANGE)), (1, complement(GAIN, CHANGE)), (2, complement(LOSS, CHANGE)))
    assert summary(result) == [(6, [CHANGE.text])]
    assert [each for member in result.clones[0].members for each in member.beside] == [GAIN, LOSS, LOSS]


def test_a_combination_of_too_few_cells_is_left_to_a_person():
    result = found((10, complement(CHANGE)), (1, complement(GAIN, CHANGE)), (1, complement(GAIN)))
    assert summary(result) == [(10, [CHANGE.text])]
    assert result.left_out == (LeftOut("c10", TOGETHER), LeftOut("c11", TOGETHER))


def test_a_clone_of_which_no_cell_is_without_something_else_is_described_without_it():
    other_losses = [Abnormality(AbnormalityKind.LOSS, text) for text in ("-1", "-2")]
    result = found(*((1, complement(loss, CHANGE)) for loss in other_losses))
    assert [clone.complement for clone in result.clones] == [complement(CHANGE)]


def test_several_of_one_gain_are_told_apart():
    second = Abnormality(AbnormalityKind.GAIN, "+21", time=2)
    result = found((3, complement(GAIN)), (2, complement(GAIN, second)))
    assert summary(result) == [(3, ["+21"]), (2, ["+21", "+21"])]


def test_the_order_in_which_abnormalities_are_written_makes_no_clone():
    result = found((2, complement(GAIN, CHANGE)), (3, complement(CHANGE, GAIN)))
    assert summary(result) == [(5, [CHANGE.text, "+21"])]


def test_lost_sex_chromosomes_are_filled_in_from_the_other_cells():
    turner = Complement(45, 2, "X", (ONE_X,))
    assert summary(found((28, complement()), (3, turner))) == [(28, []), (3, ["X"])]
    (normal,) = found((28, complement()), (2, turner)).clones
    assert (normal.size, normal.complement) == (30, complement())
    lost = Complement(45, 2, "X", (NO_Y,))
    (normal,) = found((28, complement()), (2, lost)).clones
    assert (normal.size, normal.complement) == (30, complement())


def test_where_no_cell_tells_the_sex_chromosomes_they_are_not_guessed():
    result = found((2, Complement(45, 2, "X", (ONE_X,))))
    assert result.clones == ()
    assert {each.reason for each in result.left_out} == {NO_SEX}


def test_normal_cells_of_both_sexes_stay_apart_however_few():
    assert [clone.complement.sex for clone in found((9, complement()), (1, complement(sex="XX"))).clones] == [
        "XY",
        "XX",
    ]


def test_a_single_cell_of_another_ploidy_is_left_out():
    tetraploid = Complement(93, 4, "XXYY", (Abnormality(AbnormalityKind.GAIN, "<4n>"), GAIN_8))
    result = found((9, complement()), (3, complement(GAIN_8)), (1, tetraploid))
    assert result.left_out == (LeftOut("c12", ALONE),)


def test_what_the_patient_was_born_with_is_no_clone_and_needs_no_number():
    result = found((1, complement(BORN_WITH)), (2, complement(BORN_WITH, LOSS)))
    (clone,) = result.clones
    assert (clone.size, clone.normal, clone.complement) == (3, True, complement(BORN_WITH))


def test_a_person_puts_a_cell_in_a_clone_whatever_the_rule_says():
    placed = {"c4": complement(GAIN), "c3": complement(GAIN)}
    result = found((4, complement()), (1, complement(GAIN, LOSS)), placed=placed)
    assert summary(result) == [(3, []), (2, ["+21"])]
    assert result.clones[1].members == (Member("c3", (), (GAIN,)), Member("c4", (LOSS,), ()))


def test_one_cell_put_in_a_clone_makes_its_abnormality_one_of_the_case():
    result = found((4, complement()), (2, complement(GAIN)), placed={"c4": complement(GAIN)}, rule=CloneRule(3, 3, 3))
    assert summary(result) == [(4, []), (2, ["+21"])]


def clone(size, *abnormalities, sex="XY"):
    return Clone(complement(*abnormalities, sex=sex), tuple(Member(f"m{number}") for number in range(size)))


def test_clones_of_a_mosaic_stand_by_size_and_normal_ones_last():
    normal, small, large = clone(9), clone(2, GAIN), clone(5, LOSS)
    assert by_size([small, normal, large]) == (normal, large, small)
    assert normal_last([normal, small, large]) == (large, small, normal)


def test_what_evolved_follows_its_stemline_and_the_larger_family_comes_first():
    normal, other = clone(9), clone(4, GAIN)
    stemline, side = clone(2, CHANGE), clone(6, CHANGE, LOSS)
    last = clone(3, CHANGE, LOSS, GAIN_8)
    assert by_evolution([normal, other, last, side, stemline]) == (stemline, side, last, other, normal)


def test_a_clone_evolved_from_the_one_that_has_most_of_its_abnormalities():
    stemline, side, last = clone(2, CHANGE), clone(6, CHANGE, LOSS), clone(3, CHANGE, LOSS, GAIN_8)
    everything = [clone(9), stemline, side, last, clone(4, GAIN)]
    assert [ancestor(each, everything) for each in (last, side, stemline)] == [side, stemline, None]
