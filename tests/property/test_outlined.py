import tempfile
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from karyodesk.imaging.body import crop_body
from karyodesk.training.segmenter.outlined import OutlinedCell, read, write

masks = arrays(bool, st.tuples(st.integers(1, 20), st.integers(1, 20)))
bodies = st.one_of(st.none(), st.builds(crop_body, masks, st.integers(0, 200), st.integers(0, 200)))


@settings(max_examples=50, deadline=None)
@given(st.lists(bodies, max_size=8), st.booleans(), st.data())
def test_any_outlines_are_read_as_written(outlines, exact, data):
    missed = data.draw(st.lists(st.integers(0, max(0, len(outlines) - 1)), max_size=len(outlines), unique=True))
    boxes = np.zeros((len(outlines), 4), np.float32)
    cell = OutlinedCell("c", np.zeros((4, 4), np.uint8), boxes, tuple(outlines), exact, tuple(missed))
    with tempfile.TemporaryDirectory() as folder:
        write(cell, Path(folder) / "c.npz")
        back = read(Path(folder) / "c.npz")
    assert back.exact is exact
    assert back.missed == tuple(missed)
    assert [one and one.bbox for one in back.bodies] == [one and one.bbox for one in outlines]
    pairs = zip(back.bodies, outlines, strict=True)
    assert all(one is None or np.array_equal(one.mask, other.mask) for one, other in pairs)
