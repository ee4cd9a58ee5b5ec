"""Outlined metaphases are kept as they are."""

from dataclasses import replace

import numpy as np
import pytest

from karyodesk.training.segmenter.outlined import grey_of, read, write

from .cells import FREE, outlined


def test_density_is_kept_as_far_as_it_matters():
    cell = outlined()
    assert cell.density.min() == pytest.approx(0, abs=0.01)
    assert cell.density.max() == pytest.approx(1, abs=0.01)
    values = np.linspace(-0.5, 2.5, 100, dtype=np.float32)[None]
    assert replace(cell, grey=grey_of(values)).density == pytest.approx(values, abs=0.006)
    beyond = grey_of(np.array([[-9, 9]], np.float32))
    assert replace(cell, grey=beyond).density == pytest.approx(np.array([[-0.5, 2.5]]))


@pytest.mark.parametrize("exact", [False, True])
def test_a_cell_is_read_as_written(tmp_path, exact):
    cell = outlined(unknown=(1, 4), exact=exact)
    write(cell, tmp_path / "c1.npz")
    back = read(tmp_path / "c1.npz")
    assert back.cell == "c1"
    assert back.exact is exact
    assert np.array_equal(back.grey, cell.grey)
    assert np.array_equal(back.boxes, cell.boxes)
    assert [body is None for body in back.bodies] == [False, True, False, False, True, False]
    for one, other in zip(back.bodies, cell.bodies, strict=True):
        assert one is None or (one.bbox == other.bbox and np.array_equal(one.mask, other.mask))


@pytest.mark.parametrize("masks", [(), FREE[:2]])
def test_a_cell_without_any_outline_is_read_as_written(tmp_path, masks):
    write(
        outlined(masks, unknown=(0, 1)) if masks else replace(outlined(), bodies=(), boxes=np.zeros((0, 4))),
        tmp_path / "c1.npz",
    )
    back = read(tmp_path / "c1.npz")
    assert back.bodies == (None,) * len(masks)
    assert back.boxes.shape == (len(masks), 4)
