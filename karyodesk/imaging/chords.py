"""Straightening by crossing sections: rows are the mask's own narrowest chords, at equal distances along their middles.

Rows lean with the body's own narrowings, not with the normals of a curve, and a row ends where its chord does: beyond
lies another arm or another chromosome. Chords are kept from crossing each other within the body.
"""

from functools import partial

import cv2
import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter1d

from karyodesk.imaging.axis import Axis, Line, arc_lengths, resampled, smoothed
from karyodesk.imaging.body import Body, with_margin
from karyodesk.imaging.straighten import OUTSIDE, Course, FloatImage, Grid

Profile = npt.NDArray[np.float64]

# So many chords lie in one width of the body's length; each reaches so many widths to either side, in so many steps.
_DENSITY = 8
_REACH, _STEPS = 1.25, 36
# They are tried so far askew of the medial axis. An angle a askew must make a chord narrower by this share of the
# body's width times a squared: the rim is rough, and most bands lie straight across.
_TILTS = np.radians(np.arange(-32, 33, 8))
_ASKEW = 0.4
# Middles and tilts are smoothed over so many chords.
_SMOOTH, _SMOOTH_TILTS = 1.5, 4.0
# Nearer than this to an end, in widths, the tip is round and its narrowest chord tells nothing.
_TIP = 0.6
# Chords may turn by no more than this share of the angle at which they meet at the rim.
_SHARPEST = 0.9
# A gap of so many widths in a chord is a hole or a cleft, not the ground beside the body.
_CLEFT = 0.3
# A row shows so many pixels beyond the ends of its chord, for a soft rim.
_RIM = 1.5


def crossing_sections(body: Body, axis: Axis) -> Course:
    """Return the course of a body along the middles of its narrowest chords."""
    width = max(axis.width, 2.0)
    mask, margin = _closed(body, width)
    corner = np.array([body.x0 - margin, body.y0 - margin])
    points = _spaced(_to_the_tips(axis.line - corner, mask, width), width)
    angles = _narrowest(mask, points, width)
    left, right = _runs(mask, points, angles, width)
    middles = smoothed(points + ((right - left) / 2)[:, None] * _across(angles), _SMOOTH)
    arc = arc_lengths(middles)
    middles = _spaced(middles, width)
    angles = np.interp(np.linspace(0, arc[-1], len(middles)), arc, angles)
    angles = _apart(angles, 2 * _SHARPEST / width * float(arc[-1]) / (len(middles) - 1))
    left, right = _runs(mask, middles, angles, width)
    ribs = np.concatenate([middles + corner, np.stack([angles, left + _RIM, right + _RIM], 1)], 1)
    return Course(max(float(arc[-1]), 1.0), partial(_sections, ribs))


def _closed(body: Body, width: float) -> tuple[FloatImage, int]:
    """The mask with its holes and the clefts between chromatids filled, and the margin that it has all round."""
    size = 2 * round(_CLEFT * width / 2) + 1
    margin = size // 2 + 2
    mask = with_margin(body.mask, margin).astype(np.uint8)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    return cv2.morphologyEx(mask, cv2.MORPH_CLOSE, kernel).astype(np.float32), margin


def _to_the_tips(line: Line, mask: FloatImage, width: float) -> Line:
    """The line with both ends drawn out straight as long as the body lies beside them.

    A medial axis ends in the notch between two chromatids, and the chromatids go on.
    """
    reach = min(len(line) - 1, max(1, round(width / 2)))
    across = np.linspace(-0.5, 0.5, 13) * width
    ends = []
    for end, inner in ((line[0], line[reach]), (line[-1], line[-1 - reach])):
        on = (end - inner) / max(float(np.linalg.norm(end - inner)), 1e-9)
        beyond = end + np.arange(1, round(width / 2) + 1)[:, None] * on
        grid = (beyond[:, None] + across[None, :, None] * np.array([on[1], -on[0]])).astype(np.float32)
        outside = np.flatnonzero(~_inside(mask, grid[..., 0], grid[..., 1]).any(1))
        ends.append(beyond[: outside[0] if len(outside) else None])
    return np.concatenate([ends[0][::-1], line, ends[1]])


