"""Candidate chromosomes from the skeleton of a clump: every smooth way through it.

At a crossing the branches that go straight on belong to one chromosome, and the crossing itself to
both; at a T or an L a way may also end. All plausible ways are returned; which of them are
chromosomes is decided by ``choose``.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from karyodesk.imaging.body import Body, Mask, crop_body
from karyodesk.imaging.density import FloatImage
from karyodesk.imaging.skeleton import Edge, Points, skeleton_graph

# In chromosome widths, except the angles, in degrees.
_SPUR = 0.75
_BRIDGE = 1.3
_ARM = 1.2
_LONGEST = 16.0
_STRAIGHT = 65.0
_CORNER = 40.0
_NECK = 0.8
_MOST_WAYS = 150


@dataclass(frozen=True, eq=False)
class _Way:
    edges: tuple[int, ...]
    length: float


def way_candidates(density: FloatImage, mask: Mask, width: float) -> list[Body]:
    """Return a body for every smooth way through one connected mask.

    Args:
        density: (height, width) float32.
        mask: (height, width) bool, one connected clump.
        width: of a chromosome in pixels.
    """
    padded = np.pad(mask, 2)
    depth = np.asarray(cv2.distanceTransform(padded.astype(np.uint8), cv2.DIST_L2, 5)[2:-2, 2:-2], np.float32)
    edges = skeleton_graph(padded, _SPUR * width)
    edges = [Edge(edge.points - 2, edge.start, edge.end) for edge in edges]
    edges = _cut_edges(edges, density, depth, width)
    if len(edges) < 2:
        return []
    zones = _zones(edges, mask)
    ways = _ways(edges, width)
    return [body for way in ways if (body := crop_body(_mask_of(way, edges, zones, depth, width))) is not None]


def _cut_edges(edges: list[Edge], density: FloatImage, depth: FloatImage, width: float) -> list[Edge]:
    """Cut edges at necks, pale gaps and corners, where two chromosomes may touch end to end."""
    node = 1 + max((n for edge in edges for n in (edge.start, edge.end) if n is not None), default=0)
    result = []
    for edge in edges:
        start, first = edge.start, 0
        for cut in _cuts(edge, density, depth, width):
            result.append(Edge(edge.points[first : cut + 1], start, node))
            start, first = node, cut
            node += 1
        result.append(Edge(edge.points[first:], start, edge.end))
    return result


def _cuts(edge: Edge, density: FloatImage, depth: FloatImage, width: float) -> list[int]:
    """Indices of the points where an edge is worth cutting, in order."""
    rows, columns = edge.points.T
    apart = max(2, round(0.8 * width))
    if len(rows) < 2 * apart:
        return []
    matter = _smooth(density[rows, columns] * 2 * depth[rows, columns] / width, round(0.3 * width))
    necks = [i for i in _minima(matter, apart) if matter[i] < _NECK * _shoulder(matter, i, 2 * apart)]
    turn = _turns(edge.points, apart)
    corners = [i for i in _minima(-turn, apart) if turn[i] > _CORNER]
    chosen: list[int] = []
    for i in necks + corners:
        if all(abs(i - other) >= apart for other in chosen):
            chosen.append(i)
    return sorted(chosen)


def _smooth(values: npt.NDArray[np.float32], reach: int) -> npt.NDArray[np.float32]:
    return np.asarray(cv2.blur(values[None], (2 * reach + 1, 1), borderType=cv2.BORDER_REPLICATE)[0])


def _minima(values: npt.NDArray[np.float32], apart: int) -> list[int]:
    """Indices of the minima within ``apart`` points on both sides, ends of the edge left out."""
    lowest = cv2.erode(values[None].astype(np.float32), np.ones((1, 2 * apart + 1), np.uint8))[0]
    inner = np.arange(apart, len(values) - apart)
    return [int(i) for i in inner if values[i] <= lowest[i]]


def _shoulder(values: npt.NDArray[np.float32], at: int, reach: int) -> float:
    return float(min(values[max(0, at - reach) : at + 1].max(), values[at : at + reach + 1].max()))


def _turns(points: Points, arm: int) -> npt.NDArray[np.float32]:
    """Angle in degrees between the arms before and behind every point."""
    n = len(points)
    at = np.arange(n)
    before = (points[at] - points[np.maximum(at - arm, 0)]).astype(np.float32)
    behind = (points[np.minimum(at + arm, n - 1)] - points[at]).astype(np.float32)
    cross = before[:, 0] * behind[:, 1] - before[:, 1] * behind[:, 0]
    dot = (before * behind).sum(1)
    return np.asarray(np.abs(np.degrees(np.arctan2(cross, dot))), np.float32)


def _zones(edges: list[Edge], mask: Mask) -> npt.NDArray[np.int32]:
    """Return (height, width) int32: which edge is nearest to each pixel of the mask, -1 outside."""
    seed = np.ones(mask.shape, np.uint8)
    owner = np.full(mask.shape, -1, np.int32)
    for number, edge in enumerate(edges):
        seed[edge.points[:, 0], edge.points[:, 1]] = 0
        owner[edge.points[:, 0], edge.points[:, 1]] = number
    _, nearest = cv2.distanceTransformWithLabels(seed, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    table = np.full(int(nearest.max()) + 1, -1, np.int32)
    table[nearest[seed == 0]] = owner[seed == 0]
    return np.where(mask, table[nearest], -1).astype(np.int32)


def _ways(edges: list[Edge], width: float) -> list[_Way]:
    """Enumerate the smooth ways through the graph, each once, shortest first where there are too many."""
    at_node: dict[int, list[tuple[int, bool]]] = {}
    for number, edge in enumerate(edges):
        if edge.start is not None:
            at_node.setdefault(edge.start, []).append((number, True))
        if edge.end is not None:
            at_node.setdefault(edge.end, []).append((number, False))
    found: dict[tuple[int, ...], _Way] = {}
    queue = [_Step((i,), forward, edge.length) for i, edge in enumerate(edges) for forward in (True, False)]
    while queue and len(found) < _MOST_WAYS:
        step, *queue = queue
        key = tuple(sorted(step.edges))
        if step.length > _LONGEST * width:
            continue
        if not (len(step.edges) == 1 and step.length < 0.5 * width):
            found.setdefault(key, _Way(step.edges, step.length))
        last = edges[step.edges[-1]]
        node = last.end if step.forward else last.start
        for number, forward in at_node.get(-1 if node is None else node, []):
            if number not in step.edges and _turn(edges, step, number, forward, width) < _STRAIGHT:
                queue.append(_Step((*step.edges, number), forward, step.length + edges[number].length))
    return list(found.values())


@dataclass(frozen=True)
class _Step:
    edges: tuple[int, ...]
    forward: bool
    length: float


def _turn(edges: list[Edge], step: _Step, number: int, forward: bool, width: float) -> float:
    """Angle in degrees between the last long edge of a way and the next edge."""
    arm = max(2, round(_ARM * width))
    coming = edges[step.edges[-1]].points
    coming = coming if step.forward else coming[::-1]
    going = edges[number].points if forward else edges[number].points[::-1]
    if len(going) < 0.6 * width:
        return 0.0
    if len(coming) < _BRIDGE * width and len(step.edges) > 1:
        before = edges[step.edges[-2]].points
        # The edge before the bridge is used from its end nearer to the bridge.
        near_end = np.abs(before[-1] - coming[0]).sum() <= np.abs(before[0] - coming[0]).sum()
        coming = before if near_end else before[::-1]
    a = (coming[-1] - coming[max(0, len(coming) - 1 - arm)]).astype(np.float64)
    b = (going[min(len(going) - 1, arm)] - going[0]).astype(np.float64)
    return float(abs(np.degrees(np.arctan2(a[0] * b[1] - a[1] * b[0], a @ b))))


def _mask_of(
    way: _Way, edges: list[Edge], zones: npt.NDArray[np.int32], depth: FloatImage, width: float
) -> Mask:
    """The zones of the edges of a way, with the discs of the junctions between them."""
    member = np.zeros(len(edges) + 1, bool)
    member[list(way.edges)] = True
    # Outside the mask the zone is -1: the last of ``member``, which stays False.
    mask = member[zones]
    discs = np.zeros(mask.shape, np.uint8)
    for number in way.edges:
        edge = edges[number]
        for node, point in ((edge.start, edge.points[0]), (edge.end, edge.points[-1])):
            inside = node is not None and sum(node in (edges[n].start, edges[n].end) for n in way.edges) > 1
            if inside:
                radius = min(float(depth[point[0], point[1]]), 0.6 * width)
                cv2.circle(discs, (int(point[1]), int(point[0])), round(radius), 1, -1)
    return np.asarray(mask | ((discs > 0) & (zones >= 0)), bool)
