"""Virtual environments for the two commands of the README; standard library only, as nothing is installed yet."""

import hashlib
import os
import subprocess
import sys
import venv
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST = (3, 11)


def check_python() -> None:
    """Stop with a sentence where this Python is too old."""
    if sys.version_info < OLDEST:
        wanted, here = ".".join(map(str, OLDEST)), ".".join(map(str, sys.version_info[:2]))
        sys.exit(f"KaryoDesk needs Python {wanted} or newer, and this is {here}: call it with python{wanted}.")


def python_of(folder: Path) -> Path:
    """The interpreter of a virtual environment."""
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def prepare(folder: Path, *steps: Sequence[str]) -> Path:
    """Make a virtual environment and run ``pip install`` with each list of arguments; return its interpreter.

    An environment that is there already is taken as it is, unless pyproject.toml or the arguments have changed.
    """
    python, stamp = python_of(folder), folder / "installed"
    wanted = hashlib.sha256((ROOT / "pyproject.toml").read_bytes() + repr(steps).encode()).hexdigest()
    if stamp.is_file() and stamp.read_text() == wanted:
        return python
    print(f"Setting up {folder.name} ...", flush=True)
    _create(folder)
    for arguments in steps:
        run(python, "-m", "pip", "install", "-qq", "--disable-pip-version-check", *arguments)
    stamp.write_text(wanted)
    return python


def _create(folder: Path) -> None:
    try:
        venv.create(folder, with_pip=True, clear=True)
    except (subprocess.CalledProcessError, OSError) as error:
        sys.exit(
            f"No virtual environment can be made in {folder} ({error}): is there room on the disk, and on Debian or "
            "Ubuntu the package python3-venv (sudo apt-get install python3-venv)?"
        )


def run(*command: str | Path, **environment: str) -> None:
    """Run a command in the project's folder and stop with its exit status where it fails."""
    status = status_of(*command, **environment)
    if status:
        sys.exit(status)


def status_of(*command: str | Path, **environment: str) -> int:
    """Run a command in the project's folder; return its exit status."""
    words = [str(part) for part in command]
    return subprocess.run(words, cwd=ROOT, env=os.environ | environment, check=False).returncode