def _spaced(line: Line, width: float) -> Line:
    """Points of a line as dense as chords are."""
    return resampled(line, max(3, round(float(arc_lengths(line)[-1]) / width * _DENSITY) + 1))


def _narrowest(mask: FloatImage, points: Line, width: float) -> Profile:
    """(n,) direction of the narrowest chord through each point in radian; the tips take the tilt of the next one."""
    tangent = np.gradient(smoothed(points, 2 * _SMOOTH), axis=0)
    level = np.unwrap(np.arctan2(-tangent[:, 0], tangent[:, 1]))
    tried = level[:, None] + _TILTS
    left, right = _runs(mask, np.repeat(points, len(_TILTS), 0), tried.ravel(), width)
    widths = (left + right).reshape(tried.shape) + _ASKEW * width * _TILTS**2
    tilt = _TILTS[gaussian_filter1d(widths, _SMOOTH_TILTS, axis=0, mode="nearest").argmin(1)]
    inner = min(round(_TIP * _DENSITY), (len(points) - 1) // 2)
    tilt[:inner], tilt[len(tilt) - inner :] = tilt[inner], tilt[-1 - inner]
    return np.asarray(level + gaussian_filter1d(tilt, _SMOOTH_TILTS, mode="nearest"))


def _across(angles: Profile) -> Line:
    return np.stack([np.cos(angles), np.sin(angles)], 1)


def _runs(mask: FloatImage, points: Line, angles: Profile, width: float) -> tuple[Profile, Profile]:
    """How far the mask reaches without a gap from each point, backwards and on along its angle; 0 outside."""
    step = _REACH * width / _STEPS
    offsets = np.arange(-_STEPS, _STEPS + 1) * step
    grid = np.multiply.outer(_across(angles), offsets).astype(np.float32)
    grid += points.astype(np.float32)[..., None]
    # One more sample at either end, a gap, so that there is a first one in every row.
    gaps = np.ones((len(points), 2 * _STEPS + 3), bool)
    gaps[:, 1:-1] = ~_inside(mask, grid[:, 0], grid[:, 1])
    left, right = gaps[:, _STEPS + 1 :: -1].argmax(1), gaps[:, _STEPS + 1 :].argmax(1)
    return np.maximum(left - 0.5, 0) * step, np.maximum(right - 0.5, 0) * step


def _inside(mask: FloatImage, xs: FloatImage, ys: FloatImage) -> npt.NDArray[np.bool_]:
    """Whether places, x and y each (n, m), lie inside."""
    # OpenCV takes pictures of fewer than 32768 rows.
    parts = range(0, len(xs), 30000)
    values = [cv2.remap(mask, xs[i : i + 30000], ys[i : i + 30000], cv2.INTER_LINEAR, borderValue=0) for i in parts]
    return np.concatenate(values) > 0.5


def _apart(angles: Profile, most: float) -> Profile:
    """The angles with no step between neighbours above the most; from both ends alike."""
    on, back = angles.tolist(), angles.tolist()
    for i in range(1, len(on)):
        on[i] = min(max(on[i], on[i - 1] - most), on[i - 1] + most)
        back[-1 - i] = min(max(back[-1 - i], back[-i] - most), back[-i] + most)
    return np.asarray((np.array(on) + np.array(back)) / 2)


def _sections(ribs: npt.NDArray[np.float64], rows: int, half_width: float, columns: int) -> Grid:
    """The grid along ribs, (n, 5): x and y of the middle, angle, and how far each reaches backwards and on."""
    places = np.linspace(0, len(ribs) - 1, rows)
    x, y, angle, left, right = (np.interp(places, np.arange(len(ribs)), column)[:, None] for column in ribs.T)
    across = np.linspace(-half_width, half_width, columns)
    own = (across >= -left) & (across <= right)
    xs = np.where(own, x + across * np.cos(angle), OUTSIDE)
    ys = np.where(own, y + across * np.sin(angle), OUTSIDE)
    return xs.astype(np.float32), ys.astype(np.float32)
