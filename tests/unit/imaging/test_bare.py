"""Pictures without metadata: the same pixels, and nothing else of the file."""

import numpy as np
import pytest
import tifffile

from karyodesk.domain.errors import PictureError
from karyodesk.imaging.bare import bare_png
from karyodesk.imaging.read import read_pages

RANDOM = np.random.default_rng(5)


def tiff(tmp_path, *pages):
    with tifffile.TiffWriter(tmp_path / "a.tif") as writer:
        for page in pages:
            kind = "rgb" if page.ndim == 3 else "minisblack"
            writer.write(page, photometric=kind, description="Zacharias Quux", software="Quux", metadata=None)
    return (tmp_path / "a.tif").read_bytes()


@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
@pytest.mark.parametrize("shape", [(30, 41), (30, 41, 3)])
def test_pixels_stay_the_same_and_texts_go(tmp_path, kind, shape):
    pages = [RANDOM.integers(0, np.iinfo(kind).max, shape, kind, endpoint=True) for _ in range(2)]
    data = tiff(tmp_path, *pages)
    assert b"Quux" in data
    for number, page in enumerate(pages, start=1):
        bare = bare_png(data, number)
        (read,) = read_pages(bare)
        assert read.dtype == kind
        np.testing.assert_array_equal(read, page)
        assert b"Quux" not in bare
        assert not any(chunk in bare for chunk in (b"tEXt", b"iTXt", b"zTXt", b"eXIf", b"tIME"))


def test_a_page_that_is_not_there_is_told(tmp_path):
    data = tiff(tmp_path, np.zeros((9, 9), np.uint8))
    for page in (0, 2):
        with pytest.raises(PictureError, match="no such page"):
            bare_png(data, page)
