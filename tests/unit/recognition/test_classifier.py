"""Joining both ways up, and the evidence to costs."""

import numpy as np
import pytest
from scipy.special import softmax

from karyodesk.recognition.classifier import Scores, costs
from karyodesk.recognition.context import InContext
from karyodesk.recognition.label_features import LabelFeatures
from karyodesk.recognition.reading import combine, sizes


@pytest.fixture
def outputs():
    rng = np.random.default_rng(5)
    return tuple(rng.normal(size=shape) for shape in ((6, 24), (6, 24), (6, 8), (6, 12, 4), 6))


def read(outputs):
    return combine(*outputs, sizes=np.ones((len(outputs[0]) // 2, 2)))


def swapped(values):
    return np.concatenate([values[3:], values[:3]])


def test_types_do_not_depend_on_which_way_up_a_chromosome_is_given(outputs):
    one, other = read(outputs), read([swapped(values) for values in outputs])
    assert one.log_types == pytest.approx(other.log_types)
    assert np.exp(one.log_types).sum(1) == pytest.approx(1)


def test_turning_a_chromosome_turns_its_direction_and_nothing_else(outputs):
    one, other = read(outputs), read([swapped(values) for values in outputs])
    assert one.directions == pytest.approx(-other.directions)
    assert one.vectors == pytest.approx(other.vectors)
    assert one.rows == pytest.approx(other.rows)
    assert one.whole == pytest.approx(other.whole)


def test_scores_are_taken_row_by_row():
    rng = np.random.default_rng(7)
    scores = Scores(rng.random((4, 24)), rng.random((4, 24)), rng.random(4))
    some = scores.only(np.array([2, 0]))
    for values, found in zip(vars(scores).values(), vars(some).values(), strict=True):
        assert np.array_equal(found, values[[2, 0]])


def test_readings_are_taken_and_put_together_row_by_row(outputs):
    whole = read(outputs)
    again = whole.only(np.array([2, 0])).with_more(whole.only(np.array([False, True, False])))
    for values, found in zip(vars(whole).values(), vars(again).values(), strict=True):
        assert np.array_equal(found, values[[2, 0, 1]])


def test_sizes_are_shares_of_the_picture():
    pictures = np.zeros((2, 192, 40), np.float32)
    pictures[0, 48:96, 10:30] = 0.5
    assert sizes(pictures) == pytest.approx(np.array([[0.25, 0.125], [0, 0]]))


def labelled(vectors, rows, *weights):
    return LabelFeatures(vectors, rows, vectors[:, None], np.array(weights))


def test_costs_are_logarithms_of_probabilities(outputs):
    rng = np.random.default_rng(6)
    labels = labelled(rng.normal(size=(24, 8)), rng.normal(size=(24, 12, 4)), 0.5, 3.0, 2.0)
    assert np.exp(-costs(read(outputs), labels, None)).sum(1) == pytest.approx(1)


def test_with_the_network_alone_costs_are_its_own(outputs):
    labels = labelled(np.ones((24, 8)), np.ones((24, 12, 4)), 1.0, 0.0, 0.0)
    reading = read(outputs)
    assert np.exp(-costs(reading, labels, None)) == pytest.approx(softmax(reading.log_types, 1))


def test_what_is_seen_in_the_cell_counts_where_there_is_a_network_of_the_cell(outputs):
    labels = labelled(np.ones((24, 8)), np.ones((24, 12, 4)), 0.0, 0.0, 0.0, 1.0)
    reading = read(outputs)
    together = InContext(np.roll(reading.log_types, 1, axis=1), reading.whole)
    assert np.exp(-costs(reading, labels, together)) == pytest.approx(softmax(np.roll(reading.log_types, 1, axis=1), 1))
