"""Fitting the trees of ``imaging.likeness`` to annotated metaphases; needs scikit-learn."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from karyodesk.domain.outline import Box
from karyodesk.imaging.density import optical_density
from karyodesk.imaging.likeness import Trees, write_trees
from karyodesk.imaging.measures import NAMES, Vector
from karyodesk.imaging.proposals import propose
from karyodesk.imaging.read import read_pictures
from karyodesk.imaging.segment import reported_box
from karyodesk.training.sources import MetaphaseSource, metaphases

_TREES = 200
_LEAVES = 31
_DEPTH = 8
_RATE = 0.08
_LEAST_IN_LEAF = 40
# A candidate whose box agrees with a true box less than the first counts 0, more than the second 1:
# the match itself is asked at 0.5, a good outline agrees by more.
_WORST, _BEST = 0.4, 0.75


def fit_to_metaphases(folder: Path, most: int, out: Path) -> str:
    """Fit trees to so many metaphases of the training split, drawn at random, write them and say what was done."""
    training = [source for source in metaphases(folder) if source.split == "train"]
    drawn = np.random.default_rng(0).permutation(len(training))[:most]
    values, right = examples(training[i] for i in drawn)
    write_trees(fit(values, right), out)
    return f"{out}: fitted to {len(values)} candidates of {len(drawn)} metaphases."


def examples(sources: Iterable[MetaphaseSource]) -> tuple[Vector, Vector]:
    """Return (k, m) measures of the candidates of all pictures and (k,) how right each is, from 0 to 1."""
    values, right = [np.empty((0, len(NAMES)))], [np.empty(0)]
    for source in sources:
        proposals = propose(optical_density(read_pictures(source.image)[0].pixels))
        if proposals is None or not proposals.bodies:
            continue
        full = [proposals.scale.full_box(body.bbox) for body in proposals.bodies]
        boxes = [reported_box(box, proposals.width, proposals.scale.shape) for box in full]
        agreement = overlap(boxes, [truth.box for truth in source.boxes]).max(1, initial=0)
        values.append(proposals.values)
        right.append(np.clip((agreement - _WORST) / (_BEST - _WORST), 0, 1))
    return np.concatenate(values), np.concatenate(right)


def overlap(first: list[Box], second: list[Box]) -> npt.NDArray[np.float64]:
    """Return (n, m) intersection over union of every two boxes."""
    a, b = np.array(first, float).reshape(-1, 1, 4), np.array(second, float).reshape(1, -1, 4)
    both = np.clip(np.minimum(a[..., 2:], b[..., 2:]) - np.maximum(a[..., :2], b[..., :2]), 0, None).prod(2)
    return np.asarray(both / ((a[..., 2:] - a[..., :2]).prod(2) + (b[..., 2:] - b[..., :2]).prod(2) - both), float)


def fit(values: Vector, right: Vector) -> Trees:
    """Fit trees that tell how right a candidate with given measures is."""
    from sklearn.ensemble import HistGradientBoostingRegressor

    model = HistGradientBoostingRegressor(
        max_iter=_TREES,
        max_leaf_nodes=_LEAVES,
        max_depth=_DEPTH,
        learning_rate=_RATE,
        min_samples_leaf=_LEAST_IN_LEAF,
        early_stopping=False,
        random_state=0,
    )
    model.fit(values.astype(np.float32), right)
    grown = [stage[0].nodes for stage in model._predictors]
    most = max(len(nodes) for nodes in grown)
    itself = np.tile(np.arange(most, dtype=np.int16), (len(grown), 1))
    trees = Trees(
        np.zeros(itself.shape, np.uint8),
        np.zeros(itself.shape, np.float32),
        itself.copy(),
        itself.copy(),
        np.zeros(itself.shape, np.float32),
        float(np.ravel(model._baseline_prediction)[0]),
    )
    for tree, nodes in enumerate(grown):
        inner = np.flatnonzero(nodes["is_leaf"] == 0)
        trees.measure[tree, inner] = nodes["feature_idx"][inner]
        trees.limit[tree, inner] = nodes["num_threshold"][inner]
        trees.low[tree, inner] = nodes["left"][inner]
        trees.high[tree, inner] = nodes["right"][inner]
        trees.value[tree, : len(nodes)] = np.where(nodes["is_leaf"], nodes["value"], 0)
    return trees
