"""What may have to be cut or joined: other readings of the same chromatin, ranked and left to a person.

Nothing is forced towards 46: the readings come from the picture alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import cv2
import numpy as np

from karyodesk.domain.cell import DoubtKind
from karyodesk.imaging.body import shared_pixels
from karyodesk.imaging.density import FloatImage
from karyodesk.imaging.scale import WORKING_WIDTH
from karyodesk.recognition.instances import PIXEL_STEP, Instance, Sightings

# A reading lies within another where this share of it does, and explains it where it covers this share.
_WITHIN, _EXPLAINED = 0.8, 0.8
# What a smaller chromosome leaves of a body is another one where it is larger than this, in squared widths.
_REMAINDER = 0.9
# A crossing leaves two arms; pieces smaller than this, in squared widths, are the rim of the part.
_CRUMB = 0.3
_SQUARED_WIDTH = (WORKING_WIDTH / PIXEL_STEP) ** 2
# Less probable readings are not worth a question.
_WORTH_ASKING = 0.3


@dataclass(frozen=True, eq=False)
class InstanceDoubt:
    """Chosen chromosomes that may be cut or joined otherwise.

    Attributes:
        kind: whether one may be two, or several one.
        chosen: their places among the chosen ones.
        readings: what there would be instead, with the probability of that reading; likeliest first.
    """

    kind: DoubtKind
    chosen: tuple[int, ...]
    readings: tuple[tuple[tuple[Instance, ...], float], ...]


def doubts(seen: Sightings) -> list[InstanceDoubt]:
    """Return what may have to be cut or joined, the likeliest first."""
    found = [*_overlaps(seen), *_joins(seen)]
    return sorted(found, key=lambda doubt: (-doubt.readings[0][1], doubt.chosen))


def _overlaps(seen: Sightings) -> Iterator[InstanceDoubt]:
    """Chosen ones that smaller rivals lie within."""
    for place, whole in enumerate(seen.chosen):
        inner = [one for one in seen.rivals if one.area < _EXPLAINED * whole.area and _within(one, whole)]
        readings = [(first, second) for first, second in combinations(inner, 2) if _explain(first, second, whole)]
        readings += [(one, rest) for one in inner if (rest := _remainder(whole, one)) is not None]
        if asked := _ranked(readings, [whole]):
            yield InstanceDoubt(DoubtKind.OVERLAP, (place,), asked)


def _joins(seen: Sightings) -> Iterator[InstanceDoubt]:
    """Rivals that several chosen ones lie within."""
    for rival in seen.rivals:
        parts = tuple(place for place, one in enumerate(seen.chosen) if _within(one, rival))
        members = [seen.chosen[place] for place in parts]
        covered = sum(shared_pixels(one.body, rival.body) for one in members)
        if len(parts) > 1 and covered > _EXPLAINED * rival.area and (asked := _ranked([(rival,)], members)):
            yield InstanceDoubt(DoubtKind.JOIN, parts, asked)


def _within(inner: Instance, outer: Instance) -> bool:
    return shared_pixels(inner.body, outer.body) > _WITHIN * inner.area


def _explain(first: Instance, second: Instance, whole: Instance) -> bool:
    """Whether two smaller ones are different and make up the whole."""
    shared = shared_pixels(first.body, second.body)
    different = shared < (1 - _WITHIN) * min(first.area, second.area) + _SQUARED_WIDTH
    return different and first.area + second.area - shared > _EXPLAINED * whole.area


def _remainder(whole: Instance, part: Instance) -> Instance | None:
    """What a part leaves of the whole, crumbs apart; None where that is too small for a chromosome."""
    logits = np.minimum(whole.logits, -_placed(part, whole))
    _, pieces, stats, _ = cv2.connectedComponentsWithStats((logits > 0).astype(np.uint8))
    crumbs = stats[:, cv2.CC_STAT_AREA] < _CRUMB * _SQUARED_WIDTH
    crumbs[0] = False
    logits[crumbs[pieces]] = 0
    rest = Instance(logits, whole.x0, whole.y0, part.score)
    return rest if rest.area >= _REMAINDER * _SQUARED_WIDTH else None


def _placed(part: Instance, whole: Instance) -> FloatImage:
    """The logits of a part in the window of the whole; far below 0 where the part has none."""
    logits = np.full(whole.logits.shape, -np.inf, np.float32)
    (left, top, right, bottom), window = part.body.bbox, whole.body.bbox
    x0, y0, x1, y1 = max(left, window[0]), max(top, window[1]), min(right, window[2]), min(bottom, window[3])
    if x1 > x0 and y1 > y0:
        source = part.logits[y0 - part.y0 : y1 - part.y0, x0 - part.x0 : x1 - part.x0]
        logits[y0 - whole.y0 : y1 - whole.y0, x0 - whole.x0 : x1 - whole.x0] = source
    return logits


def _ranked(
    readings: Sequence[tuple[Instance, ...]], present: Sequence[Instance]
) -> tuple[tuple[tuple[Instance, ...], float], ...]:
    """Readings worth a question with their probabilities as against the present one, the likeliest first."""
    now = float(np.mean([one.score for one in present]))
    scored = [(reading, float(np.mean([one.score for one in reading]))) for reading in readings]
    asked = [(reading, score / (score + now)) for reading, score in scored if score / (score + now) >= _WORTH_ASKING]
    return tuple(sorted(asked, key=lambda pair: -pair[1]))
