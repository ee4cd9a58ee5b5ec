"""Cells of level bodies, what stands for the classifier, and doubts, for tests of the second look."""

import numpy as np
import pytest

from karyodesk.domain.cell import DoubtKind, RejectedBody
from karyodesk.imaging.axis import Axis
from karyodesk.imaging.body import Body, BodyDoubt, Segmentation
from karyodesk.recognition.classifier import Scores
from karyodesk.recognition.reading import Reading
from karyodesk.recognition.rereading import Named, Read, reread

WIDTH = 12
JOIN, OVERLAP = DoubtKind.JOIN, DoubtKind.OVERLAP


def block(x0, y0, length, width=WIDTH):
    """A level body."""
    return Body(np.ones((width, length), bool), x0, y0)


def axis_of(body, length=None, width=None):
    """A level axis through the middle of a body's box; its length and width may be said to be others."""
    x0, y0, x1, y1 = body.bbox
    long = (x1 - x0) if length is None else length
    line = np.stack([np.linspace(x0, x0 + long, round(long) + 1), np.full(round(long) + 1, (y0 + y1) / 2)], 1)
    return Axis(line, float(y1 - y0 if width is None else width))


def cost_of(body, probability):
    """(24,) costs whose best is of a probability; which one it is, and the rest, tell bodies apart."""
    x0, y0, x1, _ = body.bbox
    costs = 9 + (7 * x0 + 3 * y0 + x1) % 31 / 10 + np.arange(24) / 24
    costs[(x0 + y0 + x1) % 24] = -np.log(probability)
    return costs


def read_as(bodies, probabilities, axes=None):
    bodies = tuple(bodies)
    costs = np.reshape([cost_of(*pair) for pair in zip(bodies, probabilities, strict=True)], (-1, 24))
    chosen = tuple(axis_of(body) for body in bodies) if axes is None else tuple(axes)
    n = len(bodies)
    return Read(bodies, chosen, Reading(-costs, -costs - 1, *(np.zeros((n, 2)) for _ in range(2)), np.ones(n), costs))


def score(reading):
    """Bodies as they are read, whatever lies beside them, and each one whole."""
    return Scores(-reading.log_types, reading.directions, reading.whole)


def named_as(bodies, probabilities, axes=None):
    read = read_as(bodies, probabilities, axes)
    return Named(read, score(read.reading))


def look(found, named, asked, read, score=score):
    return reread(found, named, asked, read, score)


class Namer:
    """Reads further bodies as it is told to: by their boxes, or all with one probability; keeps what it was given."""

    def __init__(self, probability=0.5, length=None, width=None, **told):
        self.probability, self.length, self.width, self.told, self.given = probability, length, width, told, []

    def __call__(self, bodies):
        self.given.append(tuple(bodies))
        axes = tuple(axis_of(body, self.length, self.width) for body in bodies)
        return read_as(bodies, [self.told.get(str(body.bbox[:3:2]), self.probability) for body in bodies], axes)


def spanning(*pairs):
    """Probabilities by where a body begins and ends."""
    return {str(place): probability for place, probability in pairs}


def odds(probability, now):
    """How probable a body must be that is so probable a reading against one of probability ``now``."""
    return probability * now / (1 - probability)


def segmentation(bodies, *doubts):
    return Segmentation(tuple(bodies), (RejectedBody((0, 0, 3, 3), "debris"),), float(WIDTH), doubts)


# Two bodies end to end, two thirds of a width apart, and two that lie elsewhere.
LEFT, RIGHT = block(100, 50, 40), block(148, 50, 52)
BOTH = block(100, 50, 100)
HIGH, LOW = block(10, 10, 70), block(10, 200, 70)
CELL = (HIGH, LEFT, LOW, RIGHT)
PROBABLE = (0.95, 0.6, 0.9, 0.5)
NOW = 0.6 * 0.5
ASKED = (False, True, False, True)


def second_look(probability, bodies=CELL, probabilities=PROBABLE, doubts=(), asked=ASKED, **told):
    """What there is after it where the two as one are so probable a reading."""
    namer = Namer(odds(probability, NOW), **told)
    return look(segmentation(bodies, *doubts), named_as(bodies, probabilities), asked, namer)


def same(bodies, others):
    return len(bodies) == len(others) and all(one is other for one, other in zip(bodies, others, strict=True))


def agree(found, named):
    """Whether everything that is said of a body is said of that body."""
    count = len(found.bodies)
    assert same(found.bodies, named.read.bodies)
    assert len(named.read.axes) == count
    assert named.scores.costs.shape == named.scores.directions.shape == (count, 24)
    assert np.array_equal(named.scores.directions, -named.scores.costs - 1)
    for body, axis, costs in zip(named.read.bodies, named.read.axes, named.scores.costs, strict=True):
        assert axis.line[0, 0] == body.bbox[0]
        assert axis.line[0, 1] == (body.bbox[1] + body.bbox[3]) / 2
        assert costs == pytest.approx(cost_of(body, np.exp(-costs.min())))
    return True


def only(found):
    (doubt,) = found.doubts
    return doubt


def cut_of(place, *readings):
    return BodyDoubt(OVERLAP, (place,), tuple((pieces, 0.4) for pieces in readings))


def joined_as(places, *readings):
    return BodyDoubt(JOIN, places, tuple(((body,), 0.4) for body in readings))
