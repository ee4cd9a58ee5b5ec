import numpy as np
import pytest

from karyodesk.domain.errors import PictureError
from karyodesk.imaging.density import fit_ground, grey, is_bright_on_dark, optical_density

from .drawings import FREE, SHAPE, disc, picture_of

ALL = np.logical_or.reduce(FREE)


def correlation(first, second):
    return np.corrcoef(first.ravel(), second.ravel())[0, 1]


def test_ground_is_0_and_chromatin_about_1():
    density = optical_density(picture_of(*FREE))
    assert np.median(density.values[~ALL]) == pytest.approx(0, abs=0.05)
    assert np.median(density.values[ALL]) == pytest.approx(1, abs=0.15)


def test_dark_and_bright_pictures_are_told_apart():
    picture = picture_of(*FREE)
    assert not optical_density(picture).bright_on_dark
    assert optical_density(255 - picture).bright_on_dark


@pytest.mark.parametrize("edge", [0.3, 0.5])
@pytest.mark.parametrize("turns", range(4))
def test_light_that_falls_off_to_one_side_does_not_turn_a_picture_over(edge, turns):
    picture = picture_of(*FREE)
    shade = np.rot90(np.tile(np.linspace(edge, 1.0, 400), (400, 1)), turns)[: SHAPE[0], -SHAPE[1] :]
    assert not optical_density((picture * shade).astype(np.uint8)).bright_on_dark
    assert optical_density(((255 - picture) * shade).astype(np.uint8)).bright_on_dark


def test_bright_picture_gives_the_same_bodies():
    picture = picture_of(*FREE)
    assert correlation(optical_density(picture).values > 0.5, optical_density(255 - picture).values > 0.5) > 0.95


def test_uneven_light_is_taken_out():
    picture = picture_of(*FREE)
    shade = np.linspace(0.6, 1.0, SHAPE[1])[None]
    density = optical_density((picture * shade).astype(np.uint8))
    assert correlation(density.values, optical_density(picture).values) > 0.97
    left, right = density.values[:, :80][~ALL[:, :80]], density.values[:, -80:][~ALL[:, -80:]]
    assert np.median(left) == pytest.approx(np.median(right), abs=0.08)


def test_where_two_cross_densities_add():
    cross = disc(200, 150, 12)
    density = optical_density(picture_of(*FREE, cross, cross))
    assert density.values[150, 200] == pytest.approx(2 * np.median(density.values[ALL]), rel=0.15)


def test_nucleus_does_not_set_the_scale():
    nucleus = disc(230, 180, 50)
    density = optical_density(picture_of(*FREE[:2], FREE[4], nucleus, nucleus))
    assert np.median(density.values[FREE[0]]) == pytest.approx(1, abs=0.2)


def test_16_bit_colour_gives_the_same_density():
    picture = picture_of(*FREE)
    deep = np.repeat(picture[..., None].astype(np.uint16) * 16, 3, axis=2)
    assert correlation(optical_density(deep).values, optical_density(picture).values) > 0.99


def test_noise_is_that_of_the_ground():
    assert 0 < optical_density(picture_of(*FREE)).noise < 0.1


def test_even_picture_is_refused():
    with pytest.raises(PictureError, match="one even grey"):
        optical_density(np.full(SHAPE, 128, np.uint8))


def test_grey_weighs_the_colours():
    pixels = np.zeros((1, 4, 3), np.uint8)
    pixels[0, 0] = (255, 0, 0)
    pixels[0, 1] = (0, 255, 0)
    pixels[0, 2] = (0, 0, 255)
    assert grey(pixels)[0].tolist() == pytest.approx([0.299, 0.587, 0.114, 0.0], abs=1e-4)


def test_a_dark_bar_on_bright_ground_is_not_bright_on_dark():
    image = np.full((50, 50), 0.9, np.float32)
    image[20:25] = 0.2
    assert not is_bright_on_dark(image)
    assert is_bright_on_dark(1 - image)


@pytest.mark.parametrize("bar", [1, 3])
def test_a_picture_with_hardly_anything_on_it_is_read_all_the_same(bar):
    pixels = np.full((400, 400), 255, np.uint8)
    pixels[200 : 200 + bar, 200:220] = 0
    assert not optical_density(pixels).bright_on_dark
    assert optical_density(255 - pixels).bright_on_dark


def test_ground_runs_through_under_the_chromosomes():
    image = np.full(SHAPE, 0.9, np.float32)
    image[ALL] = 0.4
    assert np.abs(fit_ground(image) - 0.9).max() < 0.02
