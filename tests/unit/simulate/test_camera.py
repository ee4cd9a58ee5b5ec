import numpy as np
import pytest

from karyodesk.simulate.camera import photograph
from karyodesk.simulate.style import Style

PLAIN = dict(unevenness=0.0, blur=0.4, sharpening=0.0, noise=0.0, jpeg=0)


def steps():
    density = np.zeros((60, 90), np.float32)
    density[:, 30:60], density[:, 60:] = 0.25, 0.5
    return density


def tones(style):
    picture = photograph(steps(), style, np.random.default_rng(0))
    assert picture.dtype == np.uint8
    return [int(picture[30, x]) for x in (15, 45, 75)]


def test_dense_chromatin_is_dark_on_the_ground():
    ground, pale, dark = tones(Style(ground=240, **PLAIN))
    assert ground == 240
    assert ground > pale > dark > 60


def test_light_passed_multiplies_where_densities_add():
    ground, pale, dark = (tone - 34 for tone in tones(Style(ground=240, **PLAIN)))
    assert dark / ground == pytest.approx((pale / ground) ** 2, abs=0.02)


def test_fluorescence_is_bright_on_dark():
    ground, pale, dark = tones(Style(inverted=True, ground=240, **PLAIN))
    assert ground == 15
    assert ground < pale < dark


def test_noise_and_lossy_files_change_little():
    clean = photograph(steps(), Style(**PLAIN), np.random.default_rng(0)).astype(int)
    noisy = photograph(steps(), Style(**PLAIN | dict(noise=2.0, jpeg=85)), np.random.default_rng(0)).astype(int)
    assert 0.5 < np.abs(clean - noisy).mean() < 4
