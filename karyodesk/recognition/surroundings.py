"""What lies around a candidate: the picture from which the judge tells whether it is one whole chromosome.

A piece leaves chromatin beside it that nothing explains; two bodies in one bend where chromosomes do not. Bands, which
the classifier reads of what is inside, say nothing of that.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt
from scipy.special import expit

from karyodesk.imaging.density import FloatImage
from karyodesk.imaging.quantile import quantile
from karyodesk.imaging.scale import WORKING_WIDTH
from karyodesk.recognition.candidates import Candidate
from karyodesk.recognition.instances import PIXEL_STEP, Instance
from karyodesk.recognition.segmenter import BLOCK

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


def surroundings(
    working: FloatImage, candidates: Sequence[Candidate], contrary: npt.NDArray[np.bool_], places: Iterable[int]
) -> npt.NDArray[np.float32]:
    """Return (m, 3, 112, 64) float32 pictures from 0 to 1 of candidates and what lies around each.

    A neighbour is what the segmenter takes for another chromosome: one that does not contradict the candidate.

    Args:
        working: (h, w) density at the working scale.
        candidates: all n of a picture.
        contrary: (n, n) which of them contradict each other.
        places: of the m that are shown.
    """
    shown = [_shown(working, candidates, contrary[place], place) for place in places]
    return np.stack(shown) if shown else np.zeros((0, CHANNELS, HEIGHT, WIDTH), np.float32)


def _shown(
    working: FloatImage, candidates: Sequence[Candidate], contrary: npt.NDArray[np.bool_], place: int
) -> npt.NDArray[np.float32]:
    seen = candidates[place].instance
    neighbours = [
        other.instance for n, other in enumerate(candidates) if other.own and n != place and not contrary[n]
    ]
    view, picture = _view(seen), np.empty((CHANNELS, HEIGHT, WIDTH), np.float32)
    picture[0] = view.of(working, 1, 0, 0, 0.0)
    picture[1] = view.of(seen.logits, PIXEL_STEP, seen.x0, seen.y0, _FAR_OUTSIDE)
    picture[2] = view.of(_together(neighbours, working.shape), PIXEL_STEP, 0, 0, _FAR_OUTSIDE)
    picture[1:] = expit(picture[1:])
    picture[0] = np.clip(picture[0] / (_FULL * _level(picture)), 0, 1)
    return picture


def _together(instances: Iterable[Instance], shape: tuple[int, ...]) -> FloatImage:
    """Logits of a pixel of a mask belonging to any of the instances, for a density of a shape."""
    # The network's maps go on to whole blocks beyond the density.
    height, width = (-(-side // BLOCK) * BLOCK // PIXEL_STEP for side in shape)
    logits = np.full((height, width), _FAR_OUTSIDE, np.float32)
    for one in instances:
        rows, columns = one.logits.shape
        place = logits[one.y0 : one.y0 + rows, one.x0 : one.x0 + columns]
        np.maximum(place, one.logits, out=place)
    return logits


def _level(picture: FloatImage) -> float:
    """The density of the candidate's dark bands."""
    inside = picture[0][picture[1] > 0.5]
    return max(quantile(inside, 0.95), _LEAST_LEVEL) if inside.size else _LEAST_LEVEL


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


def _view(instance: Instance) -> _View:
    row, column = np.nonzero(instance.body.mask)
    places = np.stack([column + instance.x0, row + instance.y0], 1) + 0.5
    middle = places.mean(0)
    directions = np.linalg.svd(places - middle, full_matrices=False)[2]
    extent = (places - middle) @ directions.T
    centre = middle + (extent.max(0) + extent.min(0)) / 2 @ directions
    return _View(centre * PIXEL_STEP, directions[0])
