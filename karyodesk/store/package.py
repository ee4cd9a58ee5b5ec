"""The file in which a case travels: a ZIP with a manifest that names every part with its size and SHA-256.

Nothing of it is ever unpacked into a folder. A file that was made to do harm is refused before much of it is read:
parts that the manifest does not name, names that lead elsewhere, parts that would grow too large.
"""

import hashlib
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from karyodesk import __version__
from karyodesk.domain import canonical
from karyodesk.domain.errors import CanonicalError, ExchangeError

FORMAT: Final = "karyodesk.case/1"
MANIFEST: Final = "manifest.json"
README: Final = "README.txt"
_NAME: Final = re.compile(
    r"case\.json|journal\.jsonl|README\.txt|(originals|pictures|reports)/[a-z0-9-]{1,64}(\.png|\.pdf)?"
)
_TEXTS: Final = (MANIFEST, README, "case.json", "journal.jsonl")
"""These are compressed; all else is stored as it is, so that it cannot be larger than the file."""
MOST_PARTS: Final = 20_000
LARGEST_TEXT: Final = 256 << 20
LARGEST_MANIFEST: Final = 16 << 20
LARGEST_PART: Final = 1 << 30
MOST_SHRUNK: Final = 200
"""How many times larger than its compressed form a text may be: the records of cells are some ten times larger."""
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_ENCRYPTED: Final = 0x1
_DAMAGE: Final = (
    *(zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, struct.error, EOFError, OSError),
    *(NotImplementedError, RuntimeError, ValueError, LookupError, OverflowError),
)
"""What reading a broken or hostile ZIP ends with."""
_NO_CASE: Final = "This file holds no case of KaryoDesk: choose one that was exported."
_ALTERED: Final = "This file is not what was exported: it was damaged or altered on the way. Export the case again."
_TOO_LARGE: Final = "This file holds more than a case can: it was not made by KaryoDesk, and nothing of it was taken."


class Kind(StrEnum):
    """How much a file says of the patient."""

    FULL = "full"
    """The case as it is, with its journal, for another case database."""
    DEIDENTIFIED = "de-identified"
    """Cells without what tells whose they are."""


@dataclass(frozen=True)
class Part:
    """A part of the file.

    Attributes:
        sha256: of its bytes.
        size: in bytes.
    """

    sha256: str
    size: int


@dataclass(frozen=True)
class Manifest:
    """What the file holds.

    Attributes:
        format: of the file.
        kind: how much it says of the patient.
        program: version of KaryoDesk that wrote it.
        case_id: of the case in it.
        removed: what was taken out, in sentences.
        parts: by their names.
    """

    format: str
    kind: Kind
    program: str
    case_id: str
    removed: tuple[str, ...]
    parts: Mapping[str, Part]


class PackageWriter:
    """Writes parts one after another; the same parts give the same file to the byte."""

    def __init__(self, file: zipfile.ZipFile) -> None:
        self._file = file
        self._parts: dict[str, Part] = {}

    def add(self, name: str, data: bytes) -> None:
        """Write a part; one of the same name is not written again."""
        if name not in self._parts:
            self._parts[name] = Part(hashlib.sha256(data).hexdigest(), len(data))
            self._write(name, data)

    def _write(self, name: str, data: bytes) -> None:
        entry = zipfile.ZipInfo(name, _EPOCH)
        entry.compress_type = zipfile.ZIP_DEFLATED if name in _TEXTS else zipfile.ZIP_STORED
        entry.create_system, entry.external_attr = 3, 0o600 << 16
        self._file.writestr(entry, data)

    def finish(self, kind: Kind, case_id: str, removed: tuple[str, ...] = ()) -> None:
        """Write the manifest."""
        manifest = Manifest(FORMAT, kind, __version__, case_id, removed, self._parts)
        self._write(MANIFEST, canonical.encode(manifest).encode())


@contextmanager
def written(path: Path) -> Iterator[PackageWriter]:
    """A file to be filled.

    Raises:
        OSError: where it cannot be written.
    """
    with zipfile.ZipFile(path, "w") as file:
        yield PackageWriter(file)


