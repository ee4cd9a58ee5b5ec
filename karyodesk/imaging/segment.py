"""From optical density to one mask a chromosome, without a network.

Many candidates are made for every clump of chromatin (``proposals``: what hangs together closely,
and every smooth way through the skeleton), each is measured and judged (``likeness``), and the set of
candidates is taken that is likeliest without contradiction (``choose``).
"""

import numpy as np

from karyodesk.domain.cell import RejectedBody
from karyodesk.domain.outline import Box
from karyodesk.imaging.body import Body, Segmentation
from karyodesk.imaging.choose import choose, shared_areas
from karyodesk.imaging.density import Density
from karyodesk.imaging.likeness import likeness
from karyodesk.imaging.proposals import WORKING_WIDTH, Proposals, propose
from karyodesk.imaging.reject import reject

# The people whose boxes the program is measured against left this much room round a chromosome, in
# widths (chosen on the training cells: 0.2 to 0.3 match alike, less and more match worse).
_BOX_MARGIN = 0.25
# A candidate is worth taking where its likeness is above this: one chromosome more found is weighed
# against one false body more.
_LIKELY = 0.3


def find_bodies(density: Density) -> Segmentation:
    """Return the chromosomes of a picture as masks that may overlap, and what is no chromosome.

    Deterministic. Lengths follow the width of a chromosome measured in the picture.
    """
    proposals = propose(density)
    if proposals is None:
        return Segmentation((), (), 0.0)
    scale = proposals.scale
    kept, rejected = reject(_likeliest(proposals), proposals.chromatin, proposals.nuclei, WORKING_WIDTH)
    bodies = [full for body in kept if (full := scale.full_body(body)) is not None]
    bodies.sort(key=lambda body: (body.y0, body.x0))
    named = tuple(RejectedBody(scale.full_box(body.bbox), body.kind) for body in rejected)
    return Segmentation(tuple(bodies), named, proposals.width)


def reported_box(box: Box, width: float, shape: tuple[int, int]) -> Box:
    """Return the box of a body as reported: with the room that people leave round a chromosome.

    Args:
        box: the tight box of the body, in pixels of the picture.
        width: usual width of a chromosome in pixels.
        shape: height and width of the picture in pixels; the box stays within.
    """
    margin = round(_BOX_MARGIN * width)
    x0, y0, x1, y1 = box
    return max(0, x0 - margin), max(0, y0 - margin), min(shape[1], x1 + margin), min(shape[0], y1 + margin)


def _likeliest(proposals: Proposals) -> list[Body]:
    """Return the likeliest set of chromosomes among the candidates, at the working scale."""
    likely = likeness(proposals.values)
    worth = np.flatnonzero(likely > _LIKELY)
    bodies = [proposals.bodies[i] for i in worth]
    chosen = choose(likely[worth] - _LIKELY, shared_areas(bodies), WORKING_WIDTH)
    return [bodies[i] for i in chosen]
