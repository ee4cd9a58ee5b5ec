"""What the headers of pictures say: their size, so that a huge one is refused before any of it is decoded,
and whether the file is whole.

Layouts: PNG (ISO/IEC 15948), JPEG (ITU T.81 annex B), BMP (BITMAPCOREHEADER and BITMAPINFOHEADER) and WebP
(RFC 9649). Sizes are (width, height) in pixels. Every function raises ValueError, struct.error or IndexError where
the bytes do not follow the layout.
"""

import struct
import zlib
from typing import Final

_PNG_PIXELS: Final = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})
_JPEG_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Start-of-frame markers; the three left out are tables and an extension."""
_JPEG_BARE: Final = frozenset({0x01, *range(0xD0, 0xD9)})
"""Markers without a length."""


def png_size(data: bytes) -> tuple[int, int]:
    """Size of a PNG from its IHDR chunk, which must come first."""
    if data[12:16] != b"IHDR":
        raise ValueError("no IHDR chunk")
    width, height = struct.unpack_from(">II", data, 16)
    return width, height


def png_essence(data: bytes) -> bytes:
    """Return a PNG without the chunks that do not hold pixels, such as profiles and texts.

    Raises:
        ValueError: where a chunk does not match its check sum or the end is missing.
    """
    parts, at = [data[:8]], 8
    while True:
        (size,) = struct.unpack_from(">I", data, at)
        end = at + size + 12
        (check,) = struct.unpack_from(">I", data, end - 4)
        if zlib.crc32(memoryview(data)[at + 4 : end - 4]) != check:
            raise ValueError("a chunk does not match its check sum")
        if data[at + 4 : at + 8] in _PNG_PIXELS:
            parts.append(data[at:end])
        if data[at + 4 : at + 8] == b"IEND":
            return b"".join(parts)
        at = end


def jpeg_size(data: bytes) -> tuple[int, int]:
    """Size of a JPEG from its frame header."""
    height, width = struct.unpack_from(">HH", data, _jpeg_frame(data) + 5)
    return width, height


def jpeg_is_whole(data: bytes) -> bool:
    """Whether the end of the image is marked after its frame header; a file that breaks off has no such mark."""
    return data.find(b"\xff\xd9", _jpeg_frame(data)) >= 0


def _jpeg_frame(data: bytes) -> int:
    """Where the frame header begins."""
    at = 2
    while True:
        while data[at] == 0xFF and data[at + 1] == 0xFF:
            at += 1
        if data[at] != 0xFF:
            raise ValueError("no marker where one belongs")
        marker = data[at + 1]
        if marker in _JPEG_FRAMES:
            return at
        if marker in (0xD9, 0xDA):
            raise ValueError("no frame header")
        at += 2 if marker in _JPEG_BARE else 2 + struct.unpack_from(">H", data, at + 2)[0]


def bmp_size(data: bytes) -> tuple[int, int]:
    """Size of a BMP; a negative height (top row first) counts as its amount."""
    (header,) = struct.unpack_from("<I", data, 14)
    width, height = struct.unpack_from("<HH" if header == 12 else "<ii", data, 18)
    if width < 0:
        raise ValueError("negative width")
    return width, abs(height)


def webp_size(data: bytes) -> tuple[int, int]:
    """Size of a WebP: lossy, lossless or extended."""
    kind = data[12:16]
    if kind == b"VP8X":
        low = struct.unpack_from("<HBHB", data, 24)
        return 1 + low[0] + (low[1] << 16), 1 + low[2] + (low[3] << 16)
    if kind == b"VP8L" and data[20] == 0x2F:
        (bits,) = struct.unpack_from("<I", data, 21)
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 " and data[23:26] == b"\x9d\x01\x2a":
        width, height = struct.unpack_from("<HH", data, 26)
        return width & 0x3FFF, height & 0x3FFF
    raise ValueError("no WebP frame")
