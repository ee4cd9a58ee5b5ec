"""A simulated metaphase with its exact truth."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from karyodesk.domain.errors import KaryotypeError
from karyodesk.domain.outline import Box, Outline
from karyodesk.iscn.karyotype import Karyotype
from karyodesk.simulate.banding import homologues
from karyodesk.simulate.body import Body, draw_body
from karyodesk.simulate.camera import photograph
from karyodesk.simulate.spread import Offset, crop, spread_out
from karyodesk.simulate.style import Style
from karyodesk.simulate.surroundings import OtherBody, add_dirt, add_nuclei
from karyodesk.simulate.texture import Picture

LARGEST_COUNT: Final = 120
"""Chromosomes of a simulated cell."""


@dataclass(frozen=True, eq=False)
class SimulatedChromosome:
    """One chromosome and where it lies.

    Attributes:
        label: one of the 24 types or ``mar``.
        mask: (h, w) what it covers, also where another lies over it; cut to its box.
        bbox: place of the mask in pixels of the picture.
        axis: (n, 2) x and y in pixels of the picture, from the tip of the short arm to that of the long one.
        centromere: share of the axis from the tip of the short arm.
    """

    label: str
    mask: npt.NDArray[np.bool_]
    bbox: Box
    axis: npt.NDArray[np.float64]
    centromere: float

    @property
    def upside_down(self) -> bool:
        """Whether the short arm ends below the long one (to the right where both are level)."""
        (x_short, y_short), (x_long, y_long) = self.axis[0], self.axis[-1]
        return bool((y_short, x_short) > (y_long, x_long))

    @property
    def centromere_point(self) -> tuple[float, float]:
        """x and y of the centromere in pixels of the picture."""
        place = self.centromere * (len(self.axis) - 1)
        steps = np.arange(len(self.axis))
        return float(np.interp(place, steps, self.axis[:, 0])), float(np.interp(place, steps, self.axis[:, 1]))

    @cached_property
    def outline(self) -> Outline:
        """The border pixels as polygons."""
        rings = cv2.findContours(self.mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)[0]
        x, y = self.bbox[:2]
        return Outline(tuple(tuple((float(px + x), float(py + y)) for px, py in ring[:, 0]) for ring in rings))

    def full_mask(self, height: int, width: int) -> npt.NDArray[np.bool_]:
        """The mask in the frame of the whole picture, (height, width)."""
        whole = np.zeros((height, width), bool)
        x0, y0, x1, y1 = self.bbox
        whole[y0:y1, x0:x1] = self.mask
        return whole


@dataclass(frozen=True, eq=False)
class SimulatedCell:
    """A metaphase picture and all that is in it.

    Attributes:
        pixels: (H, W) uint8.
        chromosomes: in the order of the karyogram.
        others: nuclei and clumps of dirt.
        karyotype: what was simulated.
        style: its looks.
    """

    pixels: npt.NDArray[np.uint8]
    chromosomes: tuple[SimulatedChromosome, ...]
    others: tuple[OtherBody, ...] = field(repr=False)
    karyotype: Karyotype
    style: Style

    @cached_property
    def depth(self) -> npt.NDArray[np.uint8]:
        """(H, W) how many chromosomes cover a pixel."""
        depth = np.zeros(self.pixels.shape, np.uint8)
        for one in self.chromosomes:
            x0, y0, x1, y1 = one.bbox
            depth[y0:y1, x0:x1] += one.mask
        return depth


def simulate_cell(karyotype: Karyotype, seed: int, style: Style | None = None) -> SimulatedCell:
    """Simulate one G-banded metaphase; the same arguments give the same picture.

    Args:
        karyotype: what the cell holds.
        seed: 0 or larger.
        style: its looks; by default the ordinary ones.

    Raises:
        KaryotypeError: for a cell of more than LARGEST_COUNT chromosomes.
        ValueError: for a negative seed.
    """
    if karyotype.count > LARGEST_COUNT:
        raise KaryotypeError(f"A cell of {karyotype.count} chromosomes is too large to simulate.")
    style = style or Style()
    rng = np.random.default_rng(seed)
    labels = karyotype.labels
    bodies = [draw_body(banding, style, rng) for banding in homologues(labels, style.level, style.person)]
    offsets, (height, width) = crop(bodies, spread_out(bodies, style, rng), rng)
    density = _lay(bodies, offsets, (height, width))
    others = add_nuclei(density, density > 0, style, rng) + add_dirt(density, style, rng)
    chromosomes = tuple(_truth(*one) for one in zip(labels, bodies, offsets, strict=True))
    return SimulatedCell(photograph(density, style, rng), chromosomes, tuple(others), karyotype, style)


def _lay(bodies: list[Body], offsets: list[Offset], shape: tuple[int, int]) -> Picture:
    """The sum of the optical densities, (H, W); a frame's empty margin may stick out of the picture."""
    room = 200
    density = np.zeros((shape[0] + 2 * room, shape[1] + 2 * room), np.float32)
    for body, (x, y) in zip(bodies, offsets, strict=True):
        height, width = body.density.shape
        density[y + room : y + room + height, x + room : x + room + width] += body.density
    return np.ascontiguousarray(density[room:-room, room:-room])


def _truth(label: str, body: Body, offset: Offset) -> SimulatedChromosome:
    rows, columns = np.nonzero(body.mask)
    top, bottom, left, right = int(rows.min()), int(rows.max()) + 1, int(columns.min()), int(columns.max()) + 1
    x, y = offset
    return SimulatedChromosome(
        label=label,
        mask=body.mask[top:bottom, left:right].copy(),
        bbox=(left + x, top + y, right + x, bottom + y),
        axis=body.axis + np.array(offset),
        centromere=body.centromere,
    )
