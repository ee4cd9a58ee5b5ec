"""Where the program's own data files lie: beside the package in a source checkout, inside it once installed."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def _folder(name: str) -> Path:
    """The top-level folder of a source checkout, or the copy that an installed wheel carries."""
    beside = _PACKAGE.parent / name
    return beside if (_PACKAGE.parent / "pyproject.toml").is_file() and beside.is_dir() else _PACKAGE / "_data" / name


def resources() -> Path:
    """Return the folder of icons, band tables, the sample case and templates."""
    return _folder("resources")


def models() -> Path:
    """Return the folder of the ONNX models, their label features and their manifest."""
    return _folder("models")
