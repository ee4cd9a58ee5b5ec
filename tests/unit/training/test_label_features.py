"""Label features and weights, from what a network reads."""

import numpy as np
import pytest
from scipy.special import log_softmax

from karyodesk.recognition.hausdorff import unit
from karyodesk.recognition.reading import Reading
from karyodesk.training.label_features import MEMBERS, fit_weights, second_half, typical


def reading(each=12, seed=3):
    """Of so many chromosomes a type, the last of each named wrong."""
    rng = np.random.default_rng(seed)
    label = np.repeat(np.arange(24), each)
    logits = np.eye(24)[label] * 9
    logits[each - 1 :: each] = np.roll(logits[each - 1 :: each], 1, axis=1)
    n = len(label)
    vectors, rows = rng.normal(size=(n, 8)), rng.normal(size=(n, 6, 4))
    values = log_softmax(logits, 1), np.zeros((n, 24)), vectors, rows, np.zeros(n), np.ones((n, 2))
    return Reading(*values), label


def test_label_features_are_the_means_of_those_named_right():
    read, label = reading()
    found = typical(read, label)
    chosen = np.arange(5 * 12, 5 * 12 + 11)
    assert found.vectors[5] == pytest.approx(read.vectors[chosen].mean(0), abs=1e-6)
    assert found.rows[5] == pytest.approx(read.rows[chosen].mean(0), abs=1e-6)


def test_the_members_of_a_type_lie_among_its_vectors():
    read, label = reading(each=40)
    members = typical(read, label).members
    assert members.shape == (24, MEMBERS, 8)
    points = unit(read.vectors[:39])
    to_member = np.linalg.norm(points[:, None] - members[0], axis=2).min(1)
    to_mean = np.linalg.norm(points - points.mean(0), axis=1)
    assert (to_member**2).sum() < 0.6 * (to_mean**2).sum()


def test_of_few_vectors_each_is_a_member():
    read, label = reading(each=4)
    members = typical(read, label).members
    expected = unit(read.vectors[:3])
    assert all(np.isclose(members[0], one, atol=1e-6).all(1).any() for one in expected)


def test_label_features_are_the_same_every_time():
    first, again = typical(*reading(each=40)), typical(*reading(each=40))
    assert np.array_equal(first.members, again.members)


def test_weights_find_the_evidence_that_tells_the_truth():
    rng = np.random.default_rng(2)
    label = rng.integers(0, 24, 400)
    telling = np.eye(24)[label] + 0.3 * rng.normal(size=(400, 24))
    noise = rng.normal(size=(400, 24))
    weights = fit_weights([telling, noise], label, [1.0, 1.0], [100.0, 100.0])
    assert weights[0] > 5
    assert weights[1] < 0.3


def test_a_cell_lies_in_one_half_always():
    cells = np.array([f"p{number:04d}-1" for number in range(200)])
    second = second_half(cells)
    assert np.array_equal(second_half(cells[::-1])[::-1], second)
    assert 70 < second.sum() < 130
