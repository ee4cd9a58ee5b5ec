import numpy as np

from karyodesk.imaging.valleys import basins_of, saddles_between, valley_candidates

from .drawings import WIDTH, agreement, density_of, in_picture, ribbon

SIDE_BY_SIDE = ribbon([(100, 60), (100, 200)]), ribbon([(119, 60), (119, 200)])
BAND = 0.8 * WIDTH**2


def candidates(values, mask, depth=0.06):
    return [in_picture(body) for body in valley_candidates(values, mask, BAND, depth)]


def test_neighbours_are_parted_along_the_valley_between_them():
    values = density_of(*SIDE_BY_SIDE).values
    found = candidates(values, values > 0.28)
    assert min(max(agreement(mask, body) for body in found) for mask in SIDE_BY_SIDE) > 0.85


def test_the_two_together_stay_a_candidate():
    values = density_of(*SIDE_BY_SIDE).values
    found = candidates(values, values > 0.28)
    assert max(agreement(SIDE_BY_SIDE[0] | SIDE_BY_SIDE[1], body) for body in found) > 0.85


def test_shallow_valley_parts_nothing():
    values = density_of(*SIDE_BY_SIDE).values
    assert len(candidates(values, values > 0.28, depth=2.0)) == 1


def test_bands_are_no_candidates():
    mask = ribbon([(100, 60), (100, 200)])
    values = density_of(mask).values
    values[::8] *= 0.7
    assert len(candidates(values, mask)) < 8
    assert max(agreement(mask, body) for body in candidates(values, mask)) > 0.99


def test_every_pixel_of_the_mask_is_in_a_basin():
    values = density_of(*SIDE_BY_SIDE).values
    mask = values > 0.28
    assert np.array_equal(basins_of(values, mask) > 0, mask)


def test_saddles_come_highest_first():
    values = np.array([[1.0, 0.5, 0.9, 0.2, 0.8]], np.float32)
    basins = np.array([[1, 1, 2, 2, 3]], np.int32)
    assert [(round(height, 3), a, b) for height, a, b in saddles_between(values, basins)] == [(0.5, 1, 2), (0.2, 2, 3)]
