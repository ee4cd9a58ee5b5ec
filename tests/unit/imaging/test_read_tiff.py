import contextlib
import struct
import tracemalloc
import zlib
from io import BytesIO

import numpy as np
import pytest
import tifffile

from karyodesk.domain.errors import PictureError
from karyodesk.imaging import limits
from karyodesk.imaging.read_tiff import read_tiff
from tests.unit.imaging.pictures import COLOUR, GREY, GREY16, tiff, tiff_pages


def raw_tiff(tags, data=b""):
    """A little-endian TIFF of one page with LONG tags; its strip comes last."""
    entries = dict(tags) | {273: 8 + 2 + 12 * (len(tags) + 2) + 4, 279: len(data)}
    rows = b"".join(struct.pack("<HHII", code, 4, 1, value) for code, value in sorted(entries.items()))
    return struct.pack("<2sHIH", b"II", 42, 8, len(entries)) + rows + struct.pack("<I", 0) + data


@pytest.mark.parametrize("compression", [None, "lzw", "zlib", "packbits", "zstd", "lzma"])
@pytest.mark.parametrize("pixels", [GREY, GREY16], ids=["8", "16"])
def test_compressions_without_loss(compression, pixels):
    assert np.array_equal(read_tiff(tiff(pixels, compression=compression))[0], pixels)


@pytest.mark.parametrize("options", [{"byteorder": ">"}, {"bigtiff": True}, {"rowsperstrip": 5}, {"tile": (16, 32)}])
def test_layouts(options):
    assert np.array_equal(read_tiff(tiff(GREY16, **options))[0], GREY16)


def test_planes_of_colour_are_put_together():
    planes = np.moveaxis(COLOUR, 2, 0)
    assert np.array_equal(read_tiff(tiff(planes, photometric="rgb", planarconfig="separate"))[0], COLOUR)


def test_white_as_zero_is_inverted():
    assert np.array_equal(read_tiff(tiff(255 - GREY, photometric="miniswhite"))[0], GREY)


def test_a_palette_is_applied():
    palette = np.stack([np.arange(256), np.arange(256)[::-1], np.full(256, 7)]).astype(np.uint16) * 257
    (pixels,) = read_tiff(tiff(GREY, photometric="palette", colormap=palette))
    assert np.array_equal(pixels, np.dstack([GREY, 255 - GREY, np.full_like(GREY, 7)]))


def test_transparency_becomes_white():
    alpha = np.full_like(GREY, 255)
    alpha[:, :4] = 0
    for kind in ("unassalpha", "assocalpha"):
        colour = COLOUR.copy()
        colour[:, :4] = 0
        (pixels,) = read_tiff(tiff(np.dstack([colour, alpha]), photometric="rgb", extrasamples=[kind]))
        assert (pixels[:, :4] == 255).all()
        assert np.array_equal(pixels[:, 4:], COLOUR[:, 4:])


def test_cmyk_becomes_rgb():
    inks = np.dstack([255 - COLOUR, np.zeros_like(GREY)])
    assert np.array_equal(read_tiff(tiff(inks, photometric="separated"))[0], COLOUR)


def test_few_bits_are_spread_to_eight():
    (pixels,) = read_tiff(tiff(GREY > 100, photometric="minisblack"))
    assert np.array_equal(pixels, np.where(GREY > 100, 255, 0))


def test_a_thumbnail_is_no_picture():
    pages = tiff_pages([GREY, GREY16])
    small = tiff_pages([GREY], subfiletype=1)
    assert len(read_tiff(pages)) == 2
    assert len(read_tiff(small)) == 1, "where it is all there is, it is read"


def test_thumbnails_beside_a_picture_are_left_out():
    stream = BytesIO()
    with tifffile.TiffWriter(stream) as writer:
        writer.write(GREY16, contiguous=False)
        writer.write(GREY[::2, ::2], subfiletype=1, contiguous=False)
    assert [page.shape for page in read_tiff(stream.getvalue())] == [GREY.shape]


@pytest.mark.parametrize(
    ("pixels", "options", "word"),
    [
        (GREY.astype(np.float32), {}, "decimal"),
        (np.full((24, 32), np.nan, np.float64), {}, "decimal"),
        (GREY.astype(np.uint32), {}, "32-bit"),
        (GREY.astype(np.int16), {}, "16-bit"),
        (np.dstack([GREY] * 5), {"photometric": "minisblack", "planarconfig": "contig"}, "5 channels"),
        (np.stack([GREY] * 16)[..., None], {"volumetric": True, "tile": (16, 16, 16)}, "volume"),
        (COLOUR, {"photometric": "rgb", "compression": "jpeg2000"}, "jpeg"),
        (COLOUR, {"photometric": "cielab"}, "colours"),
    ],
)
def test_what_is_no_picture_of_a_microscope(pixels, options, word):
    with pytest.raises(PictureError, match=word):
        read_tiff(tiff(pixels, **options))


def test_a_page_of_twenty_thousand_pixels_a_side_is_refused_undecoded():
    strip = zlib.compress(bytes(1000))
    tags = {256: 20_000, 257: 20_000, 258: 8, 259: 8, 262: 1, 277: 1, 278: 20_000}
    with pytest.raises(PictureError, match="20000 x 20000"):
        read_tiff(raw_tiff(tags, strip))


def test_a_strip_that_unpacks_to_more_than_its_page_takes_no_memory():
    bomb = zlib.compress(bytes(200_000_000), 9)
    tags = {256: 64, 257: 64, 258: 8, 259: 8, 262: 1, 277: 1, 278: 64}
    file = raw_tiff(tags, bomb)
    tracemalloc.start()
    try:
        with contextlib.suppress(Exception):
            read_tiff(file)
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


def test_a_jpeg_strip_larger_than_its_page_is_refused():
    data = bytearray(tiff(COLOUR, photometric="rgb", compression="jpeg"))
    frame = data.index(b"\xff\xc0")
    struct.pack_into(">HH", data, frame + 5, 65_000, 65_000)
    with pytest.raises(PictureError, match="damaged"):
        read_tiff(bytes(data))


def test_too_many_pages_are_refused(monkeypatch):
    monkeypatch.setattr(limits, "MAX_PAGES", 3)
    assert len(read_tiff(tiff_pages([GREY] * 3))) == 3
    with pytest.raises(PictureError, match="more than 3 pages"):
        read_tiff(tiff_pages([GREY] * 4))


def test_pages_that_are_large_together_are_refused(monkeypatch):
    monkeypatch.setattr(limits, "MAX_TOTAL_PIXELS", 2 * GREY.size)
    assert len(read_tiff(tiff_pages([GREY] * 2))) == 2
    with pytest.raises(PictureError, match="together"):
        read_tiff(tiff_pages([GREY] * 3))
