import subprocess
import sys
import zipfile
from pathlib import Path
from shutil import copy, copytree, ignore_patterns

import pytest

from karyodesk.paths import models, resources, sample_case

ROOT = Path(__file__).resolve().parents[2]
SHOW = "from karyodesk import paths; print(paths.models(), paths.resources(), paths.sample_case(), sep='\\n')"


def files_of(folder):
    files = {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()}
    return {path for path in files if not {"__pycache__", "_data"} & set(path.parts)}


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The wheel of a copy of the checkout, unpacked as an installation does."""
    pytest.importorskip("setuptools", minversion="77")
    source, target = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("target")
    for name in ("karyodesk", "models", "resources"):
        copytree(ROOT / name, source / name, ignore=ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "setup.py", "MANIFEST.in", "README.md", "LICENSE"):
        copy(ROOT / name, source / name)
    build = ["-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", target, source]
    subprocess.run([sys.executable, *build], check=True)
    (wheel,) = target.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(target / "site")
    return target / "site"


def test_a_checkout_uses_its_own_folders():
    assert (models(), resources()) == (ROOT / "models", ROOT / "resources")
    assert sample_case() == ROOT / "resources" / "sample"


def test_a_wheel_carries_every_model_and_resource(installed):
    for name in ("models", "resources"):
        assert files_of(installed / "karyodesk" / "_data" / name) == files_of(ROOT / name)


def test_a_wheel_carries_every_file_of_the_package(installed):
    assert files_of(installed / "karyodesk") == files_of(ROOT / "karyodesk")


def test_an_installed_program_finds_what_it_carries(installed, tmp_path):
    command = [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(installed)!r}); {SHOW}"]
    shown = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path).stdout.splitlines()
    data = installed / "karyodesk" / "_data"
    assert shown == [str(data / "models"), str(data / "resources"), str(data / "resources" / "sample")]
