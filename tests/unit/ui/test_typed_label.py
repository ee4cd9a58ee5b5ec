import pytest

from karyodesk.ui.typed_label import TypedLabel


@pytest.fixture
def typing(qapp):
    made = TypedLabel()
    made.found = []
    made.typed.connect(made.found.append)
    return made


@pytest.mark.parametrize(
    ("keys", "labels", "pending"),
    [
        ("7", ["7"], ""),
        ("1", [], "1"),
        ("2", [], "2"),
        ("21", ["21"], ""),
        ("22", ["22"], ""),
        ("19", ["19"], ""),
        ("25", ["5"], ""),
        ("0", [], ""),
        ("20", ["20"], ""),
        ("1x", ["X"], ""),
        ("xYm", ["X", "Y", "mar"], ""),
        ("121", ["12"], "1"),
    ],
)
def test_what_is_typed_becomes_labels(typing, keys, labels, pending):
    for key in keys:
        assert typing.feed(key)
    assert (typing.found, typing.pending) == (labels, pending)


@pytest.mark.parametrize("key", ["a", "f", "²", "٣", "", "12"])
def test_other_characters_are_no_part_of_a_label(typing, key):
    assert not typing.feed(key)
    assert typing.found == []


def test_a_waiting_digit_is_taken_after_its_time(typing, qtbot):
    typing.feed("2")
    with qtbot.waitSignal(typing.typed, timeout=5000) as typed:
        pass
    assert typed.args == ["2"]


def test_a_forgotten_digit_is_never_taken(typing, qtbot):
    typing.feed("2")
    typing.clear()
    qtbot.wait(800)
    assert typing.found == []
    typing.commit()
    assert typing.found == []
