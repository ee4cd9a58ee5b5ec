import numpy as np
import pytest

from karyodesk.imaging.skeleton import skeleton_graph

from .drawings import ribbon


def test_ribbon_is_one_edge_with_free_ends():
    (edge,) = skeleton_graph(ribbon([(50, 100), (200, 100)]), 10)
    assert (edge.start, edge.end) == (None, None)
    assert edge.length == pytest.approx(150, abs=16)


def test_points_are_in_order():
    (edge,) = skeleton_graph(ribbon([(50, 50), (150, 80), (200, 200)]), 10)
    assert np.abs(np.diff(edge.points, axis=0)).max() == 1


def test_t_has_three_edges_at_one_node():
    edges = skeleton_graph(ribbon([(50, 100), (250, 100)]) | ribbon([(150, 100), (150, 220)]), 10)
    assert len(edges) == 3
    nodes = [node for edge in edges for node in (edge.start, edge.end) if node is not None]
    assert len(nodes) == 3
    assert len(set(nodes)) == 1


def test_rough_outline_makes_no_branches():
    mask = ribbon([(50, 100), (250, 100)]) | ribbon([(150, 100), (150, 111)], width=4)
    assert len(skeleton_graph(mask, 14)) == 1


def test_ring_is_one_edge_without_ends():
    mask = ribbon([(100, 100), (200, 100), (200, 200), (100, 200), (100, 100)])
    (edge,) = skeleton_graph(mask, 10)
    assert edge.length > 300


def test_empty_mask_has_no_edges():
    assert skeleton_graph(np.zeros((20, 20), bool), 5) == []
