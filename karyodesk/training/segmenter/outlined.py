"""Outlined metaphases: what the segmenter learns from, one file a cell."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from karyodesk.imaging.body import Body
from karyodesk.imaging.density import FloatImage
from karyodesk.training.workshop import whole

_LOWEST, _STEP = -0.5, 3 / 255
Grey = npt.NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class OutlinedCell:
    """A metaphase at the working scale with the outlines of its chromosomes.

    Attributes:
        cell: its name.
        grey: (height, width) uint8, the density as ``grey_of`` gives it.
        boxes: (n, 4) float32, the boxes that people drew.
        bodies: n outlines; None where none is known.
        exact: whether the outlines are true where chromosomes cross, too.
        missed: places of the boxes that people drew and whose chromosome the shipped segmenter by itself does not find.
    """

    cell: str
    grey: npt.NDArray[np.uint8]
    boxes: npt.NDArray[np.float32]
    bodies: tuple[Body | None, ...]
    exact: bool = False
    missed: tuple[int, ...] = ()

    @property
    def density(self) -> FloatImage:
        """(height, width) density at the working scale."""
        return self.grey.astype(np.float32) * np.float32(_STEP) + np.float32(_LOWEST)


def grey_of(working: FloatImage) -> Grey:
    """Return a (height, width) density at the working scale in steps of 3/255 from -0.5."""
    return np.asarray(np.clip(np.round((working - _LOWEST) / _STEP), 0, 255), np.uint8)


def write(cell: OutlinedCell, path: Path) -> None:
    """Write a cell, whole or not at all."""
    known = [body for body in cell.bodies if body is not None]
    tight = [(0, 0, 0, 0) if body is None else body.bbox for body in cell.bodies]
    packed = [np.packbits(body.mask) for body in known]
    with whole(path) as file:
        np.savez_compressed(
            file, cell=cell.cell, exact=cell.exact, grey=cell.grey, boxes=cell.boxes,
            tight=np.array(tight, np.int32).reshape(-1, 4),
            masks=np.concatenate(packed) if packed else np.zeros(0, np.uint8),
            missed=np.array(cell.missed, np.int32),
        )  # fmt: skip


def read(path: Path) -> OutlinedCell:
    """Read a cell that ``write`` wrote."""
    with np.load(path) as arrays:
        masks, start = arrays["masks"], 0
        bodies: list[Body | None] = []
        for x0, y0, x1, y1 in arrays["tight"].tolist():
            size = (x1 - x0) * (y1 - y0)
            if not size:
                bodies.append(None)
                continue
            bits = np.unpackbits(masks[start : start + -(-size // 8)], count=size)
            bodies.append(Body(bits.reshape(y1 - y0, x1 - x0).astype(bool), x0, y0))
            start += -(-size // 8)
        exact, missed = bool(arrays["exact"]), tuple(arrays["missed"].tolist())
        return OutlinedCell(str(arrays["cell"]), arrays["grey"], arrays["boxes"], tuple(bodies), exact, missed)
