"""Analysers that other processes can import and that need no models."""

import os
import signal
from dataclasses import replace
from types import MappingProxyType, SimpleNamespace

from karyodesk.domain.errors import ModelError, PictureError
from tests.make import make_cell


class FakeAnalyser:
    """Finds two chromosomes in any picture; what the top left pixel says goes wrong, goes wrong."""

    model_versions = MappingProxyType({"classifier": "1.0 (abcdef123456)"})
    NO_METAPHASE, FAULT, DEATH = 1, 2, 3

    def analyse(self, picture):
        self._misbehave(int(picture.pixels.flat[0]))
        return replace(
            make_cell("1", "X"),
            image=picture.name,
            sha256=picture.sha256,
            width=picture.width,
            height=picture.height,
            karyotype="46,XX",
            flags=("count 2",),
        )

    def classify_cell(self, name, pictures):
        self._misbehave(int(pictures[0].pixels.flat[0]) if pictures else 0)
        empty = [picture.pixels.max() == 0 for picture in pictures]
        suggestions = [None if nothing else make_cell("7").chromosomes[0].suggestion for nothing in empty]
        return SimpleNamespace(cell=name, suggestions=suggestions, karyotype="46,XY")

    def _misbehave(self, how):
        if how == self.NO_METAPHASE:
            raise PictureError("This does not look like a metaphase. Choose a picture of a metaphase.")
        if how == self.FAULT:
            raise ZeroDivisionError("a fault of the program")
        if how == self.DEATH:
            os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))


def no_models():
    raise ModelError("The model “classifier” is missing. Install KaryoDesk again.")
