import json
from dataclasses import replace

import pytest

from karyodesk.cli.records import cell_record, chromosomes_record, failed_cell, failed_picture, is_complete
from karyodesk.domain.cell import Cell, Doubt, DoubtKind, RejectedBody, Resolution
from karyodesk.domain.chromosome import Chromosome, Suggestion
from karyodesk.domain.outline import Outline

SUGGESTION = Suggestion(
    label="1",
    confidence=0.99301,
    unconstrained_label="1",
    alternatives=(("1", 0.99301), ("2", 0.00444), ("3", 0.001)),
    upside_down=False,
    direction_confidence=0.97,
    uncertain=False,
)
CHROMOSOME = Chromosome(
    id="c001",
    outline=Outline((((240.0, 280.0), (302.0, 274.0), (237.0, 392.0)), ((250.0, 300.0), (251.0, 300.0)))),
    axis=((250.0, 275.0), (260.0, 390.0)),
    width=20.0,
    centromere=0.4,
    suggestion=SUGGESTION,
    label="1",
    position=0,
    turned=False,
)
CELL = Cell(
    image="p0001-1.webp",
    sha256="ab" * 32,
    width=702,
    height=685,
    chromosomes=(CHROMOSOME,),
    rejected=(RejectedBody((10, 10, 90, 95), "nucleus"),),
    flags=("count 1",),
    karyotype="46,XX",
)


def test_the_record_of_a_cell_is_that_of_the_contract_with_the_doubts():
    assert json.loads(json.dumps(cell_record(CELL, 0.41049))) == {
        "schema": "karyodesk.cell/1",
        "image": "p0001-1.webp",
        "sha256": "ab" * 32,
        "width": 702,
        "height": 685,
        "elapsed_s": 0.41,
        "count": 1,
        "chromosomes": [
            {
                "bbox": [237, 274, 303, 393],
                "polygons": [[[240, 280], [302, 274], [237, 392]], [[250, 300], [251, 300]]],
                "label": "1",
                "confidence": 0.993,
                "unconstrained_label": "1",
                "alternatives": [["1", 0.993], ["2", 0.0044], ["3", 0.001]],
                "upside_down": False,
                "uncertain": False,
            }
        ],
        "rejected": [{"bbox": [10, 10, 90, 95], "kind": "nucleus"}],
        "karyotype": "46,XX",
        "flags": ["count 1"],
        "doubts": [],
    }


def doubt_of(*chromosomes):
    half = Outline((((240.0, 280.0), (260.4, 274.0), (237.0, 300.0)),))
    kind = DoubtKind.OVERLAP if len(chromosomes) == 1 else DoubtKind.JOIN
    return Doubt(kind, chromosomes, (Resolution((half, CHROMOSOME.outline), 0.41236),))


def test_an_outline_that_is_no_whole_chromosome_is_among_what_was_left_out():
    gone = replace(CHROMOSOME, rejected=True)
    record = cell_record(replace(CELL, chromosomes=(gone,)), 0)
    assert (record["count"], record["chromosomes"]) == (0, [])
    assert record["rejected"][-1] == {"bbox": list(gone.outline.bbox), "kind": "no whole chromosome"}


def test_open_doubts_are_told_with_the_places_of_the_chromosomes_in_the_record():
    gone, other = replace(CHROMOSOME, id="c000", rejected=True), replace(CHROMOSOME, id="c002")
    doubts = (doubt_of("c001", "c002"), doubt_of("c000"))
    cell = replace(CELL, chromosomes=(gone, CHROMOSOME, other), doubts=doubts)
    assert json.loads(json.dumps(cell_record(cell, 0)["doubts"])) == [
        {
            "kind": "join",
            "chromosomes": [0, 1],
            "readings": [
                {
                    "probability": 0.4124,
                    "chromosomes": [
                        [[[240, 280], [260, 274], [237, 300]]],
                        [[[240, 280], [302, 274], [237, 392]], [[250, 300], [251, 300]]],
                    ],
                }
            ],
        }
    ]


def test_the_box_holds_every_point_with_its_far_sides_outside():
    (entry,) = cell_record(CELL, 0)["chromosomes"]
    xs, ys = zip(*(point for polygon in entry["polygons"] for point in polygon), strict=True)
    assert entry["bbox"] == [min(xs), min(ys), max(xs) + 1, max(ys) + 1]


def test_the_record_of_cut_out_chromosomes_is_that_of_the_contract_key_by_key():
    record = chromosomes_record("g000-1", ["g000-1/03.png"], [SUGGESTION], "46,XY", 0.2)
    assert json.loads(json.dumps(record)) == {
        "schema": "karyodesk.chromosomes/1",
        "cell": "g000-1",
        "elapsed_s": 0.2,
        "karyotype": "46,XY",
        "chromosomes": [
            {
                "file": "g000-1/03.png",
                "label": "1",
                "confidence": 0.993,
                "unconstrained_label": "1",
                "alternatives": [["1", 0.993], ["2", 0.0044], ["3", 0.001]],
                "upside_down": False,
                "uncertain": False,
            }
        ],
    }


def test_every_file_needs_its_answer():
    with pytest.raises(ValueError, match="shorter"):
        chromosomes_record("c", ["c/1.png", "c/2.png"], [SUGGESTION], "", 0)


def test_what_failed_says_so_in_its_record():
    picture = failed_picture("a.png", "It is empty.", {"width": 3})
    assert picture == {"schema": "karyodesk.cell/1", "image": "a.png", "width": 3, "error": "It is empty."}
    assert failed_cell("g", "No picture.")["chromosomes"] == []


def test_a_record_is_complete_where_nothing_in_it_failed():
    assert is_complete(cell_record(CELL, 0))
    assert not is_complete(failed_picture("a.png", "Empty."))
    assert not is_complete(chromosomes_record("c", ["c/1.png", "c/2.png"], [SUGGESTION, "Empty."], "", 0))


def test_the_box_leaves_the_room_that_people_leave_round_a_chromosome():
    (entry,) = cell_record(replace(CELL, chromosome_width=16.0), 0)["chromosomes"]
    assert entry["bbox"] == [233, 270, 307, 397]


def test_the_box_stays_within_the_picture():
    (entry,) = cell_record(replace(CELL, chromosome_width=16.0, width=305, height=393), 0)["chromosomes"]
    assert entry["bbox"] == [233, 270, 305, 393]
