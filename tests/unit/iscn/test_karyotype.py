import pytest

from karyodesk.domain.errors import KaryotypeError
from karyodesk.domain.labels import AUTOSOMES
from karyodesk.iscn.karyotype import LONGEST, flags, level_of, parse, propose

FEMALE = [label for label in AUTOSOMES for _ in range(2)] + ["X", "X"]


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("46,XX", {"X": 2}),
        ("46,XY", {"X": 1, "Y": 1}),
        ("45,X", {"X": 1}),
        ("47,XXY", {"X": 2, "Y": 1}),
        ("47,XY,+21", {"X": 1, "Y": 1, "21": 3}),
        (" 47 , XY , +21c ", {"X": 1, "Y": 1, "21": 3}),
        ("45,XX,\u221222", {"X": 2, "22": 1}),
        ("46,XX,+8,-21", {"X": 2, "8": 3, "21": 1}),
        ("48,XY,+21,+21", {"X": 1, "Y": 1, "21": 4}),
        ("48,XXX,+mar", {"X": 3, "mar": 1}),
        ("49,XX,+mar1,+2mar", {"X": 2, "mar": 3}),
        ("45,X,-Y", {"X": 1}),
        ("47,XX,+X", {"X": 3}),
        ("48,XXYc,+X", {"X": 3, "Y": 1}),
    ],
)
def test_near_diploid_karyotypes_give_their_copies(text, changed):
    expected = dict.fromkeys(AUTOSOMES, 2) | {"X": 0, "Y": 0, "mar": 0} | changed
    assert parse(text).copies == expected


@pytest.mark.parametrize(("text", "copies"), [("69,XXX", 3), ("92,XXYY", 4), ("23,X", 1), ("46<1n>,X,+23mar", 1)])
def test_ploidy_is_that_of_the_count_or_as_stated(text, copies):
    assert all(parse(text).copies[label] == copies for label in AUTOSOMES)


def test_labels_list_every_chromosome_in_the_order_of_the_karyogram():
    labels = parse("48,XY,+21,+mar").labels
    assert len(labels) == parse("48,XY,+21,+mar").count == 48
    assert labels[-6:] == ("21", "22", "22", "X", "Y", "mar")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("hello", "starts with the number"),
        ("XX", "starts with the number"),
        ("46", "sex chromosomes are missing"),
        ("46,", "sex chromosomes are written"),
        ("46,X0", "sex chromosomes are written"),
        ("46,YX", "sex chromosomes are written"),
        ("46,XX,+21", "makes 47"),
        ("47,XX", "makes 46"),
        ("47,XY,+23", "no gain or loss"),
        ("47,XY,21", "no gain or loss"),
        ("47,XY,+21,", "no gain or loss"),
        ("46,XX,+8,-8", "both gained and lost"),
        ("43,XX,-8,-8,-8", "more often than it is there"),
        ("46,XY,t(9;22)(q34;q11.2)", "Structural"),
        ("47,XX,+i", "Structural"),
        ("mos 45,X[3]/46,XX[7]", "Mosaics"),
        ("46,XX[20]", "Mosaics"),
        ("45~48,XX", "Ranges"),
        ("46,?", "Ranges"),
        ("0,XX", "0 chromosomes"),
        ("999,XX", "999 chromosomes"),
        ("46,XX\x00", "characters"),
        ("\u0664\u0666,XX", "characters"),
        ("46,XX" + ",+1" * 200, "too long"),
        ("4" * 10_000_000, "too long"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_sentence(text, reason):
    with pytest.raises(KaryotypeError, match=reason) as caught:
        parse(text)
    assert caught.value.message.endswith(".")
    assert len(caught.value.message) < 200


def test_a_string_of_the_longest_length_is_answered_at_once():
    with pytest.raises(KaryotypeError):
        parse("1" + "(" * (LONGEST - 1))


@pytest.mark.parametrize(
    ("count", "level"), [(1, 1), (34, 1), (35, 2), (46, 2), (57, 2), (58, 3), (80, 3), (81, 4), (103, 4)]
)
def test_ploidy_levels_follow_iscn(count, level):
    assert level_of(count) == level


@pytest.mark.parametrize(
    "text",
    ["46,XX", "46,XY", "45,X", "47,XXY", "47,XYY", "47,XY,+21", "46,XX,+8,-21", "48,XXX,+mar", "48,XX,+2mar", "69,XXY"],
)
def test_the_proposal_writes_what_was_assigned(text):
    assert propose(parse(text).labels) == text


def test_the_proposal_never_forces_46():
    assert propose([*FEMALE, "21"]) == "47,XX,+21"
    assert propose(FEMALE[1:]) == "45,XX,-1"


def test_unassigned_chromosomes_are_counted_and_make_the_proposal_incomplete():
    assert propose([*FEMALE, None]) == "47,XX,inc"
    assert propose([*FEMALE[1:], None]) == "46,XX,inc"
    assert propose([*FEMALE[1:], "21", None]) == "47,XX,+21,inc"
    assert propose([*FEMALE[3:], None]) == "44,XX,-1,-1,-2,inc"
    assert propose([None] * 46) == "46,?,inc"


def test_a_cell_without_chromosomes_has_no_karyotype():
    assert propose([]) == ""


def test_ploidy_is_stated_where_the_count_would_say_another():
    labels = [*FEMALE, *["8"] * 12]
    text = propose(labels)
    assert text == "58<2n>,XX" + ",+8" * 12
    assert parse(text).copies["8"] == 14


def test_unknown_labels_are_refused():
    with pytest.raises(KaryotypeError, match="no label"):
        propose(["1", "23"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("46,XX", ()),
        ("46,XY", ()),
        ("47,XY,+21", ("count 47", "+21")),
        ("45,X", ("count 45", "-X")),
        ("47,XYY", ("count 47", "+Y")),
        ("47,XXY", ("count 47", "+X")),
        ("46,XX,+8,-21", ("+8", "-21")),
        ("47,XX,+mar", ("count 47", "+mar")),
        ("69,XXY", ("count 69", "3n")),
    ],
)
def test_flags_name_what_is_unusual(text, expected):
    assert flags(parse(text).labels) == expected


def test_losses_are_flagged_even_beside_an_unassigned_chromosome():
    assert flags([*FEMALE[1:], None]) == ("-1", "1 unassigned")
