"""Bodies that meet end to end, as the pieces of one chromosome do."""

from itertools import pairwise

import cv2
import numpy as np
import pytest

from karyodesk.imaging.axis import Axis, medial_axis
from karyodesk.imaging.body import Body, crop_body
from karyodesk.imaging.pieces import end_to_end

from .drawings import in_picture

WIDTH = 16
SIZE = 400, 400
MIDDLE = np.array([200.0, 200.0])


def beside(x, y):
    """A place so many pixels from the middle."""
    return MIDDLE + np.array([x, y])


def direction(degrees):
    """Clockwise from the right, as y points down."""
    return np.array([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))])


def bar(start, degrees, length, width=WIDTH):
    """A body with square ends: from the middle of one end on in a direction."""
    along = direction(degrees)
    across = np.array([-along[1], along[0]]) * width / 2
    end = np.array(start) + length * along
    corners = np.array([start - across, start + across, end + across, end - across])
    mask = np.zeros(SIZE, np.uint8)
    cv2.fillPoly(mask, [np.round(corners * 16).astype(np.int32)], 1, cv2.LINE_8, 4)
    return crop_body(mask.astype(bool))


def rod(start, degrees, length, width=WIDTH):
    """A body with round ends: from the rim of one end on in a direction, as long as that from rim to rim."""
    along = direction(degrees)
    line = np.array([start + width / 2 * along, start + (length - width / 2) * along])
    mask = np.zeros(SIZE, np.uint8)
    cv2.polylines(mask, [np.round(line * 16).astype(np.int32)], False, 1, width, cv2.LINE_8, 4)
    return crop_body(mask.astype(bool))


def in_line(degrees, gap, shape, lengths=(80, 60), width=WIDTH):
    """Two bodies in a line, the gap in the middle of the picture."""
    half = gap / 2 * direction(degrees)
    return (
        shape(MIDDLE - half, degrees + 180, lengths[0], width),
        shape(MIDDLE + half, degrees, lengths[1], width),
    )


def met(*bodies, width=WIDTH, asked=None):
    axes = [medial_axis(body) for body in bodies]
    return list(end_to_end(bodies, axes, float(width), asked or [True] * len(bodies)))


def places(found):
    return [(first, second) for first, second, _ in found]


def straight(start, degrees, length):
    """An axis that is exactly where it is said to be."""
    steps = np.linspace(0, length, round(length) + 1)
    return Axis(np.array(start) + steps[:, None] * direction(degrees), float(WIDTH))


def meet(*axes):
    """Whether two bodies of these axes meet end to end; the bodies themselves do not matter."""
    bodies = [Body(np.ones((3, 3), bool), 10, 20)] * 2
    return bool(list(end_to_end(bodies, axes, float(WIDTH), [True, False])))


def pieces_of(mask):
    return cv2.connectedComponents(mask.astype(np.uint8))[0] - 1


@pytest.mark.parametrize("shape", [bar, rod])
@pytest.mark.parametrize("gap", [1, 5, 10])
@pytest.mark.parametrize("degrees", [0, 25, 90, 140, 200])
def test_two_in_a_line_with_a_gap_are_one_body(shape, gap, degrees):
    pair = in_line(degrees, gap, shape)
    ((first, second, both),) = met(*pair)
    assert (first, second) == (0, 1)
    whole = in_picture(both, SIZE)
    assert not any((in_picture(body, SIZE) & ~whole).any() for body in pair)
    assert pieces_of(whole) == 1
    axis = medial_axis(both)
    assert axis.length == pytest.approx(80 + gap + 60, abs=4)
    assert axis.width == pytest.approx(WIDTH, abs=2)


@pytest.mark.parametrize("degrees", [0, 90])
def test_the_joined_body_lies_in_its_place_and_takes_the_gap_and_no_more(degrees):
    first, second = in_line(degrees, 6, bar)
    ((_, _, both),) = met(first, second)
    (x0, y0, x1, y1), (left, top, right, bottom) = first.bbox, second.bbox
    assert both.bbox == (x0, y0, right, bottom)
    assert both.mask.dtype == bool
    gap = np.zeros(SIZE, bool)
    gap[(slice(y0, y1), slice(x1, left)) if degrees == 0 else (slice(y1, top), slice(x0, x1))] = True
    added = in_picture(both, SIZE) & ~in_picture(first, SIZE) & ~in_picture(second, SIZE)
    assert not (added & ~gap).any()
    assert added.sum() > 0.8 * gap.sum()


def test_the_rim_of_the_picture_does_not_matter():
    first, second = (crop_body(np.pad(np.ones((40, 12), bool), ((top, 100 - top), (0, 50)))) for top in (0, 45))
    ((_, _, both),) = met(first, second, width=12)
    assert both.bbox == (0, 0, 12, 85)
    assert both.mask[:40].all()
    assert both.mask[45:].all()
    assert both.mask[40:45, 3:-3].all()


