"""Straightening by every technique holds for any chromosome and for any mask at all."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from karyodesk.domain.labels import SLOTS
from karyodesk.domain.straightening import Straightening
from karyodesk.imaging.axis import arc_lengths, medial_axis
from karyodesk.imaging.body import Body, crop_body
from karyodesk.imaging.straighten import OUTSIDE, sample
from karyodesk.imaging.techniques import course
from karyodesk.recognition.encode import CellScale, encode
from karyodesk.simulate.banding import banding
from karyodesk.simulate.body import draw_body
from karyodesk.simulate.style import Style

techniques = st.sampled_from(Straightening)
masks = arrays(bool, st.tuples(st.integers(1, 40), st.integers(1, 40))).filter(np.any)


@st.composite
def chromosomes(draw, most_bend=1.5):
    style = Style(width=draw(st.floats(8, 30)), slenderness=9, bend=draw(st.floats(0, most_bend)))
    rng = np.random.default_rng(draw(st.integers(0, 2**31)))
    body = draw_body(banding(draw(st.sampled_from(SLOTS)), style.level, rng), style, rng)
    assume(not closes(body.axis, style.width))
    return body


def closes(axis, width):
    """Whether a line comes back to itself, so that a mask as wide has no way from tip to tip of its own."""
    arc = arc_lengths(axis)
    apart = np.linalg.norm(axis[:, None] - axis[None], axis=2)
    return bool((apart[np.abs(arc[:, None] - arc) > 2.5 * width] < 1.5 * width).any())


@settings(max_examples=150, deadline=None)
@given(masks, techniques, st.integers(2, 60), st.integers(2, 30))
def test_any_mask_is_straightened(mask, technique, rows, columns):
    body = crop_body(mask, 11, 5)
    way = course(body, medial_axis(body), technique)
    xs, ys = way.sections(rows, 9.0, columns)
    assert np.isfinite(way.length)
    assert xs.shape == ys.shape == (rows, columns)
    assert np.isfinite(xs).all()
    assert np.isfinite(ys).all()
    assert ((xs == OUTSIDE) == (ys == OUTSIDE)).all()


@settings(max_examples=60, deadline=None)
@given(chromosomes(), techniques)
def test_a_chromosome_is_shown_from_tip_to_tip(chromosome, technique):
    body = crop_body(chromosome.mask)
    true = arc_lengths(chromosome.axis)[-1]
    way = course(body, medial_axis(body), technique)
    if technique is not Straightening.NONE:
        assert 0.7 * true < way.length < 1.3 * true
    rows = max(8, round(way.length))
    straight = sample(body.mask.astype(np.float32), way.sections(rows, 20.0, 41), body.x0, body.y0)
    assert straight.max(1)[2:-2].min() > 0 or technique in (Straightening.NONE, Straightening.PROJECTION_VECTOR)
    assert 0.5 < straight.any(1).mean() <= 1


@settings(max_examples=40, deadline=None)
@given(chromosomes(), techniques, st.integers(-3, 400), st.integers(-3, 400))
def test_where_a_body_lies_in_the_picture_changes_nothing(chromosome, technique, right, down):
    here = crop_body(chromosome.mask)
    there = Body(here.mask, here.x0 + right, here.y0 + down)
    first, second = (course(body, medial_axis(body), technique) for body in (here, there))
    assert second.length == pytest.approx(first.length, abs=1e-6)
    xs, ys = first.sections(50, 9.0, 19)
    moved_xs, moved_ys = second.sections(50, 9.0, 19)
    kept = (xs != OUTSIDE) & (moved_xs != OUTSIDE)
    assert kept.mean() > 0.2
    assert moved_xs[kept] == pytest.approx(xs[kept] + right, abs=0.01)
    assert moved_ys[kept] == pytest.approx(ys[kept] + down, abs=0.01)


@settings(max_examples=40, deadline=None)
@given(chromosomes(), techniques)
def test_the_networks_input_is_within_its_range(chromosome, technique):
    body = crop_body(chromosome.mask)
    axis = medial_axis(body)
    encoded = encode(chromosome.density, body, axis, CellScale(80, 16), technique=technique)
    assert encoded.shape == (192, 40)
    assert encoded.min() >= 0
    assert encoded.max() <= 1
    assert encoded.any()
