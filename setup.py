"""Packs the models and resources of the checkout into the wheel; everything else stands in pyproject.toml."""

from pathlib import Path
from shutil import copytree, rmtree

from setuptools import setup
from setuptools.command.build_py import build_py


class BuildWithData(build_py):
    """Copies the top-level folders of data to where ``karyodesk.paths`` looks for them in an installed package."""

    def run(self) -> None:
        """Build the package and put the data into it; an editable install reads the checkout itself."""
        super().run()
        if self.editable_mode:
            return
        for name in ("models", "resources"):
            target = Path(self.build_lib, "karyodesk", "_data", name)
            rmtree(target, ignore_errors=True)
            copytree(name, target)


setup(cmdclass={"build_py": BuildWithData})
