"""The outline of a chromosome in pixels of the stored original."""

import hashlib
from dataclasses import dataclass
from functools import cached_property

Point = tuple[float, float]
"""x (to the right) and y (down) in pixels of the picture as stored."""
Box = tuple[int, int, int, int]
"""x0, y0, x1, y1 in pixels; x1 and y1 are exclusive."""


@dataclass(frozen=True)
class Outline:
    """One or more closed polygons; it may overlap the outline of another chromosome.

    The points are centres of the outermost pixels that belong to the chromosome, so a polygon
    drawn with its border filled gives the mask back.

    Attributes:
        polygons: closed rings without the first point repeated; several where the body is in pieces.
    """

    polygons: tuple[tuple[Point, ...], ...]

    @cached_property
    def digest(self) -> str:
        """Ten hexadecimal digits that tell this outline from others: of the SHA-256 of its points."""
        points = [[(float(x), float(y)) for x, y in polygon] for polygon in self.polygons]
        return hashlib.sha256(repr(points).encode()).hexdigest()[:10]

    @cached_property
    def bbox(self) -> Box:
        """The smallest box around the outline.

        Raises:
            ValueError: for an outline without a point.
        """
        points = [point for polygon in self.polygons for point in polygon]
        if not points:
            raise ValueError("an outline needs at least one point")
        xs, ys = [x for x, _ in points], [y for _, y in points]
        return int(min(xs)), int(min(ys)), int(max(xs)) + 1, int(max(ys)) + 1
