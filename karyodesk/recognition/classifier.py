"""The classifier: from encoded chromosomes to the cost of every label and to directions."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.special import log_softmax

from karyodesk.domain.straightening import Straightening
from karyodesk.recognition.hausdorff import HausdorffReading, distances
from karyodesk.recognition.label_features import LabelFeatures, read_label_features
from karyodesk.recognition.models import ModelFile, load_file, session

FloatArray = npt.NDArray[np.float64]
# So many pictures go through the network at once: more only costs memory.
_BATCH = 32


@dataclass(frozen=True, eq=False)
class Reading:
    """What the network says of n chromosomes, both ways up averaged.

    Attributes:
        log_types: (n, 24) natural logarithm of the network's own probability of each label.
        directions: (n, 24) logit of "the short arm is at the bottom", one for each label.
        vectors: (n, d) feature vectors with the short arm up, as far as the network can tell.
        rows: (n, g, c) rows of the feature map likewise.
    """

    log_types: FloatArray
    directions: FloatArray
    vectors: FloatArray
    rows: FloatArray


@dataclass(frozen=True, eq=False)
class Scores:
    """What the classifier says of n chromosomes.

    Attributes:
        costs: (n, 24) negative natural logarithm of the calibrated probability of each label.
        directions: (n, 24) logit of "the short arm is at the bottom", one for each label.
    """

    costs: FloatArray
    directions: FloatArray


class NamingMethod(StrEnum):
    """The published methods of naming a chromosome."""

    EXTENDED_RESNET = "extended-resnet"
    """Features of an extended ResNet, compared with label feature vectors (Wang et al. 2020)."""
    SIAMESE = "siamese"
    """Embeddings that were learnt from pairs, and a perceptron on them (Swati et al. 2017)."""


FILES: Final[Mapping[NamingMethod, tuple[str, str]]] = {
    NamingMethod.EXTENDED_RESNET: ("classifier", "label_features"),
    NamingMethod.SIAMESE: ("siamese", "siamese_features"),
}
"""What the manifest calls the network of a method and its label features."""


class Network:
    """The network of a method alone.

    Attributes:
        file: the model file in use.
    """

    def __init__(
        self, folder: Path | None = None, threads: int = 0, method: NamingMethod = NamingMethod.EXTENDED_RESNET
    ) -> None:
        self.file: ModelFile = load_file(FILES[method][0], folder)
        self._session = session(self.file, threads)

    def read(self, pictures: npt.NDArray[np.float32]) -> Reading:
        """Run the network on (n, 192, 40) float32 pictures as ``encode`` makes them, as they are and turned."""
        both = np.concatenate([pictures, pictures[:, ::-1, ::-1]])[:, None]
        parts = [
            self._session.run(["types", "directions", "feature", "rows"], {"pictures": np.ascontiguousarray(batch)})
            for batch in np.array_split(both, max(1, -(-len(both) // _BATCH)))
        ]
        columns = zip(*parts, strict=True)
        types, directions, vectors, rows = (np.concatenate(column).astype(np.float64) for column in columns)
        return combine(types, directions, vectors, rows)


class Classifier:
    """The network of a method with its label features.

    Attributes:
        files: the model files in use.
        straightening: how the pictures that it reads have to be straightened.
    """

    def __init__(
        self, folder: Path | None = None, threads: int = 0, method: NamingMethod = NamingMethod.EXTENDED_RESNET
    ) -> None:
        self._network = Network(folder, threads, method)
        labels = load_file(FILES[method][1], folder)
        self.files: tuple[ModelFile, ...] = (self._network.file, labels)
        self.straightening: Straightening = self._network.file.straightening
        self._labels = read_label_features(labels)

    def scores(self, pictures: npt.NDArray[np.float32]) -> Scores:
        """Return the costs of the labels and the directions of (n, 192, 40) float32 pictures."""
        reading = self._network.read(pictures)
        return Scores(costs(reading, self._labels), reading.directions)


def combine(types: FloatArray, directions: FloatArray, vectors: FloatArray, rows: FloatArray) -> Reading:
    """Join the outputs for n pictures as they are and, after them, for the same turned by 180 degrees."""
    n = len(types) // 2
    log_types = log_softmax((log_softmax(types[:n], 1) + log_softmax(types[n:], 1)) / 2, 1)
    lean = (directions[:n] - directions[n:]) / 2
    best = log_types.argmax(1)
    turned = lean[np.arange(n), best] > 0
    upright = np.where(turned, np.arange(n) + n, np.arange(n))
    return Reading(log_types, lean, vectors[upright], rows[upright])


def costs(reading: Reading, labels: LabelFeatures) -> FloatArray:
    """Return (n, 24) negative log-probabilities: own opinion and both Hausdorff readings, weighted."""
    own, in_a, in_d = evidence(reading, labels)
    weights = labels.weights.astype(np.float64)
    return np.asarray(-log_softmax(weights[0] * own - weights[1] * in_a - weights[2] * in_d, 1))


def evidence(reading: Reading, labels: LabelFeatures) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the network's log-probabilities and the distances in readings A and D, each (n, 24)."""
    return (
        reading.log_types,
        distances(HausdorffReading.A, reading, labels),
        distances(HausdorffReading.D, reading, labels),
    )
