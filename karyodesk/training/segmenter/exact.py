"""Outlined metaphases whose masks are exact: fluorescent ones with a map of classes, and simulated ones."""

from collections.abc import Sequence

import numpy as np

from karyodesk.imaging.body import Body, crop_body
from karyodesk.imaging.chromatin import width_of_masks
from karyodesk.imaging.density import optical_density
from karyodesk.imaging.scale import Scale, at_working_scale
from karyodesk.training.segmenter.canvas import warp_mask
from karyodesk.training.segmenter.outlined import OutlinedCell, grey_of
from karyodesk.training.sources import ClassMapSource, Pixels, simulated


def outline_class_map(source: ClassMapSource) -> OutlinedCell:
    """Outline a metaphase by its map of classes; what the map leaves unclear stays open.

    Raises:
        ValueError: where picture or map cannot be read, or the map shows no chromosome that is clear.
        PictureError: where the picture is of one grey.
    """
    clear, unclear = source.bodies()
    return _outlined(source.cell, source.pixels(), clear, unclear)


def outline_simulated(number: int) -> OutlinedCell:
    """Simulate a metaphase, another one for each number, and outline it."""
    cell = simulated(number)
    bodies = [Body(one.mask, one.bbox[0], one.bbox[1]) for one in cell.chromosomes]
    return _outlined(f"simulated-{number:05d}", cell.pixels, bodies, ())


def _outlined(cell: str, pixels: Pixels, clear: Sequence[Body], unclear: Sequence[Body]) -> OutlinedCell:
    """Bring a picture and the bodies in it to the working scale."""
    density = optical_density(pixels)
    width = width_of_masks(body.mask for body in clear)
    if not width:
        raise ValueError(f"nothing is known of the chromosomes of cell {cell}")
    working, scale = at_working_scale(density.values, width)
    kept = [body for one in clear if (body := _at_scale(one, scale)) is not None]
    open_ = [body.bbox for one in unclear if (body := _at_scale(one, scale)) is not None]
    boxes = np.array([body.bbox for body in kept] + open_, np.float32).reshape(-1, 4)
    return OutlinedCell(cell, grey_of(working), boxes, (*kept, *[None] * len(open_)), exact=True)


def _at_scale(body: Body, scale: Scale) -> Body | None:
    factors = np.array([scale.across, scale.down])
    # Centres of pixels: column x of the picture lies at (x + 0.5) * across - 0.5 of the working scale.
    mask, x0, y0 = warp_mask(body, np.diag(factors), 0.5 * factors - 0.5)
    return crop_body(mask, x0, y0)
