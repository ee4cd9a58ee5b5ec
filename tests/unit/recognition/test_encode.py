"""The networks' input: one scale within a cell, ground 0, neighbours left out."""

import numpy as np
import pytest

from karyodesk.domain.straightening import Straightening
from karyodesk.imaging.axis import medial_axis
from karyodesk.imaging.body import Body
from karyodesk.imaging.straighten import cross_sections, sample
from karyodesk.recognition.encode import HEIGHT, USUAL_LENGTH, WIDTH, CellScale, cell_scale, encode, encoded
from tests.unit.imaging.shapes import SIZE, along, arc, graded


def bar(length=100, width=16, x0=40, y0=30):
    return Body(np.ones((length, width), bool), x0, y0)


def rows_of(encoded):
    return int((encoded.max(1) > 0.1).sum())


def test_a_chromosome_of_usual_length_takes_the_usual_rows():
    body = bar()
    axis = medial_axis(body)
    encoded = encode(np.ones((200, 200), np.float32), body, axis, CellScale(axis.length, 16))
    assert encoded.shape == (HEIGHT, WIDTH)
    assert rows_of(encoded) == pytest.approx(USUAL_LENGTH, abs=1)


def test_magnification_changes_nothing():
    small, large = bar(), bar(200, 32, 80, 60)
    axes = [medial_axis(small), medial_axis(large)]
    one = encode(np.ones((200, 200), np.float32), small, axes[0], CellScale(axes[0].length, 16))
    two = encode(np.ones((400, 400), np.float32), large, axes[1], CellScale(axes[1].length, 32))
    assert np.abs(one - two).mean() < 0.01


def test_a_neighbour_beside_the_body_is_left_out():
    body = bar()
    axis = medial_axis(body)
    alone, crowded = np.zeros((200, 200), np.float32), np.zeros((200, 200), np.float32)
    alone[body.window] = crowded[body.window] = 1
    crowded[30:130, 60:80] = 3
    scale = CellScale(axis.length, 16)
    assert encode(crowded, body, axis, scale) == pytest.approx(encode(alone, body, axis, scale))


def test_stain_strength_changes_nothing():
    body = bar()
    axis = medial_axis(body)
    density = np.random.default_rng(3).random((200, 200)).astype(np.float32) + 0.2
    scale = CellScale(axis.length, 16)
    assert encode(3 * density, body, axis, scale) == pytest.approx(encode(density, body, axis, scale), abs=1e-5)


def test_a_body_longer_than_the_input_is_fitted_into_it():
    body = bar(190)
    encoded = encode(np.ones((240, 200), np.float32), body, medial_axis(body), CellScale(40, 16))
    assert encoded.shape == (HEIGHT, WIDTH)
    assert rows_of(encoded) >= HEIGHT - 2


def test_the_scale_of_a_cell_is_its_median():
    axes = [medial_axis(bar(length)) for length in range(60, 140, 4)]
    scale = cell_scale(axes)
    assert scale.length == pytest.approx(np.median([axis.length for axis in axes]))
    assert scale.width == pytest.approx(16, abs=1)


def test_few_bodies_are_scaled_by_their_width():
    assert cell_scale([medial_axis(bar(60)), medial_axis(bar(140))]).length == pytest.approx(4.5 * 16, rel=0.1)


def test_no_bodies_have_a_scale_all_the_same():
    assert cell_scale([]).width > 0


def test_unless_said_it_is_straightened_along_the_medial_axis():
    body, density = along(arc(70, 130)), np.random.default_rng(5).random((SIZE, SIZE)).astype(np.float32)
    axis = medial_axis(body)
    scale = CellScale(axis.length, 22)
    plain = encode(density, body, axis, scale)
    assert np.array_equal(plain, encode(density, body, axis, scale, technique=Straightening.MEDIAL_AXIS))
    middle = sample(density, cross_sections(axis.line, round(USUAL_LENGTH), 20, WIDTH))[5:-5, 16:24]
    top = (HEIGHT - round(USUAL_LENGTH)) // 2
    shown = plain[top + 5 : top + round(USUAL_LENGTH) - 5, 16:24]
    assert np.corrcoef(shown.ravel(), middle.ravel())[0, 1] > 0.99


@pytest.mark.parametrize("technique", Straightening)
def test_every_technique_keeps_relative_lengths(technique):
    bodies = [bar(60), bar(120)]
    densities = [np.ones((200, 200), np.float32)] * 2
    axes = [medial_axis(body) for body in bodies]
    short, long = encoded(densities, bodies, axes, CellScale(100, 16), technique)
    assert rows_of(short) == pytest.approx(0.6 * USUAL_LENGTH, abs=3)
    assert rows_of(long) == pytest.approx(1.2 * USUAL_LENGTH, abs=3)


@pytest.mark.parametrize("technique", [one for one in Straightening if one is not Straightening.NONE])
def test_every_technique_puts_the_bands_of_a_bow_in_order(technique):
    points = arc(60, 150)
    body = along(points)
    axis = medial_axis(body)
    encoded = encode(graded(points) + 0.2, body, axis, CellScale(axis.length, 16), technique=technique)
    profile = encoded.sum(1)[encoded.max(1) > 0.1] / (encoded > 0.1).sum(1)[encoded.max(1) > 0.1]
    assert abs(np.corrcoef(profile[6:-6], np.arange(len(profile) - 12))[0, 1]) > 0.95
