"""One text a value: what is written comes back the same, and nothing else is read."""

import json
from datetime import UTC

from hypothesis import given
from hypothesis import strategies as st

from karyodesk.domain.canonical import decode, encode
from karyodesk.domain.cell import Cell, Doubt, Resolution
from karyodesk.domain.chromosome import Chromosome, Suggestion
from karyodesk.domain.edits import Edit, EditKind
from karyodesk.domain.errors import CanonicalError
from karyodesk.domain.outline import Outline

TEXTS = st.text(st.characters(codec="utf-8"), max_size=5)
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
POINTS = st.tuples(FLOATS, FLOATS)
OUTLINES = st.builds(Outline, st.lists(st.lists(POINTS, max_size=3).map(tuple), max_size=2).map(tuple))
NAMES = st.none() | TEXTS
SUGGESTIONS = st.builds(
    Suggestion,
    label=NAMES,
    confidence=FLOATS,
    unconstrained_label=NAMES,
    alternatives=st.lists(st.tuples(TEXTS, FLOATS), max_size=2).map(tuple),
    direction_confidence=FLOATS,
)
CHROMOSOMES = st.builds(
    Chromosome,
    id=TEXTS,
    outline=OUTLINES,
    axis=st.lists(POINTS, max_size=2).map(tuple),
    width=FLOATS,
    centromere=FLOATS,
    suggestion=SUGGESTIONS,
    label=NAMES,
    mirrored=st.booleans(),
    rejected=st.booleans(),
    confirmed=st.booleans(),
    whole=st.booleans(),
)
RESOLUTIONS = st.builds(Resolution, st.lists(OUTLINES, max_size=2).map(tuple), FLOATS)
DOUBTS = st.builds(
    Doubt,
    chromosomes=st.lists(TEXTS, min_size=1, max_size=2).map(tuple),
    resolutions=st.lists(RESOLUTIONS, min_size=1, max_size=2).map(tuple),
)
CELLS = st.builds(
    Cell,
    image=TEXTS,
    sha256=TEXTS,
    chromosomes=st.lists(CHROMOSOMES, max_size=2).map(tuple),
    flags=st.lists(TEXTS, max_size=2).map(tuple),
    karyotype=TEXTS,
    chromosome_width=FLOATS,
    doubts=st.lists(DOUBTS, max_size=2).map(tuple),
)
EDITS = st.builds(
    lambda chromosome, text, when: Edit(EditKind.TURN, text, (chromosome,), (chromosome,), text, when),
    CHROMOSOMES,
    TEXTS,
    st.datetimes(timezones=st.just(UTC)),
)
VALUES = CELLS | EDITS


@given(VALUES)
def test_what_is_written_comes_back_and_is_written_the_same(value):
    text = encode(value)
    assert decode(type(value), text) == value
    assert encode(decode(type(value), text)) == text


def objects(plain):
    """Every object within some JSON, itself included."""
    if isinstance(plain, dict):
        yield plain
    children = plain.values() if isinstance(plain, dict) else plain if isinstance(plain, list) else ()
    for child in children:
        yield from objects(child)


@given(VALUES, st.data())
def test_a_field_too_many_or_too_few_anywhere_is_refused(value, data):
    plain = json.loads(encode(value))
    chosen = data.draw(st.sampled_from(list(objects(plain))))
    if data.draw(st.booleans()):
        del chosen[data.draw(st.sampled_from(sorted(chosen)))]
    else:
        chosen[data.draw(TEXTS.filter(lambda key: key not in chosen))] = None
    try:
        read = decode(type(value), json.dumps(plain))
    except CanonicalError:
        return
    raise AssertionError(f"read as {read}")


@given(CELLS, st.data())
def test_a_text_with_one_byte_altered_is_refused_or_is_of_another_value(cell, data):
    written = encode(cell).encode()
    place = data.draw(st.integers(0, len(written) - 1))
    altered = written[:place] + bytes([written[place] ^ data.draw(st.integers(1, 255))]) + written[place + 1 :]
    try:
        read = decode(Cell, altered.decode())
    except (CanonicalError, UnicodeDecodeError):
        return
    assert read != cell or encode(read).encode() != altered
