"""What lies around a candidate: the picture from which the judge tells whether it is one whole chromosome.

A piece leaves chromatin beside it that nothing explains; two bodies in one bend where chromosomes do not. Bands, which
the classifier reads of what is inside, say nothing of that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt
from scipy.special import expit

from karyodesk.imaging.density import FloatImage
from karyodesk.imaging.scale import WORKING_WIDTH
from karyodesk.recognition.candidates import Candidate
from karyodesk.recognition.instances import PIXEL_STEP, Instance, contradict

CHANNELS: Final = 3
"""Density, the candidate's mask, and the masks of its neighbours."""
HEIGHT: Final = 112
"""Rows of a picture: fourteen widths of a chromosome, along the candidate's longest direction."""
WIDTH: Final = 64
"""Columns of a picture."""
# Pixels of the working scale from one pixel of a picture to the next: a chromosome is eight pixels wide.
_STEP = WORKING_WIDTH / 8
# Density at which the picture is full, as a share of the candidate's: where two lie across each other it is twice that.
_FULL = 1.6
_LEAST_LEVEL = 0.05
_FAR_OUTSIDE = -8.0


def surroundings(working: FloatImage, candidates: Sequence[Candidate]) -> npt.NDArray[np.float32]:
    """Return (n, 3, 112, 64) float32 pictures from 0 to 1 of n candidates and what lies around each.

    A neighbour is what the segmenter takes for another chromosome: one that does not contradict the candidate.

    Args:
        working: (h, w) density at the working scale.
        candidates: all of a picture.
    """
    seen = [one.instance for one in candidates]
    own = [one.instance for one in candidates if one.own]
    pictures = np.zeros((len(seen), CHANNELS, HEIGHT, WIDTH), np.float32)
    for picture, instance in zip(pictures, seen, strict=True):
        view = _view(instance)
        picture[0] = view.of(working, 1, 0, 0, 0.0)
        picture[1] = view.mask(instance)
        for other in own:
            if other is not instance and view.reaches(other) and not contradict(instance, other):
                np.maximum(picture[2], view.mask(other), out=picture[2])
        picture[0] = np.clip(picture[0] / (_FULL * _level(picture)), 0, 1)
    return pictures


def _level(picture: FloatImage) -> float:
    """The density of the candidate's dark bands."""
    inside = picture[0][picture[1] > 0.5]
    return max(float(np.percentile(inside, 95)), _LEAST_LEVEL) if inside.size else _LEAST_LEVEL


@dataclass(frozen=True, eq=False)
class _View:
    """A window about a candidate.

    Attributes:
        centre: (2,) x and y of its middle, in pixels of the working scale.
        down: (2,) x and y of a unit vector down its rows.
    """

    centre: npt.NDArray[np.float64]
    down: npt.NDArray[np.float64]

    def of(self, values: FloatImage, step: int, x0: int, y0: int, outside: float) -> FloatImage:
        """Return (112, 64) values of the window.

        Args:
            values: one every ``step`` pixels of the working scale.
            step: likewise.
            x0: place of the first column, in steps.
            y0: place of the first row, in steps.
            outside: what there is beyond the values.
        """
        across = np.array([-self.down[1], self.down[0]])
        first = self.centre + _STEP * ((0.5 - WIDTH / 2) * across + (0.5 - HEIGHT / 2) * self.down)
        # From a pixel of the window to one of the values, both by their centres.
        back = np.stack([across * _STEP, self.down * _STEP, first], 1) / step
        back[:, 2] -= (x0 + 0.5, y0 + 0.5)
        how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        seen = cv2.warpAffine(values, back, (WIDTH, HEIGHT), flags=how, borderValue=outside)
        return np.asarray(seen, np.float32)

    def mask(self, instance: Instance) -> FloatImage:
        """Return (112, 64) probabilities that a pixel of the window belongs to an instance."""
        return np.asarray(expit(self.of(instance.logits, PIXEL_STEP, instance.x0, instance.y0, _FAR_OUTSIDE)))

    def reaches(self, instance: Instance) -> bool:
        """Whether an instance may lie in the window."""
        half = np.hypot(HEIGHT, WIDTH) / 2 * _STEP
        first = np.array([instance.x0, instance.y0]) * PIXEL_STEP
        last = first + np.array(instance.logits.shape[::-1]) * PIXEL_STEP
        return bool((first < self.centre + half).all() and (last > self.centre - half).all())


def _view(instance: Instance) -> _View:
    row, column = np.nonzero(instance.body.mask)
    places = np.stack([column + instance.x0, row + instance.y0], 1) + 0.5
    middle = places.mean(0)
    directions = np.linalg.svd(places - middle, full_matrices=False)[2]
    extent = (places - middle) @ directions.T
    centre = middle + (extent.max(0) + extent.min(0)) / 2 @ directions
    return _View(centre * PIXEL_STEP, directions[0])
