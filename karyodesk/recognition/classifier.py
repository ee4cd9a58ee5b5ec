"""The classifier: from what a network reads of a cell's bodies to the cost of every label and to directions."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.special import expit, log_softmax

from karyodesk.domain.methods import NamingMethod
from karyodesk.domain.straightening import Straightening
from karyodesk.imaging.density import FloatImage
from karyodesk.recognition.context import CellContext, InContext
from karyodesk.recognition.hausdorff import HausdorffReading, distances
from karyodesk.recognition.label_features import LabelFeatures, read_label_features
from karyodesk.recognition.models import ModelFile, is_there, load_file
from karyodesk.recognition.reading import FILES, FloatArray, Network, Reading


@dataclass(frozen=True, eq=False)
class Scores:
    """What the classifier says of n bodies.

    Attributes:
        costs: (n, 24) negative natural logarithm of the calibrated probability of each label.
        directions: (n, 24) logit of "the short arm is at the bottom", one for each label.
        whole: (n,) probability that each is one whole chromosome: not a piece, not several, not dirt.
    """

    costs: FloatArray
    directions: FloatArray
    whole: FloatArray

    def only(self, chosen: npt.NDArray[np.intp]) -> "Scores":
        """Those at some places, in that order."""
        return Scores(self.costs[chosen], self.directions[chosen], self.whole[chosen])


class Classifier:
    """The networks of a method with its label features.

    Attributes:
        files: the model files in use.
        straightening: how the pictures that it reads have to be straightened.
        sees_cell: whether what it says of a body depends on the others of its cell.
    """

    def __init__(
        self, folder: Path | None = None, threads: int = 0, method: NamingMethod = NamingMethod.EXTENDED_RESNET
    ) -> None:
        names = FILES[method]
        self._network = Network(folder, threads, method)
        labels = load_file(names.labels, folder)
        self._labels = read_label_features(labels)
        seen = names.context if names.context and is_there(names.context, folder) else None
        self._context = CellContext(seen, folder, threads) if seen else None
        self.sees_cell: bool = self._context is not None
        together = (self._context.file,) if self._context else ()
        self.files: tuple[ModelFile, ...] = (self._network.file, labels, *together)
        self.straightening: Straightening = self._network.file.straightening

    def read(self, pictures: Iterable[FloatImage]) -> Reading:
        """Read n (192, 40) float32 pictures, each by itself; some while the next are made."""
        return self._network.read(pictures)

    def scores(self, reading: Reading) -> Scores:
        """Return costs, directions and wholeness of the bodies of one cell, in sight of each other."""
        context = self._context.read(reading) if self._context else None
        whole = context.whole if context else reading.whole
        return Scores(costs(reading, self._labels, context), reading.directions, expit(whole))


def costs(reading: Reading, labels: LabelFeatures, context: InContext | None) -> FloatArray:
    """Return (n, 24) negative log-probabilities: all evidence, weighted."""
    kinds = evidence(reading, labels, context)
    weights = labels.weights.astype(np.float64)
    return np.asarray(-log_softmax(np.tensordot(weights, np.stack(kinds), 1), 1))


def evidence(reading: Reading, labels: LabelFeatures, context: InContext | None) -> list[FloatArray]:
    """Return the (n, 24) kinds of evidence, the higher the better.

    They are the network's log-probabilities, the distances in readings A and D below 0, and the log-probabilities in
    sight of the cell where there are any.
    """
    alone = [reading.log_types, *(-distances(one, reading, labels) for one in (HausdorffReading.A, HausdorffReading.D))]
    return alone if context is None else [*alone, context.log_types]
