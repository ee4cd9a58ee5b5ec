import pytest

from karyodesk.domain.outline import Outline


def test_the_box_spans_all_pieces_and_excludes_its_far_edge():
    outline = Outline((((3.0, 4.0), (7.0, 4.0), (7.0, 9.0)), ((20.0, 1.0), (21.0, 2.0), (20.0, 2.0))))
    assert outline.bbox == (3, 1, 22, 10)


def test_an_empty_outline_has_no_box():
    with pytest.raises(ValueError, match="at least one point"):
        _ = Outline(()).bbox


def test_the_digest_tells_outlines_apart_and_not_the_kinds_of_their_numbers():
    ring = ((1.0, 2.0), (5.0, 2.0), (5.0, 9.0))
    assert Outline((ring,)).digest == Outline((tuple((int(x), int(y)) for x, y in ring),)).digest
    assert Outline((ring,)).digest != Outline((ring[::-1],)).digest
    assert len(Outline((ring,)).digest) == 10
