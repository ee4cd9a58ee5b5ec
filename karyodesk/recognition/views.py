"""Several looks at one picture, smaller and larger and mirrored, and what they agree on.

A network that sees a picture in another size errs elsewhere, so what it says each time is averaged ("test-time
augmentation", as in Krizhevsky et al. 2012): certainties as logits, and masks pixel by pixel.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.special import expit, logit

from karyodesk.imaging.body import mask_iou
from karyodesk.imaging.boxes import box_iou
from karyodesk.imaging.density import FloatImage
from karyodesk.imaging.scale import Scale, resampled
from karyodesk.recognition.instances import PIXEL_STEP, Instance, Sightings, settled

# Readings of two looks whose masks agree this far (IoU) are one reading; boxes then agree further than the second.
_SAME, _NEAR = 0.6, 0.3
# How sure a look is of what it does not see; certainties are held within the second of 0 and 1.
_UNSEEN, _SUREST = 0.15, 1e-4
# What the looks are less sure of together is forgotten: what one of three alone sees, and is less than a third sure of.
_FORGOTTEN = 0.2
# What they are this sure of together is chosen: one chromosome more found comes at one false body more (on `val`).
_CHOSEN = 0.4
# Logits of masks are held within this before they are averaged, and outside a mask's window they are at its lower end.
_STEEPEST = np.float32(4.0)


@dataclass(frozen=True)
class View:
    """A way to look at a picture.

    Attributes:
        zoom: how many times finer than the working scale.
        mirrored: left to right.
    """

    zoom: float
    mirrored: bool

    def shown(self, density: FloatImage) -> FloatImage:
        """Return a (h, w) density as it is seen."""
        return np.ascontiguousarray(density[:, ::-1]) if self.mirrored else density


def returned(seen: Sightings, scale: Scale, view: View, target: Scale) -> list[Instance]:
    """Return all that was seen in a view as it lies at another scale, the surest first.

    Args:
        seen: in the view.
        scale: that the picture was looked at.
        view: whether it was mirrored then.
        target: where it is to lie.
    """
    # Columns and rows of the view for each of the grid, and how many the grid has.
    steps = scale.across / target.across, scale.down / target.down
    columns, rows = (-(-side // PIXEL_STEP) for side in target.size)
    width = scale.size[0] / PIXEL_STEP if view.mirrored else None
    every = sorted((*seen.chosen, *seen.rivals), key=lambda one: -one.score)
    lying = (_lying(one, steps, (columns, rows), width) for one in every)
    return [one for one in lying if one is not None]


def _lying(one: Instance, steps: tuple[float, float], size: tuple[int, int], width: float | None) -> Instance | None:
    """A reading on a grid of a size, mirrored within a width unless that is None; None where nothing of it is there."""
    (across, down), (height, columns) = steps, one.logits.shape
    left = one.x0 if width is None else width - one.x0 - columns
    x0, y0 = max(0, int(np.floor(left / across))), max(0, int(np.floor(one.y0 / down)))
    x1, y1 = min(size[0], int(np.ceil((left + columns) / across))), min(size[1], int(np.ceil((one.y0 + height) / down)))
    if x1 <= x0 or y1 <= y0:
        return None
    # Columns of a mirrored view are counted back from its end.
    corner, steps = ((one.x0, one.y0), steps) if width is None else ((one.x0 - width, one.y0), (-across, down))
    logits = resampled(np.clip(one.logits, -_STEEPEST, _STEEPEST), corner, steps, (x0, y0, x1, y1))
    return Instance(logits, x0, y0, one.score) if (logits > 0).any() else None


def agreed(looks: Sequence[Sequence[Instance]]) -> Sightings:
    """Return what looks at one picture say together. Deterministic.

    Args:
        looks: what each look sees, on one grid.
    """
    groups: list[dict[int, Instance]] = []
    for number, look in enumerate(looks):
        known = [next(iter(group.values())) for group in groups]
        boxes = _boxes(known)
        for one in look:
            near = np.flatnonzero(box_iou(_boxes([one]), boxes)[0] > _NEAR) if known else ()
            agreement = {place: mask_iou(one.body, known[place].body) for place in near}
            same = max(agreement, key=agreement.__getitem__, default=None)
            if same is None or agreement[same] < _SAME:
                groups.append({number: one})
            else:
                groups[same].setdefault(number, one)
    together = [_together(tuple(group.values()), len(looks)) for group in groups]
    return settled(sorted((one for one in together if one.score >= _FORGOTTEN), key=lambda one: -one.score), _CHOSEN)


def _boxes(instances: Sequence[Instance]) -> npt.NDArray[np.float64]:
    return np.array([one.body.bbox for one in instances], np.float64).reshape(-1, 4)


def _together(same: Sequence[Instance], looks: int) -> Instance:
    """One reading that some of so many looks see."""
    scores = np.array([one.score for one in same] + [_UNSEEN] * (looks - len(same)))
    score = float(expit(logit(np.clip(scores, _SUREST, 1 - _SUREST)).mean()))
    if len(same) == 1:
        return replace(same[0], score=score)
    x0, y0 = min(one.x0 for one in same), min(one.y0 for one in same)
    x1 = max(one.x0 + one.logits.shape[1] for one in same)
    y1 = max(one.y0 + one.logits.shape[0] for one in same)
    total: FloatImage = np.full((y1 - y0, x1 - x0), -_STEEPEST * len(same), np.float32)
    for one in same:
        height, width = one.logits.shape
        window = total[one.y0 - y0 : one.y0 - y0 + height, one.x0 - x0 : one.x0 - x0 + width]
        window += one.logits + _STEEPEST
    return Instance(np.asarray(total / len(same), np.float32), x0, y0, score)
