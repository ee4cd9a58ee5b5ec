import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, timedelta, timezone
from enum import Enum, StrEnum
from typing import Any

import numpy as np
import pytest

from karyodesk.domain import edits
from karyodesk.domain.canonical import decode, digest, encode
from karyodesk.domain.case import (
    Case,
    CellFacts,
    Culture,
    Order,
    Patient,
    PolicyReference,
    Slide,
    Specimen,
    Workup,
)
from karyodesk.domain.case_edits import CaseEdit, FactsEdit
from karyodesk.domain.cell import Cell, Doubt, DoubtKind, RejectedBody, Resolution
from karyodesk.domain.chromosome import Chromosome, Suggestion
from karyodesk.domain.edits import Edit
from karyodesk.domain.errors import CanonicalError
from karyodesk.domain.journal import Entry, Step
from karyodesk.domain.outline import Outline
from tests.make import make_cell, make_chromosome


class Colour(StrEnum):
    RED = "red"
    NONE = ""


class Number(Enum):
    ONE = 1


@dataclass(frozen=True)
class Leaf:
    number: int = 0


@dataclass(frozen=True)
class Branch:
    leaf: Leaf | None = None
    below: "Branch | None" = None


@dataclass(frozen=True)
class Everything:
    text: str = "a"
    whole: int = 1
    share: float = 0.5
    truth: bool = True
    colour: Colour = Colour.RED
    day: date = date(2020, 1, 2)
    moment: datetime = datetime(2020, 1, 2, 3, 4, 5, 6, UTC)
    maybe: str | None = None
    pair: tuple[str, int] = ("a", 1)
    names: tuple[str, ...] = ()
    versions: Mapping[str, int] | None = None
    either: Leaf | Branch | None = None


@dataclass(frozen=True)
class Odd:
    thing: Any


def broken(change, value=None):
    """The JSON of everything with one thing changed."""
    plain = json.loads(encode(value or Everything()))
    change(plain)
    return json.dumps(plain)


def test_the_text_is_compact_sorted_and_as_said():
    assert encode(Branch(Leaf(3), Branch())) == '{"below":{"below":null,"leaf":null},"leaf":{"number":3}}'
    plain = json.loads(encode(Everything(text="é")))
    assert list(plain) == sorted(plain)
    assert (plain["day"], plain["moment"]) == ("2020-01-02", "2020-01-02T03:04:05.000006+00:00")
    assert '"text":"é"' in encode(Everything(text="é"))


def test_a_moment_is_written_in_utc_and_the_same_moment_is_the_same_text():
    there = timezone(timedelta(hours=5))
    first = Everything(moment=datetime(2020, 1, 1, 23, tzinfo=UTC))
    second = Everything(moment=datetime(2020, 1, 2, 4, tzinfo=there))
    assert encode(first) == encode(second)


def test_numbers_that_are_equal_are_the_same_text():
    assert encode(Everything(share=1)) == encode(Everything(share=1.0))
    assert encode(Everything(share=np.float32(0.5), whole=np.int64(1))) == encode(Everything())
    ints, floats = Outline((((1, 2), (3, 4)),)), Outline((((1.0, 2.0), (3.0, 4.0)),))
    assert encode(ints) == encode(floats) == '{"polygons":[[[1.0,2.0],[3.0,4.0]]]}'


def test_rows_of_numpy_numbers_come_back_as_plain_floats():
    outline = Outline(((tuple(np.array([1.5, 2.5])), tuple(np.array([3.5, 4.5]))),))
    (ring,) = decode(Outline, encode(outline)).polygons
    assert {type(number) for point in ring for number in point} == {float}


def test_each_of_several_dataclasses_comes_back_as_what_it_was():
    for either in (Leaf(1), Branch(Leaf(2)), None):
        assert decode(Everything, encode(Everything(either=either))).either == either
    assert '"either":{"$type":"Leaf","number":1}' in encode(Everything(either=Leaf(1)))


def test_a_cell_its_edits_and_the_entries_of_its_journal_come_back():
    outline = make_chromosome(9, None).outline
    cell = replace(
        make_cell("7", "7", None),
        image="métaphase.png",
        rejected=(RejectedBody((1, 2, 3, 4), "nucleus"),),
        flags=("count 3",),
        doubts=(Doubt(DoubtKind.OVERLAP, ("c0",), (Resolution((outline, outline), 0.25),)),),
    )
    edit = edits.resolve(cell, cell.doubts[0], [make_chromosome(9, "8")], "kim")
    for value in (cell, edit, Entry(Step.UNDO, edit), Entry(Step.DO, edits.turn(cell, "c1", "kim"))):
        assert decode(type(value), encode(value)) == value


def test_a_tuple_without_an_item_and_an_empty_ring_come_back():
    for outline in (Outline(()), Outline(((),)), Outline(((), ((1.0, 2.0),)))):
        assert decode(Outline, encode(outline)) == outline


@pytest.mark.parametrize(
    "change",
    [
        {"text": 1},
        {"text": None},
        {"whole": 1.0},
        {"whole": True},
        {"share": float("nan")},
        {"share": float("inf")},
        {"share": "0.5"},
        {"share": True},
        {"truth": 1},
        {"truth": np.True_},
        {"colour": "red"},
        {"day": datetime(2020, 1, 1, tzinfo=UTC)},
        {"moment": datetime(2020, 1, 1)},
        {"moment": date(2020, 1, 1)},
        {"maybe": 3},
        {"pair": ("a",)},
        {"pair": ["a", 1]},
        {"pair": ("a", "b")},
        {"names": "ab"},
        {"names": ["a"]},
        {"versions": {1: 1}},
        {"versions": {"a": "b"}},
        {"versions": ("a",)},
        {"either": Everything()},
        {"text": "\udc80"},
    ],
)
def test_what_does_not_fit_its_type_is_not_written(change):
    with pytest.raises(CanonicalError):
        encode(replace(Everything(), **change))


