import pytest

from karyodesk.domain.case import CellFacts
from karyodesk.domain.clones import AbnormalityKind, CloneRule, LeftOut
from karyodesk.domain.errors import KaryotypeError
from karyodesk.domain.worksheet import Line
from karyodesk.iscn.clones import (
    BY_A_PERSON,
    Prefix,
    Related,
    clones_of,
    composition,
    neoplastic_composition,
    propose_clones,
    read_complement,
    write_complement,
)

RULE = CloneRule(gain=2, structural=2, loss=3)


def found(*groups, placed=None):
    texts = [text for text, number in groups for _ in range(number)]
    return propose_clones({f"c{place}": text for place, text in enumerate(texts)}, RULE, placed or {})


def kinds(text):
    return [(each.text, each.kind.value) for each in read_complement(text).abnormalities]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("46,XX", []),
        ("47,XY,+21", [("+21", "gain")]),
        ("45,XX,\u22127", [("-7", "loss")]),
        ("45,X", [("X", "loss")]),
        ("47,XXY", [("XXY", "gain")]),
        ("46,YY,+21,-22", [("YY", "gain"), ("+21", "gain"), ("-22", "loss")]),
        ("45,X,-Y", [("-Y", "loss")]),
        ("47,XX,+X", [("+X", "gain")]),
        ("49,XX,+mar,+2mar", [("+mar", "gain")] * 3),
        ("69,XXY", [("<3n>", "gain")]),
        ("23,X", [("<1n>", "loss")]),
        ("46,XY,t(9;22)(q34;q11.2)", [("t(9;22)(q34;q11.2)", "structural")]),
        (
            "46,XX,inv(3)(q21q26.2), del(5)(q13q33)",
            [("inv(3)(q21q26.2)", "structural"), ("del(5)(q13q33)", "structural")],
        ),
        ("45,XX,der(13;21)(q10;q10)", [("der(13;21)(q10;q10)", "structural")]),
        ("46,X,i(X)(q10)", [("i(X)(q10)", "structural")]),
        ("46,X,t(X;13)(q27;q12)", [("t(X;13)(q27;q12)", "structural")]),
        ("46,Y,t(X;8)(p22.3;q24.1)", [("t(X;8)(p22.3;q24.1)", "structural")]),
        ("46,t(X;Y)(p22.3;q11.2)", [("t(X;Y)(p22.3;q11.2)", "structural")]),
        ("47,XX,+der(22)t(9;22)(q34;q11.2)", [("+der(22)t(9;22)(q34;q11.2)", "gain")]),
        ("46,XX,del(7)(q22)\u00d72", [("del(7)(q22)", "structural")] * 2),
        ("46,XX,12dmin", [("dmin", "structural")]),
        ("47,XX,+r", [("+r", "gain")]),
        ("46,XX,?del(5)(q13q33)", [("?del(5)(q13q33)", "structural")]),
    ],
)
def test_the_abnormalities_of_a_cell(text, expected):
    assert kinds(text) == expected


def test_what_the_patient_was_born_with_is_marked():
    for text, own in (("48,XY,+21c,+21", "+21"), ("48,XXYc,+X", "XXY"), ("46,XX,inv(9)(p12q13)c", "inv(9)(p12q13)")):
        first, *rest = read_complement(text).abnormalities
        assert (first.text, first.constitutional) == (own, True)
        assert not any(each.constitutional for each in rest)


def test_equal_abnormalities_are_numbered():
    assert [each.time for each in read_complement("48,XX,+8,+8").abnormalities] == [1, 2]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("46", "sex chromosomes are missing"),
        ("46,t(9;22)(q34;q11.2)", "sex chromosomes are missing"),
        ("hello", "starts with the number"),
        ("46,XX,+21", "makes 47"),
        ("46,XX,inc", "is named"),
        ("46,?", "is named"),
        ("46,?,+21", "is named"),
        ("46,XX[20]", "one cell alone"),
        ("mos 45,X/46,XX", "one cell alone"),
        ("46,idem,+8", "one cell alone"),
        ("46,XX,21", "no abnormality"),
        ("46,XX,foo(3)(q21)", "no abnormality"),
        ("46,XX,del(5)(q13),", "no abnormality"),
        ("46,XX,del", "no abnormality"),
        ("45~48,XX,del(5)(q13)", "starts with the number"),
    ],
)
def test_what_is_no_karyotype_of_a_cell_is_refused_with_the_reason(text, reason):
    with pytest.raises(KaryotypeError, match=reason):
        read_complement(text)


@pytest.mark.parametrize(
    "text",
    [
        "46,XX",
        "45,X",
        "47,XY,+21",
        "48,XY,+21c,+21",
        "48,XXYc,+X",
        "49,XX,+3mar",
        "48,XX,+8,+8",
        "69,XXX",
        "57<3n>,XXX,-1,-2,-3,-4,-5,-6,-7,-8,-9,-10,-11,-12",
        "45,X,-Y,t(9;22)(q34;q11.2)",
        "46,XX,del(7)(q22)x2",
        "46,XX,inv(9)(p12q13)c",
        "46,t(X;Y)(p22.3;q11.2)",
    ],
)
def test_a_karyotype_is_written_as_it_was_read(text):
    assert write_complement(read_complement(text)) == text


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        ([("46,XX", 20)], "46,XX"),
        ([("46,XX", 20), ("45,X", 10)], "mos 45,X[10]/46,XX[20]"),
        ([("46,XY", 20), ("47,XXY", 10)], "mos 47,XXY[10]/46,XY[20]"),
        ([("45,X", 5), ("47,XXX", 8), ("46,XX", 20)], "mos 47,XXX[8]/45,X[5]/46,XX[20]"),
        ([("45,X", 12), ("46,X,i(X)(q10)", 8)], "mos 45,X[12]/46,X,i(X)(q10)[8]"),
        ([("46,XX", 28), ("45,X", 2)], "46,XX"),
        ([("46,XY", 18), ("46,XX", 3)], "46,XY[18]/46,XX[3]"),
        ([], ""),
    ],
)
def test_the_composition_of_a_constitutional_case(groups, expected):
    assert composition(found(*groups).clones) == expected


