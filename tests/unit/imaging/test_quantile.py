"""Quantiles are those of NumPy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from karyodesk.imaging.quantile import quantile


@given(arrays(np.float64, st.integers(1, 60), elements=st.floats(-1e3, 1e3)), st.floats(0, 1))
def test_it_is_what_numpy_says(values, share):
    assert quantile(values, share) == pytest.approx(np.quantile(values, share), abs=1e-9)


def test_a_picture_is_taken_as_a_row_and_left_as_it_is():
    values = np.array([[3.0, 1.0], [2.0, 0.0]], np.float32)
    assert quantile(values, 0.5) == 1.5
    assert values.tolist() == [[3.0, 1.0], [2.0, 0.0]]