@pytest.mark.parametrize(
    "change",
    [
        {"text": 1},
        {"whole": 1.0},
        {"whole": True},
        {"whole": "1"},
        {"share": 1},
        {"share": 1e999},
        {"truth": 1},
        {"colour": "green"},
        {"colour": 1},
        {"day": "20200102"},
        {"day": 20200102},
        {"day": "soon"},
        {"moment": "2020-01-02T03:04:05.000006"},
        {"moment": "2020-01-02T03:04:05.000006Z"},
        {"moment": "2020-01-02T05:04:05.000006+02:00"},
        {"moment": "now"},
        {"maybe": 3},
        {"pair": ["a"]},
        {"pair": {"a": 1}},
        {"names": "ab"},
        {"names": [1]},
        {"versions": []},
        {"versions": {"a": "b"}},
        {"either": {"number": 1}},
        {"either": {"$type": "Everything", "number": 1}},
        {"either": {"$type": ["Leaf"], "number": 1}},
        {"either": {"$type": "Leaf", "number": 1, "more": 1}},
        {"either": 3},
        {"more": 1},
    ],
)
def test_what_does_not_fit_its_type_is_not_read(change):
    with pytest.raises(CanonicalError):
        decode(Everything, broken(lambda plain: plain.update(change)))


@pytest.mark.parametrize(
    "ring",
    [
        "[[1.0,2.0],[3.0]]",
        "[[1.0,2.0,3.0]]",
        "[[1,2]]",
        '["ab"]',
        '[{"a":1.0,"b":2.0}]',
        "[[1.0,NaN]]",
        "[[1.0,1e999]]",
    ],
)
def test_a_ring_that_is_none_is_not_read(ring):
    with pytest.raises(CanonicalError, match=r"polygons\[0\]"):
        decode(Outline, f'{{"polygons":[{ring}]}}')


def test_a_missing_field_is_named_with_where_it_is_missing():
    text = broken(lambda plain: plain["chromosomes"][1]["suggestion"].pop("label"), make_cell("7", "8"))
    with pytest.raises(CanonicalError, match=r"chromosomes\[1\]\.suggestion lacks the field “label”"):
        decode(Cell, text)


@pytest.mark.parametrize("text", ["", "{", '{"number":1', '{"number":1,"number":1}', "[" * 100_000, "[]", "null", "3"])
def test_what_is_no_record_is_not_read(text):
    with pytest.raises(CanonicalError):
        decode(Leaf, text)


def test_what_the_dataclass_itself_refuses_is_not_read():
    edit = edits.turn(make_cell("7"), "c0", "kim")
    with pytest.raises(CanonicalError, match="is no Edit"):
        decode(Edit, broken(lambda plain: plain.update(before=[]), edit))


def test_types_without_a_canonical_form_are_refused():
    @dataclass(frozen=True)
    class Numbered:
        number: Number

    @dataclass(frozen=True)
    class Either:
        value: str | int

    for value, text in ((Odd(3), '{"thing":3}'), (Numbered(Number.ONE), '{"number":1}'), (Either(3), '{"value":3}')):
        with pytest.raises(TypeError):
            encode(value)
        with pytest.raises(TypeError):
            decode(type(value), text)
    with pytest.raises(TypeError):
        encode("text")
    with pytest.raises(TypeError):
        decode(str, '"text"')


def test_the_digest_is_of_the_text_in_utf_8():
    assert digest(Leaf(3)) == "b10faebab83cfeb34bfb9e0fdff88054b5662a4c0b6a01c0fee4e38885dc8a97"


STORED = {
    Outline: "polygons",
    Suggestion: "label confidence unconstrained_label alternatives upside_down direction_confidence uncertain left_out",
    Chromosome: "id outline axis width centromere suggestion label position turned mirrored rejected confirmed whole",
    RejectedBody: "bbox kind",
    Resolution: "outlines probability",
    Doubt: "kind chromosomes resolutions",
    Cell: "image sha256 width height chromosomes rejected flags karyotype chromosome_width doubts",
    Edit: "kind text before after who when places",
    Entry: "step edit",
    Patient: "name identifier birth_date sex",
    Order: "accession indication referring_physician referring_centre report_due",
    PolicyReference: "name version rule",
    Workup: "banding policy",
    Specimen: "id kind description collected received",
    Culture: "id specimen name method started harvested",
    Slide: "id culture name banding",
    Case: "id patient order workup specimens cultures slides",
    CellFacts: "counted analysed karyotyped scored scored_for excluded slide colony position count karyotype clone",
    CaseEdit: "kind text before after who when place",
    FactsEdit: "kind text before after who when",
}


@pytest.mark.parametrize("kind", STORED)
def test_the_fields_that_laboratories_have_stored_are_those_of_today(kind):
    """Journals cannot be rewritten: who changes a field here also teaches the store to read what was written before."""
    assert " ".join(field.name for field in fields(kind)) == STORED[kind]
