import struct
import zlib
from io import BytesIO

import imagecodecs
import numpy as np
import pytest
from PIL import Image

from karyodesk.domain.errors import PictureError
from karyodesk.imaging.read_simple import read_bmp, read_jpeg, read_png, read_webp
from tests.unit.imaging.pictures import COLOUR, GREY, VALID


def saved(image, kind, **options):
    stream = BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def png_chunk(name, content):
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def huge_png(width, height):
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = png_chunk(b"IHDR", header) + png_chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + png_chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def patched(name, at, layout, *values):
    data = bytearray(VALID[name])
    struct.pack_into(layout, data, at, *values)
    return bytes(data)


def test_sizes_are_refused_by_the_header_alone():
    frame = VALID["colour.jpg"].index(b"\xff\xc0")
    with pytest.raises(PictureError, match="20000 x 20000"):
        read_png(huge_png(20_000, 20_000))
    with pytest.raises(PictureError, match="60000 x 60000"):
        read_jpeg(patched("colour.jpg", frame + 5, ">HH", 60_000, 60_000))
    with pytest.raises(PictureError, match="20000 x 20000"):
        read_bmp(patched("grey.bmp", 18, "<ii", 20_000, -20_000))
    with pytest.raises(PictureError, match="16383 x 16383"):
        read_webp(patched("lossless.webp", 21, "<I", 0x3FFE | 0x3FFE << 14))
    with pytest.raises(PictureError, match="16383 x 16000"):
        read_webp(patched("colour.webp", 26, "<HH", 16383, 16000))


@pytest.mark.parametrize("name", ["colour.webp", "lossless.webp"])
def test_the_size_of_an_extended_webp_is_that_of_its_canvas(name):
    inner = VALID[name][12:]
    extended = struct.pack("<4sIBBHHBHB", b"VP8X", 10, 0, 0, 0, 19_999, 0, 19_999, 0) + inner
    with pytest.raises(PictureError, match="20000 x 20000"):
        read_webp(b"RIFF" + struct.pack("<I", 4 + len(extended)) + b"WEBP" + extended)


def test_a_grey_picture_stored_in_colour_comes_as_grey():
    (pixels,) = read_png(imagecodecs.png_encode(np.dstack([GREY] * 3)))
    assert np.array_equal(pixels, GREY)


def test_a_grey_webp_comes_as_grey_although_its_decoder_rounds():
    photograph = np.kron(GREY, np.ones((8, 8), np.uint8))
    data = imagecodecs.webp_encode(np.dstack([photograph] * 3), level=90, lossless=False)
    decoded = imagecodecs.webp_decode(data)
    assert not np.array_equal(decoded[..., 0], decoded[..., 1])
    (pixels,) = read_webp(data)
    assert pixels.ndim == 2
    assert np.array_equal(pixels, decoded[..., 0])


def test_a_faint_colour_of_a_webp_is_kept():
    faint = np.dstack([GREY, GREY, np.minimum(GREY, 253) + 2])
    assert np.array_equal(read_webp(imagecodecs.webp_encode(faint, lossless=True))[0], faint)


def test_a_palette_is_applied():
    indexed = Image.fromarray(COLOUR).quantize(16)
    for pixels in (read_png(saved(indexed, "PNG"))[0], read_bmp(saved(indexed, "BMP"))[0]):
        assert np.array_equal(pixels, np.asarray(indexed.convert("RGB")))


def test_one_bit_becomes_black_and_white():
    bits = Image.fromarray(GREY > 100)
    for pixels in (read_png(saved(bits, "PNG"))[0], read_bmp(saved(bits, "BMP"))[0]):
        assert np.array_equal(pixels, np.where(GREY > 100, 255, 0))


def test_what_is_transparent_becomes_white():
    alpha = np.full_like(GREY, 255)
    alpha[:, :5] = 0
    (pixels,) = read_png(imagecodecs.png_encode(np.dstack([COLOUR, alpha])))
    assert (pixels[:, :5] == 255).all()
    assert np.array_equal(pixels[:, 5:], COLOUR[:, 5:])


def test_half_transparent_grey_lies_halfway_to_white():
    (pixels,) = read_png(saved(Image.merge("LA", [Image.new("L", (8, 8), 100), Image.new("L", (8, 8), 51)]), "PNG"))
    assert (pixels == 224).all()


def test_cmyk_becomes_rgb():
    (pixels,) = read_jpeg(saved(Image.fromarray(COLOUR).convert("CMYK"), "JPEG", quality=100))
    assert np.abs(pixels.astype(int) - COLOUR).mean() < 3


def test_a_tag_of_rotation_is_left_aside():
    exif = Image.Exif()
    exif[0x0112] = 6
    image = Image.fromarray(GREY)
    turned, straight = saved(image, "JPEG", exif=exif), saved(image, "JPEG")
    assert turned != straight
    assert np.array_equal(read_jpeg(turned)[0], read_jpeg(straight)[0])


def test_a_progressive_jpeg_is_read_whole_and_refused_cut():
    data = saved(Image.fromarray(COLOUR), "JPEG", progressive=True)
    assert read_jpeg(data)[0].shape == COLOUR.shape
    with pytest.raises(PictureError, match="incomplete"):
        read_jpeg(data[: len(data) * 3 // 4])


def test_a_bmp_from_the_top_down_is_the_same_picture():
    rows = np.asarray(Image.fromarray(COLOUR))[::-1, :, ::-1].tobytes()
    header = struct.pack("<2sIHHIIiiHHIIiiII", b"BM", 54 + len(rows), 0, 0, 54, 40, 32, 24, 1, 24, 0, 0, 0, 0, 0, 0)
    down = bytearray(header + COLOUR[..., ::-1].tobytes())
    struct.pack_into("<i", down, 22, -24)
    assert np.array_equal(read_bmp(header + rows)[0], COLOUR)
    assert np.array_equal(read_bmp(bytes(down))[0], COLOUR)


def test_profiles_and_texts_of_a_png_are_left_aside(capfd):
    data = VALID["grey.png"]
    at = data.index(b"IDAT") - 4
    extra = png_chunk(b"iCCP", b"bad\0\0profile") + png_chunk(b"gAMA", struct.pack(">I", 10))
    assert np.array_equal(read_png(data[:at] + extra + data[at:])[0], GREY)
    assert capfd.readouterr() == ("", "")
