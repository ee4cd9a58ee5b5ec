"""Writing simulated cells with their truth, in the layout the scorers and the training read."""

import csv
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import tifffile

from karyodesk.iscn.karyotype import Karyotype
from karyodesk.simulate.cell import SimulatedCell, SimulatedChromosome, simulate_cell
from karyodesk.simulate.style import Style, draw_style

CELL_COLUMNS: Final = (
    "cell",
    "patient",
    "split",
    "image",
    "width",
    "height",
    "chromosomes",
    "abnormality",
    "difficult",
)
BOX_COLUMNS: Final = ("cell", "x0", "y0", "x1", "y1", "class")
TRUTH_COLUMNS: Final = ("cell", "page", "class", "upside_down", "centromere", "axis")

_DIFFICULT: Final = 0.12
"""A cell is difficult where a larger share of what its chromosomes cover lies under more than one of them."""
_NORMAL: Final = ("46,XX", "46,XY")


def quiet(done: int, cells: int) -> None:
    """Report nothing."""


def write_cells(
    karyotype: Karyotype,
    cells: int,
    folder: Path,
    seed: int = 0,
    style: Style | None = None,
    step: Callable[[int, int], None] = quiet,
) -> list[Path]:
    """Simulate the cells of one person and write them; the same arguments write the same files.

    The folder gets ``cells.csv``, ``boxes.csv`` and ``images/CELL.png``, and beside them the exact truth: ``truth.csv``
    (class, direction, centromere and axis of every chromosome) and ``masks/CELL.tif``, one 8-bit page a chromosome
    in the size of the picture, 255 where it lies, in the order of the rows of ``boxes.csv``; pages overlap where
    chromosomes cross.

    Args:
        karyotype: of every cell.
        cells: how many, at least 1.
        folder: made where it is missing; files of the same names are replaced.
        seed: 0 or larger; cell n of a seed is the same whatever the number of cells.
        style: the looks of all cells; by default each cell draws its own.
        step: called after each cell with the number done and the number wanted.

    Returns:
        The pictures written.

    Raises:
        ValueError: for fewer cells than 1 or a negative seed.
        KaryotypeError: for more chromosomes than can be simulated.
        OSError: where the folder cannot be written.
    """
    if cells < 1 or seed < 0:
        raise ValueError("at least one cell is simulated, from a seed of 0 or larger")
    for name in ("images", "masks"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    person = f"s{seed:04d}"
    rows: dict[str, list[tuple[object, ...]]] = {"cells": [], "boxes": [], "truth": []}
    pictures = []
    for number in range(1, cells + 1):
        cell = _cell(karyotype, seed, number, style)
        name = f"{person}-{number}"
        pictures.append(_write_pictures(cell, name, folder))
        rows["cells"].append(_cell_row(cell, name, person))
        rows["boxes"] += [(name, *one.bbox, one.label) for one in cell.chromosomes]
        rows["truth"] += [_truth_row(name, page, one) for page, one in enumerate(cell.chromosomes)]
        step(number, cells)
    for name, columns in (("cells", CELL_COLUMNS), ("boxes", BOX_COLUMNS), ("truth", TRUTH_COLUMNS)):
        _write_table(folder / f"{name}.csv", columns, rows[name])
    return pictures


def _cell(karyotype: Karyotype, seed: int, number: int, style: Style | None) -> SimulatedCell:
    """Cell ``number`` of a person; its looks and its content are drawn from streams of their own."""
    looks, content = np.random.SeedSequence([seed, number]).generate_state(2)
    return simulate_cell(karyotype, int(content), style or draw_style(np.random.default_rng(looks), person=seed))


def _write_pictures(cell: SimulatedCell, name: str, folder: Path) -> Path:
    """The photograph as PNG and the masks as pages of a TIFF."""
    path = folder / "images" / f"{name}.png"
    path.write_bytes(cv2.imencode(".png", cell.pixels, [cv2.IMWRITE_PNG_COMPRESSION, 9])[1].tobytes())
    height, width = cell.pixels.shape
    with tifffile.TiffWriter(folder / "masks" / f"{name}.tif") as masks:
        for one in cell.chromosomes:
            page = one.full_mask(height, width).astype(np.uint8) * 255
            masks.write(page, photometric="minisblack", compression="zlib", metadata=None)
    return path


def _cell_row(cell: SimulatedCell, name: str, person: str) -> tuple[object, ...]:
    height, width = cell.pixels.shape
    crossed = float((cell.depth > 1).sum() / (cell.depth > 0).sum())
    abnormality = "" if cell.karyotype.text in _NORMAL else "numerical"
    count = len(cell.chromosomes)
    return (
        name,
        person,
        "val",
        f"images/{name}.png",
        width,
        height,
        count,
        abnormality,
        int(crossed > _DIFFICULT),
    )


def _truth_row(name: str, page: int, one: SimulatedChromosome) -> tuple[object, ...]:
    axis = ";".join(f"{x:.1f} {y:.1f}" for x, y in _thinned(one.axis))
    return name, page, one.label, int(one.upside_down), f"{one.centromere:.4f}", axis


def _thinned(axis: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> Iterable[tuple[float, float]]:
    """About every fourth point of an axis at equal steps, both tips kept."""
    picked = np.round(np.linspace(0, len(axis) - 1, max(2, len(axis) // 4))).astype(int)
    return [(float(x), float(y)) for x, y in axis[picked]]


def _write_table(path: Path, columns: Sequence[str], rows: Iterable[tuple[object, ...]]) -> None:
    with path.open("w", encoding="ascii", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(columns)
        table.writerows(rows)
