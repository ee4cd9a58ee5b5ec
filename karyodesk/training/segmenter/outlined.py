"""Outlined metaphases: what the segmenter learns from, made once and kept in one folder.

People drew a box round every chromosome, no outline. An outline is had where a body that the program
finds fills a box as a chromosome fills its own; a box without one is left open, and nothing is learnt
inside it. The first time the bodies are the free-lying ones that a threshold finds; once there is a
segmenter they are its own, asked for box by box, so that every round learns from more of the touching
and crossing ones.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from karyodesk.imaging.body import Body, crop_body, shared_pixels
from karyodesk.imaging.boxes import BOX_MARGIN, box_iou, reported_box
from karyodesk.imaging.chromatin import chromatin_mask, chromosome_width
from karyodesk.imaging.density import FloatImage, optical_density
from karyodesk.imaging.scale import WORKING_WIDTH, at_working_scale
from karyodesk.recognition.instances import PIXEL_STEP, Instance, Maps, ask, points_of
from karyodesk.recognition.segmenter import Segmenter
from karyodesk.training.dataset import part_of
from karyodesk.training.sources import MetaphaseSource, metaphases
from karyodesk.training.workshop import processes, whole
from karyodesk.training.workshop import segmenter as segmenter_of

# A body is the chromosome of a box where they agree this far (IoU).
_SAME = 0.6
# Points this faint are asked too, since the box says that there is a chromosome; so many for each box.
_FAINT, _ASKED = 0.02, 3
# A crossing is about a squared width; bodies that share more contradict each other.
_CROSSING = 2.2
_SHARE = 0.5
_LOWEST, _STEP = -0.5, 3 / 255


@dataclass(frozen=True, eq=False)
class OutlinedCell:
    """A metaphase at the working scale with the outlines of its chromosomes.

    Attributes:
        cell: its name.
        grey: (height, width) uint8, density in steps of 3/255 from -0.5.
        boxes: (n, 4) float32, the boxes that people drew.
        bodies: n outlines; None where none is known.
    """

    cell: str
    grey: npt.NDArray[np.uint8]
    boxes: npt.NDArray[np.float32]
    bodies: tuple[Body | None, ...]

    @property
    def density(self) -> FloatImage:
        """(height, width) density at the working scale."""
        return self.grey.astype(np.float32) * np.float32(_STEP) + np.float32(_LOWEST)


def build(data: Path, folder: Path, workers: int, models: Path | None) -> Iterator[str]:
    """Outline the metaphases that are for training; what is there already is kept.

    Args:
        data: the folder with ``cells.csv`` and ``boxes.csv``.
        folder: gets one file a cell.
        workers: processes.
        models: folder of the segmenter whose bodies are taken; None takes the free-lying ones.

    Yields:
        a line of progress now and then.
    """
    folder.mkdir(parents=True, exist_ok=True)
    training = [source for source in metaphases(data) if part_of(source.patient, source.split) == "train"]
    sources = [source for source in training if not _file(folder, source.cell).exists()]
    known = boxes = 0
    with processes(workers) as pool:
        work = pool.map(partial(_outline_into, folder, models), sources, chunksize=4)
        for number, (with_outline, all_boxes) in enumerate(work, 1):
            known, boxes = known + with_outline, boxes + all_boxes
            if number % 100 == 0 or number == len(sources):
                yield f"{number} of {len(sources)} metaphases, {known} of {boxes} boxes with an outline"


def _file(folder: Path, cell: str) -> Path:
    return folder / f"{cell}.npz"


def _outline_into(folder: Path, models: Path | None, source: MetaphaseSource) -> tuple[int, int]:
    cell = outline(source, None if models is None else segmenter_of(models))
    write(cell, _file(folder, source.cell))
    return sum(body is not None for body in cell.bodies), len(cell.bodies)


def outline(source: MetaphaseSource, segmenter: Segmenter | None) -> OutlinedCell:
    """Find a body for every box of a metaphase, where there is one.

    Raises:
        ValueError: where the picture cannot be read or shows nothing.
    """
    density = optical_density(source.pixels())
    width = chromosome_width(chromatin_mask(density.values, density.noise))
    if not width:
        raise ValueError(f"there is no chromatin in the picture of cell {source.cell}")
    working, scale = at_working_scale(density.values, width)
    boxes = np.array([truth.box for truth in source.boxes], float).reshape(-1, 4)
    boxes *= np.array([scale.across, scale.down] * 2)
    shape = (working.shape[0], working.shape[1])
    if segmenter is None:
        found = _free_bodies(working, density.noise)
    else:
        found = _described_bodies(segmenter.read(working), boxes, shape)
    grey = np.clip(np.round((working - _LOWEST) / _STEP), 0, 255).astype(np.uint8)
    return OutlinedCell(source.cell, grey, boxes.astype(np.float32), match(found, boxes, shape))


def _free_bodies(working: FloatImage, noise: float) -> list[Body]:
    count, labels = cv2.connectedComponents(chromatin_mask(working, noise).astype(np.uint8))
    bodies = [crop_body(np.asarray(labels == number)) for number in range(1, count)]
    return [body for body in bodies if body is not None]


def _described_bodies(maps: Maps, boxes: npt.NDArray[np.float64], shape: tuple[int, int]) -> list[Body]:
    """The masks of those points that describe a chromosome most like each of the (n, 4) boxes."""
    points = points_of(maps, _FAINT)
    margin = BOX_MARGIN * WORKING_WIDTH
    agreement = box_iou(boxes, points.boxes + np.array([-margin, -margin, margin, margin]))
    bodies = []
    for row in agreement:
        fitting = np.flatnonzero(row > _SAME)
        for i in fitting[np.argsort(-row[fitting] * points.score[fitting], kind="stable")][:_ASKED]:
            one = ask(maps, points, int(i))
            body = None if one is None else working_body(one, shape)
            if body is not None:
                bodies.append(body)
    return bodies


def working_body(one: Instance, shape: tuple[int, int]) -> Body | None:
    """Return a mask in pixels of the working scale, cut to its (height, width); None where nothing is left."""
    height, width = one.logits.shape
    size = (width * PIXEL_STEP, height * PIXEL_STEP)
    mask = np.asarray(cv2.resize(one.logits, size, interpolation=cv2.INTER_LINEAR) > 0)
    x0, y0 = one.x0 * PIXEL_STEP, one.y0 * PIXEL_STEP
    return crop_body(mask[: shape[0] - y0, : shape[1] - x0], x0, y0)


def match(found: Sequence[Body], boxes: npt.NDArray[np.float64], shape: tuple[int, int]) -> tuple[Body | None, ...]:
    """Return the body of each of (n, 4) boxes; None where none fits, or where it contradicts a better one."""
    room = [reported_box(body.bbox, WORKING_WIDTH, shape) for body in found]
    agreement = box_iou(boxes, np.array(room, float).reshape(-1, 4))
    bodies: list[Body | None] = [None] * len(boxes)
    fitting = np.argwhere(agreement > _SAME)
    # The best agreement first; a body that contradicts one taken already makes way for the next best.
    for row, column in fitting[np.argsort(-agreement[tuple(fitting.T)], kind="stable")]:
        taken = (body for body in bodies if body is not None)
        if bodies[row] is None and not any(_contradict(found[column], body) for body in taken):
            bodies[row] = found[column]
    return tuple(bodies)


def _contradict(first: Body, second: Body) -> bool:
    shared = shared_pixels(first, second)
    smaller = min(np.count_nonzero(body.mask) for body in (first, second))
    return bool(shared > _CROSSING * WORKING_WIDTH**2 or shared > _SHARE * smaller)


def write(cell: OutlinedCell, path: Path) -> None:
    """Write a cell, whole or not at all."""
    known = [body for body in cell.bodies if body is not None]
    tight = [(0, 0, 0, 0) if body is None else body.bbox for body in cell.bodies]
    packed = [np.packbits(body.mask) for body in known]
    with whole(path) as file:
        np.savez_compressed(
            file, cell=cell.cell, grey=cell.grey, boxes=cell.boxes, tight=np.array(tight, np.int32).reshape(-1, 4),
            masks=np.concatenate(packed) if packed else np.zeros(0, np.uint8),
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
        return OutlinedCell(str(arrays["cell"]), arrays["grey"], arrays["boxes"], tuple(bodies))


def load(folder: Path) -> list[OutlinedCell]:
    """Read all cells of a folder, in the order of their names.

    Raises:
        FileNotFoundError: where there is none.
    """
    cells = [read(path) for path in sorted(folder.glob("*.npz"))]
    if not cells:
        raise FileNotFoundError(f"no outlined metaphases in {folder}")
    return cells
