"""A folder as bad as they come: every file gets its own record, and the good ones among them are analysed."""

import json
import os
import struct
import time

import imagecodecs
import numpy as np
import pytest

from karyodesk.cli.app import run_analyze
from karyodesk.cli.worker import LoadAnalyser
from karyodesk.paths import models, sample_case
from tests.unit.cli.fakes import FakeAnalyser
from tests.unit.imaging.pictures import GREY, VALID, dicom, tiff
from tests.unit.imaging.test_read_simple import huge_png

GOOD = ("a-good.png", "m-good.tif", "z-good.dcm")
BAD = {
    "empty.png": b"",
    "text.png": b"Patient came at nine.\n",
    "page.jpg": b"<html><body>Please log in</body></html>",
    "dot.png": imagecodecs.png_encode(np.zeros((1, 1), np.uint8)),
    "huge.png": huge_png(20_000, 20_000),
    "huge.bmp": b"BM" + struct.pack("<IHHIIiiHHIIiiII", 54, 0, 0, 54, 40, 20_000, 20_000, 1, 24, 0, 0, 0, 0, 0, 0),
    "float.tif": tiff(GREY.astype(np.float32)),
    "nan.tif": tiff(np.full((24, 32), np.nan, np.float32)),
    "wide.tif": tiff(GREY.astype(np.uint32)),
    "channels.tif": tiff(np.dstack([GREY] * 5), photometric="minisblack", planarconfig="contig"),
    "no-pixels.dcm": dicom(GREY)[:-GREY.size - 12],
    **{f"cut-{name}": data[: len(data) // 2] for name, data in VALID.items()},
}


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "pictures"
    folder.mkdir()
    for name, data in BAD.items():
        (folder / name).write_bytes(data)
    for name, kind in zip(GOOD, ("grey.png", "grey16-lzw.tif", "grey.dcm"), strict=True):
        (folder / name).write_bytes(VALID[kind])
    (folder / "broken-link.png").symlink_to(folder / "gone.png")
    (folder / "loop.png").symlink_to(folder / "loop.png")
    (folder / "x.png").mkdir()
    (folder / "x.png" / "inside-good.png").write_bytes(VALID["grey.png"])
    if hasattr(os, "mkfifo"):
        os.mkfifo(folder / "pipe.png")
    return folder


def records_of(out):
    return [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]


def test_every_bad_file_has_its_record_and_the_good_ones_go_on(folder, tmp_path, capfd):
    start = time.monotonic()
    assert run_analyze([folder], tmp_path / "out.jsonl", None, 2, FakeAnalyser) == 1
    assert time.monotonic() - start < 60
    records = records_of(tmp_path / "out.jsonl")
    files = sorted(path.name for path in folder.iterdir() if not path.is_dir())
    assert [record["image"] for record in records] == [*files, "inside-good.png"]
    good = [record["image"] for record in records if "error" not in record]
    assert good == [*GOOD, "inside-good.png"]
    for record in records:
        assert "error" not in record or (record["error"].endswith(".") and "\n" not in record["error"])
    out, err = capfd.readouterr()
    assert out == ""
    assert "Traceback" not in err
    assert "Warning" not in err
    assert len(err.splitlines()) == len(records) - len(good) + 1, "one line a failure and the count"


def test_a_file_and_a_folder_without_rights(tmp_path):
    if os.name == "nt" or os.geteuid() == 0:
        pytest.skip("this account may read everything")
    (tmp_path / "p" / "locked").mkdir(parents=True)
    (tmp_path / "p" / "secret.png").write_bytes(VALID["grey.png"])
    (tmp_path / "p" / "secret.png").chmod(0)
    (tmp_path / "p" / "locked").chmod(0)
    try:
        run_analyze([tmp_path / "p"], tmp_path / "out.jsonl", None, 1, FakeAnalyser)
    finally:
        (tmp_path / "p" / "locked").chmod(0o700)
    assert ["no right" in record["error"] for record in records_of(tmp_path / "out.jsonl")] == [True, True]


def noise(height, width):
    return np.random.default_rng(0).integers(0, 256, (height, width), np.uint8)


@pytest.mark.skipif(not (models() / "manifest.json").is_file(), reason="needs the models")
def test_pictures_of_something_else_are_refused_and_a_metaphase_among_them_is_not(tmp_path):
    folder = tmp_path / "pictures"
    folder.mkdir()
    subjects = {
        "black.png": np.zeros((300, 400), np.uint8),
        "white.png": np.full((300, 400), 255, np.uint8),
        "noise.png": noise(300, 400),
        "noise16.png": noise(200, 300).astype(np.uint16) * 257,
        "ramp.png": np.tile(np.linspace(0, 255, 400).astype(np.uint8), (300, 1)),
        "tiny.png": noise(5, 5),
        "line.png": noise(4, 3000),
        "checks.png": np.kron(np.indices((20, 20)).sum(0) % 2, np.ones((20, 20))).astype(np.uint8) * 255,
    }
    for name, pixels in subjects.items():
        (folder / name).write_bytes(imagecodecs.png_encode(pixels))
    metaphase = sorted(sample_case().glob("*.png"))[0]
    status = run_analyze([folder, metaphase], tmp_path / "out.jsonl", None, 2, LoadAnalyser())
    *others, sample = records_of(tmp_path / "out.jsonl")
    assert status == 1
    assert [record["image"] for record in others] == sorted(subjects)
    for record in others:
        assert "error" in record, record["image"]
        assert "unforeseen" not in record["error"], record
    assert 40 <= sample["count"] <= 52
