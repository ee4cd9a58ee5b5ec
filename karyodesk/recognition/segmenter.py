"""The segmenter: from optical density to one mask a chromosome, by a network."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.special import expit

from karyodesk.imaging.body import Body, BodyDoubt, Segmentation
from karyodesk.imaging.chromatin import chromatin_mask, chromosome_width, nuclei_mask, other_widths, width_of_masks
from karyodesk.imaging.density import Density, FloatImage
from karyodesk.imaging.reject import reject
from karyodesk.imaging.scale import WORKING_WIDTH, Scale, at_working_scale, fits
from karyodesk.recognition.doubts import InstanceDoubt, doubts
from karyodesk.recognition.instances import FEATURES, PIXEL_STEP, Instance, Maps, Sightings, sightings
from karyodesk.recognition.models import ModelFile, load_file, session

BLOCK = 32
"""The network takes densities whose sides are multiples of this."""
LEAST, MOST = -0.5, 2.5
"""Densities are held within these before the network reads them."""
_NARROWEST_WIDTH = 2.5
# Below this score a picture is looked at with other widths, too: a poor metaphase of `val` has twice as much.
_CONVINCING = 15.0
# The masks seen tell the width again; a wrong one, by a logarithm above the first, is put right in so many rounds.
_SLIGHTLY_WRONG, _ROUNDS = 0.13, 3


@dataclass(frozen=True, eq=False)
class _Look:
    """What is seen of a picture where a chromosome is taken to be of a width in pixels."""

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
        self.file: ModelFile = load_file("segmenter", folder)
        self._session = session(self.file, threads)

    def find(self, density: Density) -> Segmentation:
        """Return the chromosomes of a picture as masks that may overlap, and what is no chromosome.

        Deterministic. Lengths follow the width of a chromosome measured in the picture.

        Raises:
            PictureError: where the picture holds far more than one metaphase.
        """
        chromatin = chromatin_mask(density.values, density.noise)
        width = chromosome_width(chromatin)
        if width < _NARROWEST_WIDTH:
            return Segmentation((), (), 0.0)
        look = self._look(density, width)
        seen, scale, width = look.seen, look.scale, look.width
        full = [_full_body(one, scale) for one in seen.chosen]
        found = sorted((body for body in full if body is not None), key=lambda body: (body.y0, body.x0))
        kept, rejected = reject(found, chromatin, nuclei_mask(chromatin, width), width)
        place = {id(body): number for number, body in enumerate(kept)}
        places = [place.get(id(body)) for body in full]
        doubted = tuple(_in_picture(doubts(seen), places, scale))
        certainty = look.score / max(1, len(seen.chosen))
        return Segmentation(tuple(kept), tuple(rejected), width, doubted, certainty)

    def _look(self, density: Density, width: float) -> "_Look":
        """Look at a picture at a width, and at others where what is seen speaks against it."""
        best = self._look_once(density.values, width)
        if best.score < _CONVINCING:
            others = [other for other in other_widths(density.values, density.noise) if other >= _NARROWEST_WIDTH]
            looks = (self._look_once(density.values, other) for other in others if fits(density.values, other))
            best = max([best, *looks], key=lambda look: look.score)
        for _ in range(_ROUNDS):
            wrong = width_of_masks(one.body.mask for one in best.seen.chosen) * PIXEL_STEP / WORKING_WIDTH
            right = best.width * wrong
            if not wrong or abs(np.log(wrong)) < _SLIGHTLY_WRONG or not fits(density.values, right):
                break
            better = self._look_once(density.values, right)
            if better.score <= best.score:
                break
            best = better
        return best

    def _look_once(self, values: FloatImage, width: float) -> "_Look":
        working, scale = at_working_scale(values, width)
        return _Look(sightings(self.read(working)), scale, width)

    def read(self, working: FloatImage) -> Maps:
        """Run the network on a (h, w) density at the working scale."""
        output = self._session.run(["core", "reach", "kernels", "features"], {"density": padded(working)[None, None]})
        core, reach, kernels, features = (np.asarray(value[0], np.float32) for value in output)
        here, right = expit(core)
        return Maps(here, right, reach * np.float32(WORKING_WIDTH), kernels, features[:FEATURES])


def _in_picture(
    found: Iterable[InstanceDoubt], places: Sequence[int | None], scale: Scale
) -> Iterator[BodyDoubt]:
    """Doubts about bodies of the picture; ``places`` are those of the chosen ones among the bodies kept."""
    for doubt in found:
        concerned = tuple(place for one in doubt.chosen if (place := places[one]) is not None)
        if len(concerned) < len(doubt.chosen):
            continue
        readings = []
        for reading, probability in doubt.readings:
            bodies = tuple(body for one in reading if (body := _full_body(one, scale)) is not None)
            if len(bodies) == len(reading):
                readings.append((bodies, probability))
        if readings:
            yield BodyDoubt(doubt.kind, concerned, tuple(readings))


def _full_body(one: Instance, scale: Scale) -> Body | None:
    return scale.full_body(one.logits, one.x0, one.y0, PIXEL_STEP)


def padded(working: FloatImage) -> npt.NDArray[np.float32]:
    """Return a density as the network reads it: held within limits, empty ground added up to whole blocks."""
    height, width = working.shape
    block = np.zeros((-(-height // BLOCK) * BLOCK, -(-width // BLOCK) * BLOCK), np.float32)
    block[:height, :width] = np.clip(working, LEAST, MOST)
    return block
