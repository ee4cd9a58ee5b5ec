"""The label features: what a typical chromosome of each type looks like to the network."""

import io
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from karyodesk.domain.errors import ModelError
from karyodesk.domain.labels import LABELS
from karyodesk.recognition.models import ModelFile

FloatArray = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class LabelFeatures:
    """Label features, of patients that the network was not trained on.

    Attributes:
        vectors: (24, d) label feature vectors, the mean over chromosomes of a type, short arm up.
        rows: (24, g, c) mean rows of the feature map likewise.
        members: (24, m, d) sets of m typical feature vectors of a type; a file without sets has the label feature
            vector as the one member.
        weights: (3,) or (4,) how much the network's own logarithmic probability, the Hausdorff distance in
            reading A and that in reading D count, and the logarithmic probability in sight of the cell where the method
            has such a network, fitted so that the outcome is a probability.
    """

    vectors: FloatArray
    rows: FloatArray
    members: FloatArray
    weights: FloatArray


def read_label_features(file: ModelFile) -> LabelFeatures:
    """Return the label features of a verified file.

    Raises:
        ModelError: where it holds something else.
    """
    try:
        with np.load(io.BytesIO(file.data), allow_pickle=False) as arrays:
            vectors = arrays["vectors"]
            members = arrays["members"] if "members" in arrays else vectors[:, None]
            features = LabelFeatures(vectors, arrays["rows"], members, arrays["weights"])
    except (OSError, ValueError, KeyError) as error:
        raise ModelError("The label features cannot be read. Install KaryoDesk again.") from error
    of_types = (features.vectors, features.rows, features.members)
    if any(len(values) != len(LABELS) for values in of_types) or features.weights.shape not in ((3,), (4,)):
        raise ModelError("The label features belong to another version. Install KaryoDesk again.")
    return features