def test_the_bodies_are_left_as_they_are():
    pair = in_line(30, 6, rod)
    before = [body.mask.copy() for body in pair]
    met(*pair)
    assert all(np.array_equal(body.mask, mask) for body, mask in zip(pair, before, strict=True))


@pytest.mark.parametrize("turn", [-66, -40, -20, 20, 40, 66])
def test_a_kink_does_not_keep_them_apart(turn):
    first = rod(MIDDLE, 180, 80)
    second = rod(beside(4, 0), turn, 60)
    ((_, _, both),) = met(first, second)
    assert pieces_of(both.mask) == 1
    assert medial_axis(both).length == pytest.approx(144, abs=9)
    added = in_picture(both, SIZE) & ~in_picture(first, SIZE) & ~in_picture(second, SIZE)
    assert 0 < added.sum() < 0.4 * WIDTH**2


@pytest.mark.parametrize("turned", [False, True])
def test_a_piece_that_curls_around_the_other_leaves_it_whole_and_the_ground_free(turned):
    mask = np.zeros(SIZE, np.uint8)
    curl = [(204, 203), (235, 225), (200, 250), (90, 250), (90, 150), (120, 150)]
    cv2.polylines(mask, [np.array(curl, np.int32)], False, 1, WIDTH)
    pair = bar(MIDDLE, 180, 80), crop_body(mask.astype(bool))
    ((_, _, both),) = met(*(pair[::-1] if turned else pair))
    either = in_picture(pair[0], SIZE) | in_picture(pair[1], SIZE)
    whole = in_picture(both, SIZE)
    assert not (either & ~whole).any()
    assert (whole & ~either).sum() < WIDTH**2


@pytest.mark.parametrize("shape", [bar, rod])
@pytest.mark.parametrize("turn", [78, 90, 120, 150, 180])
def test_what_turns_aside_or_back_is_not_one_body(shape, turn):
    along = direction(turn)
    across = np.array([0.0, (WIDTH + 1) if turn == 180 else 0.0])
    assert met(shape(MIDDLE, 180, 80), shape(MIDDLE + 5 * along + across, turn, 60)) == []


@pytest.mark.parametrize(("turn", "one"), [(0, True), (69, True), (-69, True), (71, False), (-71, False), (180, False)])
def test_a_turn_of_70_degrees_is_the_limit(turn, one):
    assert meet(straight(MIDDLE, 180, 80), straight(MIDDLE, turn, 60)) is one


@pytest.mark.parametrize("degrees", [0, 53, 90])
@pytest.mark.parametrize(("gap", "one"), [(0, True), (1.09, True), (1.11, False), (3, False)])
def test_a_gap_of_a_little_more_than_a_width_is_the_limit(degrees, gap, one):
    along = direction(degrees)
    assert meet(straight(MIDDLE, degrees + 180, 80), straight(MIDDLE + gap * WIDTH * along, degrees, 60)) is one


@pytest.mark.parametrize("lengths", [(80, 60), (60, 80), (60, 60)])
def test_it_does_not_matter_which_end_an_axis_starts_from(lengths):
    first, second = straight(MIDDLE, 180, lengths[0]), straight(beside(6, 0), 0, lengths[1])
    turned = [Axis(axis.line[::-1], axis.width) for axis in (first, second)]
    for pair in ((first, second), (turned[0], second), (first, turned[1]), turned, (second, first)):
        assert meet(*pair)


def test_directions_are_those_of_the_ends_and_not_of_the_whole():
    angles = np.radians(np.linspace(0, 90, 64))
    bent = Axis(MIDDLE + 40 * np.stack([np.sin(angles), 1 - np.cos(angles)], 1), float(WIDTH))
    # It leaves to the right and ends downwards.
    assert meet(bent, straight(bent.line[-1], 90, 60))
    assert meet(bent, straight(MIDDLE, 180, 60))
    assert not meet(bent, straight(bent.line[-1], 0, 60))
    assert not meet(bent, straight(MIDDLE, 270, 60))


def test_a_hook_at_the_very_end_does_not_turn_the_direction():
    hooked, other = straight(beside(-80, 0), 0, 80), straight(beside(4, 3), 20, 60)
    hooked.line[-3:, 1] += [1, 3, 5]
    backwards = Axis(hooked.line[::-1], hooked.width)
    assert meet(hooked, other)
    assert meet(other, backwards)
    assert not meet(hooked, straight(beside(4, 3), 100, 60))
    assert not meet(straight(beside(4, 3), 100, 60), backwards)


