import numpy as np

from karyodesk.simulate.style import Style
from karyodesk.simulate.surroundings import add_dirt, add_nuclei
from karyodesk.simulate.texture import soft_noise

SHAPE = (300, 400)


def test_nuclei_keep_clear_of_the_chromosomes_and_are_reported():
    taken = np.zeros(SHAPE, bool)
    taken[:, :200] = True
    picture = np.zeros(SHAPE, np.float32)
    found = add_nuclei(picture, taken, Style(nuclei=3, width=12), np.random.default_rng(0))
    assert found
    assert all(body.kind == "nucleus" and body.bbox[0] > 150 for body in found)
    x0, y0, x1, y1 = found[0].bbox
    assert np.median(picture[y0:y1, x0:x1]) > 0.2


def test_a_field_full_of_chromosomes_has_no_room_for_a_nucleus():
    picture = np.zeros(SHAPE, np.float32)
    assert add_nuclei(picture, np.ones(SHAPE, bool), Style(nuclei=2), np.random.default_rng(0)) == []
    assert not picture.any()


def test_a_clean_slide_stays_clean():
    picture = np.zeros(SHAPE, np.float32)
    assert add_dirt(picture, Style(dirt=0), np.random.default_rng(0)) == []
    assert not picture.any()


def test_boxes_of_dirt_lie_within_the_picture():
    picture = np.zeros(SHAPE, np.float32)
    found = add_dirt(picture, Style(dirt=6), np.random.default_rng(0))
    assert len(found) > 3
    for x0, y0, x1, y1 in (body.bbox for body in found):
        assert 0 <= x0 < x1 <= 400
        assert 0 <= y0 < y1 <= 300
    assert picture.max() > 0.4


def test_a_picture_smaller_than_a_clump_gets_none():
    assert add_dirt(np.zeros((12, 12), np.float32), Style(dirt=6), np.random.default_rng(0)) == []


def test_soft_noise_is_as_smooth_as_asked():
    rough, smooth = (soft_noise((200, 200), sigma, np.random.default_rng(0)) for sigma in (1.0, 12.0))
    assert rough.shape == smooth.shape == (200, 200)
    assert np.abs(np.diff(rough)).mean() > 4 * np.abs(np.diff(smooth)).mean()
