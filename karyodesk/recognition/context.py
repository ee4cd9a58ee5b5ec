"""The cell as context: what each chromosome is in sight of all others of its cell.

A small transformer, after the idea of KaryoNet (Xia, Chen, Qin et al., IEEE TMI 42, 2023): one token a body, made of
what the naming network says of it alone and of its size. It was trained on cells with chromosomes taken away and
added, so it does not assume any number of them.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.special import log_softmax

from karyodesk.recognition.models import start
from karyodesk.recognition.reading import FloatArray, Reading

# Logarithms of probabilities are held above this.
_LEAST: Final = -12.0


@dataclass(frozen=True, eq=False)
class InContext:
    """What n bodies are in sight of each other.

    Attributes:
        log_types: (n, 24) natural logarithm of the probability of each label.
        whole: (n,) logit of "this is one whole chromosome".
    """

    log_types: FloatArray
    whole: FloatArray


class CellContext:
    """The network that sees a cell's bodies together.

    Args:
        name: what the manifest calls it.
        folder: of the models; those that are shipped unless given.
        threads: of the network; 0 takes one a core.

    Attributes:
        file: the model file in use.
    """

    def __init__(self, name: str, folder: Path | None = None, threads: int = 0) -> None:
        self.file, self._session = start(name, folder, threads)

    def read(self, reading: Reading) -> InContext:
        """Return what the n bodies of a cell are together."""
        if not len(reading.whole):
            return InContext(reading.log_types, reading.whole)
        types, whole = self._session.run(["types", "whole"], {"bodies": tokens(reading)})
        return InContext(log_softmax(np.asarray(types, np.float64), 1), np.asarray(whole, np.float64))


def tokens(reading: Reading) -> npt.NDArray[np.float32]:
    """Return (n, 24 + d + 3) float32: log-probabilities, feature vector, wholeness, length and area of each body."""
    columns = (np.maximum(reading.log_types, _LEAST), reading.vectors, reading.whole[:, None], reading.sizes)
    return np.concatenate(columns, axis=1).astype(np.float32)

