import pytest

from karyodesk.domain.errors import StoreBusyError, StoreFullError, StoreLostError, StoreReadOnlyError
from karyodesk.ui.store_line import trouble_sentence


@pytest.mark.parametrize(
    ("kind", "what"),
    [
        (StoreLostError, "connection"),
        (StoreFullError, "full"),
        (StoreReadOnlyError, "cannot be written"),
        (StoreBusyError, "Somebody else"),
        (ZeroDivisionError, "unforeseen"),
    ],
)
def test_each_failure_is_told_with_what_becomes_of_the_steps(kind, what):
    sentence = trouble_sentence(kind("details"), 3, on_disk=True)
    assert what in sentence
    assert "Your 3 last steps are kept" in sentence
    assert "leave the window open" not in sentence


def test_one_step_that_only_the_window_holds():
    sentence = trouble_sentence(StoreFullError("full"), 1, on_disk=False)
    assert "Your last step is kept" in sentence
    assert "leave the window open" in sentence
