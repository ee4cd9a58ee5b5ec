"""Files that are written as a whole or not at all, and that nobody else may read."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from karyodesk.domain.errors import StoreError


def companions(path: Path) -> tuple[Path, Path]:
    """The files that SQLite keeps beside one that is open."""
    return path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")


@contextmanager
def part_of(path: Path, failure: type[StoreError]) -> Iterator[Path]:
    """An empty file beside the one that is wanted; gone again where ``settle`` did not give it its name.

    Args:
        path: of the file that is wanted.
        failure: what is raised where it cannot be written.
    """
    part = path.with_name(f"{path.name}.part")
    try:
        part.unlink(missing_ok=True)
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except OSError:
        raise failure("Nothing can be written here: choose another folder, or ask for the right to write.") from None
    try:
        yield part
    except OSError:
        raise failure("The file could not be written: is the disk full, or was it unplugged?") from None
    finally:
        for name in (part, *companions(part)):
            name.unlink(missing_ok=True)


def settle(part: Path, path: Path) -> None:
    """Give a finished file its name, on the disk."""
    with part.open("rb+") as stream:
        os.fsync(stream.fileno())
    part.replace(path)
    if os.name == "posix":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
