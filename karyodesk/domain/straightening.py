"""How a chromosome is straightened."""

from enum import StrEnum


class Straightening(StrEnum):
    """The techniques that Swati et al. (ICCV-W 2017) compare."""

    NONE = "none"
    """As it lies, only turned upright."""
    PROJECTION_VECTOR = "projection-vector"
    """Cut at one bend, and both arms set upright."""
    MEDIAL_AXIS = "medial-axis"
    """Unrolled along the normals of the medial axis."""
    CROSSING_SECTION = "crossing-section"
    """Unrolled along the narrowest chords of the outline."""
