"""What a naming network reads of chromosomes, each by itself."""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import log_softmax

from karyodesk.domain.methods import NamingMethod
from karyodesk.imaging.density import FloatImage
from karyodesk.recognition.encode import HEIGHT, WIDTH
from karyodesk.recognition.models import start

FloatArray = npt.NDArray[np.float64]
# So many pictures go through the network at once, both ways up: more only cost memory.
_BATCH = 16
# A pixel of an encoded chromosome above this is of it.
_COVERED = 0.03
OUTPUTS: Final = ("types", "directions", "feature", "rows", "whole")
"""What a network is asked for."""


@dataclass(frozen=True, eq=False)
class Reading:
    """What the network says of n bodies, both ways up averaged.

    Attributes:
        log_types: (n, 24) natural logarithm of the network's own probability of each label.
        directions: (n, 24) logit of "the short arm is at the bottom", one for each label.
        vectors: (n, d) feature vectors with the short arm up, as far as the network can tell.
        rows: (n, g, c) rows of the feature map likewise.
        whole: (n,) logit of "this is one whole chromosome": not a piece, not several, not dirt.
        sizes: (n, 2) shares of the rows, and of all pixels, of the encoded picture that each takes.
    """

    log_types: FloatArray
    directions: FloatArray
    vectors: FloatArray
    rows: FloatArray
    whole: FloatArray
    sizes: FloatArray

    def only(self, chosen: npt.NDArray[np.bool_] | npt.NDArray[np.intp]) -> "Reading":
        """Those of the bodies that are chosen, by (n,) bool or by places."""
        return Reading(*(getattr(self, field.name)[chosen] for field in fields(self)))

    def with_more(self, more: "Reading") -> "Reading":
        """These and, after them, others."""
        return _joined([self, more])


def _joined(parts: Sequence[Reading]) -> Reading:
    names = [field.name for field in fields(Reading)]
    return Reading(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


class Files(NamedTuple):
    """What the manifest calls the files of a method.

    Attributes:
        network: that reads each body by itself.
        labels: the label features.
        context: the network that sees the bodies of a cell together, where it is among the models; None where the
            method has none.
    """

    network: str
    labels: str
    context: str | None


FILES: Final[Mapping[NamingMethod, Files]] = {
    NamingMethod.EXTENDED_RESNET: Files("classifier", "label_features", "cell_context"),
    NamingMethod.SIAMESE: Files("siamese", "siamese_features", None),
}


class Network:
    """The network of a method alone.

    Attributes:
        file: the model file in use.
    """

    def __init__(
        self, folder: Path | None = None, threads: int = 0, method: NamingMethod = NamingMethod.EXTENDED_RESNET
    ) -> None:
        self.file, self._session = start(FILES[method].network, folder, threads)

    def read(self, pictures: Iterable[FloatImage]) -> Reading:
        """Run the network on n (192, 40) float32 pictures as ``encode`` makes them, as they are and turned.

        Some are read while the next are made, where they are made one by one.
        """
        coming = iter(pictures)
        with ThreadPoolExecutor(1) as thread:
            first = thread.submit(self._read, list(islice(coming, _BATCH)))
            batches = iter(lambda: list(islice(coming, _BATCH)), [])
            parts = [first, *(thread.submit(self._read, batch) for batch in batches)]
            return _joined([part.result() for part in parts])

    def _read(self, pictures: Sequence[FloatImage]) -> Reading:
        upright = np.array(pictures, np.float32).reshape(-1, HEIGHT, WIDTH)
        told = self._session.run(list(OUTPUTS), {"pictures": both_ways(upright)})
        return combine(*(output.astype(np.float64) for output in told), sizes=sizes(upright))


def both_ways(pictures: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return the (2 n, 1, h, w) input of the network: n (h, w) pictures as they are and, after them, turned."""
    return np.concatenate([pictures, pictures[:, ::-1, ::-1]])[:, None]


def combine(
    types: FloatArray,
    directions: FloatArray,
    vectors: FloatArray,
    rows: FloatArray,
    whole: FloatArray,
    *,
    sizes: FloatArray,
) -> Reading:
    """Join the outputs for n pictures as they are and, after them, for the same turned by 180 degrees."""
    n = len(types) // 2
    log_types = log_softmax((log_softmax(types[:n], 1) + log_softmax(types[n:], 1)) / 2, 1)
    lean = (directions[:n] - directions[n:]) / 2
    best = log_types.argmax(1)
    turned = lean[np.arange(n), best] > 0
    upright = np.where(turned, np.arange(n) + n, np.arange(n))
    return Reading(log_types, lean, vectors[upright], rows[upright], (whole[:n] + whole[n:]) / 2, sizes)


def sizes(pictures: npt.NDArray[np.float32]) -> FloatArray:
    """Return the (n, 2) shares of the rows, and of all pixels, that (n, 192, 40) encoded bodies take."""
    covered = pictures > _COVERED
    return np.stack([covered.any(2).sum(1) / HEIGHT, covered.sum((1, 2)) / (HEIGHT * WIDTH)], 1)
