"""Writing a file whole or not at all."""

import os
from pathlib import Path

from karyodesk.domain.errors import KaryoDeskError


def write_whole(path: Path, data: bytes) -> None:
    """Write a file under a temporary name beside it first; it replaces an old one only when it is whole.

    Raises:
        KaryoDeskError: where it cannot be written; an old file is still there, and nothing else is.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise KaryoDeskError(f"{path.name} cannot be written: {error.strerror}.") from error
