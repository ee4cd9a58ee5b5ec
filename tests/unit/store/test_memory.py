"""The search for garbage is held back while much is read, and goes on afterwards."""

import gc

import pytest

from karyodesk.store.memory import uncollected


def test_it_goes_on_afterwards_also_where_reading_fails():
    with uncollected():
        assert not gc.isenabled()
    assert gc.isenabled()
    with pytest.raises(ArithmeticError), uncollected():
        raise ArithmeticError
    assert gc.isenabled()


def test_where_it_was_off_it_stays_off():
    gc.disable()
    try:
        with uncollected():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
