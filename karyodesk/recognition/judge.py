"""The judge: a network that tells from a candidate's surroundings whether it is one whole chromosome."""

from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from karyodesk.recognition.models import ModelFile, load_file, session

GIVEN: Final = "surroundings"
TOLD: Final = "whole"


class Judge:
    """The network that judges candidates one by one.

    Attributes:
        file: the model file in use.

    Raises:
        ModelError: where the model is missing or altered.
    """

    def __init__(self, folder: Path | None = None, threads: int = 0) -> None:
        self.file: ModelFile = load_file("judge", folder)
        self._session = session(self.file, threads)

    def judge(self, pictures: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
        """Return (n,) logits of "this is one whole chromosome".

        Args:
            pictures: (n, 3, 112, 64) surroundings.
        """
        if not len(pictures):
            return np.zeros(0)
        # A picture turned round is the same candidate.
        ways = (pictures, np.ascontiguousarray(pictures[:, :, ::-1, ::-1]))
        told = [self._session.run([TOLD], {GIVEN: way})[0] for way in ways]
        return np.asarray(np.mean(told, 0), np.float64)