def test_the_prefix_is_for_a_person_to_choose():
    clones = found(("46,XY", 18), ("46,XX", 3)).clones
    assert composition(clones, Prefix.CHIMAERA) == "chi 46,XY[18]/46,XX[3]"
    assert composition(found(("46,XX", 20), ("45,X", 10)).clones, Prefix.NONE) == "45,X[10]/46,XX[20]"


TRANSLOCATION = "t(8;21)(q22;q22)"
EVOLVED = [
    (f"46,XX,{TRANSLOCATION}", 12),
    (f"45,X,-X,{TRANSLOCATION}", 19),
    (f"46,X,-X,+8,{TRANSLOCATION}", 5),
    ("46,XX", 3),
]


@pytest.mark.parametrize(
    ("related", "expected"),
    [
        (
            Related.IN_FULL,
            "46,XX,t(8;21)(q22;q22)[12]/45,X,-X,t(8;21)(q22;q22)[19]/46,X,-X,+8,t(8;21)(q22;q22)[5]/46,XX[3]",
        ),
        (Related.IDEM, "46,XX,t(8;21)(q22;q22)[12]/45,idem,-X[19]/46,idem,-X,+8[5]/46,XX[3]"),
        (Related.STEMLINE, "46,XX,t(8;21)(q22;q22)[12]/45,sl,-X[19]/46,sdl1,+8[5]/46,XX[3]"),
    ],
)
def test_the_composition_of_a_neoplasia_follows_its_evolution(related, expected):
    assert neoplastic_composition(found(*EVOLVED).clones, related) == expected


def test_a_neoplasia_has_its_numbers_even_with_one_clone():
    assert neoplastic_composition(found(("46,XY", 20)).clones) == "46,XY[20]"
    assert neoplastic_composition(()) == ""
    assert (
        neoplastic_composition(found(("46,XY", 2), ("46,XY,t(9;22)(q34;q11.2)", 18)).clones)
        == "46,XY,t(9;22)(q34;q11.2)[18]/46,XY[2]"
    )
    assert neoplastic_composition(found(("48,XY,+21c,+21", 10), ("47,XY,+21c", 3)).clones) == (
        "48,XY,+21c,+21[10]/47,XY,+21c[3]"
    )


def test_unrelated_clones_are_written_in_full():
    clones = found(("47,XX,+8", 9), ("47,XX,+21", 5), ("48,XX,+13,+21", 2)).clones
    written = "47,XX,+8[9]/47,XX,+21[5]/48,XX,+13,+21[2]"
    assert neoplastic_composition(clones, Related.STEMLINE) == written


def test_a_change_that_sl_cannot_say_is_written_in_full():
    clones = found(("47,XX,+8", 9), ("48,XXX,+8", 2)).clones
    assert neoplastic_composition(clones, Related.STEMLINE) == "47,XX,+8[9]/48,XXX,+8[2]"


def test_a_cell_that_cannot_be_read_is_left_out_with_the_reason():
    result = found(("46,XX", 2), ("46,XX,inc", 1))
    assert [each.cell for each in result.left_out] == ["c2"]
    assert "named" in result.left_out[0].reason


def test_a_person_puts_cells_in_clones_and_in_none():
    placed = {"c0": "", "c1": "47,XX,+21", "c4": "46,XX", "c3": "nonsense"}
    result = found(("46,XX", 2), ("47,XX,+21", 2), ("46,XX,inc", 1), placed=placed)
    assert composition(result.clones) == "mos 47,XX,+21[2]/46,XX[1]"
    assert LeftOut("c0", BY_A_PERSON) in result.left_out
    assert {each.cell for each in result.left_out} == {"c0", "c3"}


def test_the_clones_of_a_worksheet_are_those_of_its_evaluated_cells():
    def line(cell, suggested, **facts):
        return Line(cell, CellFacts(**facts), 46, suggested)

    lines = [
        line("a", "46,XX", counted=True),
        line("b", "46,XX", analysed=True, karyotype="46,XX,del(5)(q13q33)"),
        line("c", "46,XX", karyotyped=True, clone="46,XX,del(5)(q13q33)"),
        line("d", "46,XX", scored=True),
        line("e", "46,XX"),
        line("f", "46,XX", counted=True, excluded="poor banding"),
    ]
    result = clones_of(lines, RULE)
    assert [[member.cell for member in clone.members] for clone in result.clones] == [["b", "c"], ["a"]]
    assert result.left_out == ()
    assert result.clones[0].complement.abnormalities[0].kind is AbnormalityKind.STRUCTURAL
