"""Outlined metaphases are made once, a folder for each kind, and only of what is for training."""

import csv

import cv2
import numpy as np
import pytest

from karyodesk.iscn.karyotype import parse
from karyodesk.simulate import Style, simulate_cell
from karyodesk.simulate.write import write_cells
from karyodesk.training.dataset import part_of
from karyodesk.training.segmenter.build import CLASS_MAPS, KINDS, METAPHASES, SIMULATED, build, load
from karyodesk.training.segmenter.outlined import write
from karyodesk.training.segmenter.readings import missed
from karyodesk.training.sources import class_maps, metaphases
from karyodesk.training.workshop import segmenter

from .cells import outlined, painted

SMALL = Style(width=10, nuclei=0)


def write_metaphases(folder):
    """Metaphases of a patient to train on, of one kept apart, and of one of the split ``val``."""
    write_cells(parse("46,XX"), 3, folder, style=SMALL)
    with open(folder / "cells.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    parts = {part_of(f"p{n}", "train"): f"p{n}" for n in range(100)}
    for row, patient, split in zip(rows, (parts["train"], parts["label"], "p"), ("train", "train", "val"), strict=True):
        row.update(patient=patient, split=split)
    write_table(folder / "cells.csv", rows)


def write_class_maps(folder, slides):
    """A metaphase with its map of classes of each slide."""
    for name in ("images", "class_maps"):
        (folder / name).mkdir(parents=True)
    cell = simulate_cell(parse("46,XX"), 7, SMALL)
    for slide in slides:
        cv2.imwrite(str(folder / "images" / f"{slide}-1.webp"), cell.pixels, [cv2.IMWRITE_WEBP_QUALITY, 101])
        cv2.imwrite(str(folder / "class_maps" / f"{slide}-1.png"), painted(cell))
    rows = [{"cell": f"{slide}-1", "slide": slide, "map_count_matches_iscn": "1"} for slide in slides]
    write_table(folder / "cells.csv", rows)


def write_table(path, rows):
    with open(path, "w", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    write_metaphases(folder / METAPHASES)
    write_class_maps(folder / CLASS_MAPS, [f"s{n}" for n in range(6)])
    return folder


@pytest.fixture(scope="module")
def built(data, tmp_path_factory):
    """The folder made of the data, and what was said while it was made."""
    folder = tmp_path_factory.mktemp("outlined")
    return folder, list(build(data, folder, 1, None, 2))


def told(kind, made, cells):
    bodies = [body for cell in cells for body in cell.bodies]
    return f"{kind}: {made} of {made}, {len(bodies) - bodies.count(None)} of {len(bodies)} boxes with an outline"


def test_each_kind_has_its_folder_with_what_is_for_training_and_no_others(data, built):
    folder, lines = built
    sources = class_maps(data / CLASS_MAPS)
    slides = [one.cell for one in sources if one.split == "train"]
    assert 0 < len(slides) < len(sources)
    names = {METAPHASES: [metaphases(data / METAPHASES)[0].cell], CLASS_MAPS: slides, SIMULATED: ["00000", "00001"]}
    assert {kind: sorted(file.stem for file in (folder / kind).iterdir()) for kind in KINDS} == names
    assert sorted(file.name for file in folder.iterdir()) == sorted(KINDS)
    cells = load(folder)
    assert lines == [told(kind, len(names[kind]), cells[kind]) for kind in KINDS]
    assert {kind: {cell.exact for cell in cells[kind]} for kind in KINDS} == {
        METAPHASES: {False},
        CLASS_MAPS: {True},
        SIMULATED: {True},
    }
    assert all(any(cell.bodies) for kind in KINDS for cell in cells[kind])
    assert [cell.missed for cell in cells[METAPHASES]] == [missed(segmenter(), cell) for cell in cells[METAPHASES]]


def test_it_goes_on_where_it_stopped(data, built):
    folder, _ = built
    assert list(build(data, folder, 1, None, 2)) == []
    gone = folder / SIMULATED / "00000.npz"
    before = {file: file.stat().st_mtime_ns for file in folder.glob("*/*") if file != gone}
    with np.load(gone) as arrays:
        grey = arrays["grey"]
    gone.unlink()
    (line,) = build(data, folder, 1, None, 2)
    assert line.startswith("simulated: 1 of 1")
    with np.load(gone) as arrays:
        assert np.array_equal(arrays["grey"], grey)
    assert {file: file.stat().st_mtime_ns for file in folder.glob("*/*") if file != gone} == before


def test_metaphases_alone_will_do(data, tmp_path):
    (tmp_path / METAPHASES).symlink_to(data / METAPHASES)
    (line,) = build(tmp_path, tmp_path / "out", 1, None, 0)
    cells = load(tmp_path / "out")
    assert [len(cells[kind]) for kind in KINDS] == [1, 0, 0]
    assert line == told(METAPHASES, 1, cells[METAPHASES])


def test_cells_of_a_kind_are_loaded_in_the_order_of_their_names(tmp_path):
    for kind, names in ((SIMULATED, "cab"), (METAPHASES, "zd")):
        (tmp_path / kind).mkdir()
        for cell in names:
            write(outlined(cell=cell), tmp_path / kind / f"{cell}.npz")
    (tmp_path / SIMULATED / "d.part").write_bytes(b"half written")
    loaded = {kind: [cell.cell for cell in cells] for kind, cells in load(tmp_path).items()}
    assert loaded == {METAPHASES: ["d", "z"], CLASS_MAPS: [], SIMULATED: ["a", "b", "c"]}


def test_an_empty_folder_is_said_to_be_one(tmp_path):
    with pytest.raises(FileNotFoundError):
        load(tmp_path)
