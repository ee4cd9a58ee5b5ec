"""One mask a chromosome out of maps that are made by hand: each chromosome is an ellipse."""

from dataclasses import replace

import numpy as np
import pytest

from karyodesk.imaging.body import shared_pixels
from karyodesk.recognition.instances import FEATURES, HIDDEN, PLACES, sightings

from ..imaging.drawings import agreement, in_picture
from .ellipses import PIXELS, Ellipse, maps_of, silent_maps


def chosen(maps):
    return sightings(maps).chosen


def found_as(found, *ellipses):
    """Whether these ellipses were found, exactly, and nothing else."""
    masks = [in_picture(one.body, PIXELS) for one in found]
    best = [max(agreement(ellipse.mask(PIXELS), mask) for mask in masks) for ellipse in ellipses]
    return len(found) == len(ellipses) and min(best) > 0.99


CHROMOSOME = Ellipse(40, 30, 25, 6, 0.5)


def test_a_chromosome_seen_from_many_points_is_found_once():
    maps = maps_of(CHROMOSOME)
    assert np.count_nonzero(maps.core) > 20
    found = chosen(maps)
    assert found_as(found, CHROMOSOME)
    assert found[0].score == maps.core.max()


def test_what_contradicts_a_surer_one_is_its_rival():
    maps = maps_of(CHROMOSOME)
    # Points that do not agree how far it reaches do not pass for the same, and see it again.
    maps.reach[:, :, ::2] += 30
    assert found_as(sightings(maps).chosen, CHROMOSOME)
    assert found_as(sightings(maps).rivals, CHROMOSOME)
    assert sightings(maps_of(CHROMOSOME)).rivals == []


def test_neighbours_are_found_each():
    side_by_side = [Ellipse(20 + 13 * n, 40, 25, 6, np.pi / 2) for n in range(5)]
    assert found_as(chosen(maps_of(*side_by_side)), *side_by_side)


def test_long_chromosomes_that_cross_in_their_middle_are_both_found():
    cross = Ellipse(48, 40, 35, 6, 0.8), Ellipse(48, 40, 35, 6, -0.8)
    found = chosen(maps_of(*cross))
    assert found_as(found, *cross)
    assert (
        shared_pixels(*(one.body for one in found))
        == np.count_nonzero(cross[0].mask(PIXELS) & cross[1].mask(PIXELS))
        > 50
    )


def test_a_chromosome_cut_by_the_edge_is_found():
    cut = Ellipse(2, 40, 20, 6)
    assert found_as(chosen(maps_of(cut)), cut)


def test_the_surest_come_first_and_always_the_same():
    maps = maps_of(CHROMOSOME, Ellipse(70, 60, 12, 6), Ellipse(20, 60, 12, 6))
    maps.quality[:, :18] = 0.6
    first, second = chosen(maps), chosen(maps)
    assert [one.score for one in first] == sorted((one.score for one in first), reverse=True)
    assert [(one.x0, one.y0, one.score) for one in first] == [(one.x0, one.y0, one.score) for one in second]
    assert all(np.array_equal(a.logits, b.logits) for a, b in zip(first, second, strict=True))


@pytest.mark.parametrize(("core", "quality"), [(0.15, 1.0), (0.9, 0.1), (0.0, 1.0)])
def test_points_that_are_off_core_or_unsure_are_silent(core, quality):
    maps = maps_of(CHROMOSOME)
    doubtful = replace(maps, core=np.minimum(maps.core, np.float32(core)), quality=maps.quality * np.float32(quality))
    assert chosen(doubtful) == []


def test_a_point_that_sees_next_to_nothing_is_no_chromosome():
    assert chosen(maps_of(Ellipse(21, 21, 1.5, 1.5))) == []


def test_small_networks_read_the_features_where_they_lie():
    maps = silent_maps()
    maps.core[10, 20] = 1
    maps.reach[:, 10, 20] = 12, 8, 20, 16
    maps.features[3] = -1
    maps.features[3, 19:28, 37:50] = 1
    first, last = np.zeros((HIDDEN, FEATURES + PLACES)), np.zeros(HIDDEN)
    first[:2, 3], last[:2] = (1, -1), (1, -1)
    maps.kernels[:, 10, 20] = *first.ravel(), *np.zeros(HIDDEN), *last, 0
    (found,) = chosen(maps)
    assert np.array_equal(in_picture(found.body, PIXELS), maps.features[3] > 0)
