"""Where the centromere lies: the waist of the body near where the label says it should be."""

import numpy as np
from scipy.ndimage import gaussian_filter1d

from karyodesk.imaging.axis import Axis
from karyodesk.imaging.body import Body
from karyodesk.imaging.straighten import cross_sections, sample

# The centromere of one type varies by so much of the chromosome's length from cell to cell.
_SPREAD = 0.06
# How much narrower than the rest a waist must be to draw the centromere by one spread.
_WAIST = 0.15


def find_centromere(body: Body, axis: Axis, expected: float) -> float:
    """Return the place of the centromere as a share of the axis from its start, 0 to 1.

    The narrowest cross section, weighed against its distance from the expected place: a waist is
    seen in the longer chromosomes only, and an acrocentric one has its waist at the tip.

    Args:
        body: the mask.
        axis: its medial axis.
        expected: share of the axis from its start where the band tables put the centromere.
    """
    widths = _relative_widths(body, axis)
    places = (np.arange(len(widths)) + 0.5) / len(widths)
    cost = 0.5 * ((places - expected) / _SPREAD) ** 2 + widths / _WAIST
    return float(places[int(cost.argmin())])


def _relative_widths(body: Body, axis: Axis) -> np.ndarray:
    """Width of the mask along the axis, 1 in the mean, smoothed over a fifth of a width."""
    rows = max(12, round(axis.length))
    half = axis.width
    columns = max(5, round(4 * half) | 1)
    at = cross_sections(axis.line, rows, half, columns)
    inside = sample(body.mask.astype(np.float32), at, body.x0, body.y0)
    widths = gaussian_filter1d(inside.sum(1), max(1.0, axis.width / 5), mode="nearest")
    return np.asarray(widths / max(float(widths.mean()), 1e-6))
