from pathlib import Path

import imagecodecs
import numpy as np

from karyodesk.cli import analyze
from karyodesk.cli.analyze import PictureJob, analyse_file, picture_died, plan_pictures
from tests.unit.cli.fakes import FakeAnalyser, no_models
from tests.unit.imaging.pictures import GREY, VALID


def saved(folder, name, first=0):
    pixels = GREY.copy()
    pixels[0, 0] = first
    (folder / name).write_bytes(imagecodecs.png_encode(pixels))
    return folder / name


def test_a_file_gives_its_record(tmp_path):
    (record,) = analyse_file(FakeAnalyser, PictureJob(saved(tmp_path, "a.png"))).records
    assert (record["image"], record["width"], record["height"], record["count"]) == ("a.png", 32, 24, 2)
    assert record["elapsed_s"] >= 0


def test_every_page_gives_its_record(tmp_path):
    path = tmp_path / "pages.tif"
    path.write_bytes(VALID["pages.tif"])
    records = analyse_file(FakeAnalyser, PictureJob(path)).records
    assert [record["image"] for record in records] == ["pages.tif", "pages.tif#2", "pages.tif#3"]


def test_a_file_that_cannot_be_read(tmp_path):
    path = tmp_path / "empty.png"
    path.touch()
    (record,) = analyse_file(FakeAnalyser, PictureJob(path)).records
    assert record["image"] == "empty.png"
    assert "empty" in record["error"]


def test_a_picture_of_something_else_keeps_what_is_known_of_it(tmp_path):
    (record,) = analyse_file(FakeAnalyser, PictureJob(saved(tmp_path, "a.png", FakeAnalyser.NO_METAPHASE))).records
    assert record["error"].startswith("This does not look like a metaphase")
    assert (record["width"], record["height"], len(record["sha256"])) == (32, 24, 64)


def test_a_fault_of_the_program_names_its_place_and_nothing_of_the_file(tmp_path):
    (record,) = analyse_file(FakeAnalyser, PictureJob(saved(tmp_path, "Doe Jane.png", FakeAnalyser.FAULT))).records
    assert "ZeroDivisionError in fakes.py, line" in record["error"]
    assert "Doe" not in record["error"]


def test_missing_models_are_said_in_every_record(tmp_path):
    (record,) = analyse_file(no_models, PictureJob(saved(tmp_path, "a.png"))).records
    assert "Install KaryoDesk again" in record["error"]


def test_a_report_is_written_for_every_page(tmp_path, monkeypatch):
    written = []
    monkeypatch.setattr(analyze, "write_cell_report", lambda path, *rest: written.append(path.name))
    path = tmp_path / "pages.tif"
    path.write_bytes(VALID["pages.tif"])
    analyse_file(FakeAnalyser, PictureJob(path, tmp_path / "pages"))
    assert written == ["pages.pdf", "pages page 2.pdf", "pages page 3.pdf"]


def test_a_report_that_cannot_be_written_is_a_complaint_beside_the_record(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(analyze, "write_cell_report", full)
    outcome = analyse_file(FakeAnalyser, PictureJob(saved(tmp_path, "a.png"), tmp_path / "a"))
    assert "error" not in outcome.records[0]
    assert outcome.complaints[0].startswith("a.png: no report was written.")


def test_reports_are_named_after_their_pictures_and_never_twice_alike():
    files = [Path("x/a.png"), Path("y/A.tif"), Path("b.c.png"), Path("z/a.png")]
    names = [job.report.name for job in plan_pictures(files, Path("out"))]
    assert names == ["a", "A (2)", "b.c", "a (3)"]
    assert [job.report for job in plan_pictures(files, None)] == [None] * 4


def test_a_file_whose_process_died_has_a_record():
    (record,) = picture_died(PictureJob(Path("x/a.png"))).records
    assert record["image"] == "a.png"
    assert "memory" in record["error"]


def test_the_pixels_reach_the_analyser_as_stored(tmp_path):
    seen = []

    class Watching(FakeAnalyser):
        def analyse(self, picture):
            seen.append(picture.pixels)
            return super().analyse(picture)

    analyse_file(Watching, PictureJob(saved(tmp_path, "a.png")))
    assert np.array_equal(seen[0], GREY)
