"""The techniques of straightening behind one interface."""

from functools import partial

from karyodesk.domain.straightening import Straightening
from karyodesk.imaging.axis import Axis
from karyodesk.imaging.bend import projection_vector
from karyodesk.imaging.body import Body
from karyodesk.imaging.chords import crossing_sections
from karyodesk.imaging.lying import as_it_lies
from karyodesk.imaging.straighten import Course, cross_sections


def course(body: Body, axis: Axis, technique: Straightening) -> Course:
    """Return how a body is straightened; the end where its medial axis starts comes first, whatever the technique.

    Args:
        body: the mask.
        axis: its medial axis.
        technique: one of four.
    """
    if technique is Straightening.NONE:
        return as_it_lies(body, axis)
    if technique is Straightening.PROJECTION_VECTOR:
        return projection_vector(body, axis)
    if technique is Straightening.CROSSING_SECTION:
        return crossing_sections(body, axis)
    return Course(axis.length, partial(cross_sections, axis.line))
