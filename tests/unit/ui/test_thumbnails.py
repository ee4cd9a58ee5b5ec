import numpy as np
import pytest

from karyodesk.ui import thumbnails


@pytest.mark.parametrize("shape", [(12, 17), (12, 17, 3)])
def test_a_thumbnail_comes_back_as_it_was(shape):
    picture = np.random.default_rng(1).integers(0, 255, shape, np.uint8)
    assert np.array_equal(thumbnails.decode(thumbnails.encode(picture)), picture)


def test_what_is_no_picture_is_none():
    assert thumbnails.decode(b"") is None
    assert thumbnails.decode(b"no picture") is None
