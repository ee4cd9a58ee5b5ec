"""Where the files that come with the program lie: in a checkout and in an installed wheel alike."""

from pathlib import Path
from typing import Final

_PACKAGE: Final = Path(__file__).resolve().parent


def _shipped(name: str) -> Path:
    """The top-level folder of a source checkout, or the copy that an installed wheel carries."""
    beside = _PACKAGE.parent / name
    in_checkout = (_PACKAGE.parent / "pyproject.toml").is_file() and beside.is_dir()
    return beside if in_checkout else _PACKAGE / "_data" / name


def resources() -> Path:
    """Return the folder of icons, band tables, fonts and the sample case."""
    return _shipped("resources")


def models() -> Path:
    """Return the folder of the networks, their label features, manifest and model cards."""
    return _shipped("models")


def sample_case() -> Path:
    """Return the folder of the sample case: synthetic metaphases with known karyotypes."""
    return resources() / "sample"