@pytest.mark.parametrize("gap", [1, 4])
@pytest.mark.parametrize("shape", [bar, rod])
def test_side_by_side_is_not_end_to_end(shape, gap):
    down = WIDTH + gap
    assert met(shape(MIDDLE, 0, 80), shape(beside(0, down), 0, 80)) == []
    assert met(shape(MIDDLE, 0, 80), shape(beside(0, down), 0, 50)) == []
    assert met(shape(MIDDLE, 0, 80), shape(beside(80, down), 180, 50)) == []


@pytest.mark.parametrize("at", [0.0, 0.25, 0.5, 0.8, 1.0])
def test_a_stem_at_the_side_of_a_bar_is_not_end_to_end(at):
    foot = beside(80 * at, WIDTH / 2 + 2)
    assert met(rod(MIDDLE, 0, 80), rod(foot, 90, 60)) == []


def test_a_hairpin_is_not_one_body():
    assert met(rod(MIDDLE, 0, 80), rod(beside(4, WIDTH + 1), 8, 80)) == []


def test_what_runs_on_in_another_line_is_not_one_body():
    assert met(bar(MIDDLE, 180, 80), bar(beside(3, 1.6 * WIDTH), 0, 60)) == []


@pytest.mark.parametrize(("asked", "one"), [((1, 1), 1), ((1, 0), 1), ((0, 1), 1), ((0, 0), 0)])
def test_one_of_two_at_least_is_in_question(asked, one):
    assert len(met(*in_line(40, 6, rod), asked=[bool(each) for each in asked])) == one


def test_the_scale_is_the_width_that_is_usual():
    pair = in_line(0, 10, bar, width=8)
    assert places(met(*pair, width=8)) == []
    assert places(met(*pair, width=12)) == [(0, 1)]


@pytest.mark.parametrize("width", [3, 4, 5.5, 16, 30])
def test_pictures_of_any_scale(width):
    pair = in_line(90, max(1, round(0.4 * width)), bar, (5 * width, 4 * width), round(width))
    ((_, _, both),) = met(*pair, width=width)
    assert pieces_of(both.mask) == 1


@pytest.mark.parametrize("length", [1.15, 1.4, 1.8])
@pytest.mark.parametrize("shape", [bar, rod])
@pytest.mark.parametrize("degrees", [0, 90])
def test_stubby_bodies_meet_too(shape, length, degrees):
    stubby = round(length * WIDTH)
    for lengths in ((stubby, stubby), (80, stubby)):
        ((_, _, both),) = met(*in_line(degrees, 4, shape, lengths))
        assert pieces_of(both.mask) == 1
        assert medial_axis(both).length == pytest.approx(sum(lengths) + 4, abs=4)


@pytest.mark.parametrize("length", [1.15, 1.4, 1.8])
def test_stubby_bodies_side_by_side_do_not_meet(length):
    stubby = round(length * WIDTH)
    assert met(bar(MIDDLE, 0, stubby), bar(beside(0, WIDTH + 2), 0, stubby)) == []


@pytest.mark.parametrize("mask", [np.ones((1, 1), bool), np.ones((2, 3), bool), np.ones((9, 9), bool)])
def test_the_smallest_bodies_do_no_harm(mask):
    for first, second, both in met(Body(mask, 5, 5), Body(mask, 5, 5 + len(mask)), width=5):
        assert (first, second) == (0, 1)
        assert both.bbox[:2] == (5, 5)


def test_a_chain_meets_link_by_link():
    links = [rod((40 + 70 * number, 200), 0, 64) for number in range(4)]
    found = met(*links)
    assert places(found) == list(pairwise(range(4)))
    for (_, _, both), (left, right) in zip(found, pairwise(links), strict=True):
        assert both.bbox == (left.bbox[0], left.bbox[1], right.bbox[2], right.bbox[3])


def test_of_many_bodies_those_meet_that_lie_end_to_end_and_are_in_question():
    rows = [24 * number + 20 for number in range(15)]
    bodies = [rod((x0, y), 0, length) for y in rows for x0, length in ((20, 90), (116, 70), (250, 80))]
    asked = [number % 3 == 1 and number % 2 == 0 for number in range(len(bodies))]
    assert places(met(*bodies, asked=asked)) == [(place - 1, place) for place in range(len(bodies)) if asked[place]]
    assert len(met(*bodies)) == len(rows)


@pytest.mark.parametrize("count", [0, 1])
def test_nothing_meets_where_there_are_not_two(count):
    assert met(*[rod(MIDDLE, 0, 60)] * count) == []


@pytest.mark.parametrize("gap", [12, 14, 16])
@pytest.mark.parametrize("lengths", [(80, 60), (112, 24)])
def test_a_joined_body_hangs_together(gap, lengths):
    found = list(met(*in_line(0, gap, rod, lengths)))
    assert found
    for _, _, both in found:
        assert pieces_of(both.mask) == 1