class Package:
    """A file that comes from elsewhere.

    Attributes:
        manifest: what it says that it holds.
    """

    def __init__(self, file: zipfile.ZipFile, size: int) -> None:
        """Look through the list of parts.

        Raises:
            ExchangeError: where it is not what KaryoDesk writes.
        """
        self._file = file
        self._entries = _entries(file, size)
        self.manifest = self._manifest()
        if set(self._entries) != {MANIFEST, *self.manifest.parts}:
            raise ExchangeError(_ALTERED)

    def _manifest(self) -> Manifest:
        if MANIFEST not in self._entries:
            raise ExchangeError(_NO_CASE)
        try:
            manifest = canonical.decode(Manifest, self._read(MANIFEST, LARGEST_MANIFEST).decode())
        except (CanonicalError, UnicodeDecodeError):
            raise ExchangeError(
                "This file cannot be understood: it was altered, or exported by a newer KaryoDesk."
            ) from None
        if manifest.format != FORMAT:
            raise ExchangeError("This file was exported by a newer KaryoDesk: install that version.")
        return manifest

    def read(self, name: str) -> bytes:
        """Return a part.

        Raises:
            ExchangeError: where it is not there, or not what the manifest says.
        """
        part = self.manifest.parts.get(name)
        if part is None:
            raise ExchangeError(_ALTERED)
        data = self._read(name, LARGEST_TEXT if name in _TEXTS else LARGEST_PART)
        if (len(data), hashlib.sha256(data).hexdigest()) != (part.size, part.sha256):
            raise ExchangeError(_ALTERED)
        return data

    def text(self, name: str) -> str:
        """Return a part that is text.

        Raises:
            ExchangeError: where it is not there, or not what the manifest says.
        """
        try:
            return self.read(name).decode()
        except UnicodeDecodeError:
            raise ExchangeError(_ALTERED) from None

    def _read(self, name: str, most: int) -> bytes:
        entry = self._entries[name]
        if entry.file_size > min(most, MOST_SHRUNK * entry.compress_size + 1024):
            raise ExchangeError(_TOO_LARGE)
        try:
            with self._file.open(entry) as stream:
                return stream.read(entry.file_size + 1)
        except _DAMAGE:
            raise ExchangeError(_ALTERED) from None


def _entries(file: zipfile.ZipFile, size: int) -> dict[str, zipfile.ZipInfo]:
    """The parts by their names, where they are such as KaryoDesk writes."""
    listed = file.infolist()
    if len(listed) > MOST_PARTS or sum(entry.compress_size for entry in listed) > size:
        raise ExchangeError(_TOO_LARGE)
    for entry in listed:
        if entry.filename != MANIFEST and not _NAME.fullmatch(entry.filename):
            raise ExchangeError(_NO_CASE)
        stored = entry.compress_type == zipfile.ZIP_STORED
        packed = entry.compress_type == zipfile.ZIP_DEFLATED and entry.filename in _TEXTS
        if entry.flag_bits & _ENCRYPTED or not (stored or packed):
            raise ExchangeError(_NO_CASE)
        if stored and entry.file_size != entry.compress_size:
            raise ExchangeError(_ALTERED)
    if len({entry.filename for entry in listed}) != len(listed):
        raise ExchangeError(_ALTERED)
    return {entry.filename: entry for entry in listed}


@contextmanager
def opened(path: Path) -> Iterator[Package]:
    """A file that comes from elsewhere.

    Raises:
        ExchangeError: where it cannot be read, or is not what KaryoDesk writes.
    """
    try:
        size = path.stat().st_size
        file = zipfile.ZipFile(path)
    except (FileNotFoundError, PermissionError, IsADirectoryError):
        raise ExchangeError("This file cannot be read: is its name right, and may this person read it?") from None
    except _DAMAGE:
        raise ExchangeError(_NO_CASE) from None
    with file:
        yield Package(file, size)
