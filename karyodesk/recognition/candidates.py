"""All that the segmenter sees in a picture, and what follows once it is settled which of it are the chromosomes."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from karyodesk.imaging.body import Body, BodyDoubt, Mask, Segmentation
from karyodesk.imaging.chromatin import nuclei_mask
from karyodesk.imaging.reject import reject
from karyodesk.imaging.scale import Scale
from karyodesk.recognition.doubts import InstanceDoubt, doubts
from karyodesk.recognition.instances import PIXEL_STEP, Instance, Sightings, contradict


@dataclass(frozen=True, eq=False)
class Candidate:
    """One reading of some chromatin as a chromosome.

    Attributes:
        instance: as the segmenter sees it.
        body: the same in pixels of the picture.
        own: whether the segmenter itself takes it for a chromosome, by shape alone.
    """

    instance: Instance
    body: Body
    own: bool


@dataclass(frozen=True, eq=False)
class Candidates:
    """What may be chromosomes in a picture; readings of the same chromatin contradict each other.

    Attributes:
        all: those that the segmenter takes for chromosomes, the surest first, then the others likewise.
        chromatin: (height, width) bool: all the chromatin of the picture, nuclei included.
        width: usual width of a chromosome in pixels; 0 where nothing is seen.
        scale: of the instances.
    """

    all: tuple[Candidate, ...]
    chromatin: Mask
    width: float
    scale: Scale

    @property
    def own(self) -> list[int]:
        """Places of those that the segmenter takes for chromosomes."""
        return [place for place, one in enumerate(self.all) if one.own]

    def settled(self, taken: Sequence[int]) -> Segmentation:
        """Return the segmentation with some of them, by their places, for its chromosomes.

        Those at the border, in nuclei or in another cell are rejected; the others become doubts.
        """
        if not self.width:
            return Segmentation((), (), 0.0)
        chosen, out = [self.all[place] for place in taken], set(range(len(self.all))) - set(taken)
        rivals = [self.all[place].instance for place in sorted(out)]
        found = sorted((one.body for one in chosen), key=lambda body: (body.y0, body.x0))
        kept, rejected = reject(found, self.chromatin, nuclei_mask(self.chromatin, self.width), self.width)
        number = {id(body): place for place, body in enumerate(kept)}
        places = [number.get(id(one.body)) for one in chosen]
        seen = Sightings([one.instance for one in chosen], rivals)
        doubted = tuple(self._in_picture(doubts(seen), places))
        return Segmentation(tuple(kept), tuple(rejected), self.width, doubted)

    def _in_picture(self, found: Iterable[InstanceDoubt], places: Sequence[int | None]) -> Iterator[BodyDoubt]:
        """Doubts about bodies of the picture; ``places`` are those of the chosen ones among the bodies kept."""
        known = {id(one.instance): one.body for one in self.all}
        for doubt in found:
            concerned = tuple(place for one in doubt.chosen if (place := places[one]) is not None)
            if len(concerned) < len(doubt.chosen):
                continue
            readings = []
            for reading, probability in doubt.readings:
                full = (known.get(id(one)) or full_body(one, self.scale) for one in reading)
                bodies = tuple(body for body in full if body is not None)
                if len(bodies) == len(reading):
                    readings.append((bodies, probability))
            if readings:
                yield BodyDoubt(doubt.kind, concerned, tuple(readings))


def candidates(seen: Sightings, chromatin: Mask, width: float, scale: Scale) -> Candidates:
    """Return what is seen at the working scale as candidates in the picture."""
    pairs = [(one, True) for one in seen.chosen] + [(one, False) for one in seen.rivals]
    full = ((one, full_body(one, scale), own) for one, own in pairs)
    return Candidates(
        tuple(Candidate(one, body, own) for one, body, own in full if body is not None), chromatin, width, scale
    )


def contradictions(seen: Sequence[Candidate]) -> npt.NDArray[np.bool_]:
    """Return (n, n) bool: which two of n candidates cannot both be a chromosome."""
    found = np.zeros((len(seen), len(seen)), bool)
    for (first, one), (second, other) in combinations(enumerate(seen), 2):
        found[first, second] = found[second, first] = contradict(one.instance, other.instance)
    return found


def full_body(one: Instance, scale: Scale) -> Body | None:
    """Return the body of an instance in pixels of the picture; None where it has none."""
    return scale.full_body(one.logits, one.x0, one.y0, PIXEL_STEP)
