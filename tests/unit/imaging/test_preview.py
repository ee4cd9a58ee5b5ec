import numpy as np

from karyodesk.imaging.picture import Picture
from karyodesk.imaging.preview import preview
from tests.unit.imaging.pictures import COLOUR, GREY


def test_an_8_bit_picture_is_shown_as_stored():
    assert np.array_equal(preview(Picture("a", "", COLOUR)), COLOUR)


def test_a_12_bit_picture_fills_the_range_of_the_screen():
    shown = preview(Picture("a", "", GREY.astype(np.uint16) * 16))
    assert (shown.dtype, shown.min(), shown.max()) == (np.uint8, 0, 255)
    assert np.array_equal(np.argsort(shown[:, 0]), np.argsort(GREY[:, 0]))


def test_colours_are_stretched_alike():
    pixels = np.zeros((40, 40, 3), np.uint16)
    pixels[:20, :, 0], pixels[:20, :, 1] = 4000, 2000
    assert preview(Picture("a", "", pixels))[0, 0].tolist() == [255, 128, 0]


def test_an_even_picture_is_shown_without_a_warning():
    assert preview(Picture("a", "", np.full((5, 5), 700, np.uint16))).shape == (5, 5)
