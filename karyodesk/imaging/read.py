"""From files to pictures: the one way a picture comes into the program.

What a file is is told by its first bytes, never by its ending. Whatever is wrong with a file comes out as a
PictureError with one plain sentence; nothing is printed or logged.
"""

import hashlib
import logging
import os
import stat
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from karyodesk.domain.errors import PictureError
from karyodesk.imaging.limits import KINDS, MAX_BYTES, damaged
from karyodesk.imaging.picture import Picture, Pixels
from karyodesk.imaging.read_dicom import read_dicom
from karyodesk.imaging.read_simple import read_bmp, read_jpeg, read_png, read_webp
from karyodesk.imaging.read_tiff import read_tiff

ENDINGS: Final = frozenset({".tif", ".tiff", ".png", ".jpg", ".jpeg", ".bmp", ".webp", ".dcm", ".dicom"})
"""Endings, in lower case, by which pictures are looked for in a folder."""

_DICOM_MARK: Final = slice(128, 132)
_NOISY: Final = ("tifffile", "pydicom")
_quiet_lock = threading.Lock()


def find_files(paths: Iterable[Path]) -> list[Path]:
    """Return files as given, and folders expanded to the pictures in them and their sub-folders.

    In a folder a picture is known by its ending, or where it has none by the mark of DICOM; hidden files are left
    out. Files come in sorted order, a folder's own before those of its sub-folders. What cannot be looked into
    (a missing path, a folder without rights) is returned as it is, so that reading it says why. Links to folders
    are followed where they are given, not where they are found.
    """
    found: list[Path] = []
    for path in paths:
        found += _in_folder(path) if path.is_dir() else [path]
    return found


def _in_folder(folder: Path) -> list[Path]:
    found: list[Path] = []

    def keep_unreadable(error: OSError) -> None:
        found.append(Path(error.filename))

    for here, folders, files in os.walk(folder, onerror=keep_unreadable):
        folders.sort()
        found += [Path(here, name) for name in sorted(files) if _looks_like_picture(Path(here, name))]
    return found


def _looks_like_picture(path: Path) -> bool:
    if path.name.startswith("."):
        return False
    return path.suffix.lower() in ENDINGS or (not path.suffix and _has_dicom_mark(path))


def _has_dicom_mark(path: Path) -> bool:
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return False
        with path.open("rb") as stream:
            return stream.read(_DICOM_MARK.stop)[_DICOM_MARK] == b"DICM"
    except OSError:
        return False


def read_pictures(path: Path) -> list[Picture]:
    """Return the pictures of a file, one a page.

    Raises:
        PictureError: where it cannot be read as pictures; its message is one sentence that says what to do.
    """
    return pictures_of(path.name, contents(path))


def pictures_of(name: str, data: bytes) -> list[Picture]:
    """Return the pictures of a file that was read already, one a page.

    Args:
        name: of the file.
        data: its bytes.

    Raises:
        PictureError: where it cannot be read as pictures; its message is one sentence that says what to do.
    """
    digest = hashlib.sha256(data).hexdigest()
    return [
        Picture(name if number == 1 else f"{name}#{number}", digest, pixels)
        for number, pixels in enumerate(read_pages(data), start=1)
    ]


def read_pages(data: bytes) -> list[Pixels]:
    """Return the pixels of a file, one array a page, that cannot be written to.

    Raises:
        PictureError: where it cannot be read as pictures; its message is one sentence that says what to do.
    """
    decode, kind = _decoder(data)
    try:
        with _quiet():
            pages = decode(data)
    except PictureError:
        raise
    except Exception as error:  # decoders of damaged data raise whatever they stumble over
        raise damaged(kind) from error
    for pixels in pages:
        pixels.flags.writeable = False
    return pages


def contents(path: Path) -> bytes:
    """Return the bytes of an ordinary file of a sensible size.

    Raises:
        PictureError: where it cannot be read; its message is one sentence that says what to do.
    """
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            os.scandir(path).close()
            raise PictureError("This is a folder, not a picture: choose the picture files in it.")
        if not stat.S_ISREG(status.st_mode):
            raise PictureError("This is a device and not a file: choose a picture file.")
        if status.st_size > MAX_BYTES:
            raise PictureError(f"The file is larger than {MAX_BYTES >> 20} MB: save the part that shows the cell.")
        data = path.read_bytes()
    except OSError as error:
        raise PictureError(_refusal(path, error)) from error
    if not data:
        raise PictureError("The file is empty: copy or export it again.")
    return data


def _refusal(path: Path, error: OSError) -> str:
    """The sentence for what the operating system would not do."""
    if isinstance(error, PermissionError):
        return "You have no right to read this: ask its owner for it, or copy it to a folder of your own."
    if path.is_symlink():
        return "This is a link to a file that is not there: choose the file itself."
    if isinstance(error, FileNotFoundError):
        return "There is no such file: check its name and whether its drive is connected."
    return f"The file cannot be opened ({error.strerror or 'unknown reason'}): copy it to another place and try again."


def _decoder(data: bytes) -> tuple[Callable[[bytes], list[Pixels]], str]:
    """The reader for a file and the name of its kind, by its first bytes."""
    if data[_DICOM_MARK] == b"DICM":
        return read_dicom, "DICOM"
    if data[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"):
        return read_tiff, "TIFF"
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        return read_png, "PNG"
    if data[:3] == b"\xff\xd8\xff":
        return read_jpeg, "JPEG"
    if data[:2] == b"BM":
        return read_bmp, "BMP"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return read_webp, "WebP"
    raise PictureError(f"This is not a picture that can be read: choose a {KINDS} file.")


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep what libraries say about a bad file away from the terminal; one thread at a time, as it is global."""
    loggers = [logging.getLogger(name) for name in _NOISY]
    with _quiet_lock, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        before = [logger.disabled for logger in loggers]
        for logger in loggers:
            logger.disabled = True
        try:
            yield
        finally:
            for logger, disabled in zip(loggers, before, strict=True):
                logger.disabled = disabled
