"""Which of all that the segmenter sees are the chromosomes of a cell: shape, surroundings and bands judge together.

Readings of the same chromatin contradict each other. The one with the most merit is taken first, and those that
contradict it are out; then the next.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.special import logit

from karyodesk.recognition.candidates import Candidate
from karyodesk.recognition.classifier import Scores

# How much counts: the segmenter's own certainty, that a body is one whole chromosome by its surroundings and by its
# bands, and that a type fits it.
_CERTAINTY, _SURROUNDINGS, _WHOLENESS, _LABEL = 0.5, 0.6, 0.4, 0.05
LEAST_MERIT: Final = -1.0
"""From this merit on a body is a chromosome."""
LEAST_MERIT_OF_SURPLUS: Final = 3.0
"""The same where its type has its usual copies already, or no place is left: a piece oftener than a gain."""
MERIT_TO_ASK: Final = 1.0
"""From this merit on a body that is left out is shown to a person: on `val` every third one was a chromosome."""
_SUREST = 1e-5


@dataclass(frozen=True, eq=False)
class Selection:
    """What is taken for chromosomes.

    Attributes:
        taken: places of the candidates that contradict no better one, the best first. Among them may be some below the
            least merit, which the segmenter by itself takes for chromosomes.
        merits: (n,) of all candidates.
    """

    taken: tuple[int, ...]
    merits: npt.NDArray[np.float64]


def select(
    candidates: Sequence[Candidate],
    contrary: npt.NDArray[np.bool_],
    judged: npt.NDArray[np.float64],
    scores: Scores,
) -> Selection:
    """Choose among n candidates. Deterministic.

    Args:
        candidates: of a picture.
        contrary: (n, n) which of them contradict each other.
        judged: (n,) logits of the judge, that each is one whole chromosome.
        scores: of the n.
    """
    merits = merit(np.array([one.instance.score for one in candidates], float), judged, scores)
    taken: list[int] = []
    for place in np.argsort(-merits, kind="stable").tolist():
        one = candidates[place]
        possible = one.own or merits[place] >= LEAST_MERIT
        if possible and not contrary[place, taken].any():
            taken.append(place)
    return Selection(tuple(taken), merits)


def merit(
    certainty: npt.NDArray[np.float64], judged: npt.NDArray[np.float64], scores: Scores
) -> npt.NDArray[np.float64]:
    """Return the (n,) merits of candidates: a sum of logits.

    Args:
        certainty: (n,) of the segmenter, 0 to 1.
        judged: (n,) logits of the judge.
        scores: of the same.
    """
    bands = _WHOLENESS * _logit(scores.whole) + _LABEL * _logit(np.exp(-scores.costs.min(1)))
    return _CERTAINTY * _logit(certainty) + _SURROUNDINGS * judged + bands


def _logit(probability: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.asarray(logit(np.clip(probability, _SUREST, 1 - _SUREST)))
