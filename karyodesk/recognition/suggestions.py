"""What the program says of each chromosome of a cell, and which of them a person should look at."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt

from karyodesk.domain.chromosome import Suggestion
from karyodesk.domain.labels import LABELS
from karyodesk.iscn.karyotype import flags
from karyodesk.recognition.allocation import Allocation
from karyodesk.recognition.classifier import Scores

SURE: Final = 0.9
"""A label or a direction less probable than this is in doubt."""
# A label less probable than this is badged for a person: of the wrong ones many are far surer than ``SURE`` (on `val`).
_LOOK_BELOW = 0.995
# Where a type has lost a copy, what is that type with this probability is badged, too.
_MAY_BE_LOST = 0.0005
_ALTERNATIVES = 5
# A body that is less probably one whole chromosome is badged.
_HALF = 0.5


def suggest(scores: Scores, allocation: Allocation) -> list[Suggestion]:
    """Join scores and allocation to what the program says of each chromosome."""
    extra = set(allocation.extra)
    return [
        _suggestion(scores.costs[i], scores.directions[i], label, i in extra or bool(scores.whole[i] < _HALF))
        for i, label in enumerate(allocation.labels)
    ]


def with_suspects(suggestions: Sequence[Suggestion]) -> list[Suggestion]:
    """Return the suggestions of a cell with those badged, too, that may explain its gains and losses.

    Where a type has gained a copy, any of its copies may be of another type; where one has lost a copy, what may be of
    that type after all is suspected. What is left out is as it was, and is not counted.
    """
    changes = flags([one.label for one in suggestions if not one.left_out])
    gained, lost = ({change[1:] for change in changes if change[0] == sign} for sign in "+-")

    def suspected(one: Suggestion) -> bool:
        instead = max((p for label, p in one.alternatives if label in lost and label != one.label), default=0.0)
        return not one.left_out and (one.label in gained or instead >= _MAY_BE_LOST)

    return [replace(one, uncertain=True) if suspected(one) else one for one in suggestions]


def _suggestion(
    costs: npt.NDArray[np.float64], directions: npt.NDArray[np.float64], label: int | None, doubted: bool
) -> Suggestion:
    order = np.argsort(costs, kind="stable")
    best = int(order[0])
    shown = best if label is None else label
    confidence = float(np.exp(-costs[shown]))
    down = float(1 / (1 + np.exp(-np.clip(directions[shown], -30, 30))))
    direction_confidence = max(down, 1 - down)
    return Suggestion(
        label=None if label is None else LABELS[label],
        confidence=confidence,
        unconstrained_label=LABELS[best],
        alternatives=tuple((LABELS[c], float(np.exp(-costs[c]))) for c in order[:_ALTERNATIVES]),
        upside_down=down > 0.5,
        direction_confidence=direction_confidence,
        uncertain=label != best or doubted or confidence < _LOOK_BELOW or direction_confidence < SURE,
    )
