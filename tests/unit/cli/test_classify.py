import imagecodecs
import numpy as np

from karyodesk.cli.classify import CellJob, cell_died, classify_cell, plan_cells
from tests.unit.cli.fakes import FakeAnalyser
from tests.unit.imaging.pictures import VALID


def put(path, data=VALID["grey.png"]):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def test_a_sub_folder_is_a_cell_and_other_files_are_left_out(tmp_path):
    for name in ("g2/1.png", "g1/02.png", "g1/01.tif", "g1/notes.txt", "truth.csv", ".cache/x.png"):
        put(tmp_path / name)
    jobs = plan_cells(tmp_path)
    assert [(job.name, [path.name for path in job.files]) for job in jobs] == [
        ("g1", ["01.tif", "02.png"]),
        ("g2", ["1.png"]),
    ]


def test_files_are_named_with_their_cell(tmp_path):
    files = tuple(put(tmp_path / "g1" / name) for name in ("01.png", "02.png"))
    (record,) = classify_cell(FakeAnalyser, CellJob("g1", files)).records
    assert (record["cell"], record["karyotype"]) == ("g1", "46,XY")
    assert [entry["file"] for entry in record["chromosomes"]] == ["g1/01.png", "g1/02.png"]
    assert [entry["label"] for entry in record["chromosomes"]] == ["7", "7"]


def test_a_picture_without_a_chromosome_says_so_and_the_others_keep_their_answers(tmp_path):
    black = imagecodecs.png_encode(np.zeros((9, 9), np.uint8))
    contents = (VALID["grey.png"], b"", black, VALID["grey.png"])
    files = tuple(put(tmp_path / f"{number}.png", content) for number, content in enumerate(contents))
    (record,) = classify_cell(FakeAnalyser, CellJob("g1", files)).records
    assert [entry["label"] for entry in record["chromosomes"]] == ["7", None, None, "7"]
    assert "empty" in record["chromosomes"][1]["error"]
    assert "No chromosome" in record["chromosomes"][2]["error"]
    assert "error" not in record


def test_a_cell_without_a_readable_picture(tmp_path):
    (record,) = classify_cell(FakeAnalyser, CellJob("g1", (put(tmp_path / "1.png", b""),))).records
    assert len(record["chromosomes"]) == 1
    assert "error" in record


def test_an_empty_folder():
    (record,) = classify_cell(FakeAnalyser, CellJob("g1", ())).records
    assert "no picture" in record["error"]


def test_a_fault_and_a_death_have_records(tmp_path):
    pixels = np.full((9, 9), FakeAnalyser.FAULT, np.uint8)
    job = CellJob("g1", (put(tmp_path / "1.png", imagecodecs.png_encode(pixels)),))
    assert "ZeroDivisionError" in classify_cell(FakeAnalyser, job).records[0]["error"]
    assert cell_died(job).records[0]["cell"] == "g1"
