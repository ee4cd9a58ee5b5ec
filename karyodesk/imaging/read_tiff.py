"""TIFF: several pages, 1 to 16 bits, grey, palette, RGB, CMYK, strips and tiles, the usual compressions."""

from io import BytesIO
from struct import unpack
from typing import Any, Final

import numpy as np
from tifffile import COMPRESSION, PHOTOMETRIC, TiffFile, TiffPage

from karyodesk.imaging.colour import Stored, from_cmyk, from_palette, inverted, over_white, plain, to_unsigned
from karyodesk.imaging.headers import jpeg_size
from karyodesk.imaging.limits import check_pages, check_size, damaged, not_readable
from karyodesk.imaging.picture import Pixels

_BOUNDED: Final = frozenset(
    {
        COMPRESSION.NONE,
        COMPRESSION.CCITTRLE,
        COMPRESSION.CCITT_T4,
        COMPRESSION.CCITT_T6,
        COMPRESSION.LZW,
        COMPRESSION.ADOBE_DEFLATE,
        COMPRESSION.DEFLATE,
        COMPRESSION.PACKBITS,
        COMPRESSION.LZMA,
        COMPRESSION.ZSTD,
    }
)
"""Compressions that are unpacked into a buffer of the stated size, whatever the stream says."""
_SMALL_COPY: Final = 1
"""Bit of NewSubfileType: a reduced copy of another page, such as a thumbnail."""
_ALPHA: Final = {1: True, 2: False}
"""ExtraSamples that mean transparency, and whether the colours are multiplied by it."""


def read_tiff(data: bytes) -> list[Pixels]:
    """Pixels of every page of a TIFF or BigTIFF but thumbnails; the orientation tag is left aside.

    Raises:
        PictureError: for a page that is too large, incomplete or of a sort that is no picture of a microscope.
        Exception: of any kind for a damaged file; the caller turns it into a PictureError.
    """
    with TiffFile(BytesIO(data)) as tiff:
        pages = _pages(tiff)
        for page in pages:
            _check(page, len(data))
        check_pages(len(pages), sum(page.imagewidth * page.imagelength for page in pages))
        return [_pixels(page) for page in pages]


def _pages(tiff: TiffFile) -> list[TiffPage]:
    """The pages that are pictures of their own, none of them decoded yet."""
    pages: list[TiffPage] = []
    for count, page in enumerate(tiff.pages, start=1):
        check_pages(count, 0)
        pages.append(page)
    if not pages or _points_outside(pages[-1]):
        raise damaged("TIFF")
    return [page for page in pages if not page.subfiletype & _SMALL_COPY] or pages[:1]


def _points_outside(page: TiffPage) -> bool:
    """Whether a page says that another one follows where the file has ended."""
    stream, layout = page.parent.filehandle, page.parent.tiff
    stream.seek(page.offset)
    (tags,) = unpack(layout.tagnoformat, stream.read(layout.tagnosize))
    stream.seek(page.offset + layout.tagnosize + tags * layout.tagsize)
    (following,) = unpack(layout.offsetformat, stream.read(layout.offsetsize))
    return bool(following >= stream.size)


def _check(page: TiffPage, file_size: int) -> None:
    """Refuse a page by what its tags say, before its pixels are touched."""
    check_size(page.imagewidth, page.imagelength)
    if page.imagedepth != 1:
        raise not_readable("is a volume of several layers")
    if page.samplesperpixel > 5:
        raise not_readable(f"holds {page.samplesperpixel} channels")
    parts = list(zip(page.dataoffsets, page.databytecounts, strict=True))
    if len(parts) != int(np.prod(page.chunked)) or not all(_inside(*part, file_size) for part in parts):
        raise damaged("TIFF")
    if page.compression == COMPRESSION.JPEG:
        _check_jpeg(page)
    elif page.compression not in _BOUNDED:
        raise not_readable(f"is compressed in a way that cannot be read ({_name(page.compression)})")


def _inside(offset: int, size: int, file_size: int) -> bool:
    """Whether a strip or tile lies in the file; one of no bytes is a hole in the picture."""
    return offset > 0 and size > 0 and offset + size <= file_size


def _check_jpeg(page: TiffPage) -> None:
    """Refuse a strip or tile whose own header states more pixels than its page has room for."""
    room = (page.tilewidth or page.imagewidth) * (page.tilelength or page.rowsperstrip or page.imagelength)
    stream = page.parent.filehandle
    for offset, size in zip(page.dataoffsets, page.databytecounts, strict=True):
        stream.seek(offset)
        width, height = jpeg_size(stream.read(size))
        if width * height > max(room, page.imagewidth * page.imagelength):
            raise damaged("TIFF")


def _name(code: Any) -> str:  # noqa: ANN401 - an enumeration's member where the number is known
    return str(getattr(code, "name", code)).lower()


def _pixels(page: TiffPage) -> Pixels:
    """Decode one page."""
    planes = page.asarray(squeeze=False, maxworkers=1)  # planes, depth, rows, columns, samples
    stored = np.moveaxis(planes[:, 0], 0, -2).reshape(page.imagelength, page.imagewidth, -1)
    return _colours(page, stored)


def _colours(page: TiffPage, stored: Stored) -> Pixels:
    """Turn (rows, columns, samples) into grey or RGB by what the page says of its colours."""
    if page.photometric == PHOTOMETRIC.PALETTE and page.colormap is not None and stored.dtype.kind == "u":
        return plain(from_palette(stored[..., 0], page.colormap))
    bits = page.bitspersample if isinstance(page.bitspersample, int) else max(page.bitspersample)
    pixels = to_unsigned(stored, bits)
    if page.photometric == PHOTOMETRIC.MINISWHITE:
        return _without_extra(page, inverted(pixels[..., :1], bits), pixels[..., 1:])
    if page.photometric == PHOTOMETRIC.MINISBLACK:
        return _without_extra(page, pixels[..., :1], pixels[..., 1:])
    in_rgb = page.photometric == PHOTOMETRIC.YCBCR and page.compression == COMPRESSION.JPEG
    if page.photometric == PHOTOMETRIC.RGB or in_rgb:
        return _without_extra(page, pixels[..., :3], pixels[..., 3:])
    if page.photometric == PHOTOMETRIC.SEPARATED and pixels.shape[2] >= 4:
        return _without_extra(page, from_cmyk(pixels[..., :4]), pixels[..., 4:])
    raise not_readable(f"has colours of a kind that cannot be read ({_name(page.photometric)})")


def _without_extra(page: TiffPage, colour: Pixels, extra: Pixels) -> Pixels:
    """Lay the colours over white where an extra sample says how transparent they are, else leave it out.

    Raises:
        PictureError: where the extra samples are further channels of light.
    """
    kinds = [int(kind) for kind in page.extrasamples]
    if extra.shape[2] > 1 or (extra.shape[2] == 1 and not kinds):
        raise not_readable(f"holds {colour.shape[2] + extra.shape[2]} channels")
    plain_colour = plain(colour)
    if extra.shape[2] == 1 and kinds[0] in _ALPHA:
        return over_white(plain_colour, extra[..., 0], premultiplied=_ALPHA[kinds[0]])
    return plain_colour
