from karyodesk.imaging.untangle import way_candidates

from .drawings import WIDTH, agreement, density_of, in_picture, ribbon


def candidates(*masks):
    whole = masks[0].copy()
    for mask in masks[1:]:
        whole |= mask
    return [in_picture(body) for body in way_candidates(density_of(*masks).values, whole, WIDTH)]


def best(mask, found):
    return max(agreement(mask, body) for body in found)


def test_crossing_gives_both_straight_ways():
    cross = ribbon([(60, 60), (240, 200)]), ribbon([(60, 200), (240, 60)])
    found = candidates(*cross)
    assert min(best(mask, found) for mask in cross) > 0.85


def test_no_way_turns_round_at_a_crossing():
    cross = ribbon([(60, 60), (240, 200)]), ribbon([(60, 200), (240, 60)])
    corner = ribbon([(60, 60), (150, 130), (240, 60)])
    assert best(corner, candidates(*cross)) < 0.75


def test_t_gives_the_bar_and_the_stem():
    bar, stem = ribbon([(60, 100), (260, 100)]), ribbon([(160, 118), (160, 220)])
    found = candidates(bar, stem)
    assert best(bar, found) > 0.85
    assert best(stem, found) > 0.85


def test_two_that_touch_end_to_end_in_an_l_are_parted():
    first, second = ribbon([(60, 60), (60, 200)]), ribbon([(70, 206), (200, 206)])
    found = candidates(first, second)
    assert best(first, found) > 0.75
    assert best(second, found) > 0.75


def test_neck_is_a_place_to_cut():
    first, second = ribbon([(60, 100), (140, 100)]), ribbon([(157, 100), (260, 100)])
    found = candidates(first, second)
    assert min(best(first, found), best(second, found)) > 0.85


def test_plain_ribbon_has_no_other_way():
    assert candidates(ribbon([(60, 100), (240, 110)])) == []
