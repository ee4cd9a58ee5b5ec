"""The judge: a network that tells from a candidate's surroundings whether it is one whole chromosome."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from karyodesk.imaging.density import FloatImage
from karyodesk.recognition.candidates import Candidate
from karyodesk.recognition.models import start
from karyodesk.recognition.surroundings import surroundings

GIVEN: Final = "surroundings"
TOLD: Final = "whole"
# What nothing contradicts is looked at below this certainty; above, it is nearly always one whole chromosome and is
# given this logit (on `val` hardly more errors than with all looked at, in half the time).
_SURE, _UNDISPUTED = 0.8, 3.0


class Judge:
    """The network that judges candidates one by one.

    Attributes:
        file: the model file in use.

    Raises:
        ModelError: where the model is missing or altered.
    """

    def __init__(self, folder: Path | None = None, threads: int = 0) -> None:
        self.file, self._session = start("judge", folder, threads)

    def judge(
        self, working: FloatImage, candidates: Sequence[Candidate], contrary: npt.NDArray[np.bool_]
    ) -> npt.NDArray[np.float64]:
        """Return (n,) logits of "this is one whole chromosome".

        Looked at are those that another contradicts or of which the segmenter is not sure; the others are told alike.

        Args:
            working: (h, w) density at the working scale.
            candidates: all n of a picture.
            contrary: (n, n) which of them contradict each other.
        """
        certainty = np.array([one.instance.score for one in candidates])
        asked = np.flatnonzero(contrary.any(1) | (certainty < _SURE))
        told = np.full(len(candidates), _UNDISPUTED)
        told[asked] = self.tell(surroundings(working, candidates, contrary, asked))
        return told

    def tell(self, pictures: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
        """Return (m,) logits for (m, 3, 112, 64) surroundings."""
        if not len(pictures):
            return np.zeros(0)
        return np.asarray(self._session.run([TOLD], {GIVEN: pictures})[0], np.float64)
