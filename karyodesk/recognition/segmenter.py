"""The segmenter: from optical density to one mask a chromosome, by a network."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.special import expit

from karyodesk.imaging.body import Segmentation
from karyodesk.imaging.chromatin import chromatin_mask, chromosome_width, other_widths, width_of_masks
from karyodesk.imaging.density import Density, FloatImage
from karyodesk.imaging.scale import WORKING_WIDTH, Scale, at_working_scale, fits, working_scale
from karyodesk.recognition.candidates import Candidates, candidates
from karyodesk.recognition.instances import FEATURES, PIXEL_STEP, Maps, Sightings, sightings
from karyodesk.recognition.models import start
from karyodesk.recognition.views import View, agreed, returned

BLOCK = 32
"""The network takes densities whose sides are multiples of this."""
LEAST, MOST = -0.5, 2.5
"""Densities are held within these before the network reads them."""
# Every picture is looked at in all of these, as each errs otherwise (ADR 15); the first tells the width.
_FIRST, _FURTHER = View(1.0, mirrored=False), (View(0.85, mirrored=True), View(1.2, mirrored=False))
_NARROWEST_WIDTH = 2.5
# Below this score a picture is looked at with other widths, too: a poor metaphase of `val` has twice as much.
_CONVINCING = 15.0
# The masks seen tell the width again; a wrong one, by a logarithm above the first, is put right in so many rounds.
_SLIGHTLY_WRONG, _ROUNDS = 0.13, 3


@dataclass(frozen=True, eq=False)
class _Look:
    """What is seen of a picture in one view, where a chromosome is taken to be of a width in pixels."""

    seen: Sightings
    scale: Scale
    width: float

    @property
    def score(self) -> float:
        """About how many chromosomes are surely seen."""
        return sum(one.score for one in self.seen.chosen)


class Segmenter:
    """The network that finds chromosomes.

    Attributes:
        file: the model file in use.

    Raises:
        ModelError: where the model is missing or altered.
    """

    def __init__(self, folder: Path | None = None, threads: int = 0) -> None:
        self.file, self._session = start("segmenter", folder, threads)

    def find(self, density: Density) -> Segmentation:
        """Return the chromosomes of a picture as masks that may overlap, and what is no chromosome.

        Deterministic. Lengths follow the width of a chromosome measured in the picture.

        Raises:
            PictureError: where the picture holds far more than one metaphase.
        """
        seen = self.candidates(density)
        return seen.settled(seen.own)

    def candidates(self, density: Density) -> Candidates:
        """Return all that may be a chromosome of a picture. Deterministic; raises what ``find`` does."""
        chromatin = chromatin_mask(density.values, density.noise)
        width = chromosome_width(chromatin)
        if width < _NARROWEST_WIDTH:
            return Candidates((), chromatin, 0.0, Scale(1.0, 1.0, chromatin.shape))
        first = self._look(density, width)
        seen = self._look_again(density.values, first)
        return candidates(seen, chromatin, first.width, working_scale(chromatin.shape, first.width))

    def see(self, values: FloatImage, width: float) -> Sightings:
        """Return what is seen of a (h, w) density whose chromosomes are of a width in pixels, at the working scale."""
        return self._look_again(values, self._look_once(values, width, _FIRST))

    def _look(self, density: Density, width: float) -> _Look:
        """Look at a picture at a width, and at others where what is seen speaks against it."""
        best = self._look_once(density.values, width, _FIRST)
        if best.score < _CONVINCING:
            others = [other for other in other_widths(density.values, density.noise) if other >= _NARROWEST_WIDTH]
            looks = (self._look_once(density.values, other, _FIRST) for other in others if fits(density.values, other))
            best = max([best, *looks], key=lambda look: look.score)
        for _ in range(_ROUNDS):
            masks = width_of_masks(one.body.mask for one in best.seen.chosen)
            wrong = masks * PIXEL_STEP / (WORKING_WIDTH * _FIRST.zoom)
            right = best.width * wrong
            if not wrong or abs(np.log(wrong)) < _SLIGHTLY_WRONG or not fits(density.values, right):
                break
            better = self._look_once(density.values, right, _FIRST)
            if better.score <= best.score:
                break
            best = better
        return best

    def _look_again(self, values: FloatImage, first: _Look) -> Sightings:
        """Look in the further views, too, as far as there is room, and return what all say, at the working scale."""
        looks = {_FIRST: first}
        for view in _FURTHER:
            if fits(values, first.width / view.zoom):
                looks[view] = self._look_once(values, first.width, view)
        scale = working_scale(values.shape, first.width)
        return agreed([returned(look.seen, look.scale, view, scale) for view, look in looks.items()])

    def _look_once(self, values: FloatImage, width: float, view: View) -> _Look:
        working, scale = at_working_scale(values, width, view.zoom)
        return _Look(sightings(self.read(view.shown(working))), scale, width)

    def read(self, working: FloatImage) -> Maps:
        """Run the network on a (h, w) density at the working scale."""
        output = self._session.run(["core", "reach", "kernels", "features"], {"density": padded(working)[None, None]})
        core, reach, kernels, features = (np.asarray(value[0], np.float32) for value in output)
        here, right = expit(core)
        return Maps(here, right, reach * np.float32(WORKING_WIDTH), kernels, features[:FEATURES])


def padded(working: FloatImage) -> npt.NDArray[np.float32]:
    """Return a density as the network reads it: held within limits, empty ground added up to whole blocks."""
    height, width = working.shape
    block = np.zeros((-(-height // BLOCK) * BLOCK, -(-width // BLOCK) * BLOCK), np.float32)
    block[:height, :width] = np.clip(working, LEAST, MOST)
    return block
