import numpy as np
import pytest

from karyodesk.simulate.style import Style, draw_style


@pytest.mark.parametrize(
    "wrong", [{"level": 500}, {"width": 2.0}, {"slenderness": 40.0}, {"touching": 0.7, "overlapping": 0.7}]
)
def test_styles_that_cannot_be_drawn_are_refused(wrong):
    with pytest.raises(ValueError, match="the"):
        Style(**wrong)


def test_drawn_styles_vary_and_keep_the_person():
    styles = {draw_style(np.random.default_rng(seed), person=7) for seed in range(50)}
    assert len(styles) == 50
    assert {style.person for style in styles} == {7}
    assert {style.level for style in styles} == {400, 550}
