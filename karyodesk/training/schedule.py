"""The learning rate over a training."""

import math

_WARM = 0.15


def one_cycle(done: float) -> float:
    """Return the learning rate as a share of the highest, for the share of the training that is done.

    Up along a cosine over the first ``_WARM``, then down along a cosine to nothing.
    """
    if done < _WARM:
        return 0.04 + 0.96 * (1 - math.cos(math.pi * done / _WARM)) / 2
    return (1 + math.cos(math.pi * (done - _WARM) / (1 - _WARM))) / 2
