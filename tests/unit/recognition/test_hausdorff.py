"""Hausdorff readings: sound ones tell the types apart, the unsound one does not."""

from types import SimpleNamespace

import numpy as np
import pytest
from scipy.spatial.distance import directed_hausdorff

from karyodesk.recognition.classifier import evidence
from karyodesk.recognition.hausdorff import (
    NEIGHBOURS,
    HausdorffReading,
    banding_points,
    distances,
    distances_a,
    distances_b,
    distances_d,
    distances_d_plain,
    unit,
)
from karyodesk.recognition.label_features import LabelFeatures
from karyodesk.recognition.reading import Reading


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


def hausdorff(x, y):
    """H of two sets of points, as SciPy computes it."""
    return max(directed_hausdorff(x, y)[0], directed_hausdorff(y, x)[0])


def of(vectors, rows=None, members=None):
    return SimpleNamespace(vectors=vectors, rows=rows, members=members)


@pytest.mark.parametrize("reading", set(HausdorffReading) - {HausdorffReading.B}, ids=str)
def test_every_sound_reading_names_separable_features(rng, reading):
    centres, truth, vectors = separable(rng)
    bands = np.maximum(rng.normal(size=(24, 12, 32)), 0)
    rows = np.maximum(bands[truth] + 0.3 * rng.normal(size=(len(truth), 12, 32)), 0)
    members = np.maximum(centres[:, None] + 0.3 * rng.normal(size=(24, 8, 128)), 0)
    found = distances(reading, of(vectors, rows), of(centres, bands, members))
    assert found.shape == (len(truth), 24)
    assert (found.argmin(1) == truth).all()


@pytest.mark.parametrize("reading", HausdorffReading, ids=str)
def test_no_chromosomes_have_no_distances(rng, reading):
    nothing = of(np.zeros((0, 8)), np.zeros((0, 6, 4)))
    labels = of(rng.normal(size=(3, 8)), rng.normal(size=(3, 6, 4)), rng.normal(size=(3, 5, 8)))
    assert distances(reading, nothing, labels).shape == (0, 3)


def test_reading_b_is_the_hausdorff_distance_of_numbers_on_a_line(rng):
    a, b = rng.normal(size=(4, 9)), rng.normal(size=(3, 9))
    expected = [[hausdorff(unit(x)[:, None], unit(y)[:, None]) for y in b] for x in a]
    assert distances_b(a, b) == pytest.approx(np.array(expected))


def test_reading_b_names_nothing(rng):
    """The negative control: why the program never names by it."""
    centres, truth, features = separable(rng)
    assert np.mean(distances_b(features, centres).argmin(1) == truth) < 0.2


def test_the_program_names_by_readings_a_and_d(rng):
    values = [rng.normal(size=shape) for shape in ((4, 24), (4, 24), (4, 8), (4, 6, 3), 4, (4, 2))]
    label_vectors, label_rows = rng.normal(size=(24, 8)), rng.normal(size=(24, 6, 3))
    labels = LabelFeatures(label_vectors, label_rows, label_vectors[:, None], np.ones(3))
    own, in_a, in_d = evidence(Reading(*values), labels, None)
    assert np.array_equal(own, values[0])
    assert np.array_equal(-in_a, distances_a(values[2], label_vectors))
    assert np.array_equal(-in_d, distances_d(values[3], label_rows))


def test_reading_c_is_the_hausdorff_distance_of_numbers_and_places_far_apart(rng):
    a, b = rng.normal(size=(4, 9)), rng.normal(size=(3, 9))

    def points(vector):
        return np.stack([2 * np.arange(9), unit(vector)], 1)

    expected = [[hausdorff(points(x), points(y)) for y in b] for x in a]
    assert distances(HausdorffReading.C, of(a), of(b)) == pytest.approx(np.array(expected))


def test_the_set_forms_are_the_nearest_the_mean_and_the_farthest_member(rng):
    a, members = rng.normal(size=(4, 9)), rng.normal(size=(3, 5, 9))
    to_members = np.sort([[[np.linalg.norm(unit(x) - unit(m)) for m in own] for own in members] for x in a], axis=2)
    labels = of(None, members=members)
    assert distances(HausdorffReading.SET, of(a), labels) == pytest.approx(to_members[..., 0])
    assert distances(HausdorffReading.SET_FARTHEST, of(a), labels) == pytest.approx(to_members[..., -1])
    mean = to_members[..., :NEIGHBOURS].mean(2)
    assert distances(HausdorffReading.SET_MEAN, of(a), labels) == pytest.approx(mean)
    h = [[directed_hausdorff(unit(x)[None], unit(own))[0] for own in members] for x in a]
    assert distances(HausdorffReading.SET, of(a), labels) == pytest.approx(np.array(h))


@pytest.mark.parametrize("reading", [one for one in HausdorffReading if one.startswith("set")], ids=str)
def test_a_set_of_one_is_reading_a(rng, reading):
    a, b = rng.normal(size=(4, 9)), rng.normal(size=(3, 9))
    assert distances(reading, of(a), of(b, members=b[:, None])) == pytest.approx(distances_a(a, b))


def test_reading_d_names_banding_sequences_that_are_shifted_a_little(rng):
    labels = np.maximum(rng.normal(size=(24, 12, 32)), 0)
    shifted = 0.7 * labels + 0.3 * np.roll(labels, 1, axis=1)
    assert (distances_d(shifted, labels).argmin(1) == np.arange(24)).all()


def test_reading_d_is_the_modified_hausdorff_distance_of_the_points(rng):
    a, b = rng.normal(size=(1, 6, 4)), rng.normal(size=(1, 6, 4))
    pa, pb = banding_points(a)[0], banding_points(b)[0]
    between = np.linalg.norm(pa[:, None] - pb[None], axis=2)
    assert distances_d(a, b)[0, 0] == pytest.approx(max(between.min(0).mean(), between.min(1).mean()))


def test_plain_reading_d_is_scipys_hausdorff_distance_and_lies_above_the_modified(rng):
    a, b = rng.normal(size=(1, 6, 4)), rng.normal(size=(1, 6, 4))
    pa, pb = banding_points(a)[0], banding_points(b)[0]
    assert distances_d_plain(a, b)[0, 0] == pytest.approx(hausdorff(pa, pb))
    assert 0 < distances_d(a, b)[0, 0] <= distances_d_plain(a, b)[0, 0]


def test_a_spoilt_row_decides_the_hausdorff_distance_and_not_the_modified_one(rng):
    labels = np.maximum(rng.normal(size=(1, 12, 32)), 0)
    spoilt = labels.copy()
    spoilt[0, 6] = -spoilt[0, 6]
    assert distances_d_plain(spoilt, labels)[0, 0] > 5 * distances_d(spoilt, labels)[0, 0] > 0


def test_reading_d_knows_the_order_of_the_bands(rng):
    labels = np.maximum(rng.normal(size=(1, 12, 32)), 0)
    assert distances_d(labels, labels)[0, 0] == pytest.approx(0, abs=1e-6)
    assert distances_d(labels[:, ::-1], labels)[0, 0] > 0.1


def test_a_zero_vector_stays_finite():
    assert np.isfinite(distances_a(np.zeros((1, 4)), np.ones((2, 4)))).all()
