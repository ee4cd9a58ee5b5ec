"""Cut-out chromosomes on plain grounds of any kind."""

import numpy as np
import pytest

from karyodesk.domain.errors import PictureError
from karyodesk.imaging.cutout import cutout, on_light_ground


def picture(ground=255, body=60, size=(70, 26)):
    pixels = np.full(size, ground, np.uint8)
    pixels[5:-5, 6:-6] = body
    pixels[20:24, 6:-6] = (int(ground) + int(body)) // 2
    return pixels


@pytest.mark.parametrize(("ground", "body"), [(255, 60), (200, 40), (0, 180), (30, 220)])
def test_the_body_is_found_on_light_and_dark_grounds(ground, body):
    density, found = cutout(picture(ground, body))
    assert density.shape == (74, 30)
    assert found.bbox == (8, 7, 22, 67)
    assert density[found.window][found.mask].min() > 0.05


def test_colour_and_16_bit_give_the_same_body():
    plain = picture()
    colour = np.repeat(plain[..., None], 3, axis=2)
    deep = plain.astype(np.uint16) * 257
    assert cutout(colour)[1].bbox == cutout(deep)[1].bbox == cutout(plain)[1].bbox


def test_a_chromosome_that_fills_its_picture_is_kept_whole():
    pixels = np.full((60, 14), 90, np.uint8)
    pixels[::7] = 120
    pixels[0, :] = pixels[-1, :] = pixels[:, 0] = pixels[:, -1] = 255
    assert cutout(pixels)[1].mask.sum() > 0.8 * pixels.size


def test_a_small_chromosome_on_a_large_canvas_is_found():
    canvas = np.zeros((300, 300), np.uint8)
    canvas[100:120, 140:150] = 70
    canvas[20, 20] = 255
    assert cutout(canvas)[1].bbox == (142, 102, 152, 122)


@pytest.mark.parametrize("pixels", [np.full((20, 20), 255, np.uint8), np.zeros((1, 1), np.uint8)])
def test_an_empty_picture_is_refused_in_words(pixels):
    with pytest.raises(PictureError, match="Choose"):
        cutout(pixels)


def test_a_speck_is_refused():
    pixels = np.full((20, 20), 255, np.uint8)
    pixels[10:13, 10:13] = 0
    with pytest.raises(PictureError, match="too small"):
        cutout(pixels)


def test_a_black_ground_becomes_lighter_than_the_chromosome():
    pixels = picture(ground=0, body=200)
    pixels[30:40, 6:-6] = 90
    lit = on_light_ground(pixels)
    density, found = cutout(lit)
    # A pixel of the rim counts as ground.
    assert found.bbox == (9, 8, 21, 66)
    assert density[37, 15] > 3 * density[12, 15] > 0


def test_black_at_the_edge_in_part_is_ground_too():
    pixels = np.full((40, 16), 180, np.uint8)
    pixels[10:14] = 60
    pixels[:6, :5] = 0
    lit = on_light_ground(pixels)
    assert lit[2, 2] == lit.max() > lit[30, 8]
    assert lit[11, 8] < lit[30, 8]


def test_dark_bands_are_no_black_ground():
    assert on_light_ground(picture()) is None


@pytest.mark.parametrize("pixels", [np.zeros((40, 30), np.uint8), picture(ground=0, body=200, size=(13, 14))])
def test_where_hardly_anything_lies_on_the_black_there_is_no_other_reading(pixels):
    assert on_light_ground(pixels) is None
