from hypothesis import given
from hypothesis import strategies as st

from karyodesk.domain.errors import KaryotypeError
from karyodesk.domain.labels import AUTOSOMES, SLOTS
from karyodesk.iscn.karyotype import parse, propose

copies = st.fixed_dictionaries(
    {label: st.integers(0, 4) for label in AUTOSOMES}
    | {"X": st.integers(0, 4), "Y": st.integers(0, 3), "mar": st.integers(0, 5)}
).filter(lambda counted: counted["X"] + counted["Y"] > 0)


@given(copies, st.randoms())
def test_reading_a_proposal_gives_the_copies_back(counted, random):
    labels = [label for label in SLOTS for _ in range(counted[label])]
    random.shuffle(labels)
    assert parse(propose(labels)).copies == counted


@given(st.lists(st.sampled_from([*SLOTS, None]), max_size=60))
def test_a_proposal_counts_every_body(labels):
    assert propose(labels).split(",")[0].split("<")[0] == (str(len(labels)) if labels else "")


@given(st.text(alphabet=st.sampled_from("0123456789,XY+-cmar <n>()/~[]?;qpt\u0660\n"), max_size=60))
def test_any_text_is_read_or_refused(text):
    try:
        karyotype = parse(text)
    except KaryotypeError:
        return
    assert karyotype.count > 0
