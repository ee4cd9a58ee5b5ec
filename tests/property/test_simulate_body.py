import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from karyodesk.domain.labels import SLOTS
from karyodesk.simulate.banding import banding
from karyodesk.simulate.body import draw_body
from karyodesk.simulate.style import Style

styles = st.builds(
    Style,
    width=st.floats(6, 40),
    slenderness=st.floats(4, 16),
    level=st.sampled_from([400, 550, 850]),
    bend=st.floats(0, 4),
    chromatids=st.floats(0, 1),
)


@settings(max_examples=40, deadline=None)
@example("mar", Style(width=6.0, slenderness=4.0, level=400, bend=0.0, chromatids=0.0), 2920883)
@given(st.sampled_from(SLOTS), styles, st.integers(0, 2**31))
def test_any_chromosome_in_any_style_lies_whole_within_its_frame(label, style, seed):
    rng = np.random.default_rng(seed)
    body = draw_body(banding(label, style.level, rng), style, rng)
    assert body.mask.any()
    assert not body.mask[[0, -1]].any()
    assert not body.mask[:, [0, -1]].any()
    assert np.isfinite(body.density).all()
    assert body.density.min() >= 0
    assert not body.density[~body.mask].max(initial=0) > style.contrast
    length = np.linalg.norm(np.diff(body.axis, axis=0), axis=1).sum()
    rim = style.width + length  # half of the pixels on the rim may fall to either side
    assert 0.5 * style.width * length - rim < body.mask.sum() < 1.4 * style.width * length
