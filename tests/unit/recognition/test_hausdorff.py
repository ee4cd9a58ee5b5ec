"""Hausdorff readings: sound ones tell the types apart, the unsound one does not."""

import numpy as np
import pytest
from scipy.spatial.distance import directed_hausdorff

from karyodesk.recognition.hausdorff import banding_points, distances_a, distances_d, unit


@pytest.fixture
def rng():
    return np.random.default_rng(7)


def separable(rng, types=24, each=10, size=128, noise=0.3):
    centres = np.maximum(rng.normal(size=(types, size)), 0)
    truth = np.repeat(np.arange(types), each)
    return centres, truth, np.maximum(centres[truth] + noise * rng.normal(size=(len(truth), size)), 0)


def test_reading_a_is_the_distance_of_unit_vectors(rng):
    a, b = rng.normal(size=(5, 8)), rng.normal(size=(3, 8))
    expected = [[np.linalg.norm(unit(x) - unit(y)) for y in b] for x in a]
    assert distances_a(a, b) == pytest.approx(np.array(expected))


def test_reading_a_names_separable_features(rng):
    centres, truth, features = separable(rng)
    assert (distances_a(features, centres).argmin(1) == truth).all()


def test_numbers_of_a_vector_as_points_on_a_line_name_nothing(rng):
    """The negative control: why reading B is not in the program."""
    centres, truth, features = separable(rng, each=3)

    def b(x, y):
        return max(directed_hausdorff(x[:, None], y[:, None])[0], directed_hausdorff(y[:, None], x[:, None])[0])

    named = [int(np.argmin([b(x, centre) for centre in centres])) for x in features]
    assert np.mean(np.array(named) == truth) < 0.2


def test_reading_d_names_banding_sequences_that_are_shifted_a_little(rng):
    labels = np.maximum(rng.normal(size=(24, 12, 32)), 0)
    shifted = 0.7 * labels + 0.3 * np.roll(labels, 1, axis=1)
    assert (distances_d(shifted, labels).argmin(1) == np.arange(24)).all()


def test_reading_d_is_the_modified_hausdorff_distance_of_the_points(rng):
    a, b = rng.normal(size=(1, 6, 4)), rng.normal(size=(1, 6, 4))
    pa, pb = banding_points(a)[0], banding_points(b)[0]
    between = np.linalg.norm(pa[:, None] - pb[None], axis=2)
    assert distances_d(a, b)[0, 0] == pytest.approx(max(between.min(0).mean(), between.min(1).mean()))


def test_reading_d_lies_below_scipys_hausdorff_distance(rng):
    a, b = rng.normal(size=(1, 6, 4)), rng.normal(size=(1, 6, 4))
    pa, pb = banding_points(a)[0], banding_points(b)[0]
    strict = max(directed_hausdorff(pa, pb)[0], directed_hausdorff(pb, pa)[0])
    assert 0 < distances_d(a, b)[0, 0] <= strict


def test_reading_d_knows_the_order_of_the_bands(rng):
    labels = np.maximum(rng.normal(size=(1, 12, 32)), 0)
    assert distances_d(labels, labels)[0, 0] == pytest.approx(0, abs=1e-6)
    assert distances_d(labels[:, ::-1], labels)[0, 0] > 0.1


def test_a_zero_vector_stays_finite():
    assert np.isfinite(distances_a(np.zeros((1, 4)), np.ones((2, 4)))).all()
