"""Whatever the cells: each is in one clone or left out, nothing clonal is lost, and their order is of no account."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from karyodesk.domain.clones import CloneRule, ancestor, by_evolution
from karyodesk.iscn.clones import composition, neoplastic_composition, propose_clones, read_complement, write_complement
from karyodesk.iscn.karyotype import propose

KARYOTYPES = [
    "46,XX",
    "46,XY",
    "45,X",
    "45,XX,-7",
    "47,XX,+8",
    "47,XX,+21",
    "48,XX,+8,+21",
    "46,XX,-7,+8",
    "46,XX,t(9;22)(q34;q11.2)",
    "47,XX,+8,t(9;22)(q34;q11.2)",
    "46,XX,-7,+8,t(9;22)(q34;q11.2)",
    "92,XXXX",
    "46,XX,inc",
]
CELLS = st.lists(st.sampled_from(KARYOTYPES), max_size=25)
RULES = st.builds(CloneRule, st.integers(1, 4), st.integers(1, 4), st.integers(1, 4))
LABELS = [*(str(number) for number in range(1, 23)), "mar"]
COPIES = st.dictionaries(st.sampled_from(LABELS), st.integers(0, 5), max_size=4)
SEX = st.sampled_from([["X"], ["X", "X"], ["X", "Y"], ["X", "X", "Y"], ["X", "X", "X"], ["X", "Y", "Y"]])


def found(texts, rule):
    return propose_clones({f"c{place}": text for place, text in enumerate(texts)}, rule, {})


@given(CELLS, RULES)
def test_each_cell_is_in_one_clone_or_left_out(texts, rule):
    result = found(texts, rule)
    cells = [member.cell for clone in result.clones for member in clone.members]
    assert sorted(cells + [each.cell for each in result.left_out]) == sorted(f"c{place}" for place in range(len(texts)))


@given(CELLS, RULES)
def test_a_cell_has_what_its_clone_has_and_what_is_named_beside_it(texts, rule):
    for clone in found(texts, rule).clones:
        for member in clone.members:
            own = set(read_complement(texts[int(member.cell[1:])]).abnormalities)
            assert set(clone.complement.abnormalities) | set(member.beside) == own
            assert not member.lacking


@given(CELLS, RULES)
def test_what_is_beside_a_clone_is_in_too_few_cells(texts, rule):
    having = Counter(each for text in texts if text != "46,XX,inc" for each in read_complement(text).abnormalities)
    for clone in found(texts, rule).clones:
        for each in (each for member in clone.members for each in member.beside):
            assert having[each] < rule.needed(each.kind)


@given(CELLS, RULES, st.randoms())
def test_the_order_of_the_cells_is_of_no_account(texts, rule, random):
    result, shuffled = found(texts, rule), list(texts)
    random.shuffle(shuffled)
    other = found(shuffled, rule)
    assert composition(result.clones) == composition(other.clones)
    assert neoplastic_composition(result.clones) == neoplastic_composition(other.clones)


@given(CELLS, RULES)
def test_each_clone_follows_the_one_it_evolved_from_and_normal_ones_come_last(texts, rule):
    ordered = by_evolution(found(texts, rule).clones)
    assert [clone.normal for clone in ordered] == sorted(clone.normal for clone in ordered)
    for place, clone in enumerate(ordered):
        older = ancestor(clone, ordered)
        assert older is None or older in ordered[:place]


@given(COPIES, SEX)
def test_a_numerical_karyotype_is_written_as_it_was_read(changed, sex):
    labels = [label for label in LABELS for _ in range(changed.get(label, 0 if label == "mar" else 2))]
    text = propose([*labels, *sex])
    assert write_complement(read_complement(text)) == text
