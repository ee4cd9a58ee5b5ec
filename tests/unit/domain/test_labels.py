import pytest

from karyodesk.domain import labels


def test_every_label_belongs_to_one_denver_group():
    members = [label for group in labels.DENVER_GROUPS.values() for label in group]
    assert sorted(members) == sorted(labels.LABELS)
    assert labels.denver_group("X") == "C"
    assert labels.denver_group("Y") == "G"


def test_a_marker_belongs_to_no_group():
    with pytest.raises(KeyError):
        labels.denver_group(labels.MARKER)


def test_the_rows_of_a_karyogram_hold_every_slot_once():
    assert tuple(label for row in labels.KARYOGRAM_ROWS for label in row) == labels.SLOTS
