"""Joining both ways up, and the evidence to costs."""

import numpy as np
import pytest
from scipy.special import softmax

from karyodesk.recognition.classifier import combine, costs
from karyodesk.recognition.label_features import LabelFeatures


@pytest.fixture
def outputs():
    rng = np.random.default_rng(5)
    return tuple(rng.normal(size=shape) for shape in ((6, 24), (6, 24), (6, 8), (6, 12, 4)))


def swapped(values):
    return np.concatenate([values[3:], values[:3]])


def test_types_do_not_depend_on_which_way_up_a_chromosome_is_given(outputs):
    one, other = combine(*outputs), combine(*(swapped(values) for values in outputs))
    assert one.log_types == pytest.approx(other.log_types)
    assert np.exp(one.log_types).sum(1) == pytest.approx(1)


def test_turning_a_chromosome_turns_its_direction_and_nothing_else(outputs):
    one, other = combine(*outputs), combine(*(swapped(values) for values in outputs))
    assert one.directions == pytest.approx(-other.directions)
    assert one.vectors == pytest.approx(other.vectors)
    assert one.rows == pytest.approx(other.rows)


def labelled(vectors, rows, *weights):
    return LabelFeatures(vectors, rows, vectors[:, None], np.array(weights))


def test_costs_are_logarithms_of_probabilities(outputs):
    rng = np.random.default_rng(6)
    labels = labelled(rng.normal(size=(24, 8)), rng.normal(size=(24, 12, 4)), 0.5, 3.0, 2.0)
    assert np.exp(-costs(combine(*outputs), labels)).sum(1) == pytest.approx(1)


def test_with_the_network_alone_costs_are_its_own(outputs):
    labels = labelled(np.ones((24, 8)), np.ones((24, 12, 4)), 1.0, 0.0, 0.0)
    reading = combine(*outputs)
    assert np.exp(-costs(reading, labels)) == pytest.approx(softmax(reading.log_types, 1))
