"""The skeleton of a mask as a graph: edges of ordered pixels between junctions and free ends."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
from skimage.morphology import skeletonize

from karyodesk.imaging.body import Mask

Points = npt.NDArray[np.int32]

_NEIGHBOURS = [(-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 1), (1, -1), (1, 0), (1, 1)]


@dataclass(frozen=True, eq=False)
class Edge:
    """A piece of skeleton without a branch.

    Attributes:
        points: (n, 2) int32, rows and columns in order from ``start`` to ``end``.
        start: node at the first point; None at a free end.
        end: node at the last point; None at a free end.
    """

    points: Points
    start: int | None
    end: int | None

    @property
    def length(self) -> float:
        """Length in pixels along the points."""
        return float(np.linalg.norm(np.diff(self.points, axis=0), axis=1).sum()) + 1.0


def skeleton_graph(mask: Mask, spur: float) -> list[Edge]:
    """Return the edges of the skeleton of a mask.

    Args:
        mask: (height, width) bool; what touches the border of the array is thinned as anything else.
        spur: side branches with a free end, shorter than this many pixels, are left out as roughness of the outline.
    """
    thin = skeletonize(mask)
    for _ in range(2):
        edges = _trace(thin)
        spurs = [edge for edge in edges if (edge.start is None) != (edge.end is None) and edge.length < spur]
        if not spurs:
            return edges
        for edge in spurs:
            thin[edge.points[:, 0], edge.points[:, 1]] = False
        thin = skeletonize(thin)
    return _trace(thin)


def _trace(thin: Mask) -> list[Edge]:
    """Cut a skeleton at its junctions and put the pixels of every piece in order."""
    padded = np.pad(thin, 1).astype(np.uint8)
    count = cv2.boxFilter(padded, cv2.CV_16S, (3, 3), normalize=False) - 1
    junction = (padded > 0) & (count > 2)
    node_of = np.asarray(cv2.connectedComponents(junction.astype(np.uint8))[1], np.int32)
    rest = padded.astype(bool) & ~junction
    _, piece_of = cv2.connectedComponents(rest.astype(np.uint8))
    rows, columns = np.nonzero(rest)
    pieces = piece_of[rows, columns]
    order = np.argsort(pieces, kind="stable")
    cuts = np.flatnonzero(np.diff(pieces[order])) + 1
    return [
        _edge([(int(rows[i]), int(columns[i])) for i in members], node_of)
        for members in np.split(order, cuts)
        if len(members)
    ]


def _edge(pixels: list[tuple[int, int]], node_of: npt.NDArray[np.int32]) -> Edge:
    """Order the pixels of one piece, which has no junction, and find the nodes at its two ends."""
    left = set(pixels)
    ends = [pixel for pixel in pixels if sum(near in left for near in _around(pixel)) <= 1]
    here: tuple[int, int] | None = ends[0] if ends else pixels[0]
    chain: list[tuple[int, int]] = []
    while here is not None:
        chain.append(here)
        left.discard(here)
        # Straight neighbours first, so that a corner pixel is not skipped.
        here = min(
            (near for near in _around(here) if near in left),
            key=lambda near: abs(near[0] - chain[-1][0]) + abs(near[1] - chain[-1][1]),
            default=None,
        )
    start, end = _node_at(chain[0], node_of), _node_at(chain[-1], node_of)
    if len(chain) == 1:
        start, end = _two_nodes_at(chain[0], node_of)
    return Edge(np.array(chain, np.int32) - 1, start, end)


def _around(pixel: tuple[int, int]) -> list[tuple[int, int]]:
    return [(pixel[0] + row, pixel[1] + column) for row, column in _NEIGHBOURS]


def _node_at(pixel: tuple[int, int], node_of: npt.NDArray[np.int32]) -> int | None:
    return next((int(node_of[near]) for near in _around(pixel) if node_of[near]), None)


def _two_nodes_at(pixel: tuple[int, int], node_of: npt.NDArray[np.int32]) -> tuple[int | None, int | None]:
    nodes = sorted({int(node_of[near]) for near in _around(pixel) if node_of[near]})
    return (nodes[0] if nodes else None), (nodes[1] if len(nodes) > 1 else None)
