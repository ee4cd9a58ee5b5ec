import csv

import cv2
import numpy as np
import pytest
import tifffile

from karyodesk.domain.errors import KaryotypeError
from karyodesk.iscn.karyotype import parse
from karyodesk.simulate.style import Style
from karyodesk.simulate.write import BOX_COLUMNS, CELL_COLUMNS, write_cells


def rows(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    target = tmp_path_factory.mktemp("cells")
    write_cells(parse("47,XY,+21"), 2, target, seed=3)
    return target


def test_tables_have_the_columns_of_the_real_data(folder):
    assert tuple(rows(folder / "cells.csv")[0]) == CELL_COLUMNS
    assert tuple(rows(folder / "boxes.csv")[0]) == BOX_COLUMNS


def test_every_cell_is_described_as_it_is(folder):
    for row in rows(folder / "cells.csv"):
        picture = cv2.imread(str(folder / row["image"]), cv2.IMREAD_UNCHANGED)
        assert picture.shape == (int(row["height"]), int(row["width"]))
        assert (row["patient"], row["split"], row["chromosomes"]) == ("s0003", "val", "47")
        assert row["abnormality"] == "numerical"
        assert row["difficult"] in ("0", "1")


def test_every_chromosome_has_a_box_a_mask_and_a_direction(folder):
    for cell in rows(folder / "cells.csv"):
        boxes = [row for row in rows(folder / "boxes.csv") if row["cell"] == cell["cell"]]
        truth = [row for row in rows(folder / "truth.csv") if row["cell"] == cell["cell"]]
        pages = tifffile.imread(folder / "masks" / f"{cell['cell']}.tif")
        assert pages.shape == (47, int(cell["height"]), int(cell["width"]))
        assert len(boxes) == len(truth) == 47
        for box, more, page in zip(boxes, truth, pages, strict=True):
            ys, xs = np.nonzero(page)
            assert [xs.min(), ys.min(), xs.max() + 1, ys.max() + 1] == [int(box[k]) for k in ("x0", "y0", "x1", "y1")]
            assert set(np.unique(page)) == {0, 255}
            assert more["class"] == box["class"]
            ends = [[float(n) for n in point.split()] for point in more["axis"].split(";")]
            assert (more["upside_down"] == "1") == (ends[0][1] > ends[-1][1])


def test_the_same_call_writes_the_same_files_and_more_cells_change_no_earlier_one(folder, tmp_path):
    write_cells(parse("47,XY,+21"), 1, tmp_path, seed=3)
    for name in ("images/s0003-1.png", "masks/s0003-1.tif"):
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes()


def test_progress_is_told_and_normal_cells_are_not_called_abnormal(tmp_path):
    told = []
    style = Style(width=8, nuclei=0)
    pictures = write_cells(
        parse("46,XX"), 2, tmp_path, style=style, step=lambda done, cells: told.append((done, cells))
    )
    assert told == [(1, 2), (2, 2)]
    assert [path.name for path in pictures] == ["s0000-1.png", "s0000-2.png"]
    assert {row["abnormality"] for row in rows(tmp_path / "cells.csv")} == {""}


@pytest.mark.parametrize(("cells", "seed"), [(0, 0), (1, -1)])
def test_wrong_calls_are_refused(tmp_path, cells, seed):
    with pytest.raises(ValueError, match="at least one"):
        write_cells(parse("46,XX"), cells, tmp_path, seed=seed)


def test_nothing_is_listed_of_cells_that_cannot_be_simulated(tmp_path):
    with pytest.raises(KaryotypeError):
        write_cells(parse("138<6n>,XXXXXX"), 1, tmp_path)
    assert not (tmp_path / "cells.csv").exists()
