import pytest

from karyodesk.domain.outline import Outline


def test_the_box_spans_all_pieces_and_excludes_its_far_edge():
    outline = Outline((((3.0, 4.0), (7.0, 4.0), (7.0, 9.0)), ((20.0, 1.0), (21.0, 2.0), (20.0, 2.0))))
    assert outline.bbox == (3, 1, 22, 10)


def test_an_empty_outline_has_no_box():
    with pytest.raises(ValueError, match="at least one point"):
        _ = Outline(()).bbox
