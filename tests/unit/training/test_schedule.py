import pytest

from karyodesk.training.schedule import one_cycle


def test_the_learning_rate_goes_up_and_then_down_to_nothing():
    rates = [one_cycle(done / 100) for done in range(101)]
    top = rates.index(max(rates))
    assert max(rates) == pytest.approx(1)
    assert rates[-1] == pytest.approx(0)
    assert rates[: top + 1] == sorted(rates[: top + 1])
    assert rates[top:] == sorted(rates[top:], reverse=True)
