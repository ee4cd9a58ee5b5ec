"""Label features and the weights of the evidence, from patients of `train` that the network has not seen."""

import hashlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.cluster.vq import kmeans2
from scipy.optimize import minimize
from scipy.special import log_softmax

from karyodesk.domain.labels import LABELS
from karyodesk.recognition.classifier import evidence
from karyodesk.recognition.context import CellContext
from karyodesk.recognition.hausdorff import unit
from karyodesk.recognition.label_features import LabelFeatures
from karyodesk.recognition.reading import Network, Reading
from karyodesk.training.context import in_context
from karyodesk.training.dataset import PARTS, SOURCES, Examples, decoded
from karyodesk.training.truth import NONE

MEMBERS = 8
"""Feature vectors that stand for a type as a set."""

FloatArray = npt.NDArray[np.float64]


def kept_apart(examples: Examples) -> Examples:
    """The bodies that label features and weights are made from; Q-band cut-outs look different and are left out."""
    usable = examples.found & (examples.source != SOURCES.index("qband"))
    return examples.only(usable & (examples.part == PARTS.index("label")))


def second_half(cells: npt.NDArray[np.str_]) -> npt.NDArray[np.bool_]:
    """Which of the cells fit weights; the others give the label features."""
    return np.array([hashlib.sha256(cell.encode()).digest()[1] & 1 for cell in cells], bool)


def fit_label_features(
    examples: Examples, network: Network, context: CellContext | None = None
) -> tuple[LabelFeatures, str]:
    """Compute label features with exported networks, and the weights of the kinds of evidence.

    Returns them and a line of figures.
    """
    chosen = kept_apart(examples)
    reading = network.read(decoded(chosen.pictures))
    together = in_context(context, reading, chosen.cell) if context else None
    label, one = chosen.label.astype(int), chosen.label != NONE
    first, second = one & ~second_half(chosen.cell), one & second_half(chosen.cell)
    bare = typical(reading.only(first), label[first])
    kinds = [kind[second] for kind in evidence(reading, bare, together)]
    start, most = (0.5, 5.0, 5.0, 0.5)[: len(kinds)], (5, 200, 200, 5)[: len(kinds)]
    weights = fit_weights(kinds, label[second], start, most)
    shares = [float((kind.argmax(1) == label[second]).mean()) for kind in kinds]
    names = ("own", "Hausdorff A", "Hausdorff D", "in sight of the cell")
    line = ", ".join(f"{name} {share:.4f}" for name, share in zip(names, shares, strict=False))
    fitted = LabelFeatures(bare.vectors, bare.rows, bare.members, weights)
    return fitted, f"{line}, weights {weights.round(3).tolist()}"


def typical(reading: Reading, label: npt.NDArray[np.int_]) -> LabelFeatures:
    """Label features of what the network reads of n chromosomes, by those that it names right; weights of one.

    Args:
        reading: of the n.
        label: (n,) their true types; each type must be named right at least once.
    """
    right = reading.log_types.argmax(1) == label
    own = [(label == c) & right for c in range(len(LABELS))]
    vectors, rows = (
        np.stack([value[mask].mean(0) for mask in own]).astype(np.float32) for value in (reading.vectors, reading.rows)
    )
    members = np.stack([_members(reading.vectors[mask]) for mask in own]).astype(np.float32)
    return LabelFeatures(vectors, rows, members, np.ones(3, np.float32))


def _members(vectors: FloatArray) -> FloatArray:
    """(MEMBERS, d) centres of the (n, d) vectors of a type by k-means; where they are fewer, they themselves again."""
    points = unit(vectors)
    if len(points) <= MEMBERS:
        return np.resize(points, (MEMBERS, points.shape[1]))
    centres, _ = kmeans2(points, MEMBERS, minit="++", rng=0)
    return np.asarray(centres)


def fit_weights(
    kinds: Sequence[FloatArray], label: npt.NDArray[np.int_], start: Sequence[float], most: Sequence[float]
) -> npt.NDArray[np.float32]:
    """The non-negative weights of (n, 24) kinds of evidence, the higher the better, with the least log-loss.

    Args:
        kinds: m of them.
        label: (n,) true types.
        start: m weights to begin with.
        most: m limits.
    """

    together = np.stack(kinds)

    def loss(weights: FloatArray) -> float:
        return float(-log_softmax(np.tensordot(weights, together, 1), 1)[np.arange(len(label)), label].mean())

    best = minimize(loss, np.array(start), bounds=[(0, limit) for limit in most], method="L-BFGS-B")
    return np.asarray(best.x, np.float32)
