"""A second look at a cell: what is doubted is named as it is and as it might be read otherwise.

The segmenter sees shapes; only the bands tell whether two bodies make one chromosome that a type fits
better than its pieces. Nothing is forced towards 46.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from karyodesk.domain.cell import DoubtKind
from karyodesk.imaging.axis import Axis
from karyodesk.imaging.body import Body, BodyDoubt, Segmentation
from karyodesk.imaging.pieces import end_to_end
from karyodesk.recognition.classifier import Scores
from karyodesk.recognition.encode import cell_scale
from karyodesk.recognition.reading import Reading

# Bodies whose one reading as a whole is this probable are joined; readings from the second on are worth a question
# (both chosen on `val`).
_TAKEN, _WORTH_ASKING = 0.8, 0.52
# A chromosome in two pieces is about as long as both, and no wider than chromosomes are.
_SHORTEST, _LONGEST, _WIDEST = 0.8, 1.15, 1.35


@dataclass(frozen=True, eq=False)
class Read:
    """Bodies of one cell, each straightened and read by itself.

    Attributes:
        bodies: n of them.
        axes: their n medial axes.
        reading: of the n.
    """

    bodies: tuple[Body, ...]
    axes: tuple[Axis, ...]
    reading: Reading

    def only(self, places: Sequence[int]) -> "Read":
        """Those at some places, in that order."""
        bodies, axes = tuple(self.bodies[i] for i in places), tuple(self.axes[i] for i in places)
        return Read(bodies, axes, self.reading.only(np.array(places, int)))

    def places(self, bodies: Sequence[Body]) -> list[int]:
        """Where some of the bodies stand among these."""
        number = {id(body): place for place, body in enumerate(self.bodies)}
        return [number[id(body)] for body in bodies]

    def with_more(self, more: "Read") -> "Read":
        """These and, after them, others."""
        return Read(self.bodies + more.bodies, self.axes + more.axes, self.reading.with_more(more.reading))


@dataclass(frozen=True, eq=False)
class Named:
    """Bodies of one cell, named in sight of each other.

    Attributes:
        read: n bodies.
        scores: of the n.
    """

    read: Read
    scores: Scores

    def only(self, places: Sequence[int]) -> "Named":
        """Those at some places, in that order; what is said of each stays as it was in sight of all."""
        return Named(self.read.only(places), self.scores.only(np.array(places, int)))

    @property
    def probability(self) -> npt.NDArray[np.float64]:
        """(n,) probability that each is one whole chromosome, and of its best label."""
        return np.asarray(np.exp(-self.scores.costs.min(1)) * self.scores.whole)


@dataclass(frozen=True, eq=False)
class _Reading:
    """Other bodies in the place of some.

    Attributes:
        kind: whether one is cut or several are joined.
        bodies: places of the ones concerned.
        instead: what there would be.
        probability: that this is right, as against the present.
    """

    kind: DoubtKind
    bodies: tuple[int, ...]
    instead: Read
    probability: float


def reread(
    found: Segmentation,
    named: Named,
    asked: Sequence[bool],
    read: Callable[[Sequence[Body]], Read],
    score: Callable[[Reading], Scores],
) -> tuple[Segmentation, Named]:
    """Join what is surely one chromosome, and judge by the bands what else may be cut or joined.

    Args:
        found: bodies and doubts by shape.
        named: the same bodies.
        asked: which of them no label fits well.
        read: straightens and reads further bodies at the scale of the cell.
        score: names bodies in sight of each other.

    Returns:
        the cell as it then is, ``named`` itself where nothing was joined; what was joined may be cut again.
    """
    possible = _possible(found, named, asked)
    if not possible:
        return found, named
    readings = sorted(_judged(possible, named, read, score), key=lambda one: -one.probability)
    taken: list[_Reading] = []
    for one in readings:
        if one.kind is DoubtKind.JOIN and one.probability >= _TAKEN and _apart(one, taken):
            taken.append(one)
    return _exchanged(found, named, taken, [one for one in readings if _apart(one, taken)], score)


_Possible = tuple[DoubtKind, tuple[int, ...], tuple[Body, ...]]


def _possible(found: Segmentation, named: Named, asked: Sequence[bool]) -> list[_Possible]:
    """The readings that the segmenter saw, and bodies that meet end to end."""
    readings: list[_Possible] = [
        (doubt.kind, doubt.bodies, bodies) for doubt in found.doubts for bodies, _ in doubt.readings
    ]
    known = {frozenset(places) for kind, places, _ in readings if kind is DoubtKind.JOIN}
    for first, second, both in end_to_end(named.read.bodies, named.read.axes, found.width, asked):
        if {first, second} not in known:
            readings.append((DoubtKind.JOIN, (first, second), (both,)))
    return readings


def _judged(
    readings: Sequence[_Possible],
    named: Named,
    read: Callable[[Sequence[Body]], Read],
    score: Callable[[Reading], Scores],
) -> Iterable[_Reading]:
    """Read all bodies at once, and compare the cell as each reading makes it with the present one."""
    further = read([body for _, _, bodies in readings for body in bodies])
    present, after = named.probability, 0
    usual = cell_scale(named.read.axes).width
    for kind, places, bodies in readings:
        instead = further.only(range(after, after + len(bodies)))
        after += len(bodies)
        pieces = [named.read.axes[i] for i in places]
        if kind is DoubtKind.JOIN and not _one_chromosome(instead.axes[0], pieces, usual):
            continue
        others = [i for i in range(len(present)) if i not in places]
        whole = named.read.only(others).with_more(instead)
        changed = Named(whole, score(whole.reading)).probability
        now, then = float(present[list(places)].prod()), float(changed[len(others) :].prod())
        yield _Reading(kind, places, instead, then / max(now + then, 1e-9))


def _one_chromosome(joined: Axis, pieces: Iterable[Axis], width: float) -> bool:
    share = joined.length / max(sum(piece.length for piece in pieces), 1e-9)
    return _SHORTEST < share < _LONGEST and joined.width < _WIDEST * width


def _apart(one: _Reading, taken: Iterable[_Reading]) -> bool:
    """Whether a reading concerns no body that is taken already."""
    return all(set(one.bodies).isdisjoint(other.bodies) for other in taken)


def _exchanged(
    found: Segmentation,
    named: Named,
    taken: Sequence[_Reading],
    doubted: Sequence[_Reading],
    score: Callable[[Reading], Scores],
) -> tuple[Segmentation, Named]:
    gone = {place for one in taken for place in one.bodies}
    kept = [place for place in range(len(named.read.bodies)) if place not in gone]
    now = named.read.only(kept)
    doubts = _as_doubts(doubted, {place: number for number, place in enumerate(kept)})
    for one in taken:
        pieces = tuple(named.read.bodies[place] for place in one.bodies)
        doubts.append(BodyDoubt(DoubtKind.OVERLAP, (len(now.bodies),), ((pieces, 1 - one.probability),)))
        now = now.with_more(one.instead)
    doubts.sort(key=lambda doubt: -doubt.readings[0][1])
    changed = Named(now, score(now.reading)) if taken else named
    return replace(found, bodies=now.bodies, doubts=tuple(doubts)), changed


def _as_doubts(readings: Iterable[_Reading], place: dict[int, int]) -> list[BodyDoubt]:
    """Readings worth a question, those of the same bodies together, the likeliest first."""
    together: dict[tuple[DoubtKind, tuple[int, ...]], list[tuple[tuple[Body, ...], float]]] = {}
    for one in readings:
        if one.probability >= _WORTH_ASKING:
            key = one.kind, tuple(place[body] for body in one.bodies)
            together.setdefault(key, []).append((one.instead.bodies, one.probability))
    return [BodyDoubt(kind, bodies, tuple(found)) for (kind, bodies), found in together.items()]
