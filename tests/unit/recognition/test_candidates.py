"""What is seen becomes a segmentation once it is settled which of it are the chromosomes."""

import numpy as np

from karyodesk.domain.cell import DoubtKind
from karyodesk.imaging.scale import Scale
from karyodesk.recognition.candidates import Candidates, candidates
from karyodesk.recognition.instances import Instance, Sightings

SHAPE = (200, 300)


def bar(x0, x1, score):
    """An instance of a bar six pixels of a mask high, its rim outside."""
    logits = np.full((8, x1 - x0 + 2), -3, np.float32)
    logits[1:-1, 1:-1] = 3
    return Instance(logits, x0 - 1, 40, score)


WHOLE, LEFT, RIGHT, OTHER = bar(10, 50, 0.8), bar(10, 29, 0.6), bar(31, 50, 0.6), bar(80, 110, 0.9)


def made():
    """Twice as many pixels in the picture as in a mask; one of the candidates is the whole of two others."""
    return candidates(Sightings([OTHER, WHOLE], [LEFT, RIGHT]), np.ones(SHAPE, bool), 12.0, Scale(1.0, 1.0, SHAPE))


def boxes(bodies):
    return sorted(body.bbox for body in bodies)


def test_candidates_lie_in_the_picture_the_segmenters_own_first():
    seen = made()
    assert [one.instance for one in seen.all] == [OTHER, WHOLE, LEFT, RIGHT]
    assert seen.own == [0, 1]
    x0, _, x1, _ = seen.all[1].body.bbox
    assert abs(x0 - 20) <= 1
    assert abs(x1 - 100) <= 1


def test_what_is_taken_is_found_and_the_others_are_doubts():
    seen = made()
    found = seen.settled(seen.own)
    assert boxes(found.bodies) == boxes(one.body for one in seen.all[:2])
    (doubt,) = found.doubts
    assert doubt.kind is DoubtKind.OVERLAP
    assert found.bodies[doubt.bodies[0]] is seen.all[1].body


def test_with_the_pieces_taken_the_whole_is_the_doubt():
    seen = made()
    found = seen.settled([0, 2, 3])
    assert boxes(found.bodies) == boxes(seen.all[place].body for place in (0, 2, 3))
    (doubt,) = found.doubts
    assert doubt.kind is DoubtKind.JOIN
    assert {found.bodies[place] for place in doubt.bodies} == {seen.all[2].body, seen.all[3].body}


def test_nothing_seen_is_nothing_found():
    found = Candidates((), np.zeros(SHAPE, bool), 0.0, Scale(1.0, 1.0, SHAPE)).settled([])
    assert (found.bodies, found.doubts, found.width) == ((), (), 0.0)
